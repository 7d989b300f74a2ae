#!/usr/bin/env bash
# order.t - the threads of tests/data/threads.txt leave the same rows in every order of arrival and for every
# size of the batches, and these are the rows of canonical order

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

# make_rows - creates the table `rows`, with each row as a text without ids and without the names of its order
make_rows() {
	psql -XqAt -v ON_ERROR_STOP=1 <<-'SQL'
	create temp table project as
		select id, left(linkname, 6) as token, right(linkname, 1) as list,
			substr(linkname, 2, 2)::int as thread, substr(linkname, 5, 2)::int as ord
		from patchwork_project;
	create temp table person as
		select id, substring(email from '@(t..o..)') as token,
			lower(split_part(email, '@', 1)) as name, p.name as full_name
		from patchwork_person p;
	create function pg_temp.local(msgid text) returns text language sql as
		$$ select split_part(substr(msgid, 2), '.', 1) $$;

	create function pg_temp.least_of(series int) returns text language sql as
		$$ select pg_temp.local(min(msgid)) from (select msgid from patchwork_patch where series_id = series
			union all select msgid from patchwork_cover c join patchwork_series s on s.id = series
			and c.id = s.cover_letter_id) m $$;

	create temp table fact as
	select p.project_id, format('patch %s: %s|%s|%s|%s|%s|%s|%s|%s|%s|%s', pg_temp.local(msgid), p.name,
			date, hash, diff, content, s.name, pull_url, state_id, number, archived) as fact
		from patchwork_patch p join person s on s.id = submitter_id
	union all
	select project_id, format('cover %s: %s|%s|%s|%s', pg_temp.local(msgid), c.name, date, content, s.name)
		from patchwork_cover c join person s on s.id = submitter_id
	union all
	select q.project_id, format('series v%s %s %s %s %s: %s|%s', version, total,
			coalesce(q.name, '-'), coalesce(pg_temp.local(c.msgid), '-'),
			coalesce((select string_agg(number || ':' || pg_temp.local(msgid), ' ' order by number)
				from patchwork_patch p where p.series_id = q.id), '-'),
			q.date, s.name)
		from patchwork_series q join person s on s.id = q.submitter_id
		left join patchwork_cover c on c.id = cover_letter_id
	union all
	select p.project_id, format('reply %s on %s: %s|%s|%s|%s', pg_temp.local(r.msgid), pg_temp.local(p.msgid),
			r.date, r.content, s.name, addressed)
		from patchwork_patchcomment r join patchwork_patch p on p.id = patch_id
		join person s on s.id = r.submitter_id
	union all
	select c.project_id, format('reply %s on %s: %s|%s|%s|%s', pg_temp.local(r.msgid), pg_temp.local(c.msgid),
			r.date, r.content, s.name, addressed)
		from patchwork_covercomment r join patchwork_cover c on c.id = cover_id
		join person s on s.id = r.submitter_id
	union all
	select project_id, format('tag %s: %s %s', pg_temp.local(msgid), tag_id, count)
		from patchwork_patchtag join patchwork_patch p on p.id = patch_id
	union all
	select r.project_id, format('reference %s: v%s %s %s', pg_temp.local(msgid), version, total, q.name)
		from patchwork_seriesreference r join patchwork_series q on q.id = series_id
	union all
	select f.project_id, format('depends %s on %s: %s, %s', pg_temp.least_of(f.id), pg_temp.least_of(t.id), f.name, t.name)
		from patchwork_series_dependencies
		join patchwork_series f on f.id = from_series_id join patchwork_series t on t.id = to_series_id
	union all
	select e.project_id, format('event %s: patch %s, cover %s, reply %s, series %s %s', category,
			pg_temp.local(p.msgid), pg_temp.local(c.msgid),
			pg_temp.local(coalesce(a.msgid, b.msgid)), q.name, q.date)
		from patchwork_event e
		left join patchwork_patch p on p.id = e.patch_id
		left join patchwork_cover c on c.id = e.cover_id
		left join patchwork_patchcomment a on a.id = e.patch_comment_id
		left join patchwork_covercomment b on b.id = e.cover_comment_id
		left join patchwork_series q on q.id = e.series_id;

	create table rows as
	select j.thread, j.ord, j.list || ' ' || replace(fact, token, '') as fact
		from fact join project j on j.id = project_id
	union all
	select substr(token, 2, 2)::int, substr(token, 5, 2)::int,
			'person ' || name || ' ' || coalesce('"' || full_name || '"', 'null')
		from person;
	create index on rows (thread, ord);
	SQL
}

# differences THREAD - prints the differences between the rows of a thread's orders and those of canonical order
differences() {
	sql "with per as (select ord, fact, count(*) as count from rows where thread = $1 group by 1, 2)
		select 'order ' || o.ord || ': ' || coalesce(p.count, 0) || ' and not ' ||
			coalesce(c.count, 0) || ' of ' || f.fact
		from (select distinct substr(linkname, 5, 2)::int as ord from patchwork_project
			where linkname like 't$(printf %02d "$1")%') o
		cross join (select distinct fact from per) f
		left join per p on p.ord = o.ord and p.fact = f.fact
		left join per c on c.ord = 0 and c.fact = f.fact
		where p.count is distinct from c.count order by 1 limit 20"
}

# expected THREAD - prints the rows, or beginnings of rows, that a thread must have
expected() {
	sed -n "s/^$1 //p" "$T/orders/expected"
}

