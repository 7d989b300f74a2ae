#!/usr/bin/env bash
# import-public-inbox.t - `patchmda import` of archives that public-inbox itself has made, in both formats, with
# deletions, purges, edits and several epochs

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"
. "$(dirname "$0")/../git.sh"

need git public-inbox-init public-inbox-mda public-inbox-learn public-inbox-purge public-inbox-convert
export HOME=$T PI_CONFIG=$T/config PI_EMERGENCY=$T/emergency
mkdir "$PI_EMERGENCY"
git config -f "$PI_CONFIG" publicinboxmda.spamcheck none

# inbox NAME VERSION [OPTION]... - creates an inbox in $T/NAME
inbox() {
	local name=$1 version=$2
	shift 2
	public-inbox-init "-V$version" "$@" "$name" "$T/$name" "http://$name.example.org/" "$name@example.org" \
		>"$T/init" 2>&1
}
# receive NAME FILE... - delivers the files to the inbox
receive() {
	local name=$1 file
	shift
	for file; do
		ORIGINAL_RECIPIENT=$name@example.org public-inbox-mda --no-precheck <"$file" 2>"$T/mda"
	done
}
patches() {
	sql "select string_agg(name, ' ' order by name) from patchwork_patch"
}

pg_start
for i in 1 2 3 4 5; do
	LIST=tarn.example.org patch -h 'To: v2@example.org, v1@example.org' 'Ada <ada@x.org>' "[PATCH] n$i" "$i@x.org" >"$T/$i"
done

for version in 2 1; do
	ready_db import_public_inbox_v$version
	patchmda project add v$version --list-id v$version.example.org >/dev/null
	inbox v$version $version
	receive v$version "$T/1" "$T/2" "$T/3"
	exits 0 "v$version: three patches" patchmda import --list-id v$version.example.org "$T/v$version"
	is "$(patches)" "n1 n2 n3" "v$version: are stored"
	public-inbox-learn rm <"$T/2" >"$T/learn" 2>&1
	receive v$version "$T/4"
	exits 0 "v$version: one is removed, and one is new" patchmda import --list-id v$version.example.org "$T/v$version"
	is "$(patches)" "n1 n2 n3 n4" "v$version: the removed patch is kept"
	like "$(sed 1q "$T/out")" '^1 messages: 1 patches' "v$version: only the new one is read"
	like "$(patchmda why 2@x.org)" 'deleted from its archive' "v$version: why reports it"
done

ready_db import_public_inbox_purge
patchmda project add v2 --list-id v2.example.org >/dev/null
public-inbox-purge "$T/v2" <"$T/3" >"$T/purge" 2>&1
receive v2 "$T/5"
exits 0 "purged before it was read" patchmda import --list-id v2.example.org "$T/v2"
is "$(patches)" "n1 n2 n4 n5" "a purged patch is not stored"
git clone -q --mirror "$T/v2/git/0.git" "$T/mirror.git"
public-inbox-purge "$T/v2" <"$T/1" >"$T/purge" 2>&1
# public-inbox-purge removes the mail from the repository at once; a mirror has it for some time.
git -C "$T/mirror.git" fetch -q
exits 0 "purged after it was read" patchmda import --list-id v2.example.org "$T/mirror.git"
is "$(patches)" "n1 n2 n4 n5" "a purged patch is kept"
like "$(patchmda why 1@x.org)" 'deleted from its archive' "why reports it"

ready_db import_public_inbox_convert
patchmda project add v1 --list-id v1.example.org >/dev/null
public-inbox-convert "$T/v1" "$T/converted" >"$T/convert" 2>&1
exits 0 "an inbox that was converted from v1 to v2" patchmda import --list-id v1.example.org "$T/converted"
is "$(patches)" "n1 n2 n3 n4" "is read"
rm -rf "$T/clone"
git clone -q --mirror "$T/v1" "$T/clone"
exits 0 "a mirror of v1" patchmda import --list-id v1.example.org "$T/clone"
like "$(sed 1q "$T/out")" '^4 messages: 0 patches, 0 covers, 0 comments, 4 duplicates' "has the same mail"

# The rows are those of the mailbox.
reference_start
inbox all 2
export ORIGINAL_RECIPIENT=all@example.org
for ((i = 1; i <= 42; i++)); do
	messages $i $i | sed -e 1d -e 's/^>\(>*From \)/\1/' | sed '$ { /^$/d }' >"$T/mail"
	public-inbox-mda --no-precheck <"$T/mail" 2>>"$T/mda"
done
ready_db import_public_inbox_all
import "the sample, stored by public-inbox" "$T/all"
unlike "$(counts)" ' [1-9][0-9]* errors' "is read without errors"
# public-inbox does not store a mail twice, and adds headers; so only the names are compared.
names() {
	cut -d '|' -f 1,3 "$1" | sift -E '^(patch|cover)' | LC_ALL=C sort
}
is "$(names "$T/facts")" "$(names "$T/reference")" "its patches and cover letters are those of the mailbox"

done_testing
