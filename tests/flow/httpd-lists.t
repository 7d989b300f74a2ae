#!/usr/bin/env bash
# httpd-lists.t - the lists of `patchmda httpd`: filters, orders, words, pages
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd_lists
patchmda project add one --list-id $LIST --name One >/dev/null
patchmda project add Two --list-id two.example.org --name 'Second' >/dev/null
user maint one
user other
for i in 1 2 3; do
	patch -d $((i * 10)) -r '<a0@x.org>' 'Ada <ada@x.org>' "[PATCH $i/3] turn the 50%_engine, part $i" a$i@x.org | patchmda deliver
done
mail 'Ada <ada@x.org>' '[PATCH 0/3] turns' a0@x.org | patchmda deliver
LIST=two.example.org patch -d 5 'Bob <BOB@x.org>' '[PATCH] "stop" the engine' b1@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Bob <BOB@x.org>' 'Re: [PATCH 1/3] x' r1@x.org 'Fine.' | patchmda deliver
mail -r '<a1@x.org>' 'Bob <BOB@x.org>' $'Re: [PATCH\n 1/3] x' r2@x.org 'Fine.' | patchmda deliver
mail -r '<a1@x.org>' 'Bob <BOB@x.org>' 'Aw: [PATCH 1/3] x' r3@x.org 'Fine.' | patchmda deliver
# Patches are delivered in this order: 1 to 3 of project one, 4 of Two.
sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'under-review') where id = 2" \
"update patchwork_patch set archived = true, delegate_id = 1 where id = 3" \
"insert into patchwork_check (date, state, context, user_id, patch_id) values
	('2026-03-02 10:00:00.5Z', 1, 'build', 1, 1), ('2026-03-02 11:00:00Z', 3, 'test', 2, 1)" \
"insert into patchwork_bundle (name, public, owner_id, project_id) values ('open', true, 1, 1), ('closed', false, 1, 1)"
sql "update patchwork_event set actor_id = 1 where category = 'patch-created' and patch_id = 1"
httpd_start

# lists NAME PATH IDS [CURL-OPTION]... - tests that the list has the documents with these ids
lists() {
	local name=$1 path=$2 want=$3
	shift 3
	get "$path" "$@"
	is "$status $(ids)" "200 $want" "$name: $path"
}

# ---- filters

while IFS='|' read -r query want; do
	lists patches "/api/patches/?$query" "$want"
done <<'END'
|1 2 3 4
project=1|1 2 3
project=one|1 2 3
project=ONE|1 2 3
project=two|4
project=1&project=Two|1 2 3 4
project=1&project=none|
project=9|
project=|
project=%201%0A|1 2 3
project=+%2B1|1 2 3
project=-1|
project=%2B|
project=1%202|
state=%2B1&submitter=%2001|1 3
submitter=1|1 2 3
submitter=ADA@X.ORG|1 2 3
submitter=bob@x.org|4
submitter=ada|
delegate=maint|3
delegate=MAINT|3
delegate=maint@x.org|
delegate=1|3
state=under-review|2
state=Under+Review|2
state=UNDER-REVIEW&state=new|1 2 3 4
state=none|
archived=true|3
archived=1|3
archived=False|1 2 4
archived=maybe|1 2 3 4
archived=|1 2 3 4
archived=true&archived=false|1 2 4
series=1|1 2 3
series=1&series=9|
series=x|
msgid=a2@x.org|2
msgid=%3Ca2@x.org%3E|
msgid=|1 2 3 4
msgid=+a2@x.org%09|2
msgid=+|1 2 3 4
msgid=a2@x.org%00|
since=2026-03-02T09:20:00|2 3
before=2026-03-02T09:20:00|1 4
before=2026-03-02T9:20|1 4
since=2026-03-02+09:20:00Z|2 3
since=2026-03-02T10:20:00%2B01:00|2 3
since=2026-03-02T09:20:00.000001|3
since=2026-03-02|
since=2026-02-30T00:00:00|
since=soon|
since=|1 2 3 4
since=+2026-03-02T09:20:00,0000009Z+|2 3
since=2026-03-02T09:20:00z|
none=1|1 2 3 4
project=1&state=new&archived=false&since=2026-03-02T09:00:00&q=engine|1
q=engine|1 2 3 4
q=ENGINE,part+2|2
q=50%25_|1 2 3
q=5_%25|
q=%22stop%22|4
q=|1 2 3 4
q=part%E3%80%80,2|2
q=pa%00rt+2|2
order=-id|4 3 2 1
order=date|4 1 2 3
order=-date,id|3 2 1 4
order=state|1 3 4 2
order=-archived|3 1 2 4
order=project|4 1 2 3
order=check|1 1 2 3 4
order=none|1 2 3 4
order=none,-id|4 3 2 1
END
hash=$(sql 'select hash from patchwork_patch where id = 4')
lists patches "/api/patches/?hash=${hash^^}" '1 2 3 4'
lists patches "/api/patches/?hash=${hash:1}" ''
lists 'patches before 1.2' "/api/1.1/patches/?hash=x&msgid=x" '1 2 3 4'
while IFS='|' read -r path want; do
	lists list "/api/$path" "$want"
