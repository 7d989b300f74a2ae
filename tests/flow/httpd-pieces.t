#!/usr/bin/env bash
# httpd-pieces.t - large downloads and lists of `patchmda httpd` are made in pieces, in little memory
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl

LIST=list.example.org
pg_start
ready_db httpd_pieces
patchmda project add one --list-id $LIST --name One >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] part' a1@x.org | patchmda deliver
user maint one
# 40 large patches, which are all of a bundle and of a series, and small ones. The rows are synthetic.
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id, series_id, number)
	select '<' || i || '@x.org>', now(), 'Subject: part ' || i, 'Text ' || i, 'part ' || i, 1, 1, false,
		case when i <= 40 then repeat('+' || i || e'\n', 1000000 / (length(i::text) + 2)) else '+small' end, 1,
		case when i <= 40 then 1 end, case when i <= 40 then i + 1 end
	from generate_series(1, 150) i" \
"insert into patchwork_patchcomment (msgid, date, headers, content, submitter_id, patch_id, addressed)
	select '<c' || i || '@x.org>', now(), '', 'Acked-by: ' || i, 1, i, false from generate_series(1, 150) i" \
"insert into patchwork_bundle (name, public, owner_id, project_id) values ('large', true, 1, 1), ('small', true, 1, 1)" \
"insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id)
	select 1000 - id, case when id <= 41 then 1 else 2 end, id from patchwork_patch"
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4
# A download is finished within the time limit of queries, and five seconds more, when the server stops.
httpd_start --query 120

# one_by_one ORDER CONDITION - prints the patches that meet the condition, each of which is downloaded alone
one_by_one() {
	local id msgid files=()
	sql "select id || ' ' || btrim(msgid, '<>') from patchwork_patch where $2 order by $1" >"$T/ids"
	while read -r id msgid; do
		printf 'url = http://p.example.org/project/one/patch/%s/mbox/\noutput = %s\n' "$msgid" "$T/one.$id" >&3
		files+=("$T/line" "$T/one.$id")
	done <"$T/ids" 3>"$T/urls"
	curl -s --unix-socket "$HTTPD_SOCKET" -K "$T/urls"
	cat "${files[@]:1}"
}
echo >"$T/line"
one_by_one 'id desc' 'id <= 41' >"$T/large"
one_by_one 'id desc' 'id > 41' >"$T/small"
one_by_one number 'series_id = 1' >"$T/series"
peak_kib() {
	awk '/^VmHWM/ { print $2 }' "/proc/$HTTPD_PID/status"
}

# ---- exact bytes, and memory

get /bundle/maint/small/mbox/
ok 'a small bundle is the patches with an empty line between them' cmp "$T/body" "$T/small"
is "$(header Content-Length) $(header Transfer-Encoding)" "$(stat -c %s "$T/small") " 'and a whole response'
like "$(header ETag)" . 'with an ETag'
before=$(peak_kib)
get /bundle/maint/large/mbox/ -H 'Accept-Encoding: gzip'
ok "so is a large one of $(stat -c %s "$T/large") bytes" cmp "$T/body" "$T/large"
is "$status $(header Content-Disposition)" '200 attachment; filename=bundle-1-large.mbox' 'with its name'
is "$(header Content-Length)$(header ETag)$(header Content-Encoding) $(header Transfer-Encoding)" ' chunked' 'in pieces'
get /series/1/mbox/
ok 'so is a series' cmp "$T/body" "$T/series"
get '/project/one/patch/40@x.org/mbox/?series=*'
ok 'and a patch with those before it' cmp "$T/body" "$T/series"
if is_sanitized; then
	skip 'a sanitizer needs memory for itself'
else
	ok "the server needs a few megabytes for them ($before, $(peak_kib) KiB)" test "$(peak_kib)" -lt $((before + 16384))