missing() {
	expected "$1" | awk '{
		fact = $0
		if ($1 != "person") fact = $2 " " $1 substr($0, length($1 " " $2) + 1)
		gsub(/\047/, "\047\047", fact)
		printf "%s (\047%s\047)", (n++ ? "," : "select fact from (values"), fact
	}
	END { if (n) print ") wanted (fact) where not exists (select from rows r where thread = '"$1"' and ord = 0",
		"and (r.fact = wanted.fact or starts_with(r.fact, wanted.fact || \047: \047)))" }' | psql -XqAt -v ON_ERROR_STOP=1
}

mkdir "$T/orders"
"$ROOT/tests/orders" "$ROOT/tests/data/threads.txt" "$T/orders"

pg_start
ready_db order
psql -XqAt -v ON_ERROR_STOP=1 -c 'create temp table link (name text)' \
	-c "\\copy link from '$T/orders/projects'" \
	-c "insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url,
		scm_url, webscm_url, list_archive_url, list_archive_url_format, commit_url_format,
		send_notifications, use_tags, show_dependencies)
		select name, name, name, name || '@lists.example', '', '', '', '', '', '', '', false, true, true
		from link"

for round in '0 1' '1 500' '2 7'; do
	ok "import in batches of ${round#* }" patchmda import \
		--batch "${round#* }" "$T/orders/${round% *}.mbox"
done
make_rows
while read -r thread name; do
	is "$(differences "$thread")" "" "$name: all orders give the same rows"
	is "$(missing "$thread")" "" "$name: these are the expected rows"
done <"$T/orders/names"
ok "the same mail again" patchmda import "$T/orders/2.mbox"
before=$(sql "select md5(string_agg(r::text, ' ' order by r::text)) from rows r")
sql "drop table rows"
make_rows
is "$(sql "select md5(string_agg(r::text, ' ' order by r::text)) from rows r")" "$before" "adds nothing"

# A late cover letter joins two series, of which one has a dependency: so has the joined series.
LIST=needs.example.org
patchmda project add needs --list-id $LIST >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] base' base@x.org | patchmda deliver
patch -d 61 'Ada <ada@x.org>' '[PATCH 1/2] one' a@x.org | patchmda deliver
mail -d 120 -r '<c@x.org>' 'Ada <ada@x.org>' '[PATCH 2/2] two' b@x.org \
	"Depends-on: <base@x.org>
$(change src/ring.c)" | patchmda deliver
needs="select f.name, t.name from patchwork_series_dependencies
	join patchwork_series f on f.id = from_series_id join patchwork_series t on t.id = to_series_id
	join patchwork_project p on p.id = f.project_id where p.linkname = 'needs'"
is "$(sql "$needs")" "|base" "a series depends on another"
mail -d 60 'Ada <ada@x.org>' '[PATCH 0/2] all' c@x.org | patchmda deliver
is "$(sql "$needs")" "all|base" "and so does the series that replaces it"

# Replies that wait, a reply of the batch that refers to one of them, and one that refers to that.
LIST=chain.example.org
patchmda project add chain --list-id $LIST >/dev/null
{
	mail -r '<r2@chain>' 'Ben <ben@x.org>' 'Re: [PATCH] p' r3@chain | mbox
	mail -r '<p@chain>' 'Ben <ben@x.org>' 'Re: [PATCH] p' r1@chain | mbox
	mail -r '<r1@chain>' 'Ben <ben@x.org>' 'Re: [PATCH] p' r2@chain | mbox
	patch 'Ada <ada@x.org>' '[PATCH] p' p@chain | mbox
} >"$T/chain"
patchmda import --quiet --waiting-days 36500 --batch 2 "$T/chain" >/dev/null
is "$(sql "select string_agg(c.msgid, ' ' order by c.msgid) from patchwork_patchcomment c
	join patchwork_patch p on p.id = patch_id where p.msgid = '<p@chain>'")" '<r1@chain> <r2@chain> <r3@chain>' \
	"a chain of replies, of which some waited and some are of the batch"

# A patch moves the reply h, which is stored, and so the reply b of its batch, and k, which is stored and refers to b.
LIST=moved.example.org
patchmda project add moved --list-id $LIST >/dev/null
{
	mail 'Ben <ben@x.org>' '[PATCH 0/3] c' l@moved | mbox
	mail -r '<g@moved> <l@moved>' 'Ben <ben@x.org>' 'Re: one' h@moved | mbox
	mail -r '<b@moved> <l@moved>' 'Ben <ben@x.org>' 'Re: three' k@moved | mbox
	mail 'Ben <ben@x.org>' '[PATCH 0/2] other' o@moved | mbox
	mail -r '<h@moved> <l@moved>' 'Ben <ben@x.org>' 'Re: two' b@moved | mbox
	patch 'Ada <ada@x.org>' '[PATCH 3/3] p' g@moved | mbox
} >"$T/moved"
patchmda import --quiet --batch 2 "$T/moved" >/dev/null
is "$(sql "select string_agg(c.msgid, ' ' order by c.msgid) from patchwork_patchcomment c
	join patchwork_patch p on p.id = patch_id where p.msgid = '<g@moved>'")" '<b@moved> <h@moved> <k@moved>' \
	"a patch moves replies that refer to one another, also by a reply of its batch"

done_testing
