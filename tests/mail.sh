# mail.sh - small mails for the scripts in tests/flow
#
#	. "$(dirname "$0")/../mail.sh"
#	LIST=ring.example.org
#	mail -r '<1@x.org>' 'Ada <ada@x.org>' 'Re: [PATCH] wrap' 2@x.org 'Fine.' | patchmda deliver
#
# Dates count from MAIL_EPOCH, so that a mail with `-d 20` is dated twenty minutes after one with `-d 0`.

MAIL_EPOCH=1772442000 # 2026-03-02 09:00:00 UTC
LIST=list.example.org

# mail [-r REFERENCES] [-d MINUTES] [-h HEADER]... FROM SUBJECT ID [BODY]
#
# Prints a mail. REFERENCES is one id or several, each in brackets; ID is without brackets. If LIST is empty, the
# mail has no List-Id. Without BODY the body is one line of text.
mail() {
	local OPTIND=1 option refs= minutes=0 headers=()
	while getopts r:d:h: option; do
		case $option in
		r) refs=$OPTARG ;;
		d) minutes=$OPTARG ;;
		h) headers+=("$OPTARG") ;;
		*) return 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	printf 'From: %s\nSubject: %s\nMessage-Id: <%s>\nDate: ' "$1" "$2" "$3"
	mail_date "$minutes"
	[ -z "$LIST" ] || printf 'List-Id: <%s>\n' "$LIST"
	[ -z "$refs" ] || printf 'In-Reply-To: %s\nReferences: %s\n' "${refs##* }" "$refs"
	[ ${#headers[@]} -eq 0 ] || printf '%s\n' "${headers[@]}"
	printf '\n%s\n' "${4-Just a line.}"
}

# mail_date MINUTES - prints a date in the format of a Date header
mail_date() {
	local LC_ALL=C TZ=UTC0
	printf '%(%a, %d %b %Y %H:%M:%S +0000)T\n' $((MAIL_EPOCH + $1 * 60))
}

# change FILE... - prints a commit message and a diff of these files
change() {
	local file
	printf 'Some words on what it does.\n\nSigned-off-by: Ada <ada@x.org>\n---\n'
	for file; do
		printf 'diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n' \
			"$file" "$file" "$file" "$file"
	done
}

# patch [OPTION]... FROM SUBJECT ID - prints a mail with a change in it
patch() {
	mail "$@" "$(change src/ring.c)"
}

# mbox [FILE]... - prints the files, or one mail on standard input, in the format of a mailbox
mbox() {
	printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\n'
	cat -- "$@" | sed -E 's/^>*From />&/'
	printf '\n'
}