fi
# Lists of the REST interface: 40 comments of a megabyte each, and bundles of thousands of patches.
sql "insert into patchwork_cover (msgid, date, headers, content, name, project_id, submitter_id)
	values ('<cover@x.org>', now(), '', 'Text', 'cover', 1, 1)" \
"insert into patchwork_covercomment (msgid, date, headers, content, submitter_id, cover_id, addressed)
	select '<r' || i || '@x.org>', now(), 'Subject: Re: ' || i, repeat('> ' || i || e'\n', 1000000 / (length(i::text) + 3)), 1, 1, false
	from generate_series(1, 40) i" \
"insert into patchwork_bundle (name, public, owner_id, project_id) select 'many ' || i, true, 1, 1 from generate_series(3, 20) i" \
"insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id)
	select '<n' || i || '@x.org>', now(), '', '', 'part ' || i, 1, 1, false, '+', 1 from generate_series(1, 3000) i" \
"insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id)
	select p.id, b.id, p.id from patchwork_patch p, patchwork_bundle b where b.id > 2"

# in_pieces PATH COUNT - compares a list with its items, each of which is fetched alone
in_pieces() {
	local i
	for ((i = 1; i <= $2; i++)); do
		curl -s --unix-socket "$HTTPD_SOCKET" "http://p.example.org$1?per_page=1&page=$i" | sed 's/^\[//; s/\]$//'
		[ $i = "$2" ] || printf ,
	done >"$T/items"
	get "$1?per_page=250" -H 'Accept-Encoding: gzip'
	ok "so is $1, $(stat -c %s "$T/body") bytes" cmp "$T/body" <(printf '['; cat "$T/items"; printf ']')
	is "$status $(header Content-Length)$(header Content-Encoding) $(header Transfer-Encoding)" '200  chunked' 'in pieces'
	like "$(header Link)" 'page=1&per_page=250>; rel="last"$' 'as one page'
}
in_pieces /api/covers/1/comments/ 40
in_pieces /api/bundles/ 20
get '/api/covers/1/comments/?per_page=2' -H 'Accept: application/json; indent=2'
is "$(head -n 2 "$T/body" | tail -n 1) $(tail -n 1 "$T/body")" '  { ]' 'a list with blanks can be in pieces, too'
is "$(sed -n 's/^    "id": \([0-9]*\),$/\1/p; s/^  },$/,/p' "$T/body" | tr '\n' ' ')" '1 , 2 ' 'with all items'
# The user is asked for together with the rows; then there are pieces already.
for form in json api; do
	get "/api/covers/1/comments/?per_page=250&format=$form" -H 'Authorization: Token none'
	is "$status $(header Transfer-Encoding) $(count 'Invalid token' "$T/body") $(count '> 1' "$T/body")" '403  1 0' \
		"a wrong token gets nothing of a large list, format=$form"
done
# Pages for browsers show the same JSON.
get '/api/covers/1/comments/?per_page=250' -H 'Accept: application/json; indent=4'
mv "$T/body" "$T/items"
get '/api/covers/1/comments/?per_page=250&format=api'
perl -0777 -ne 'm{.*\n\n(\[.*\])</pre>\n</main>.*</html>\n\z}s or exit; $_ = $1; s/<[^>]*>//g; s/[?]format=api//g;
	s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/\x27/g; s/&amp;/&/g; print' "$T/body" >"$T/shown"
ok "the page of a large list, $(stat -c %s "$T/body") bytes, shows all of it" cmp "$T/shown" "$T/items"
is "$status $(header Content-Type) $(header Transfer-Encoding)" '200 text/html; charset=utf-8 chunked' 'in pieces'
if is_sanitized; then
	skip 'a sanitizer needs memory for itself'
else
	ok "the server needs little memory for lists, too ($before, $(peak_kib) KiB)" test "$(peak_kib)" -lt $((before + 16384))
fi

# ---- large comments with tags, of a patch and of a cover letter

