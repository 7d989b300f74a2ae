#!/usr/bin/env bash
# pages-hostile.t - pages of mails that contain markup or change the direction of the text, or are very large
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl tidy

LIST=list.example.org
pg_start
ready_db pages_hostile
patchmda project add 'a<b>&"c' --list-id $LIST --list-email list@x.org --name '<script>alert(1)</script>' >/dev/null
evil='</pre></title><script>alert(1)</script><a onclick="x" href='"'"'javascript:x'"'"'>&amp;'
turned=$'\u202eabc\u2066def'
utf8=(-h 'MIME-Version: 1.0' -h 'Content-Type: text/plain; charset=utf-8' -h 'Content-Transfer-Encoding: 8bit')

mail "${utf8[@]}" 'E <e@x.org>' "[PATCH 0/2] $evil" '"svg&"@x.org' "$evil" | patchmda deliver
mail "${utf8[@]}" -r '<"svg&"@x.org>' 'E <e@x.org>' "[PATCH 1/2] $evil $turned" "p\"1&'%/@x.org" \
	"$evil$(printf '\001\033[31m\177')
$turned
---
$(change "src/<b>$turned.c" | sed "s/^+new/+if (admin) { $turned $(printf '\033')/")" | patchmda deliver
mail "${utf8[@]}" -r '<"svg&"@x.org>' 'E <e@x.org>' "[PATCH 2/2] $(printf 'x%.0s' {1..250})" 'long@x.org' \
	"$(change src/ok.c)" | patchmda deliver
mail "${utf8[@]}" -r '<long@x.org>' 'E <e@x.org>' 'Re: x' 'c1@x.org' "> $evil
http://x.org/\"><script>alert(1)</script> javascript:alert(1) http:// https://
http://x.org/$turned/a|b/ü https://x.org/%41?a=b&c
Unseen: $(printf '<\u00ad\u115f\u180e\u206a\u3164\uffa0\ufff9\U000e0041\u2764\ufe0f\u200d>')
Forbidden: <$(printf '\302\205\302\233\357\267\220\357\277\277')>
Acked-by: <script>" | patchmda deliver
{
	printf 'Many lines.\n---\n--- a/many.c\n+++ b/many.c\n@@ -0,0 +1,10000 @@\n'
	seq -f '+line %g' 10000
	printf -- '--- a/more.c\n+++ b/more.c\n@@ -0,0 +1,15000 @@\n'
	seq -f '+more %g' 15000
} >"$T/many"
mail 'Ada <ada@x.org>' '[PATCH] many lines' many@x.org "$(cat "$T/many")" | patchmda deliver
{
	printf 'One line.\n---\n--- a/one.c\n+++ b/one.c\n@@ -0,0 +1 @@\n+'
	head -c 1000000 /dev/zero | tr '\0' 'y'
	printf '\n'
} >"$T/line"
mail 'Ada <ada@x.org>' '[PATCH] one line of a megabyte' line@x.org "$(cat "$T/line")" | patchmda deliver
mail -r '<line@x.org>' 'Ada <ada@x.org>' 'Re: one line' line2@x.org "$(head -c 1000000 /dev/zero | tr '\0' 'z')" | patchmda deliver
# Such a name is not taken from a mail, but other programs write into the tables, too.
sql "update patchwork_person set name = '</bdi><b>$turned' where email = 'e@x.org'" \
	"insert into auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active, date_joined)
		values ('ci', '!', '', '', '', false, false, true, now())" \
	"insert into patchwork_check (date, state, context, user_id, patch_id, target_url)
		select now(), 1, 'build', 1, id, '//evil.example.org/' from patchwork_patch where msgid = '<long@x.org>'"
