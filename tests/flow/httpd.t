#!/usr/bin/env bash
# httpd.t - `patchmda httpd`: documents, versions, forms, methods, errors, and authentication
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd
patchmda project add one --list-id $LIST --list-email list@x.org --name One >/dev/null
patchmda project set one --list-archive-url-format 'https://lore.example.org/{}'
mail 'Ada <ada@x.org>' '[PATCH 0/2] turns' a0@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/2] one' a1@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 2/2] two' 'a/2@x.org' | patchmda deliver
mail -r '<a1@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH 1/2] one' r1@x.org $'Acked-by: Bob <bob@x.org>' | patchmda deliver
mail -r '<a0@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH 0/2] turns' r0@x.org | patchmda deliver
user maint one
user other
sql "insert into patchwork_check (date, state, context, user_id, patch_id)
	values ('2026-03-02 10:00:00Z', 2, 'build', 1, 1)" \
"insert into patchwork_bundle (name, public, owner_id, project_id) values ('open', true, 1, 1), ('closed', false, 1, 1)" \
"insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id) values (1, 1, 2), (2, 1, 1)" \
"update patchwork_project set show_dependencies = true"
httpd_start

# ---- documents

is "$(get /api/; echo "$status $(field "->>'patches'")")" '200 http://p.example.org/api/patches/' 'the index'
for id in 1 2; do
	get /api/patches/$id/ -H 'Accept: application/json; indent=4'
	is "$body" "$(patchmda show --base-url http://p.example.org $id)" "patch $id is the document that 'show' prints"
done
is "$(get /api/ -H 'Accept: application/json; indent=99'; grep -c '^ \{8\}"' "$T/body")" 8 'an indent of 8 at most'
get /api/patches/2/ -H 'Accept: application/json; indent=4'
is "$(header Content-Type) $(header Allow)" 'application/json GET, PUT, PATCH, HEAD, OPTIONS' 'with its headers'
get /api/patches/2/
is "$body" "$(patchmda show --base-url http://p.example.org 2 | sed -E ':a; N; $!ba; s/\n +//g; s/\n//g; s/": /":/g')" \
	'without blanks, unless an indent is requested'
get /api/covers/1/
is "$(field "->>'content'") $(field "->'series'->0->>'id'") $(field "->>'mbox'")" \
	'Just a line. 1 http://p.example.org/project/one/cover/a0@x.org/mbox/' 'a cover letter'
get /api/series/1/
is "$(field "->>'received_all'") $(field "->'cover_letter'->>'msgid'") $(field "->'patches'->1->>'msgid'")" \
	'true <a0@x.org> <a/2@x.org>' 'a series'
is "$(field "->>'dependencies'")$(field "->>'dependents'")" '[][]' 'shows its dependencies'
sql 'update patchwork_project set show_dependencies = false'
get /api/series/1/
is "$(field "->>'dependencies'")" '' 'unless the project hides them'
get /api/patches/1/comments/1/
is "$(field "->>'subject'") $(field "->>'web_url'")" 'Re: [PATCH 1/2] one http://p.example.org/comment/1/' 'a comment'
is "$(get /api/patches/2/comments/1/; echo $status)" 404 'belongs to its patch only'
get /api/patches/1/checks/1/
is "$(field "->>'state'") $(field "->'user'->>'username'")" 'warning maint' 'a check'
get /api/projects/one/
is "$(field "->>'id'") $(field "->'maintainers'->0->>'username'")" '1 maint' 'a project by its link name'
is "$(get /api/projects/%20+1/; field "->>'link_name'") $(get /api/projects/-1/; echo $status)" 'one 404' 'by a number as filters take it'
get /api/bundles/1/
is "$(field "->>'web_url'") $(field "->'patches'->1->>'id'")" 'http://p.example.org/bundle/maint/open/ 2' \
	'a bundle, its patches by date'
get /api/events/
is "$(psql -XqAt -v d="$body" <<<"select string_agg(distinct x->>'category', ' ' order by x->>'category')
	from json_array_elements(:'d'::json) x")" \
	'cover-comment-created cover-created patch-comment-created patch-completed patch-created series-completed series-created' \
	'events'