done <<'END'
covers/?project=one|1
covers/?msgid=a0@x.org|1
covers/?q=none|
covers/?series=1|
series/?submitter=ada@x.org|1
series/?order=-date|2 1
series/?order=-received_all|1 2
events/?category=cover-created|9
events/?category=none|
events/?patch=9|
events/?actor=1|1
events/?actor=maint|
events/?actor=1&actor=2|1
events/?actor=1&actor=99|
events/?actor=1&actor=|
events/?actor=&actor=1|
events/?category=check-created&category=|
1.1/events/?actor=x&category=cover-created|9
projects/|1 2
projects/?order=-link_name|1 2
projects/?q=TWO.example|2
patches/1/checks/?user=maint|1
patches/1/checks/?state=3|2
patches/1/checks/?state=fail|
patches/1/checks/?context=build|1
patches/1/checks/?since=2026-03-02T10:00:00.6|2
patches/1/checks/?order=-date|2 1
patches/1/comments/|1 2 3
patches/1/comments/?order=subject|3 2 1
patches/1/comments/?order=-subject,id|1 2 3
covers/1/comments/|
bundles/|1
bundles/?owner=maint&public=false|
END
sql "update patchwork_event set date = date + interval '1 hour' where id = 3"
get '/api/events/?per_page=2'
is "$(ids)" "3 $(sql 'select max(id) from patchwork_event')" 'events come by date, not by id'
get '/api/events/?order=date&page=last&per_page=1'
is "$(ids)" 3 'the oldest first with order=date'
get '/api/events/?category='
isnt "$(ids)" '' 'without a category, all events are listed'
all=$(ids)
is "$(get '/api/events/?actor='; ids)" "$all" 'so are they without an actor'
lists 'bundles of mine' /api/bundles/ '1 2' -H "$(as maint)"
lists 'bundles of others' /api/bundles/ '1' -H "$(as other)"
lists people '/api/people/?q=bob' 2 -H "$(as other)"
lists users '/api/users/?order=-username' '2 1' -H "$(as other)"
lists users '/api/users/?q=Maint+Example' '1' -H "$(as other)"

# ---- pages

link() {
	header Link | sed 's,http://p.example.org/api/patches/,,g'
}
is "$(get '/api/patches/?per_page=2'; echo "$(ids), $(link)")" \
	'1 2, <?page=2&per_page=2>; rel="next", <?page=1&per_page=2>; rel="first", <?page=2&per_page=2>; rel="last"' \
	'the first page'
is "$(get '/api/patches/?q=the&page=2&per_page=2&q=engine&b='; echo "$(ids), $(link)")" \
	'3 4, <?b=&per_page=2&q=the&q=engine>; rel="prev", <?b=&page=1&per_page=2&q=the&q=engine>; rel="first", <?b=&page=2&per_page=2&q=the&q=engine>; rel="last"' \
	'the last page; parameters by name, each in its order'
is "$(get '/api/patches/?per_page=1&page=3'; echo "$(ids), $(link)")" \
	'3, <?page=4&per_page=1>; rel="next", <?page=2&per_page=1>; rel="prev", <?page=1&per_page=1>; rel="first", <?page=4&per_page=1>; rel="last"' \
	'a page between'
is "$(get '/api/patches/?per_page=3&page=last'; ids)" 4 'page=last'
is "$(get '/api/patches/?per_page=99999999999'; ids)" '1 2 3 4' 'more than any page has'
is "$(get '/api/p%61tches/?q=%22<1>'; link)" \
	'<?page=1&q=%22%3C1%3E>; rel="first", <?page=1&q=%22%3C1%3E>; rel="last"' 'an address is written in the usual form'
