-- Rows that Patchwork has stored, and that patchmda's tables do not know yet. See adopt.h.

-- Patches after the id $1, at most $2. While Patchwork's parser runs ($3 is 1), a patch without a series is
-- passed over: the parser stores the patch first, and may still be at work on its series.
prepare adopt_patches (bigint, integer, integer) as
select t.id, t.project_id, t.submitter_id,
	extract(epoch from (t.date at time zone current_setting('TimeZone')))::bigint,
	t.msgid, t.headers, t.series_id, case when t.content ~* '(^|\n)depends-on:' then t.content end
from patchwork_patch t
where t.id > $1 and not exists (
	select 1
	from patchmda.member m
	where m.kind = 'p' and m.id = t.id offset 0)
and ($3 = 0 or t.series_id is not null)
order by t.id
limit $2;

-- Cover letters and comments have the same parameters as patches, so that one function runs all four
-- statements; `$3 = $3` uses the third.
prepare adopt_covers (bigint, integer, integer) as
select t.id, t.project_id, t.submitter_id,
	extract(epoch from (t.date at time zone current_setting('TimeZone')))::bigint,
	t.msgid, t.headers, (
	select s.id
	from patchwork_series s
	where s.cover_letter_id = t.id), case when t.content ~* '(^|\n)depends-on:' then t.content end
from patchwork_cover t
where t.id > $1 and not exists (
	select 1
	from patchmda.member m
	where m.kind = 'c' and m.id = t.id offset 0)
and $3 = $3
order by t.id
limit $2;

prepare adopt_patch_comments (bigint, integer, integer) as
select t.id, p.project_id, t.submitter_id,
	extract(epoch from (t.date at time zone current_setting('TimeZone')))::bigint,
	t.msgid, t.headers, 0, null
from (
	select *
	from patchwork_patchcomment t
	where id > $1 and not exists (
		select 1
		from patchmda.known_comment k
		where k.kind = 'P' and k.id = t.id offset 0)
	and $3 = $3
	order by id
	limit $2) t,
lateral (
	select project_id
	from patchwork_patch p
	where p.id = t.patch_id offset 0) p
order by t.id;

prepare adopt_cover_comments (bigint, integer, integer) as
select t.id, p.project_id, t.submitter_id,
	extract(epoch from (t.date at time zone current_setting('TimeZone')))::bigint,
	t.msgid, t.headers, 0, null
from (
	select *
	from patchwork_covercomment t
	where id > $1 and not exists (
		select 1
		from patchmda.known_comment k
		where k.kind = 'C' and k.id = t.id offset 0)
	and $3 = $3
	order by id
	limit $2) t,
lateral (
	select project_id
	from patchwork_cover p
	where p.id = t.cover_id offset 0) p
order by t.id;

-- Whether there are rows to adopt. $1 is ADOPT_OVERLAP_IDS: this many ids up to the progress that adopt.c
-- has recorded for a table are checked again. At most 4 * $1 rows of each table are read. If its last id is
-- more than 2 * $1 above the recorded one, there are rows to adopt.
prepare unadopted as
select exists (
	select 1
	from (
		select *
		from patchwork_patch
		where id > coalesce((
			select done
			from patchmda.progress
			where job = 'patchwork_patch'), 0) - $1
		order by id
		limit 4 * $1) t
	where t.series_id is not null and not exists (
		select 1
		from patchmda.member m
		where m.kind = 'p' and m.id = t.id offset 0))
or exists (
	select 1
	from (
		select *
		from patchwork_cover
		where id > coalesce((
			select done
			from patchmda.progress
			where job = 'patchwork_cover'), 0) - $1
		order by id
		limit 4 * $1) t
	where true and not exists (
		select 1
		from patchmda.member m
		where m.kind = 'c' and m.id = t.id offset 0))
or exists (
	select 1
	from (
		select *
		from patchwork_patchcomment
		where id > coalesce((
			select done
			from patchmda.progress
			where job = 'patchwork_patchcomment'), 0) - $1
		order by id
		limit 4 * $1) t
	where true and not exists (
		select 1
		from patchmda.known_comment k
		where k.kind = 'P' and k.id = t.id offset 0))
or exists (
	select 1
	from (
		select *
		from patchwork_covercomment
		where id > coalesce((
			select done
			from patchmda.progress
			where job = 'patchwork_covercomment'), 0) - $1
		order by id
		limit 4 * $1) t
	where true and not exists (
		select 1
		from patchmda.known_comment k
		where k.kind = 'C' and k.id = t.id offset 0))
or coalesce((
	select max(id)
	from patchwork_patch), 0) > 2 * $1 + coalesce((
	select done
	from patchmda.progress
	where job = 'patchwork_patch'), 0)
or coalesce((
	select max(id)
	from patchwork_cover), 0) > 2 * $1 + coalesce((
	select done
	from patchmda.progress
	where job = 'patchwork_cover'), 0)
or coalesce((
	select max(id)
	from patchwork_patchcomment), 0) > 2 * $1 + coalesce((
	select done
	from patchmda.progress
	where job = 'patchwork_patchcomment'), 0)
or coalesce((
	select max(id)
	from patchwork_covercomment), 0) > 2 * $1 + coalesce((
	select done
	from patchmda.progress
	where job = 'patchwork_covercomment'), 0);

prepare insert_known_comments as
insert into patchmda.known_comment (kind, id)
select k.kind::"char", k.id
from unnest($1::text[], $2::int[]) k(kind, id)
on conflict do nothing;

prepare forget_known_comments as
delete from patchmda.known_comment
where kind = $1::"char" and id <= $2;

-- Patchwork's parser updates all columns of a series, also those that it has not changed. When it sets the
-- name, it thereby removes a cover letter that patchmda has set since the parser read the row. This sets
-- cover letter and name again.
prepare mend_series as
update patchwork_series s
set cover_letter_id = k.cover_id, name = case when s.name = k.first_name then coalesce(nullif(k.title,
	''), s.name) else s.name end
from (
	select distinct on (i.id) i.id, c.id as cover_id, p.name as first_name, ltrim(regexp_replace(c.name,
		'^\[[^]]*\]', '')) as title
	from (
		select distinct id
		from unnest($1::int[]) i(id)) i,
	lateral (
		select msgid, project_id
		from patchwork_seriesreference r
		where r.series_id = i.id offset 0) r,
	lateral (
		select id, name
		from patchwork_cover c
		where c.msgid = r.msgid and c.project_id = r.project_id offset 0) c
	left join lateral (
		select name
		from patchwork_patch p
		where p.series_id = i.id and p.number = 1 offset 0) p on true
	where not exists (
		select 1
		from patchwork_series o
		where o.cover_letter_id = c.id and o.id <> i.id)
	order by i.id, c.id) k
where s.id = k.id and (s.cover_letter_id is null or (s.cover_letter_id = k.cover_id and s.name = k.first_name
	and k.title <> ''));

prepare adopt_progress as
select done
from patchmda.progress
where job = $1;

prepare set_adopt_progress as
insert into patchmda.progress (job, done)
values ($1, $2)
on conflict (job) do update set done = greatest(progress.done, excluded.done);
