#!/usr/bin/env bash
# list.t - `patchmda list`: series, patches and cover letters as a table and as JSON

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

export LC_ALL=C.UTF-8
unset COLUMNS

pg_start
ready_db list
LIST=list.example.org
patchmda project add one --list-id list.example.org >/dev/null
patchmda project add two --list-id other.example.org >/dev/null
ada='Ada <ada@x.org>'

is "$(patchmda list)" 'ID  PROJECT  VER  GOT  NAME  SUBMITTER  AGE  STATE' 'an empty database: only the titles of the columns'
is "$(patchmda list --json)" '[]' 'or an empty list'

# The times are in the recent past, so that ages are known.
MAIL_EPOCH=$(date -d '-3 days -1 hour' +%s)
{
	mail "$ada" '[PATCH 0/2] whole' w0@x.org
	patch -r '<w0@x.org>' "$ada" '[PATCH 1/2] first' w1@x.org
	patch -r '<w0@x.org>' -d 1 "$ada" '[PATCH 2/2] second' w2@x.org
} >"$T/whole"
awk -v file="$T/mail" '/^From: / { n++ } { print > (file n) }' "$T/whole"
for i in 1 2 3; do
	patchmda deliver <"$T/mail$i"
done
MAIL_EPOCH=$(date -d '-5 hours -1 minute' +%s)
patch '"Bob B." <bob@y.org>' '[PATCH v3 2/3] part' p2@x.org | patchmda deliver
patch bare@y.org '[PATCH] alone' a@x.org | sed 's/list\.example/other.example/' | patchmda deliver
sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'accepted')
	where msgid in ('<w1@x.org>', '<a@x.org>')"

is "$(patchmda list)" "$(cat <<'END'
ID  PROJECT  VER  GOT  NAME           SUBMITTER   AGE  STATE
 3  two       v1  1/1  alone          bare@y.org   5h  accepted
 2  one       v3  1/3  (no name yet)  Bob B.       5h  new
 1  one       v1  2/2  whole          Ada          3d  mixed
END
)" 'series, newest first'
is "$(patchmda list series)" "$(patchmda list)" 'are listed by default'
is "$(patchmda list patches)" "$(cat <<'END'
ID  PROJECT  VER  GOT  NAME           SUBMITTER   AGE  STATE
 4  two       v1  1/1  alone          bare@y.org   5h  accepted
 3  one       v3  2/3  [v3,2/3] part  Bob B.       5h  new
 2  one       v1  2/2  [2/2] second   Ada          3d  new
 1  one       v1  1/2  [1/2] first    Ada          3d  accepted
END
)" 'patches'
sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
	values ('', false, 'maint', '', '', '', false, true, now())" \
"update patchwork_patch set delegate_id = 1 where msgid = '<w1@x.org>'" \
"update patchwork_patch set archived = true where msgid = '<w2@x.org>'"
while IFS='|' read -r options want; do
	is "$(eval "patchmda list --json $options" | sed -n 's/^ *"id": \([0-9]*\),$/\1/p' | paste -sd ' ')" "$want" "list $options"
done <<'END'
patches --state open|3 2
patches --state Accepted|4 1
patches --delegate maint|1
patches --delegate 1|1
patches --delegate nobody|4 3 2
patches --archived true|2
patches --archived false|4 3 1
patches --words 'FIRST, 1/2'|1
patches --words ' , '|4 3 2 1
patches --words 'first part'|
patches --words '%'|
series --state open|2 1
series --delegate maint|1
series --delegate maint --state open|
series --delegate nobody --state open --archived false|2
series --words 'second 2/2'|1
series --words whole|1
series --words alone|3
covers --state open|1
covers --delegate nobody --archived false|
covers --words WHOLE|1
END
exits 65 'an unknown delegate' patchmda list --delegate zzz
like "$(cat "$T/err")" "there is no user 'zzz'" 'is an error'
exits 64 'archived is true or false' patchmda list --archived perhaps
sql "update patchwork_patch set delegate_id = null, archived = false"
is "$(patchmda list covers)" "$(cat <<'END'
ID  PROJECT  VER  GOT  NAME         SUBMITTER  AGE  STATE
 1  one       v1  2/2  [0/2] whole  Ada         3d  mixed
END
)" 'cover letters'

# ids OPTION... - prints the ids in the list
ids() {
	patchmda list "$@" | sed -n 's/^ *\([0-9]*\) .*/\1/p' | tr '\n' ' '
}
while IFS='|' read -r wanted options; do
	# shellcheck disable=SC2086 # the options are split into words
	is "$(ids $options)" "$wanted" "$options"
done <<'END'
2 1 |--project one
3 |--project two
1 |--submitter ADA@
2 |--submitter bob
2 |--submitter B.
|--submitter %
|--submitter nobody
3 1 |--state accepted
2 1 |--state New
4 1 |--state accepted patches
1 |--state accepted covers
|--state deferred
2 |--incomplete
3 |--incomplete patches
|--incomplete covers
3 2 |--since 6h
3 2 1 |--since 4days
|--since 1minute
3 2 1 |--since 2020-01-01
|--since 2200-01-01T00:00
3 2 |--limit 2
|--limit 0
3 |--limit 1 --since 4d --state accepted
1 |--project one --submitter ada --state accepted --since 4d --limit 9
END
is "$(ids --since "$(date -u -d '-4 hours' '+%F %T')")" '' 'a point in time'
is "$(ids --since '6 hours')" '3 2 ' 'a span with a message'

