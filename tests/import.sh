# import.sh - the sample mailbox and the rows that it leaves, for the scripts in tests/flow
#
#	. "$(dirname "$0")/../mail.sh"
#	. "$(dirname "$0")/../import.sh"
#	pg_start
#	reference_start
#	ready_db import_one
#	import "one at a time" --batch 1 "$sample"
#	same "it is the same as all at once"

sample=$ROOT/tests/data/sample.mbox

facts() {
	psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/tests/facts.sql" | LC_ALL=C sort
}

# messages FIRST LAST - prints those of the sample, counted from 1
messages() {
	awk -v first="$1" -v last="$2" '
		/^From mboxrd@z / { n++ }
		n > last { exit }
		n >= first { print }' "$sample"
}

# import NAME [OPTION]... - tests that an import succeeds; its summary is in $T/out, and the facts in $T/facts
import() {
	local name=$1
	shift
	exits 0 "$name" patchmda import --create-projects "$@"
	facts >"$T/facts"
}

# same NAME - passes if $T/facts are those of the first import
same() {
	is "$(cat "$T/facts")" "$(cat "$T/reference")" "$1"
}

counts() {
	sed -e 's/; .*//' -e 1q "$T/out"
}

# reference_start - imports the sample unchanged: $T/reference has its facts, $T/reference.without the facts
# without held mail
reference_start() {
	ready_db import_reference_$$
	import "the sample mailbox" "$sample"
	cp "$T/facts" "$T/reference"
	grep -v '^held' "$T/reference" >"$T/reference.without"
}
