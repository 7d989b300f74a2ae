-- The rows that a batch could affect. See statements.h.
--
-- Keys of a lookup are pairs of project and message id, numbered from 1: k(project_id, msgid, i).  Dates
-- are clock readings in the session's time zone: extract(epoch from (date at time zone ...)).

-- These return rows if a message with one of the ids waits, is waited for, or is named by a Depends-on;
-- referred_by returns the kinds of the rows that refer to it. A caller that needs only comments ignores
-- the other kinds: a second condition or a limit takes longer than reading the few rows that it would
-- exclude.
prepare any_waits as
select 1
from patchmda.waiting
where msgid = any($1);

prepare any_is_awaited as
select 1
from patchmda.waiting_ref
where ref = any($1);

prepare referred_by as
select kind
from patchmda.mention
where ref = any($1);

prepare any_is_depended_on as
select 1
from patchmda.depend
where ref = any($1);

-- Rows with one of the message ids, in any project: the only useful index is that of the ids. These
-- statements run for every mail and are short, because on a new connection parsing takes time.
prepare known_patches as
select project_id, msgid, id
from patchwork_patch
where msgid = any($1);

prepare known_covers as
select project_id, msgid, id
from patchwork_cover
where msgid = any($1);

-- The parents of these comments are mostly among the rows found above; the others are fetched by id.
prepare known_patch_comments as
select id, msgid, patch_id
from patchwork_patchcomment
where msgid = any($1);

prepare known_cover_comments as
select id, msgid, cover_id
from patchwork_covercomment
where msgid = any($1);

prepare patches_by_id as
select project_id, msgid, id
from patchwork_patch
where id = any($1);

prepare covers_by_id as
select project_id, msgid, id
from patchwork_cover
where id = any($1);

-- The series recorded under a message id. With a condition of equality, the planner may read all rows of
-- the project if the table was never analysed. Therefore the next row in the order of both columns is
-- read, which only their index can find, and is compared.
prepare known_references as
select k.i, r.series_id
from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i),
lateral (
	select series_id
	from (
		select series_id, project_id, msgid
		from patchwork_seriesreference
		where (project_id, msgid) >= (k.project_id, k.msgid)
		order by project_id, msgid
		limit 1) r
	where r.project_id = k.project_id and r.msgid = k.msgid offset 0) r;

prepare known_waiting as
select project_id, msgid
from patchmda.waiting
where msgid = any($1);

prepare known_seen as
select project_id, hash
from patchmda.seen
where hash = any($1);

prepare people as
select p.email, p.id, p.email, p.name, p.user_id is not null, (
	select n.date
	from patchmda.person_name n
	where n.person_id = p.id), (
	select n.msgid
	from patchmda.person_name n
	where n.person_id = p.id)
from patchwork_person p
where p.email = any($1);

-- People after an id whose address is one of these, in any case. There is no index on upper(email).
prepare people_any_case (text[], integer) as
select k.email, p.id, p.email, p.name, p.user_id is not null, n.date, n.msgid
from unnest($1) k(email)
join patchwork_person p on upper(p.email) = upper(k.email) and p.id > $2
left join patchmda.person_name n on n.person_id = p.id
order by p.id;

prepare people_of_ids (text[], integer[]) as
select k.email, p.id, p.email, p.name, p.user_id is not null, n.date, n.msgid
from patchwork_person p
join unnest($1) k(email) on upper(p.email) = upper(k.email)
left join patchmda.person_name n on n.person_id = p.id
where p.id = any($2)
order by p.id;

prepare last_person as
select coalesce(max(id), 0)
from patchwork_person;

-- For people_index.c.
prepare hashes_of_people (integer) as
select coalesce(array_agg(id::bigint), '{}'), coalesce(array_agg(hashtext(upper(email))::bigint), '{}')
from patchwork_person
where id > $1;

prepare hashes_of_emails (text[]) as
select array(
	select hashtext(upper(k.email))::bigint
	from unnest($1) with ordinality k(email, i)
	order by k.i);

-- The parents of the comments that refer to one of the ids.
prepare parents_of_msgrefs as
select distinct k.i, m.kind, c.parent_id
from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i),
lateral (
	select kind, id
	from patchmda.mention m
	where m.ref = k.msgid and m.project_id + 0 = k.project_id
	and m.kind in ('P', 'C') offset 0) m,
