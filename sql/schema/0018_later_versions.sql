-- Which series have a later version, for lists of the latest ones (sql/pages, sql/report).

-- Whether a series is a part of a version, so that patches of its predecessor stay current: `v5.1`, or a patch
-- or an incomplete series without a cover letter in reply to a series, with fewer patches than this one.
create function patchmda.is_part(series integer) returns boolean
language sql stable as $$
    select (r.minor > 0 or (r.rule = 'reply' and s.cover_letter_id is null
            and (q.received < s.total or s.total = 1)))
        and q.received < (
            select count(*)
            from patchwork_patch p
            where p.series_id = r.previous_id)
    from patchmda.revision r
    join patchwork_series s on s.id = r.series_id,
    lateral (
        select count(*) as received
        from patchwork_patch p
        where p.series_id = r.series_id) q
    where r.series_id = series
$$;

-- Series that have a later version: one that names them as its predecessor, or one with the same
-- predecessor, a higher number and a later date. A part of a version counts only if it has a later version
-- itself. (Only what may be a part is looked at by is_part(), which takes longer than the rest.)
create view patchmda.outdated as
select r.previous_id as series_id
from patchmda.revision r
where r.previous_id is not null
and ((r.minor = 0 and r.rule is distinct from 'reply') or not patchmda.is_part(r.series_id) or exists (
    select
    from patchmda.revision n
    where n.previous_id = r.series_id and not patchmda.is_part(n.series_id)))
union all
select m.series_id
from patchmda.revision m
join patchmda.revision n on n.previous_id = m.previous_id
where (n.version, n.minor) > (m.version, m.minor) and n.date >= m.date
and ((n.minor = 0 and n.rule is distinct from 'reply') or not patchmda.is_part(n.series_id));

-- The series to which a prerequisite of a series of this project refers, or null if it is not stored. By
-- `patch-id` nothing is found: no table has the ids that git patch-id(1) makes.
create function patchmda.series_of_prerequisite(prerequisite text, project integer) returns integer
language sql stable as $$
    select case
        when prerequisite like 'message-id %' then (
            select p.series_id
            from patchwork_patch p
            where p.msgid = substr(prerequisite, 12) and p.project_id = project
            union all
            select s.id
            from patchwork_cover c
            join patchwork_series s on s.cover_letter_id = c.id
            where c.msgid = substr(prerequisite, 12) and c.project_id = project
            limit 1)
        when prerequisite like 'change-id %' then (
            select r.series_id
            from patchmda.revision r
            where r.change_id = split_part(substr(prerequisite, 11), ':v', 1) and r.project_id = project
            order by r.version::text = split_part(prerequisite, ':v', 2) desc, r.version desc, r.date desc
            limit 1)
        end
$$;
