#!/usr/bin/env bash
# pages-lists.t - for each combination of parameters, a list has the patches that a plain query finds among many
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../httpd.sh"
need curl

pg_start
ready_db pages_lists
patchmda project add many --list-id many.example.org >/dev/null
patchmda project add rare --list-id rare.example.org >/dev/null
user maint many
user other many
sql "insert into patchwork_person (id, email, name)
	select n, format('s%s@x.org', n), 'S ' || (n * 7) % 50 from generate_series(1, 50) n" \
"insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
	select n, 'wheel ' || n, timestamptz '2020-01-01Z' + n * interval '1 min', 1, 2, 1 + (n % 4 = 0 or n < 1000)::int, n % 50 + 1
	from generate_series(1, 16000) n" \
"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff, state_id,
		delegate_id, series_id, number)
	select n, format('<p%s@x.org>', n), s.date + n % 2 * interval '1 s' * (n % 3), '', format('[%s/2] %s of wheel %s', n % 2 + 1,
		(array['rim', 'hub', 'spoke'])[n % 3 + 1], n / 2), s.project_id, s.submitter_id, n % 40 = 7, 'x',
		case when n % 10 < 8 then (select id from patchwork_state where slug = 'accepted')
			else (select id from patchwork_state where slug = 'new') end,
		case when n % 11 = 0 then 1 when n % 701 = 0 then 2 end, s.id, n % 2 + 1
	from generate_series(2, 32000) n
	join patchwork_series s on s.id = n / 2" \
"insert into patchmda.revision (series_id, project_id, submitter_id, date, version, minor, first, title, links, refs, titles,
		hashes, files, prerequisites, previous_id)
	select id, project_id, submitter_id, 0, 1, 0, '', '', '{}', '{}', '{}', '{}', '{}', '{}', id - 1
	from patchwork_series where id % 7 = 0" \
'vacuum analyze patchwork_patch'
httpd_start

# names - prints the names in the last list
names() {
	sift -oE '<th scope="row"><a href="[^"]*"><bdi>[^<]*' "$T/body" | sed 's/.*>//' | tr '\n' ';'
}
# plain PROJECT CONDITION ORDER OFFSET - prints the names of the patches that a plain query finds
plain() {
	sql "select coalesce(string_agg(name, ';') || ';', '')
		from (select p.name from patchwork_patch p
			join patchwork_person w on w.id = p.submitter_id
			join patchwork_state t on t.id = p.state_id
			left join auth_user u on u.id = p.delegate_id
			where p.project_id = $1 and $2
			order by $3, p.date desc, p.submitter_id desc, p.name desc limit 100 offset $4) x"
}
# plain_series PROJECT CONDITION OFFSET - prints the names of the series that a plain query finds
plain_series() {
	sql "select coalesce(string_agg(name, ';') || ';', '')
		from (select s.name from patchwork_patch p
			join patchwork_series s on s.id = p.series_id
			join patchwork_person w on w.id = p.submitter_id
			where p.project_id = $1 and $2 and s.id % 7 <> 6
			group by s.id order by s.date desc, s.id desc limit 100 offset $3) x"
}

declare -A project=([many]=1 [rare]=2)
open="t.action_required and not p.archived"
accepted="t.slug = 'accepted' and not p.archived"
while IFS='|' read -r name query condition order offset; do
	get "/project/$name/list/?view=patches&$query"
	[ "$(count 'Search further back' "$T/body")" = 0 ] || diag "$query is not searched to its end"
	want=$(plain ${project[$name]} "$condition" "${order:-1 + 1}" "${offset:-0}")
	is "$(names)" "${want:-some patches}" "$name $query"