sql "insert into patchwork_check (date, state, context, user_id, patch_id, target_url)
		select now(), 1, 'tree', 1, id, E'/\\\\evil.example.org/' from patchwork_patch where msgid = '<long@x.org>'" \
	"insert into patchwork_check (date, state, context, user_id, patch_id, target_url)
		select now(), 1, 'boot', 1, id, E'/\\t/evil.example.org/' from patchwork_patch where msgid = '<long@x.org>'" \
	"insert into patchwork_check (date, state, context, user_id, patch_id, target_url)
		select now(), 1, 'lines', 1, id, E'http://x.org/\\nX: y' from patchwork_patch where msgid = '<long@x.org>'"
is "$(sql 'select count(*) from patchwork_patch')" 4 'the mails are stored'
httpd_start

status=0
"$ROOT/tests/crawl" --socket "$HTTPD_SOCKET" http://p.example.org '/search/?q=%3Cscript%3E%00%E2%80%AE' \
	"/project/a%3Cb%3E&%22c/list/?q=%22%3E%3Cscript%3E&submitter=%27%22%3E&order=%22%3E&view=%22%3E&%3Cb%3E=%3Ci%3E" \
	'/api/patches/1/?format=api&%22%3E%3Cscript%3E' >"$T/crawl" || status=$?
is "$status" 0 'the crawler finds no errors'
diag "$(tail -n 30 "$T/crawl")"
is "$(get '/%3Cscript%3E/'; echo "$status $(count '<script' "$T/body")")" '404 0' 'an address is not markup'
project=$(printf '/project/a%%3Cb%%3E&%%22c')
get "$project/patch/p%221&'%25%252F@x.org/"
is "$status" 200 'a message id with special characters has its page'
like "$body" 'href=&#39;javascript:x&#39;' 'an apostrophe is escaped'
like "$body" '<h1><bdi>\[1/2\] &lt;/pre&gt;&lt;/title&gt;' 'a name is text, and isolated'
like "$body" '<ins>\+if \(admin\) \{ \[U\+202E\]abc\[U\+2066\]def ␛' 'characters that change the direction are shown by their codes'
like "$body" '␁␛\[31m␡' 'control characters are shown as symbols'
unlike "$body" "$(printf '\u202e')|$(printf '\033')" 'and are not in the page themselves'
get "$project/patch/long@x.org/"
like "$body" "Forbidden: &lt;$(printf '\357\277\275%.0s' 1 2 3 4)&gt;" 'characters that HTML forbids are replaced'
like "$body" 'Unseen: &lt;\[U\+00AD\]\[U\+115F\]\[U\+180E\]\[U\+206A\]\[U\+3164\]\[U\+FFA0\]\[U\+FFF9\]\[U\+E0041\]'"$(printf '\u2764\ufe0f\u200d')&gt;" \
	'characters that are not seen are shown by their codes, except in emoji'
like "$body" 'href="http://x.org/%E2%80%AEabc%E2%81%A6def/a">http://x.org/\[U\+202E\]abc\[U\+2066\]def/a</a>' \
	'an address has the bytes of the text, not what is shown'
like "$body" 'href="https://x.org/%41[?]a=b&amp;c">' 'and what it had encoded before'
like "$body" '<a><bdi>build' 'an address without a scheme is no link'
like "$body" '<a><bdi>tree' 'nor is one whose backslash browsers take for a slash'
like "$body" '<a href="http://x.org/%0AX:%20y" [^>]*><bdi>lines' 'no address has a new line or a blank'
like "$body" '<a><bdi>boot' 'nor one with a tab, which they skip'
get "$project/patch/many@x.org/"
like "$body" 'Only the first 20000 of 25006 lines are shown' 'a diff of 25,000 lines is truncated'
is "$(grep -c '<ins>' "$T/body")" 19994 'after 20,000 lines'
like "$body" '<details class="file" id="f2"><summary>' 'a file after many lines is folded'
get "$project/patch/line@x.org/"
like "$body" '\[998001 more bytes\]' 'a line of a megabyte is truncated'
like "$body" 'The text is cut here: [0-9]+ more bytes' 'and a text of a megabyte'
ok 'the page has less than 400 kB' test "$(wc -c <"$T/body")" -lt 400000

# ---- types that browsers may guess

