#!/usr/bin/env bash
# import-refused.t - `patchmda import` of files without mail, which are refused before anything is stored, and of
# truncated and damaged files

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"

pg_start
mail 'Ada <ada@x.org>' '[PATCH 0/1] one' one@x.org | mbox >"$T/two.mbox"
mail 'Ada <ada@x.org>' '[PATCH 0/1] two' two@x.org | mbox >>"$T/two.mbox"

# ---- files without mail

ready_db import_refused
no_mail="there is no mail in this file: it begins neither with a header nor with a line 'From ' of a mailbox"
printf 'PATCHES\n=======\n\nFrom here on, there is only text.\n' >"$T/text"
printf '<html>\n<head><title>404 Not Found</title></head>\n</html>\n' >"$T/page"
gzip -c "$T/page" >"$T/2024-January.txt.gz"
cp "$ROOT/doc/patch.png" "$T/image.png"
change src/ring.c | sed '1,/^---$/d' >"$T/bare.diff"
for file in text page 2024-January.txt.gz image.png bare.diff; do
	exits 66 "no mail: $file" patchmda import --quiet --create-projects "$T/$file"
	is "$(cat "$T/err" "$T/out")" "patchmda import: $T/$file: $no_mail" "is named with the reason, and there is no summary"
done
exits 66 "a file without mail beside a mailbox" patchmda import --quiet --create-projects "$sample" "$T/text"
is "$(cat "$T/err" "$T/out")" "patchmda import: $T/text: $no_mail" "is found before anything is imported"
exits 66 "standard input without mail" patchmda import --quiet - <"$T/page"
is "$(cat "$T/err")" "patchmda import: standard input: $no_mail" "is reported"
exits 66 "a pipe without mail" patchmda import --quiet - < <(cat "$T/page")
is "$(cat "$T/err")" "patchmda import: standard input: $no_mail" "is reported"
tar -C "$T" -cf "$T/a.tar" two.mbox
gzip -c "$T/a.tar" >"$T/a.tar.gz"
for file in a.tar a.tar.gz; do
	exits 66 "an archive: $file" patchmda import --quiet --create-projects "$T/$file"
	is "$(cat "$T/err")" "patchmda import: $T/$file: this is a tar archive; unpack it, and import the files" "is reported"
done
printf 'Subject: %0248dustar\nFrom: a@x.org\nMessage-Id: <a@x.org>\n\nwords\n' 0 >"$T/mail"
exits 0 "a mail with the magic of tar" patchmda import --quiet --dry-run "$T/mail"
printf 'PK\3\4 and so on' >"$T/a.zip"
exits 66 "an archive: a.zip" patchmda import --quiet "$T/a.zip"
is "$(cat "$T/err")" "patchmda import: $T/a.zip: this is a zip archive; unpack it, and import the files" "is reported"
mkdir "$T/pages"
cp "$T/text" "$T/pages/README"
exits 66 "a directory whose only file has no mail" patchmda import --quiet "$T/pages"
is "$(cat "$T/err")" "patchmda import: $T/pages/README: $no_mail" "the file is named"
is "$(sql "select (select count(*) from patchwork_project), (select count(*) from patchmda.held)")" "0|0" \
	"of all these nothing is stored or held"
cp "$T/two.mbox" "$T/pages/1.mbox"
exits 75 "a directory with a mailbox and a file without mail" patchmda import --quiet --create-projects "$T/pages"
is "$(cat "$T/err")" "patchmda import: $T/pages/README: $no_mail" "the file is named"
like "$(counts)" '^2 messages: .* 1 errors' "it is an error, and the mailbox is imported"
is "$(sql "select count(*) from patchwork_cover")" 2 "and stored"

# These are mail.
ready_db import_accepted
patch 'Ada <ada@x.org>' '[PATCH] single' single@x.org >"$T/single"
import "a single mail" "$T/single"
like "$(counts)" '^1 messages: 1 patches' "is imported"
{ echo 'The end of a mail that was cut.'; patch 'Ada <ada@x.org>' '[PATCH] second' second@x.org | mbox; } >"$T/tail"
import "the end of a mail, and a mailbox" "$T/tail"
like "$(counts)" '^2 messages: 1 patches.* 1 held' "the beginning is held"
printf 'Subject: nobody sent this\n\nText.\n' >"$T/headless"
import "a mail without sender" "$T/headless"
like "$(counts)" '^1 messages: .* 1 held' "is held"
printf '\n\n' >"$T/blank"
import "empty lines" "$T/blank"
like "$(counts)" '^0 messages' "are an empty mailbox"

# ---- truncated files

ready_db import_truncated
mail 'Ada <ada@x.org>' '[PATCH 0/1] NUMBER' NUMBER@x.org TEXT | mbox >"$T/one.mbox"
perl -0777 -ne 'srand 1; for $n (1 .. 400) { ($mail = $_) =~ s/NUMBER/$n/g; $mail =~ s/TEXT/rand . rand . rand/e; print $mail }' \
	"$T/one.mbox" >"$T/many.mbox"
for program in gzip bzip2 xz zstd lz4; do
	command -v $program >/dev/null || { skip "missing tool: $program" 4; continue; }
	$program -c <"$T/many.mbox" 2>/dev/null | head -c -5 >"$T/many.$program"
	exits 75 "truncated: $program" patchmda import --quiet --create-projects "$T/many.$program"
	like "$(cat "$T/err")" "^patchmda import: $T/many\.$program: the file is truncated: its compressed data ends too early(; messages read before that: [0-9]+)?\$" \
		"says so, and names the file"
	read_before=$(sed -n 's/.*messages read before that: //p' "$T/err")
	is "$(sed -n 's/ messages: .*//p' "$T/out")" "${read_before:-0}" "and says how many messages were read before"
	head -c 40 <"$T/many.$program" >"$T/few.$program"
	exits 75 "truncated at the beginning: $program" patchmda import --quiet --create-projects "$T/few.$program"
	is "$(cat "$T/err")" "patchmda import: $T/few.$program: the file is truncated: its compressed data ends too early" \
		"says so, too"
done
is "$(sql "select count(*) from patchwork_cover") $(($(sql "select count(*) from patchwork_cover") > 390))" \
	"$(sql "select count(*) from patchwork_cover") 1" "most of the mail is stored"
if command -v xz >/dev/null; then
	xz -c <"$T/many.mbox" >"$T/damaged.xz"
	head -c 100 /dev/zero | dd of="$T/damaged.xz" bs=1 seek=3000 conv=notrunc status=none
	exits 75 "damaged" patchmda import --quiet "$T/damaged.xz"
	like "$(cat "$T/err")" "^patchmda import: $T/damaged.xz: the compressed data is damaged: Lzma " "says so"
else
	skip 'missing tool: xz' 2
fi

done_testing