lateral (
	select patch_id as parent_id
	from patchwork_patchcomment c
	where m.kind = 'P' and c.id = m.id
	union all
	select cover_id
	from patchwork_covercomment c
	where m.kind = 'C' and c.id = m.id offset 0) c;

-- Comments that refer to one of the ids, those that refer to these, and so on.
prepare comments_that_refer as
with recursive referring(project_id, msgid, kind, id) as (
	select k.project_id, k.msgid collate "C", ' '::"char", 0
	from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)
	union
	select m.project_id, c.msgid, m.kind, m.id
	from referring k,
	lateral (
		select project_id, kind, id
		from patchmda.mention m
		where m.ref = k.msgid and m.project_id + 0 = k.project_id
		and m.kind in ('P', 'C') offset 0) m,
	lateral (
		select msgid::text collate "C" as msgid
		from patchwork_patchcomment c
		where m.kind = 'P' and c.id = m.id
		union all
		select msgid::text collate "C"
		from patchwork_covercomment c
		where m.kind = 'C' and c.id = m.id offset 0) c)
select m.project_id, m.msgid, m.kind, m.id, p.id, p.msgid, c.headers
from referring m,
lateral (
	select patch_id as parent_id, headers
	from patchwork_patchcomment c
	where m.kind = 'P' and c.id = m.id
	union all
	select cover_id, headers
	from patchwork_covercomment c
	where m.kind = 'C' and c.id = m.id offset 0) c,
lateral (
	select id, msgid
	from patchwork_patch p
	where m.kind = 'P' and p.id = c.parent_id
	union all
	select id, msgid
	from patchwork_cover p
	where m.kind = 'C' and p.id = c.parent_id offset 0) p;

-- Waiting replies that have the ids themselves; for an id that replies wait for, a row of nulls.
prepare waiting_here as
select w.id, w.project_id, (extract(epoch from w.received) * 1000000)::bigint, w.message, w.msgid
from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)
left join lateral (
	select *
	from patchmda.waiting w
	where w.msgid = k.msgid and w.project_id + 0 = k.project_id offset 0) w on true
left join lateral (
	select 1 as found
	from patchmda.waiting_ref r
	where r.ref = k.msgid and r.project_id + 0 = k.project_id
	limit 1 offset 0) r on true
where w.id is not null or r.found is not null;

-- Replies that wait for one of the ids, or for one of these replies, and so on.
prepare waiting_released as
with recursive released(project_id, msgid, id) as (
	select k.project_id, k.msgid collate "C", null::bigint
	from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)
	union
	select w.project_id, w.msgid, w.id
	from released k,
	lateral (
		select waiting_id
		from patchmda.waiting_ref r
		where r.ref = k.msgid and r.project_id + 0 = k.project_id offset 0) r,
	lateral (
		select project_id, msgid, id
		from patchmda.waiting w
		where w.id = r.waiting_id offset 0) w)
select w.id, w.project_id, (extract(epoch from w.received) * 1000000)::bigint, w.message, w.msgid
from (
	select distinct id
	from released
	where id is not null) f,
lateral (
	select *
	from patchmda.waiting w
	where w.id = f.id offset 0) w
order by w.id;

-- All members of the components of the keys. A component is found by the ids of its members, by the ids
-- that they refer to, and by marker (person, version, total, dates at most $9 seconds apart; see series.c
-- on patches without a marker).
--
-- A patch numbered 0 is a member of no series, and the series that was created for it is found by its
-- date: its own id, and those that it refers to, may be recorded for other series. Of several series with
-- that date the recorded one is preferred, then one without a cover letter and patches, since a series
-- that was created for other mail contains that mail. The last subquery finds the recorded series in the
-- same way as known_references.
prepare members as
with component as (
	select m.circle
	from unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i),
	lateral (
		select 'p'::"char" as kind, id
		from patchwork_patch p
		where p.msgid = k.msgid and p.project_id + 0 = k.project_id
		union all
		select 'c'::"char", id
		from patchwork_cover c
		where c.msgid = k.msgid and c.project_id + 0 = k.project_id
		union all
		select kind, id
		from patchmda.mention m
		where m.ref = k.msgid and m.project_id + 0 = k.project_id
		and m.kind in ('p', 'c') offset 0) x,
	lateral (
		select circle
		from patchmda.member m
		where m.kind = x.kind and m.id = x.id offset 0) m
	union
	select m.circle
	from unnest($3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[], $8::int[]) k(project_id,
		person_id, version, total, date, marked),
	lateral (
		select circle
		from patchmda.member m
		where m.submitter_id = k.person_id
		and m.date between k.date - $9 and k.date + $9 and coalesce(m.total, 1) = k.total
		and (k.marked = 1 or m.total is not null)
		and m.version = k.version and m.project_id + 0 = k.project_id offset 0) m)
