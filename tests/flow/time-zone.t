#!/usr/bin/env bash
# time-zone.t - the time zone of a database is given once, to init; all commands use it and refuse another
# one; databases of 0.1 have none
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
need curl git
LIST=ring.example.org
ada='Ada <ada@x.org>'
zone=Australia/Canberra
pg_start

add_project() {
	patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
}
# zone_of ID - prints the zone in which a patch was stored; the mails of all patches have the same date
zone_of() {
	sql "select z from (values ('UTC'), ('$zone'), ('Asia/Tokyo')) v(z), patchwork_patch
		where msgid = '<$1@x.org>' and date at time zone z = '2026-03-02 09:00:00'"
}
give() {
	patch "$ada" '[PATCH] a' "$1@x.org" | patchmda deliver "${@:2}"
}
kept() {
	sql 'select name, value from patchmda.setting'
}
# init_0_1 - the effect of init in 0.1: the schema up to 0004
init_0_1() {
	local file theirs
	theirs=$(sql "select to_regclass('patchwork_patch')")
	sql 'create schema patchmda' 'create table patchmda.migration
		(name text primary key, applied timestamptz not null default now())'
	for file in "$ROOT"/sql/schema/000[1-4]_*.sql; do
		[[ $file = *0001* && -n $theirs ]] || psql -XqAt -v ON_ERROR_STOP=1 -f "$file"
		sql "insert into patchmda.migration (name) values ('$(basename "$file" .sql)')"
	done
}

# ---- patchmda's own tables

ready_db zone_own
add_project
is "$(kept)" 'time-zone|UTC' 'the zone of tables that init creates is UTC'
give own1
is "$(zone_of own1)" UTC 'and mail is stored in that zone'
exits 0 'a command may name the same zone' give own2 --time-zone utc
exits 75 'another zone is refused' give own3 --time-zone $zone
like "$(cat "$T/err")" "^4\.3\.5 .*time zone UTC, not in $zone" 'with the reason'
is "$(sql "select count(*) from patchwork_patch")" 2 'no mail is stored then'
exits 69 'init refuses another zone, too' patchmda init --time-zone $zone
like "$(cat "$T/err")" "^patchmda init: .*time zone UTC, not in $zone" 'with the reason'
is "$(kept)" 'time-zone|UTC' 'and does not change the zone'
fresh_db zone_other
exits 69 'init of a zone that does not exist' patchmda init --time-zone No/Where
like "$(cat "$T/err")" 'No/Where' 'names the zone in the error'
is "$(sql "select to_regclass('patchmda.setting')")" '' 'and creates no tables'
ok 'init with another zone' patchmda init --time-zone asia/tokyo
is "$(kept)" 'time-zone|Asia/Tokyo' "records it in the server's spelling"
add_project
give tokyo
is "$(zone_of tokyo)" Asia/Tokyo 'and mail is stored in that zone'

# ---- events: dated like those of Patchwork, by the clock reading of UTC in the zone

# recent EXPRESSION - prints the condition that this clock reading of UTC is of the last hour
recent() {
	echo "$1 between (now() at time zone 'UTC') - interval '1 hour' and (now() at time zone 'UTC')"
}
# events CATEGORY - prints the number of events, and of those with a recent date
events() {
	sql "select count(*), count(*) filter (where $(recent "date at time zone 'Asia/Tokyo'"))
		from patchwork_event where category = '$1'"
}
sql 'update patchwork_project set send_notifications = true'
is "$(events patch-created)" '1|1' 'mail: the date of the event'
export HOME=$T GIT_CONFIG_NOSYSTEM=1
git init -q "$T/tree"
git -C "$T/tree" -c user.name=Ada -c user.email=ada@x.org commit -q --allow-empty -m a --date 2026-03-03T00:00:00Z
ok 'a commit' patchmda commits "$T/tree"
is "$(events patch-state-changed)" '1|1' 'a commit: the date of the event'
is "$(sql "select $(recent "last_modified at time zone 'Asia/Tokyo'") from patchwork_patchchangenotification")" t \
	'a commit: the date of the notification'