done <<END
many|state=|$open
many|state=&page=3|$open||200
many|state=accepted|$accepted
many|state=accepted&page=20|$accepted||1900
many|state=accepted&delegate=other|$accepted and p.delegate_id = 2
many|state=accepted&delegate=nobody|$accepted and p.delegate_id is null
many|state=*&archive=both|true
many|state=*&archive=true|p.archived
many|state=*&delegate=1&archive=true|p.archived and p.delegate_id = 1
many|state=*&submitter=3|p.submitter_id = 3 and not p.archived
many|submitter=S+1|$open and w.name like 'S 1%'
many|q=hub|$open and p.name like '%hub%'
many|q=RIM+wheel+77|$open and p.name like '%rim%' and p.name like '%77%'
many|delegate=maint&order=name|$open and p.delegate_id = 1|p.name
many|delegate=maint&order=-submitter|$open and p.delegate_id = 1|lower(w.name) desc
many|state=*&archive=both&delegate=other&order=date|p.delegate_id = 2|p.date
many|state=*&delegate=other&order=-state|p.delegate_id = 2 and not p.archived|t.ordering desc
many|state=accepted&order=submitter&delegate=maint&page=3|$accepted and p.delegate_id = 1|lower(w.name)|200
many|order=delegate&submitter=10|$open and p.submitter_id = 10|u.username
rare|state=|$open
rare|state=accepted|$accepted
END
while IFS='|' read -r name query condition offset; do
	get "/project/$name/list/?$query"
	want=$(plain_series ${project[$name]} "$condition" "${offset:-0}")
	is "$(names)" "${want:-some series}" "series of $name $query"
done <<'END'
many|state=new|p.state_id = 1 and not p.archived
many|state=new&page=4|p.state_id = 1 and not p.archived|300
many|state=accepted&page=19|p.state_id = 3 and not p.archived|1800
many|state=accepted&submitter=S+3|p.state_id = 3 and not p.archived and w.name like 'S 3%'
many|state=accepted&q=hub|p.state_id = 3 and not p.archived and p.name ~ 'hub'
many|state=new&delegate=other|p.state_id = 1 and p.delegate_id = 2 and not p.archived
many|state=*&archive=true|p.archived
rare|state=accepted&q=wheel+9|p.state_id = 3 and not p.archived and p.name ~ 'wheel' and p.name ~ '9'
many|q=spoke&submitter=S+2|p.state_id = 1 and not p.archived and p.name ~ 'spoke' and w.name ~ 'S 2'
END
get '/project/many/list/?state=accepted&order=name'
is "$(names)" "$(sql "select string_agg(name, ';') || ';' from (select distinct s.name from (
		select series_id from patchwork_patch where project_id = 1 and state_id = 3 and not archived
		order by date desc fetch first 5000 rows with ties) p
	join patchwork_series s on s.id = p.series_id
	where s.id % 7 <> 6 order by s.name limit 100) x")" 'in another order, the series of the newest 5,000 patches are sorted'

# ---- a list that is not searched to its end

get '/project/many/list/?view=patches&state=*&archive=both&order=name'
like "$body" 'only the newest 5000 of them are listed' 'many patches in another order'

# With these statistics of the table, about a fifth of it is searched.
sql "update patchwork_patch set state_id = 4 where project_id = 2 and series_id > 1000" \
	"update pg_class set reltuples = 500000 where relname = 'patchwork_patch'"
get '/project/rare/list/?view=patches&state=accepted&q=hub'
like "$body" 'The list was searched back to' 'a list of few patches among many shows how far it was searched'
first=$(names)
more=$(sed -n 's/.*href="\([^"]*\)">Search further back.*/\1/p' "$T/body" | sed 's/&amp;/\&/g')
is "$first" '' 'no patch is found among the newest'
for _ in 1 2 3 4 5 6; do
	get "/project/rare/list/$more"
	more=$(sed -n 's/.*href="\([^"]*\)">Search further back.*/\1/p' "$T/body" | sed 's/&amp;/\&/g')
	[ -n "$more" ] || break