is "$(psql -XqAt -v d="$body" <<<"select x->'payload'->'patch'->>'id', (x->'payload'->'comment'->>'id'),
	array_to_string(array(select json_object_keys(x->'payload')), ',')
	from json_array_elements(:'d'::json) x where x->>'category' = 'patch-comment-created'")" '1|1|patch,comment' \
	'with the patch and the comment'

# ---- versions

members() {
	psql -XqAt -v d="$body" <<<"select string_agg(k, ' ') from json_object_keys(:'d'::json) k"
}
get /api/1.0/patches/1/
is "$(members)" 'id url project msgid date name commit_ref pull_url state archived hash submitter delegate mbox series check checks tags headers content diff prefixes' \
	'members of version 1.0'
is "$(field "->>'url'") $(field "->>'checks'")" 'http://p.example.org/api/1.0/patches/1/ http://p.example.org/api/patches/1/checks/' \
	'URLs have the version, except for those of checks'
for version in 1.0 1.4; do
	is "$(get /api/$version/patches/1/comments/; echo $status)" "$([ $version = 1.0 ] && echo 404 || echo 200)" \
		"comments in $version"
done
for version in 1.5 2.0 1.10 1%2F0 1%220 11.0; do
	is "$(get /api/$version/; echo $status)" 404 "a version that does not exist: $version"
done
is "$(get /api/1x0/; echo "$status $(field "->>'patches'")")" '200 http://p.example.org/api/1x0/patches/' \
	'any character is accepted for the point, as in Patchwork'
get /api/1.2/events/
unlike "$body" comment-created 'events of comments were added in version 1.3'

# ---- forms

is "$(get /api/patches -H 'Host: [::1]:8080'; echo "$status $(header Location)")" '301 /api/patches/' 'a slash that is missing'
is "$(get '/api/patches?q=x&page=1'; header Location)" '/api/patches/?q=x&page=1' 'and the query is kept'
is "$(get '/project/one/patch/a=b;c%40d%22/mbox?q="x%20y'; header Location)" '/project/one/patch/a%3Db%3Bc@d%22/mbox/?q=%22x%20y' \
	'with the usual escapes'
is "$(get '/api//evil.example.org'; echo $status)$(get '//evil.example.org/api'; echo $status)$(get '/%2Fevil.example.org/api'; echo $status)" 404404404 \
	'no path leads to another host'
while read -r accept want; do
	is "$(get /api/patches/1/ -H "Accept: $accept"; echo "$status $(header Content-Type)")" "$want" "Accept: $accept"