is "$(patchmda list --json --project one --limit 1 patches | sed -E 's/("date": ).*/\1D,/')" "$(cat <<'END'
[
    {
        "id": 3,
        "msgid": "<p2@x.org>",
        "project": "one",
        "date": D,
        "name": "[v3,2/3] part",
        "version": 3,
        "number": 2,
        "received": 1,
        "total": 3,
        "submitter": {
            "name": "Bob B.",
            "email": "bob@y.org"
        },
        "state": "new"
    }
]
END
)" 'JSON of a patch'
is "$(patchmda list --json | grep -E '"(msgid|name|state)": |"received"' | tr -d ' \n' | sed 's/,"msgid"/"msgid"/g; s/,$//')" \
	"$(printf '%s' '"msgid":"<a@x.org>","name":"alone","received":1,"name":null,"state":"accepted"' \
	'"msgid":"<p2@x.org>","name":null,"received":1,"name":"BobB.","state":"new"' \
	'"msgid":"<w0@x.org>","name":"whole","received":2,"name":"Ada","state":"mixed"')" \
	'JSON of series: the message id is that of the cover letter or first patch, and missing values are null'

# ---- layout

is "$(COLUMNS=52 patchmda list patches | sed -n 2p)" ' 4  two    v1  1/1  alone          bare…   5h  acce…' \
	'values that are too wide are truncated'
mail -h 'Content-Type: text/plain; charset=utf-8' 'Wide <wide@x.org>' \
	'[PATCH 0/1] 漢字漢字漢字 e'$'\xcc\x81''te' wide@x.org | patchmda deliver
is "$(COLUMNS=58 patchmda list covers --limit 1 | sed -n 2p)" ' 2  one     v1  0/1  [0/1] 漢字漢字漢…  Wide     5h' \
	'wide characters take two columns'
for columns in 5 20 33 40 47 52 58 59 60 61 62 79 80 200; do
	widest=$(COLUMNS=$columns patchmda list covers | wc -L)
	ok "no line is wider than $columns columns" test "$widest" -le $columns
done
unlike "$(patchmda list covers)" … 'without a terminal no value is truncated'
if command -v script >/dev/null; then
	is "$(script -qec 'stty cols 44; patchmda list covers' /dev/null </dev/null | tr -d '\r' | wc -L)" 44 \
		'on a terminal a table has the width of the terminal'
else
	skip 'missing tool: script'
fi

# A sender's escape sequences, line ends and changes of direction do not reach the terminal.
mail '=?utf-8?Q?Eve=1b[31m?= <eve@x.org>' '[PATCH 0/1] =?utf-8?Q?=1b]0;x=07red=c2=9b31m=e2=80=ae?=' eve@x.org |
	patchmda deliver
is "$(patchmda list covers --limit 1 | sed -n 2p | cut -c 1-60)" \
	' 3  one       v1  0/1  [0/1] ?]0;x?red?31m?  Eve?[31m    5h' 'control characters are shown as ?'
unlike "$(patchmda list covers)" $'[\001-\011\013-\037\177]' 'and none is printed'
unlike "$(patchmda list covers --json)" $'[\001-\011\013-\037\177]' 'nor in JSON'

# ---- errors

exits 65 'an unknown project' patchmda list --project none
is "$(cat "$T/err")" "patchmda list: there is no project 'none'; the projects are one, two" 'is named, with those that exist'
exits 65 'an unknown state' patchmda list --state none
is "$(cat "$T/err")" "patchmda list: there is no state 'none'; the states are new, under-review, accepted, rejected, rfc, not-applicable, changes-requested, awaiting-upstream, superseded, deferred" \
	'is named, with those that exist'
exits 0 'a submitter whom nobody matches' patchmda list --json --submitter nobody
is "$(cat "$T/err" "$T/out")" "patchmda list: no submitter's name or address contains 'nobody'"$'\n''[]' 'is reported beside the empty list'
exits 0 'a submitter without mail of that state' patchmda list --json --submitter ada --state deferred
is "$(cat "$T/err" "$T/out")" '[]' 'is not reported'
exits 64 'an unknown kind' patchmda list comments
exits 64 'two kinds' patchmda list series patches
exits 64 'an invalid limit' patchmda list --limit x
exits 64 'an invalid time' patchmda list --since yesterday
exits 69 'no database' patchmda list -d dbname=nowhere
exits 0 'help' patchmda list --help
like "$(cat "$T/out")" 'Examples:' 'has examples'

# ---- dates of a Patchwork in another time zone

sql "update patchwork_cover set date = (now() at time zone 'UTC' - interval '3 hours 5 min')
	at time zone 'Australia/Canberra' where id = 1" \
	"update patchmda.setting set value = 'Australia/Canberra'"
like "$(patchmda list covers | tail -n 1)" ' 3h ' 'ages are computed with the clock of that zone'
unlike "$(patchmda list covers --since 2h)" whole '--since leaves out older mail by that clock'
like "$(patchmda list covers --since 4h)" whole '--since lists later mail by that clock'

# ---- one import

ready_db list_import
patchmda import --quiet --create-projects "$ROOT/tests/data/sample.mbox" >/dev/null
dates=$(patchmda list --json | sed -n 's/^ *"date": //p')
isnt "$dates" '' 'series that one transaction has stored are listed'
is "$dates" "$(sort -r <<<"$dates")" 'the newest first'
done_testing
