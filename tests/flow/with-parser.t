#!/usr/bin/env bash
# with-parser.t - Patchwork's own parser stores the same mail at the same time as `deliver --with-parser`, which
# neither duplicates nor splits a series, loses no mail and never fails. RACES=400 is the long form (60). WITHOUT=1
# leaves the option out, to show its effect.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
races=${RACES:-60}
option=--with-parser
[ "${WITHOUT:-0}" = 0 ] || option=--unknown-days=7

# compose NUMBER - writes the mail of a race to $T/NUMBER.*: unthreaded, threaded below a cover letter, or threaded
# below the first patch; sometimes with a reply
compose() {
	local n=$1 from="Sender $1 <s$1@x.org>"
	case $((n % 4)) in
	0 | 1)
		patch "$from" "[PATCH 1/2] unthreaded $n" "$n.1@x.org" >"$T/$n.1"
		patch -d 1 "$from" "[PATCH 2/2] unthreaded $n, too" "$n.2@x.org" >"$T/$n.2"
		;;
	2)
		mail "$from" "[PATCH 0/2] cover $n" "$n.0@x.org" >"$T/$n.0"
		patch -r "<$n.0@x.org>" "$from" "[PATCH 1/2] first $n" "$n.1@x.org" >"$T/$n.1"
		patch -r "<$n.0@x.org>" "$from" "[PATCH 2/2] second $n" "$n.2@x.org" >"$T/$n.2"
		;;
	3)
		patch "$from" "[PATCH 1/2] head $n" "$n.1@x.org" >"$T/$n.1"
		patch -r "<$n.1@x.org>" "$from" "[PATCH 2/2] tail $n" "$n.2@x.org" >"$T/$n.2"
		mail -r "<$n.1@x.org>" "Ben $n <ben$n@x.org>" "Re: [PATCH 1/2] head $n" \
			"$n.3@x.org" >"$T/$n.3"
		;;
	esac
}

# nap - waits until about $AT, when the foreign parser begins; deliver takes some time to start
nap() {
	local micros
	micros=$(((${AT/./} - ${EPOCHREALTIME/./}) - 15000 + RANDOM % 40000))
	[ $micros -le 0 ] || sleep "$(printf '0.%06d' $micros)"
}

# race NUMBER - gives each mail of the race to both programs. The foreign parser gets one after another, because two
# processes of it would duplicate series.
race() {
	local n=$1 file pid pids=() AT files
	AT=$((${EPOCHREALTIME/./} + 60000))
	AT=${AT:0:-6}.${AT: -6}
	export AT
	files=("$T/$n".?.json)
	[ $((n % 3)) -ne 0 ] || mapfile -t files < <(printf '%s\n' "${files[@]}" | tac)
	"$ROOT/tests/foreign-parser" ring "${files[@]}" >>"$T/foreign" &
	for file in "$T/$n".?; do
		{ nap; exec patchmda deliver $option <"$file" >>"$T/$n.said" 2>&1; } &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || echo "race $n: status $?: $(cat "$T/$n.said")" >>"$T/failures"
	done
	wait
}

pg_start
patchwork_db with_parser
psql -Xq -v ON_ERROR_STOP=1 -v role=with_parser_t -f "$ROOT/sql/grants.sql"
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org

: >"$T/failures" >"$T/foreign"
for ((n = 1; n <= races; n++)); do
	compose $n
	for file in "$T/$n".?; do
		patchmda parse "$file" >"$file.json"
	done
done
started=$EPOCHREALTIME
for ((n = 1; n <= races; n++)); do
	race $n
done
diag "$races races in $(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }') s"

is "$(cat "$T/failures")" "" "patchmda never fails"
diag "$(grep -v 'has no parent' "$T/foreign" || echo "the foreign parser had no trouble")"
sent=$(cd "$T" && ls | grep -cE '^[0-9]+\.[012]$')
replies=$(cd "$T" && ls | grep -cE '^[0-9]+\.3$')
is "$(sql "select count(*), count(distinct msgid) from (select msgid from patchwork_patch
	union all select msgid from patchwork_cover) m")" "$sent|$sent" \
	"each patch and cover letter is stored once"
is "$(sql "select count(*), count(distinct c.msgid), bool_and(p.msgid = replace(c.msgid, '.3@', '.1@'))
	from patchwork_patchcomment c join patchwork_patch p on p.id = patch_id")" \
	"$replies|$replies|t" "each reply is stored once"
is "$(sql "select count(*) from patchmda.waiting")" 0 "and none waits"
is "$(sql "select email, count(*) from patchwork_person
	group by lower(email), email having count(*) > 1")" "" "each person once"
is "$(sql "select p.email, string_agg(format('%s: %s, %s of %s', s.id, s.name,
		(select string_agg(number::text, '+' order by number) from patchwork_patch
			where series_id = s.id), s.total), '; ' order by s.id)
	from patchwork_series s join patchwork_person p on p.id = s.submitter_id
	group by p.id having count(*) <> 1")" "" "no series is duplicated"
is "$(sql "select msgid from patchwork_patch where series_id is null or number is null
	or number::text <> substring(msgid from '\.(\d)@')")" "" "no patch is without its series"
is "$(sql "select p.email, s.name, s.cover_letter_id from patchwork_series s
	join patchwork_person p on p.id = s.submitter_id
	where s.name is null or s.name !~ '^(cover|\[1/2\] (unthreaded|head)) \d+$'
		or s.name like 'cover%' and s.cover_letter_id is null")" "" \
	"each series has its name and its cover letter"

# If both programs have stored a reply with different parents, because each knew another one, both rows remain, and
# later mail is stored nevertheless.
for first in cover head; do
	patchwork_db "with_parser_$first"
	patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
	mail 'Ada <ada@x.org>' '[PATCH 0/1] cover' c@x.org >"$T/c"
	patch -r '<c@x.org>' 'Ada <ada@x.org>' '[PATCH 1/1] head' h@x.org >"$T/h"
	mail -r '<c@x.org> <h@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH 1/1] head' r@x.org >"$T/r"
	patch -r '<h@x.org>' 'Ada <ada@x.org>' '[PATCH v2] head' v@x.org >"$T/v"
	for file in c h r v; do
		patchmda parse "$T/$file" >"$T/$file.json"
	done
	if [ $first = cover ]; then
		patchmda deliver $option <"$T/c"
		patchmda deliver $option <"$T/r"
		"$ROOT/tests/foreign-parser" ring "$T/h.json" "$T/r.json"
	else
		"$ROOT/tests/foreign-parser" ring "$T/c.json" "$T/r.json"
		patchmda deliver --unknown-days=7 <"$T/h"
		"$ROOT/tests/foreign-parser" ring "$T/r.json"
	fi
	is "$(sql "select (select count(*) from patchwork_patchcomment),
		(select count(*) from patchwork_covercomment)")" "1|1" "$first first: a reply is stored twice"
	for file in h r v c; do
		exits 0 "$first first: $file is accepted" patchmda deliver $option <"$T/$file"
	done
	is "$(sql "select (select count(*) from patchwork_patchcomment),
		(select count(*) from patchwork_covercomment)")" "1|1" "$first first: both rows remain"
done

done_testing