user maint ring
httpd_start
ask POST /api/patches/1/checks/ -H "$(as maint)" -d state=success
is "$status" 201 'a check'
is "$(events check-created)" '1|1' 'a change over HTTP: the date of the event'
for category in patch-created patch-state-changed check-created; do
	get "/api/events/?category=$category"
	is "$(sql "select $(recent "timestamp '$(field "->0->>'date'")'")")" t "the date in the REST interface: $category"
done
httpd_stop
sql "update patchwork_event set date = timezone('Asia/Tokyo',
	date_trunc('day', now() at time zone 'UTC') + id * interval '1 us')"
exits 0 'status' patchmda status
like "$(sed -n '/^today/p' "$T/out")" '^today +1 patches' 'status counts what was stored since 00:00 UTC'
sql "update patchwork_event set date = timezone('Asia/Tokyo', now() at time zone 'UTC' - interval '2 hours')"
exits 0 'status' patchmda status
like "$(tail -n 1 "$T/out")" '^ring +2h' 'and shows the age of the newest mail'

# ---- a Patchwork's tables

fresh_db zone_theirs
"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
exits 69 "the zone of a Patchwork must be given" patchmda init
like "$(cat "$T/err")" 'TIME_ZONE .*--time-zone .*Australia/Canberra' 'init names the setting and the option'
is "$(sql "select to_regclass('patchmda.migration')")" '' 'and creates no tables'
ok 'init with the zone' patchmda init --time-zone $zone
ok 'init again, without it' patchmda init
add_project
give theirs1
is "$(zone_of theirs1)" $zone 'deliver uses the recorded zone'
patch "$ada" '[PATCH] a' theirs2@x.org | sed '1i From mboxrd@z Thu Jan  1 00:00:00 1970' |
	patchmda import --quiet - >/dev/null
is "$(zone_of theirs2)" $zone 'so does import'
lmtpd_start
like "$(patch "$ada" '[PATCH] a' theirs3@x.org | lmtp)" '^250' 'lmtpd stores mail'
is "$(zone_of theirs3)" $zone 'in the recorded zone'
lmtpd_stop
lmtpd_start --time-zone UTC --refuse 600 --grace 1
like "$(patch "$ada" '[PATCH] a' theirs4@x.org | lmtp)" '^4' 'lmtpd with another zone defers mail'
like "$(cat "$LMTPD_LOG")" "time zone $zone, not in UTC" 'and logs the reason'
lmtpd_stop
like "$(patchmda show 1)" '"date": "2026-03-02T09:00:00"' 'show prints the date of the mail'
like "$(patchmda list)" 'PATCH|a' 'list works'
for command in 'show 1' 'list patches' 'why <theirs1@x.org>'; do
	# shellcheck disable=SC2086 # the options are split into words
	exits 69 "$command: another zone" patchmda $command --time-zone UTC
	like "$(cat "$T/err")" "^patchmda ${command%% *}: .*time zone $zone, not in UTC" "$command: reports the reason"
done
ok 'why uses the recorded zone' patchmda why '<theirs1@x.org>'

# ---- after 0.1

fresh_db zone_old
init_0_1
exits 75 'a database of 0.1 must be upgraded' give old0
like "$(cat "$T/err")" "patchmda init" 'by init'
exits 69 'show reports that, too' patchmda show 1
like "$(cat "$T/err")" "patchmda init" 'by init'
ok 'init upgrades it' patchmda init
is "$(kept)" '' 'and records no zone'
add_project
give old1
is "$(zone_of old1)" UTC 'mail is stored in UTC'
give old2 --time-zone $zone
is "$(zone_of old2)" $zone 'unless the zone is given'
ok 'init records it' patchmda init --time-zone $zone
give old3
is "$(zone_of old3)" $zone 'and all commands use it from then on'

fresh_db zone_old_theirs
"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
init_0_1
exits 69 "an upgrade of a Patchwork's database requires the zone" patchmda init
like "$(cat "$T/err")" 'TIME_ZONE' 'and names the setting'
ok 'init upgrades with the zone' patchmda init --time-zone $zone
is "$(kept)" "time-zone|$zone" 'which is recorded'
done_testing