done <<'END'
application/json 200 application/json
*/* 200 application/json
text/html 200 text/html; charset=utf-8
text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 200 text/html; charset=utf-8
application/json;q=0.1,text/plain 200 application/json
text/html;q=0.5,application/json;q=0.1 200 application/json
text/*;level=1,application/* 200 application/json
text/plain 406 application/json
END
for accept in application/json text/html; do
	is "$(get "/api/patches/1/?format=$([ $accept = text/html ] && echo json || echo api)" -H "Accept: $accept"; echo "$status $(header Content-Type)")" \
		'406 application/json' "a format that is not accepted: $accept"
done
get /api/ -H 'Accept: text/plain, Application/JSON ; q=0.5; Indent="2"'
is "$(grep -c '^  "' "$T/body")" 8 'an indent in any form'
is "$(get '/api/patches/1/?format=xml'; echo "$status $body")" '404 {"detail":"Not found."}' 'an unknown format'
get '/api/patches/1/?format=json'
is "$(field "->>'url'")" 'http://p.example.org/api/patches/1/?format=json' 'URLs keep the format'
get '/api/patches/1/?format=api'
like "$body" '<a [^>]*href="http://p.example.org/api/projects/1/\?format=api">' 'the page of a document has links'
sql "update patchwork_patch set name = '<script>alert(1)</script> \"http://x<b>\"' where id = 2"
get '/api/patches/2/?format=api'
unlike "$body" '<script>|<b>"' 'and no markup from a mail'

# ---- documents that a client has already, and compressed documents

get /api/patches/1/
tag=$(header ETag)
is "$(get /api/patches/1/ -H "If-None-Match: \"x\", $tag"; echo "$status$body")" 304 'a document that the client has is not sent again'
is "$(get /api/patches/1/ -H 'If-None-Match: "x"'; echo "$status")" 200 'a document that it does not have is sent'
sql 'update patchwork_patch set archived = true where id = 1'
is "$(get /api/patches/1/ -H "If-None-Match: $tag"; echo "$status")" 200 'and so is one that has changed'
get /api/patches/1/
cp "$T/body" "$T/plain"
get /api/patches/1/ -H 'Accept-Encoding: br, gzip'
is "$(header Content-Encoding)" gzip 'gzip'
ok 'has the same content' cmp "$T/plain" <(gzip -dc "$T/body")
is "$(get /api/patches/1/ -H 'Accept-Encoding: gzip;q=0'; header Content-Encoding)" '' 'gzip that the client does not accept'
is "$(get /api/patches/1/ -H 'Accept-Encoding: gzip; Q=0.000, br'; header Content-Encoding)" '' 'also with more zeros'
is "$(get /api/patches/1/ -H 'Accept-Encoding: gzip;q=0.010'; header Content-Encoding)" gzip 'or accepts as the last choice'

# ---- methods

is "$(ask HEAD /api/patches/1/; echo "$status $(header Content-Length)")" "200 $(wc -c <"$T/plain")" 'HEAD'
is "$(ask OPTIONS /api/events/; echo "$status $(field "->>'name'")")" '200 Event List' 'OPTIONS'
is "$(ask POST /api/patches/; echo "$status $body")" '405 {"detail":"Method \"POST\" not allowed."}' 'a method that the resource does not have'
is "$(ask FOO /api/; echo "$status")" 405 'an unknown method'

# ---- missing documents

for path in /api/patches/0/ /api/patches/99/ /api/patches/99999999999999999999/ /api/covers/9/ /api/series/9/ \
	/api/bundles/9/ /api/projects/none/ /api/patches/9/checks/ /api/patches/9/comments/ /api/covers/9/comments/ \
	/api/patches/1/checks/9/; do
	is "$(get $path; echo "$status $body")" '404 {"detail":"Not found."}' "$path"
done
for path in /api/none/ /api/patches/x/ /api/patches/-1/ /api/events/1/ /api/patches/1/2/ /none/ /api/%00; do
	is "$(get $path; echo "$status $(header Content-Type)")" '404 text/html; charset=utf-8' "$path"
done

# ---- authentication

nobody='403 {"detail":"Authentication credentials were not provided."}'
for path in /api/users/ /api/people/ /api/users/1/ /api/people/1/; do
	is "$(get $path; echo "$status $body")" "$nobody" "$path requires authentication"
	is "$(get $path -H "$(as other)"; echo $status)" 200 'and is shown to each user'
done
is "$(get /api/users/1/ -H "$(as maint)"; field "->>'settings'")" \
	'{"send_email":false,"items_per_page":100,"show_ids":false}' 'settings are shown to the user'
is "$(get /api/users/1/ -H "$(as other)"; field "->>'settings'")" '' 'and to no other user'
is "$(get /api/bundles/2/; echo $status) $(get /api/bundles/2/ -H "$(as other)"; echo $status) $(get /api/bundles/2/ -H "$(as maint)"; echo $status)" \
	'404 404 200' 'a private bundle is found only by its owner'
# Caches that servers share must not give the response for one user to others.
for path in /api/users/ /api/users/1/ /api/people/ /api/people/1/ /api/bundles/ /api/bundles/1/ /api/bundles/2/ /api/bundles/9/; do
	for form in json api; do
		is "$(get "$path?format=$form"; header Cache-Control) $(get "$path?format=$form" -H "$(as maint)"; header Cache-Control)" \
			'private private' "$path depends on the user"
	done
done
for path in /api/ /api/patches/ /api/patches/1/ /api/patches/1/comments/ /api/patches/99/ /api/series/ /api/events/; do
	is "$(get $path; header Cache-Control) $(get $path -H 'Authorization: Token none'; echo $status $(header Cache-Control))" \
		' 403 private' "$path depends only on the credentials, which may be wrong"
	is "$(get $path -H "$(as maint)"; header Cache-Control)" private 'and a response for a user is for no other one'
done
while IFS='|' read -r authorization want; do
	is "$(get /api/patches/1/ -H "Authorization: $authorization"; echo "$status $(field "->>'detail'")")" "403 $want" \
		"Authorization: $authorization"
done <<END
Token none|Invalid token.
Token|Invalid token header. No credentials provided.
token a b|Invalid token header. Token string should not contain spaces.
token $(printf '\377')|Invalid token header. Token string should not contain invalid characters.
Basic|Invalid basic header. No credentials provided.
Basic a b|Invalid basic header. Credentials string should not contain spaces.
Basic !!!|Invalid username/password.
Basic $(printf '\377:x' | base64)|Invalid username/password.
Basic $(printf nocolon | base64)|Invalid username/password.
Basic $(printf maint:wrong | base64)|Invalid username/password.
Basic $(printf nobody:wrong | base64)|Invalid username/password.
END
is "$(get /api/users/ -u maint:secret-maint; echo $status)" 200 'a password'
is "$(get /api/users/ -H "Authorization: tOKEN   $(printf 'm%.0s' {1..40})"; echo $status)" 200 'a token, whatever its case'
is "$(get /api/users/ -H "Authorization: Token"$'\t'"$(printf 'm%.0s' {1..40})"; echo $status)" 200 'a token after a tab is accepted'
is "$(get /api/users/ -H 'Authorization: Bearer x'; echo "$status $body")" "$nobody" 'an unknown scheme is no authentication'
sql 'update auth_user set is_active = false where id = 1'
is "$(get /api/patches/1/ -H "$(as maint)"; field "->>'detail'")" 'User inactive or deleted.' 'the token of a user who is not active'
is "$(get /api/patches/1/ -u maint:secret-maint; field "->>'detail'")" 'Invalid username/password.' 'the password of such a user, although it was accepted before'
for i in {1..12}; do
	get /api/patches/1/ -u "$(printf 'long%.0s' {1..200}):wrong"
done
is "$status" 403 'a name that no user can have is not remembered'
for i in {1..12}; do
	get /api/patches/1/ -u other:wrong
done
is "$status $(header Retry-After)" '503 60' 'the number of failed passwords is limited'
is "$(get /api/patches/1/ -H "$(as other)"; echo $status)" 200 'tokens are still accepted'

# ---- the database

get '/api/patches/?q=%27%3B%20drop%20table%20patchwork_patch%3B%20--&order=id%3B&project=%27&state=%00&since=%27'
is "$status $body" '200 []' 'SQL in parameters is only text'
get /api/ -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-For: 192.0.2.99'
is "$(field "->>'patches'") $(count '192.0.2.99' "$HTTPD_LOG")" 'http://p.example.org/api/patches/ 0' 'headers of a proxy that is not trusted are ignored'
is "$(count 'X-Forwarded-For from unix: is ignored.*use --trusted-proxy unix:$' "$HTTPD_LOG")" 1 'and one warning names the option'
sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()" >/dev/null
is "$(get /api/patches/1/ -H "$(as other)"; echo $status)" 200 'the server connects again after a lost connection'
is "$(get /api/patches/1/ -H 'Authorization: Token none'; echo $status)" 403 'and still asks whose a token is'
httpd_stop
is $stopped 0 'it stops in order'
ok 'and its socket is deleted' test ! -e "$HTTPD_SOCKET"
like "$(cat "$HTTPD_LOG")" 'unix: GET /api/patches/1/: 200, [0-9]+ bytes' 'requests are logged'

# ---- monitoring

# The metrics of a new server have counted only the first request of httpd_start.
httpd_start
metric() {
	sed -n "s/^patchmda_http_$1 //p" "$T/out"
}
get /api/1.2/patches/1/
get /api/1.2/patches/99/
ask FOO /project/one/patch/a1@x.org/mbox/
curl -sN --unix-socket "$HTTPD_SOCKET" http://p.example.org/api/events/stream >/dev/null &
reader=$!
follows() {
	patchmda status --openmetrics --http "unix:$HTTPD_SOCKET" >"$T/out"
	[ "$(metric event_streams)" = 1 ]
}
within $PATIENCE_SECS follows
for sample in 'method="GET",status="200",resource="patches"' 'method="GET",status="404",resource="patches"' \
	'method="other",status="405",resource="download"' 'method="GET",status="200",resource="events"'; do
	is "$(metric "requests_total{$sample}")" 1 "metrics: $sample"
done
is "$(metric up) $(metric workers) $(metric workers_busy) $(metric waiting_requests) $(metric connections_max)" '1 4 0 0 500' \
	'the pool and its limits'
ok 'some clients are connected' test "$(metric connections)" -ge 2
is "$(metric request_duration_seconds_count)" "$(metric 'requests_total{.*}' | awk '{ n += $1 } END { print n }')" 'all requests have a duration'
ok 'it is OpenMetrics' "$ROOT/tests/openmetrics" "$T/out"
ok 'the event stream is still open' killed $reader
is "$(get /metrics -H 'X-Forwarded-For: 192.0.2.1'; echo $status)" 404 'metrics are not for clients of a proxy'
exits 0 'status' patchmda status --http "unix:$HTTPD_SOCKET"
like "$(cat "$T/out")" "httpd     ok: unix:$HTTPD_SOCKET: HTTP/1.[01] 200 OK" 'reports the server'
httpd_stop
exits 2 'a server that does not run' patchmda status --http "unix:$HTTPD_SOCKET"
like "$(cat "$T/out")" "httpd     BROKEN: unix:$HTTPD_SOCKET: No such file" 'is reported'
exits 2 'a server that does not run, with --openmetrics' patchmda status --openmetrics --http "unix:$HTTPD_SOCKET"
is "$(metric up)" 0 'has a metric'
httpd_start -d dbname=httpd_t_nowhere
exits 0 'metrics without a database' curl -sf --unix-socket "$HTTPD_SOCKET" http://p.example.org/metrics
httpd_stop

httpd_start --read-only --base-url https://patches.example.org --trusted-proxy unix: --query 1
is "$(get /api/; field "->>'patches'")" https://patches.example.org/api/patches/ '--base-url'
is "$(get /api/ -H 'X-Forwarded-For: 192.0.2.1, 192.0.2.5, 192.0.2.7'; sed -n 's/ GET .*//p' "$HTTPD_LOG" | tail -n 1)" 192.0.2.7 \
	'the address of the client is taken from a trusted proxy'