is "$(get '/api/patches/?archived=x+%26%C3%A9%00&per_page=+%2B9'; link)" \
	'<?archived=x+%26%C3%A9%00&page=1&per_page=+%2B9>; rel="first", <?archived=x+%26%C3%A9%00&page=1&per_page=+%2B9>; rel="last"' \
	'quoted characters remain quoted'
is "$(get '/api/patches/?project=none&x=a%FFb%C3'; link)" \
	'<?page=1&project=none&x=a%EF%BF%BDb%EF%BF%BD>; rel="first", <?page=1&project=none&x=a%EF%BF%BDb%EF%BF%BD>; rel="last"' \
	'invalid UTF-8 is replaced'
is "$(get '/api/patches/?project=none'; echo "$body, $(link)")" \
	'[], <?page=1&project=none>; rel="first", <?page=1&project=none>; rel="last"' 'an empty list has a page'
for page in 0 -1 x 3 '' 99999999999999999999; do
	is "$(get "/api/patches/?per_page=2&page=$page"; echo "$status $body")" '404 {"detail":"Invalid page."}' "page=$page"
done
for many in 0 -5 x '' 100000 99999999999999999999; do
	is "$(get "/api/patches/?per_page=$many"; ids)" '1 2 3 4' "per_page=$many"
done
httpd_stop
httpd_start --page 3
is "$(get '/api/patches/?per_page=100'; ids)" '1 2 3' '--page'

# ---- ways to find a page

# A third of these patches is accepted, the oldest others are rejected, and the rest is new; dates do not follow ids.
# There are more events than may be apart. The rows are synthetic.
state() {
	sql "select id from patchwork_state where slug = '$1'"
}
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id)
	select '<w' || i || '@x.org>', timestamp '2026-05-01' + interval '1 second' * (i * 7919 % 9001), '', '', 'way ' || i, 2, 2, false, '+',
		case when i % 3 = 0 then $(state accepted) when i * 7919 % 9001 < 2500 then $(state rejected) else $(state new) end
	from generate_series(1, 9000) i" \
"insert into patchwork_event (category, date, project_id, patch_id)
	select case when i % 50 = 0 then 'patch-state-changed' else 'patch-created' end, timestamp '2036-06-01' + interval '1 second' * (i - i % 7), 2, 4
	from generate_series(1, 12000) i" "vacuum analyze patchwork_patch, patchwork_event"
httpd_stop
httpd_start

# finds TABLE QUERY CONDITION ORDER TABLES - tests two pages of a list of the REST interface
finds() {
	local page want
	for page in 1 3; do
		want=$(sql "select id from patchwork_$1 where $3 order by $4, id limit 30 offset $page * 30 - 30" | tr '\n' ' ')
		get "/api/$2&page=$page"
		is "$(ids)" "${want% }" "$2&page=$page, $5"
	done
}
pages() {
	finds patch 'patches/?state=accepted&order=-date' "state_id = $(state accepted)" 'date desc' "$1"
	finds patch 'patches/?state=accepted' "state_id = $(state accepted)" id "$1"
	finds patch 'patches/?state=accepted&order=-id,check' "state_id = $(state accepted)" 'id desc' "$1"
	finds patch 'patches/?state=rejected&order=-date' "state_id = $(state rejected)" 'date desc' "$1"
	finds patch 'patches/?state=rejected&order=date,name' "state_id = $(state rejected)" 'date, name' "$1"
	finds patch 'patches/?project=2&order=-date,-id' 'project_id = 2' 'date desc, id desc' "$1"
	finds event 'events/?project=2' 'project_id = 2' 'date desc' "$1"
	finds event 'events/?project=2&order=date' 'project_id = 2' date "$1"
	finds event 'events/?project=2&category=patch-state-changed' "category = 'patch-state-changed' and project_id = 2" 'date desc' "$1"
}
pages 'with indexes of dates'
sql 'drop index patchmda_patch_date_idx, patchmda_event_date_idx'
pages 'without them, in tables that Patchwork has made'

# ---- costs

httpd_count
before=$transactions
httpd_start
is "$(get "/api/patches/?$(printf 'submitter=nobody@x.org&%.0s' {1..100})"; echo "$status $body")" '200 []' \
	'a hundred people, none of whom is there'
httpd_count
ok 'are not looked up one by one' test $((transactions - before)) -lt 50

done_testing