# 24 comments of a megabyte, and one of 20 MB; their tags are after the text.
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id)
	values ('<tags@x.org>', now(), 'Subject: tags', 'Text', 'tags', 1, 1, false, '+', 1)" \
"insert into patchwork_patchcomment (msgid, date, headers, content, submitter_id, patch_id, addressed)
	select '<t' || i || '@x.org>', now() - i * interval '1 second', '',
		repeat(e'> é and more text of a comment\n', case when i = 12 then 600000 else 30000 end)
			|| e'Acked-by: ' || i || e'\r\n Acked-by: no\nAcked: no\nreviewed-BY: ' || i || ' é',
		1, (select max(id) from patchwork_patch), false
	from generate_series(1, 25) i" \
"update patchwork_covercomment set content = content || 'Tested-by: ' || id where id > 20" \
"update patchwork_covercomment set content = repeat(content, 20) || e'\nTested-by: 1\n\n' where id = 1"
before=$(peak_kib)
get /project/one/patch/tags@x.org/mbox/
printf 'Text\n' >"$T/expected"
for ((i = 25; i > 0; i--)); do
	printf 'Acked-by: %s\r\nreviewed-BY: %s é\n' $i $i
done >>"$T/expected"
ok 'the mail of a patch has the tags of large comments' cmp <(sed '1,/^$/d; /^$/,$d' "$T/body") "$T/expected"
patchmda show --format mbox "$(sql "select id from patchwork_patch where msgid = '<tags@x.org>'")" >"$T/mail"
is "$(count '^Acked-by: [0-9]+$' "$T/mail") $(count '^Reviewed-by: [0-9]+ é$' "$T/mail")" '25 25' 'so has that of show'
get /project/one/cover/cover@x.org/mbox/
is "$(grep Tested-by "$T/body" | tr '\n' ' ')" "Tested-by: 1 $(printf 'Tested-by: %s ' {21..40})" 'so has that of a cover letter'
if is_sanitized; then
	skip 'a sanitizer needs memory for itself'
else
	ok "the server needs little memory for them ($before, $(peak_kib) KiB)" test "$(peak_kib)" -lt $((before + 8192))
fi
ask HEAD '/api/covers/1/comments/?per_page=250'
is "$status $(header Content-Type)" '200 application/json' 'HEAD of a list'
ask HEAD /bundle/maint/large/mbox/
is "$status $(header Content-Disposition)" '200 attachment; filename=bundle-1-large.mbox' 'HEAD'
curl -s -0 --unix-socket "$HTTPD_SOCKET" -o "$T/body" http://x/series/1/mbox/
ok 'a client of HTTP/1.0 gets them, too' cmp "$T/body" "$T/series"
like "$(grep 'bundle/maint/large/mbox/: 200' "$HTTPD_LOG")" ' bytes and more, ' 'the log says that a response has more pieces'

# ---- clients that read slowly, and the database

# begin PATH - starts a client that stops reading after the beginning, and goes on after `go_on`
mkfifo "$T/gate"
begin() {
	rm -f "$T/slow"
	curl -sN --unix-socket "$HTTPD_SOCKET" "http://x$1" >"$T/pipe" 2>/dev/null &
	client=$!
	at_exit httpd_kill $client
	{ head -c 100000; read -r <"$T/gate"; cat; } <"$T/pipe" >"$T/slow" &
	reader=$!
	until_true test -s "$T/slow"
}
mkfifo "$T/pipe"
# go_on - lets the client read, and sets `ended` to its status
go_on() {
	echo >"$T/gate"
	ended=0
	wait $client || ended=$?
	wait $reader
}
end_sessions() {
	sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()" >/dev/null
}
begin /bundle/maint/large/mbox/
is "$(get /api/patches/1/; echo $status)" 200 'others are answered while a client reads a large download'
end_sessions
go_on
is "$ended" 0 'a download goes on when the connection to the database was lost'
ok 'and is complete' cmp "$T/slow" "$T/large"
begin /bundle/maint/large/mbox/
sql 'alter table patchwork_patch rename to patchwork_away'
go_on
is "$ended" 18 'if the rest cannot be read, the client notices that it does not get the end'
like "$(cat "$HTTPD_LOG")" 'the response was broken off: .*patchwork_patch' 'and the log says why'
sql 'alter table patchwork_away rename to patchwork_patch'
is "$(get /api/patches/1/; echo $status)" 200 'others are answered after that'

# ---- the end

begin /bundle/maint/large/mbox/
kill -TERM "$HTTPD_PID"
go_on
stopped=0
wait "$HTTPD_PID" || stopped=$?
is "$stopped $ended" '0 0' 'a download is finished before the server stops'
ok 'and is complete, too' cmp "$T/slow" "$T/large"
done_testing