is "$(get /api/ -H 'X-Forwarded-For: 192.0.2.1' -H 'X-Forwarded-For: 192.0.2.8'; sed -n 's/ GET .*//p' "$HTTPD_LOG" | tail -n 1)" 192.0.2.8 \
	'also from one that adds a header'
for i in {1..10}; do
	get /api/ -H "X-Forwarded-For: 2001:db8::$i" -u "nobody$i:wrong"
done
is "$(get /api/ -H 'X-Forwarded-For: 2001:db8::a:b' -u other:secret-other; echo $status)" 503 'wrong passwords count for a network of IPv6'
is "$(get /api/ -H 'X-Forwarded-For: 2001:db8:0:1::1' -u other:secret-other; echo $status)" 200 'and not for the next one'
lock 'lock table patchwork_patch'
is "$(get /api/patches/1/ -m $PATIENCE_SECS; echo "$status $(header retry-after) $body")" \
	'503 60 {"detail":"The query takes too long. Ask for fewer rows."}' 'a query that takes too long is ended'
unlock
httpd_stop
is $stopped 0 'it stops'
httpd_start --time-zone Asia/Tokyo
is "$(get /api/patches/1/; echo $status)" 503 'a time zone other than the one that init recorded'
like "$(cat "$HTTPD_LOG")" 'Asia/Tokyo' 'is reported in the log'
httpd_stop
exits 69 'nothing to listen on' patchmda httpd
exits 64 'an invalid base URL' patchmda httpd --base-url patches.example.org
done_testing
