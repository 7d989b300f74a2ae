#!/usr/bin/env bash
# pages-dates.t - lists of series whose dates are far from those of their patches, compared with plain queries
#
# Lists are continued by `page` and by `before`, on the tables of patchmda and on those of Patchwork, in a project of
# few patches and in one of many.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../httpd.sh"
need curl

pg_start

# rows - writes the same series into the projects few and many. The dates of their patches are up to 40 days earlier
# or later in the first, and up to 20 hours in the second, which has so many that they are not all read.
rows() {
	patchmda project add few --list-id few.example.org >/dev/null
	patchmda project add many --list-id many.example.org >/dev/null
	sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
		values ('', false, 'maint', '', '', 'maint@x.org', false, true, now())" \
	"insert into patchwork_person (id, email, name)
		select n, format('s%s@x.org', n), 'S ' || n from generate_series(1, 9) n" \
	"insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
		select n, case when n % 13 > 0 then (array['ring', 'Cog', 'belt'])[1 + n % 3] || ' ' || n end,
			timestamptz '2024-01-01Z' + n * 7919 % 4001 / 3 * interval '5 hours', 1, 2, case when n % 29 > 0 then 1 end, 1 + n % 7
		from generate_series(1, 1200) n
		union all
		select n, case when n % 13 > 0 then (array['ring', 'Cog', 'belt'])[1 + n % 3] || ' ' || n end,
			timestamptz '2024-01-01Z' + n * 7919 % 8009 / 3 * interval '2 hours', 1, 2, 2, 1 + n % 7
		from generate_series(2001, 8000) n" \
	"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff, state_id,
			delegate_id, series_id, number)
		select s.id * 2 + k, format('<p%s@x.org>', s.id * 2 + k),
			s.date + case when project_id = 2 then (s.id * 31 % 41 - 20) * interval '1 hour'
				else (array[0, 0, 1, 40, -40, k * 30])[1 + s.id % 6] * interval '1 day' end,
			'', format('[%s/2] tooth of %s', k + 1, s.id * 7 % 50), coalesce(project_id, 1),
			case when s.id % 17 = 0 then 8 else submitter_id end, s.id % 19 = 0 and k = 0, 'x',
			(array[1, 3, 3, 2])[1 + (s.id + k) % 4], case when (s.id + k) % 23 = 0 then 1 end, s.id,
			case when s.id % 5 > 0 then k + 1 end
		from patchwork_series s cross join generate_series(0, 1) k
		where s.id % 11 > 0 and s.id % 31 <> k" \
	"update patchwork_patch set project_id = 1 where series_id between 2100 and 2120" \
	"insert into patchmda.revision (series_id, project_id, submitter_id, date, version, minor, first, title, links, refs, titles,
			hashes, files, prerequisites, previous_id)
		select id, 1, 1, 0, 1, 0, '', '', '{}', '{}', '{}', '{}', '{}', '{}', id - 1
		from patchwork_series where id % 7 = 0 and project_id is not null" \
	'vacuum analyze'
}

# A list's parameters, the condition on a patch and its series, and whether the series may match without a patch.
cases="state=*|true|true
state=|p.state_id in (1, 2) and not p.archived|false
state=accepted|p.state_id = 3 and not p.archived|false
state=*&archive=true|p.archived|false
state=*&archive=false|not p.archived|false
state=under-review&archive=both|p.state_id = 2|false
state=*&delegate=maint|p.delegate_id = 1|false
delegate=nobody|p.delegate_id is null and p.state_id in (1, 2) and not p.archived|false
state=*&submitter=2|p.submitter_id = 2|s.submitter_id = 2
submitter=8|p.submitter_id = 8 and p.state_id in (1, 2) and not p.archived|false
state=*&q=COG|(p.name ilike '%cog%' or s.name ilike '%cog%')|s.name ilike '%cog%'
state=*&q=ring&submitter=2|(p.name ilike '%ring%' or s.name ilike '%ring%') and p.submitter_id = 2|s.name ilike '%ring%' and s.submitter_id = 2
state=*&q=ring&submitter=8|(p.name ilike '%ring%' or s.name ilike '%ring%') and p.submitter_id = 8|s.name ilike '%ring%' and s.submitter_id = 8
q=tooth+4|p.name ~ 'tooth' and p.name ~ '4' and p.state_id in (1, 2) and not p.archived|false
q=belt&delegate=maint&archive=both|(p.name ilike '%belt%' or s.name ilike '%belt%') and p.delegate_id = 1 and p.state_id in (1, 2)|false"