for address in / /api/patches/1/ /patch/1/ /patch/1 "/submitter/?q=script" "$project/pwclientrc/" "$project/feed/" /metrics \
	/style.css "$project/patch/long@x.org/mbox/" /none/ /api/bundles/1/ "/api/$(printf 'x%.0s' {1..5000})"; do
	get "$address"
	is "$(header X-Content-Type-Options)" nosniff "not that of ${address:0:60}, status $status"
done

# ---- commands to copy

# run_commands - runs the commands of the page as a reader's shell does, with programs that print their operands
run_commands() {
	perl -0ne 'while (m{<pre class="copy"><code>(.*?)</code>|(?<=[ >])<code>(patchmda .*?)</code>}sg) {
		my $text = $1 // $2;
		$text =~ s/&lt;/</g; $text =~ s/&gt;/>/g; $text =~ s/&quot;/"/g; $text =~ s/&#39;/\x27/g; $text =~ s/&amp;/&/g;
		print "$text\n" }' "$T/body" >"$T/commands"
	(
		cd "$T"
		set +eu
		curl() { printf 'curl %s\n' "$2"; }
		git() { cat; }
		b4() { printf 'b4 %s\n' "${*:2}"; }
		patchmda() { printf 'patchmda %s\n' "${*:2}"; }
		. "$T/commands"
	) >"$T/said" 2>&1 || true # its output is compared
}
for id in ';touch${IFS}owned;x@x.org' "it's&\$(x)@x.org" -x@x.org --help=x@x.org; do
	mail 'Ada <ada@x.org>' '[PATCH] commands' "$id" "$(change src/c.c)" | patchmda deliver
	address=$(perl -e 'print join "", map { sprintf "%%%02X", ord } split //, shift' -- "$id")
	get "$project/patch/$address/"
	is "$status" 200 "$id has its page"
	run_commands
	ok 'whose commands do not run what is in the id' test ! -e "$T/owned"
	operand=$id
	[[ $id != -* ]] || operand="-- $id"
	is "$(sed 1d "$T/said")" "b4 $operand"$'\n'"patchmda $operand" 'and have the whole id, which is no option'
	like "$(sed 1q "$T/said")" '^curl http://p.example.org/project/.*/mbox/$' 'and the address of the mail'
	get "/why/$address/"
	run_commands
	is "$(cat "$T/said")" "patchmda <$id>" 'the command of the page why has it in brackets'
done

# ---- rows without a name, a series without a project

sql "update patchwork_person set name = null where email = 'ada@x.org'" \
	"update patchwork_person set name = ' ' where email = 'e@x.org'" \
	"update patchwork_project set name = '', listemail = '', listid = 'other'" \
	"update patchwork_series set project_id = null, name = null where id = 1" \
	"update patchwork_series set name = '' where id = 2" \
	"update patchwork_patch set name = '', state_id = null, number = null where series_id <> 2" \
	"update patchwork_patch set name = ' ', series_id = null where msgid = '<line@x.org>'" \
	"update patchwork_cover set name = ''" \
	"update patchwork_check set context = '', description = null, target_url = ''" \
	"insert into patchwork_series (id, name, date, version, total, project_id, submitter_id) values (99, null, now(), 1, 0, null, 1)"
status=0
"$ROOT/tests/crawl" --socket "$HTTPD_SOCKET" http://p.example.org '/search/?q=x' "$project/list/?view=patches&state=*" \
	"$project/list/?state=*" "$project/list/?series=1" "$project/feed/" "$project/series/1/versions/" /patch/1/ /patch/2/ >"$T/crawl" || status=$?
is "$status" 0 'no link leads to an error, or is without a text'
diag "$(tail -n 30 "$T/crawl")"
get "$project/patch/p%221&'%25%252F@x.org/"
like "$body" "<h1><bdi>\(no name\)</bdi></h1>" 'a patch without a name has a heading'
like "$body" "<a href=\"[^\"]*/series/1/\"" 'and leads to its series'
get "$project/series/1/"
is "$status" 200 'which is a page of the project of its mails'
done_testing