select m.kind, m.id, m.project_id, m.msgid, m.submitter_id, m.date, m.version, m.number, m.total,
	m.circle, m.refs, x.name, x.series_id, coalesce((
	select s.id
	from patchwork_series s
	where m.kind = 'p' and m.number = 0 and s.submitter_id = m.submitter_id
	and s.project_id + 0 = m.project_id and s.version = m.version
	and s.total = m.total
	and extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint = m.date
	order by coalesce(s.id = r.series_id, false) desc, s.cover_letter_id is not null, exists (
		select
		from patchwork_patch p
		where p.series_id = s.id), s.id
	limit 1), r.series_id), x.headers
from component q,
lateral (
	select *
	from patchmda.member m
	where m.circle = q.circle offset 0) m,
lateral (
	select p.name, p.series_id, null as headers
	from patchwork_patch p
	where m.kind = 'p' and p.id = m.id
	union all
	select c.name, (
		select s.id
		from patchwork_series s
		where s.cover_letter_id = c.id), case when char_length(c.name) = 255 then c.headers end
	from patchwork_cover c
	where m.kind = 'c' and c.id = m.id offset 0) x
left join lateral (
	select series_id
	from (
		select series_id, project_id, msgid
		from patchwork_seriesreference
		where (project_id, msgid) >= (m.project_id, m.msgid collate "default")
		order by project_id, msgid
		limit 1) r
	where r.project_id = m.project_id and r.msgid = m.msgid collate "default" offset 0) r on true;

-- A clock reading that is skipped when summer time begins is stored as the time an hour later. If a date
-- may be such a reading, the true date is that of a member of the series.
prepare series as
select s.id, s.project_id, s.name,
	case when (timestamp '1970-01-01'
		+ (extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint - 3600) * interval '1 second')
		at time zone current_setting('TimeZone') = s.date
	then coalesce((
		select m.date
		from (
			select 'p'::"char" as kind, p.id
			from patchwork_patch p
			where p.series_id = s.id
			union all
			select 'c', s.cover_letter_id) y,
		lateral (
			select date
			from patchmda.member m
			where m.kind = y.kind and m.id = y.id offset 0) m
		where (timestamp '1970-01-01' + (m.date) * interval '1 second')
			at time zone current_setting('TimeZone') = s.date
		order by m.date desc
		limit 1), extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint)
	else extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint
	end,
	s.version, s.total, s.submitter_id, s.cover_letter_id, c.msgid, c.name
from unnest($1::int[]) k(id),
lateral (
	select *
	from patchwork_series s
	where s.id = k.id offset 0) s
left join lateral (
	select msgid, name
	from patchwork_cover c
	where c.id = s.cover_letter_id offset 0) c on true
order by s.id;

prepare series_by_marker as
select s.id, s.project_id
from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::bigint[], $6::int[]) k(project_id,
	person_id, version, total, date, marked),
lateral (
	select id, project_id
	from patchwork_series s
	where s.submitter_id = k.person_id and s.project_id + 0 = k.project_id
	and s.version = k.version and s.total = k.total
	and extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint
		between k.date - $7 and k.date + $7 offset 0) s
where k.marked = 1;

prepare series_patches as
select p.series_id, p.id, p.number, p.msgid, p.name, p.project_id
from unnest($1::int[]) k(id),
lateral (
	select *
	from patchwork_patch p
	where p.series_id = k.id offset 0) p
order by p.id;

prepare series_references as
select r.series_id, r.project_id, r.msgid
from unnest($1::int[]) k(id),
lateral (
	select *
	from patchwork_seriesreference r
	where r.series_id = k.id offset 0) r;