done
is "$(names)" "$(plain 2 "t.slug = 'accepted' and not p.archived and p.name like '%hub%'" '1 + 1' 0)" 'its links lead further back to the other patches'
get '/search/?q=rim+15999'
like "$body" 'rim of wheel 15999' 'the search box finds a new patch by words'
like "$body" 'Names of patches were searched back to' 'and says how far it looked'

# ---- the last page of a list that has more

sql 'vacuum analyze'

# further - prints the parameters of the link to older rows
further() {
	sed -n 's/.*href="\([^"]*\)">Search further back.*/\1/p' "$T/body" | sed 's/&amp;/\&/g'
}
get '/project/many/list/?view=patches&state=accepted&page=21'
like "$body" 'The list has no page of this number' 'there is no page 21'
like "$body" 'page=20[^>]*>Previous page' 'but a link to the last one'
get '/project/many/list/?view=patches&state=accepted&page=20'
like "$body" 'A list has 20 pages' 'a page says that it is the last one'
is "$(count 'Next page' "$T/body")" 0 'it has no next page'
more=$(further)
before=${more#*before=}
before=${before%%&*}
last=$(sql "select ceil(extract(epoch from p.date))::bigint + 1 from patchwork_patch p join patchwork_state t on t.id = p.state_id
	where p.project_id = 1 and $accepted order by p.date desc, p.submitter_id desc, p.name desc offset 2000 limit 1")
is "$before" "$last" 'it links to the list from the next patch on'
get "/project/many/list/$more"
is "$(names)" "$(plain 1 "$accepted and p.date < to_timestamp($before)" '1 + 1' 0)" 'which begins with that patch'
get '/project/many/list/?state=accepted&page=20'
more=$(further)
before=${more#*before=}
before=${before%%&*}
get "/project/many/list/$more"
is "$(names)" "$(plain_series 1 "p.state_id = 3 and not p.archived and p.date < to_timestamp($before)" 0)" \
	'a list of series is continued in the same way'
is "$(sql "select count(*) from (select s.date from patchwork_series s
	where s.project_id = 1 and s.id % 7 <> 6 and exists (select from patchwork_patch p
		where p.series_id = s.id and p.state_id = 3 and not p.archived)
	order by s.date desc, s.id desc offset 5000 limit 1) x where x.date < to_timestamp($before)")" 1 'and none is left out'

# The ids of these series do not follow their dates, of which three each are equal. Every second has no patch.
patchmda project add mixed --list-id mixed.example.org >/dev/null
sql "insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
	select 20000 + n, 'cog ' || n, timestamptz '2019-01-01Z' + n * 1009 % 5300 / 3 * interval '1 hour', 1, 1, 3, 1
	from generate_series(1, 5300) n" \
"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff, state_id, series_id, number)
	select 20000 + id, format('<c%s@x.org>', id), date, '', name, 3, 1, false, 'x', 1, id, 1
	from patchwork_series where project_id = 3 and id % 2 = 0" \
'vacuum analyze'
# all_series CONDITION OFFSET - prints the names of a page of the series
all_series() {
	sql "select coalesce(string_agg(name, ';') || ';', '') from (select s.name from patchwork_series s
		where s.project_id = 3 and $1 order by s.date desc, s.id desc limit 100 offset $2) x"
}
for query in 'state=*' 'state=*&order=-date'; do
	for page in 1 2 20; do
		get "/project/mixed/list/?$query&page=$page"
		is "$(names)" "$(all_series true $((page * 100 - 100)))" "series in any state by date: $query&page=$page"
	done
done
more=$(further)
before=${more#*before=}
before=${before%%&*}
get "/project/mixed/list/$more"
is "$(names)" "$(all_series "s.date < to_timestamp($before)" 0)" 'the list of older ones has those without a patch, too'
is "$(sql "select count(*) from (select s.date from patchwork_series s where s.project_id = 3
	order by s.date desc, s.id desc offset 5000) x where x.date < to_timestamp($before)")" 300 'and none is left out'
get '/project/mixed/list/?state=*&order=name&page=20'
like "$body" 'only the newest 5000 of them are listed' 'in another order, a list of many series in any state is not complete'

# ---- a series of many patches

sql "insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
	values (90000, 'strut', '2030-01-01Z', 1, 40, 3, 1)" \
"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff, state_id, series_id, number)
	select 90000 + n, format('<strut%s@x.org>', n), '2030-01-01Z', '', 'strut ' || n, 3, 1, false, 'x', 1, 90000, n
	from generate_series(1, 40) n where n not in (2, 11, 12, 13, 40)"
get '/project/mixed/list/?q=strut'
is "$(sift -oE '<li><a [^>]*>(<bdi>strut|and) [0-9]+( more)?' "$T/body" | sed 's/.*>//' | sed -n '1p;2p;15p;16p;$p' | tr '\n' ';')" \
	'strut 1;strut 3;strut 19;and 20 more;and 20 more;' 'a row has the first patches of a long series'
like "$body" '<li><a href="/project/mixed/series/90000/">and' 'and a link to the others'
like "$body" 'missing: 2, 11-13, 40<' 'and names those that are missing by ranges'
like "$body" '>35/40&nbsp;!<' 'beside their number'

# ---- costs

# reads NAME STATEMENT MOST - prints whether a statement of this file reads few pages, and the tables that it reads whole
reads() {
	PGOPTIONS='-c jit=off -c plan_cache_mode=force_custom_plan' psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/sql/pages/$1.sql" \
		-c "explain (analyze, buffers, timing off, costs off) execute $2" >"$T/plan"
	awk '/Buffers: shared/ && !n { gsub(/[a-z]+=/, " "); n = $3 + $4 } /Seq Scan on (patchwork_patch|patchwork_series|revision) / { print "all of", $0 }
		END { print n < '"$3"' ? "few pages" : n " pages" }' "$T/plan"
}
is "$(reads selection "selection_recent(1, '{1}', false, null, null, null, 600, null, 101, false)" 6000)" 'few pages' \
	'whether series have later versions is looked up for those that are read'
is "$(reads selection "selection_series(1, '', 101, 0, false, null, 101, null)" 1500)" 'few pages' 'also in the list of all'
is "$(reads selection "selection_newest(1, '{3}', false, null, null, null, null, null, 5000, null, 'name', 101, 0)" 1500)" 'few pages' \
	'5,000 patches are sorted without a look-up of each'
is "$(reads selection "selection_newest(1, '{3}', false, null, null, null, null, null, 5001, null, '', 101, 4900)" 1500)" 'few pages' \
	'the patches of the pages before are not looked up'
is "$(reads selection "selection_newest_all(1, '{3}', false, null, null, null, null, null, 5000, null)" 1500)" 'few pages' \
	'and not those of the series of many patches'
sql "update patchwork_patch set commit_ref = md5(id::text) where id % 2 = 0" 'vacuum analyze patchwork_patch'
is "$(reads find "find_commit('c0ffee1', 200000)" 20)" 'few pages' 'a commit is looked up by an index'

# tuples - prints the number of rows of patches that the sessions that have ended have read
tuples() {
	sql "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'patchwork_patch'"
}
sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'rfc') where id < 300" \
	'vacuum analyze patchwork_patch'
old=$(sql "select string_agg(id::text, ' ') from (select id from patchwork_patch where id < 300 order by date desc, id limit 3) x")
httpd_stop
before=$(tuples)
httpd_start
get '/api/patches/?state=rfc&order=-date&per_page=3'
is "$(ids)" "$old" \
	'the REST interface lists patches of which all are old'
httpd_stop
read=$(($(tuples) - before))
is "$((read < 3000)) $((read > 0))" '1 1' "and $read rows are read for them, not all newer ones"
done_testing