# wanted NUMBER CONDITION ITSELF BEFORE ORDER VERSIONS OFFSET - prints a query for the series of a list
wanted() {
	echo "select coalesce(string_agg(id || ' ', '' order by place), '')
		from (select s.id, row_number() over (order by ${5}s.date desc, s.id desc) as place
			from patchwork_series s join patchwork_person w on w.id = s.submitter_id
			where s.project_id = $1 and ($3 or exists (select from patchwork_patch p where p.series_id = s.id and p.project_id = $1 and $2))
			and s.date < to_timestamp($4) and ($6 or not exists (select from patchmda.revision r where r.previous_id = s.id))) x
		where place > $7 and place <= $7 + 100;"
}

# found FILE... - prints the series of lists, each list on a line. In another order than by date only the newest 5,000
# patches that match are sorted; such a list is `partly`.
found() {
	awk 'function end() { print is_partly ? "partly" : ids; ids = ""; is_partly = 0 }
		NR > 1 && FNR == 1 { end() }
		/of them are listed/ { is_partly = 1 }
		{
			while (match($0, /<th scope="row"><a href="\/project\/[a-z]*\/series\/[0-9]*/)) {
				link = substr($0, RSTART, RLENGTH)
				$0 = substr($0, RSTART + RLENGTH)
				sub(/.*\//, "", link)
				ids = ids link " "
			}
		}
		END { end() }' "$@"
}
declare -A orders=([newest]='' [date]='s.date,' [name]='s.name,' [-submitter]='lower(w.name) desc,')
late=$(date -ud '2030-01-01' +%s)
middle=$(date -ud '2024-05-04' +%s)

# compare PROJECT NUMBER NAME VARIANT... - compares lists of a project with plain queries. A variant is the order, `before`
# and the offset.
compare() {
	local project=$1 number=$2 name=$3 lists=() query condition itself variant order before offset versions list
	shift 3
	: >"$T/cases" >"$T/queries" >"$T/requests"
	while IFS='|' read -r query condition itself; do
		for variant; do
			read -r order before offset <<<"$variant"
			versions=$((${#lists[@]} / 3 % 2))
			wanted "$number" "$condition" "$itself" "$before" "${orders[$order]}" $versions::bool "$offset" >>"$T/queries"
			list="$query&before=$before&page=$((offset / 100 + 1))&order=${order/newest/-date}"
			list+="&versions=$([ $versions = 1 ] && echo all || echo latest)"
			echo "$list" >>"$T/cases"
			lists+=("$T/list.${#lists[@]}")
			printf 'url = "http://p.example.org/project/%s/list/?%s"\noutput = "%s"\n' "$project" "$list" "${lists[-1]}" >>"$T/requests"
		done
	done <<<"$cases"
	psql -XqAt -v ON_ERROR_STOP=1 -f "$T/queries" >"$T/wanted"
	curl -sf --unix-socket "$HTTPD_SOCKET" -K "$T/requests"
	found "${lists[@]}" >"$T/found"
	paste "$T/cases" "$T/wanted" "$T/found" >"$T/compared"
	is "$(awk -F '\t' '$3 != "partly" && $2 != $3' "$T/compared")" '' "$name"
	is "$(awk -F '\t' '$3 != "partly" && $2 != "" { some++ } END { print (some * 2 > NR) }' "$T/compared")" 1 "of which most have rows"
}

ready_db pages_dates
rows
httpd_start
compare few 1 'a project of few patches' "newest $late 0" "newest $middle 300" "name $middle 0"
compare many 2 'a project of many' "newest $late 0" "newest $middle 0" "newest $late 300" "-submitter $middle 0"
httpd_stop
patchwork_db pages_dates_patchwork
rows
httpd_start
compare many 2 "Patchwork's tables have no index of the dates of series" "newest $middle 0" "newest $middle 300" "date $middle 0"
done_testing
