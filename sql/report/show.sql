-- Stored mail that `patchmda show` and `patchmda httpd` show. Kinds are those of enum shown_kind: 0 a patch,
-- 1 a cover letter, 2 a patch and 3 a cover letter that is the parent of a comment.

-- $1 has the spellings of a message id, $2 a project or null.
prepare show_find_msgid (text[], text) as
select x.kind, x.id, coalesce(x.series_id, 0), x.msgid, j.linkname
from (
	select 0 as kind, p.id, p.series_id, p.msgid, p.project_id
	from patchwork_patch p
	where p.msgid = any($1)
	union all
	select 1, c.id, s.id, c.msgid, c.project_id
	from patchwork_cover c
	left join patchwork_series s on s.cover_letter_id = c.id
	where c.msgid = any($1)
	union all
	select 2, p.id, p.series_id, p.msgid, p.project_id
	from patchwork_patchcomment m
	join patchwork_patch p on p.id = m.patch_id
	where m.msgid = any($1)
	union all
	select 3, c.id, s.id, c.msgid, c.project_id
	from patchwork_covercomment m
	join patchwork_cover c on c.id = m.cover_id
	left join patchwork_series s on s.cover_letter_id = c.id
	where m.msgid = any($1)) x
join patchwork_project j on j.id = x.project_id
where $2 is null or j.linkname = $2
order by x.kind, x.id;

prepare show_find_patch (integer) as
select 0, p.id, coalesce(p.series_id, 0), p.msgid, j.linkname
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where p.id = $1;

prepare show_series (integer) as
select s.total, p.id
from patchwork_series s
left join patchwork_patch p on p.series_id = s.id
where s.id = $1
order by p.number, p.id;

-- Patches and cover letters have the same columns; $2 is the time zone.
prepare show_patches (integer[], text) as
select p.id, p.headers, p.content, p.diff, p.name,
	floor(extract(epoch from p.date at time zone $2))::bigint, w.name, w.email, j.listemail, d.email
from unnest($1) with ordinality k(id, i)
join patchwork_patch p on p.id = k.id
join patchwork_person w on w.id = p.submitter_id
join patchwork_project j on j.id = p.project_id
left join auth_user d on d.id = p.delegate_id
order by k.i;

-- The comments, for their tags (parser/tag.h): if $2 is 'patches', those on the patches $1; if it is 'series', also those
-- on the cover letters of their series; if it is 'covers', those on the cover letters $1. Of a comment of more than
-- 1 MiB, only the lines that may be tags are sent, so that it takes little memory.
prepare show_comments (integer[], text) as
select m.id, case
		when octet_length(m.content) <= 1048576 then m.content
		else (select string_agg(t.line, e'\n' order by t.i)
			from string_to_table(m.content, e'\n') with ordinality t(line, i)
			where left(t.line, 16) ~ '^[A-Za-z-]+-[Bb][Yy]:')
	end
from (
	select c.patch_id as id, c.date, 0 as kind, c.id as comment_id, c.content
	from patchwork_patchcomment c
	where c.patch_id = any($1) and $2 <> 'covers'
	union all
	select p.id, c.date, 1, c.id, c.content
	from patchwork_patch p
	join patchwork_series s on s.id = p.series_id
	join patchwork_covercomment c on c.cover_id = s.cover_letter_id
	where p.id = any($1) and $2 = 'series'
	union all
	select c.cover_id, c.date, 1, c.id, c.content
	from patchwork_covercomment c
	where c.cover_id = any($1) and $2 = 'covers') m
order by m.id, m.date, m.kind, m.comment_id;

-- The bytes of the texts of patches and their comments; of an id that does not exist, 0. octet_length() reads no
-- text that is stored outside of its row.
prepare show_patch_sizes (integer[]) as
select coalesce(octet_length(p.headers), 0)::bigint + coalesce(octet_length(p.content), 0) + coalesce(octet_length(p.diff), 0)
	+ (select coalesce(sum(octet_length(c.content)), 0)::bigint
		from patchwork_patchcomment c
		where c.patch_id = k.id)
from unnest($1) with ordinality k(id, i)
left join patchwork_patch p on p.id = k.id
order by k.i;

prepare show_covers (integer[], text) as
select p.id, p.headers, p.content, null::text, p.name,
	floor(extract(epoch from p.date at time zone $2))::bigint, w.name, w.email, j.listemail, null::text
from unnest($1) with ordinality k(id, i)
join patchwork_cover p on p.id = k.id
join patchwork_person w on w.id = p.submitter_id
join patchwork_project j on j.id = p.project_id
order by k.i;

-- A patch or cover letter that a URL names: id, series, number, name, message id, project. For the URL of a
-- comment it is the comment's parent.
prepare show_patch_by_msgid (text, text) as
select p.id, p.series_id, p.number::int, p.name, p.msgid, j.linkname
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where j.linkname = $1 and p.msgid = '<' || $2 || '>';

prepare show_cover_by_msgid (text, text) as
select p.id, 0, 0, p.name, p.msgid, j.linkname
from patchwork_cover p
join patchwork_project j on j.id = p.project_id
where j.linkname = $1 and p.msgid = '<' || $2 || '>';

prepare show_patch_by_id (integer) as
select p.id, p.series_id, p.number::int, p.name, p.msgid, j.linkname
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where p.id = $1;

prepare show_cover_by_id (integer) as
select p.id, 0, 0, p.name, p.msgid, j.linkname
from patchwork_cover p
join patchwork_project j on j.id = p.project_id
where p.id = $1;

prepare show_patch_of_comment (integer) as
select p.id, p.series_id, p.number::int, p.name, p.msgid, j.linkname
from patchwork_patchcomment c
join patchwork_patch p on p.id = c.patch_id
join patchwork_project j on j.id = p.project_id
where c.id = $1;

prepare show_cover_of_comment (integer) as
select p.id, 0, 0, p.name, p.msgid, j.linkname
from patchwork_covercomment c
join patchwork_cover p on p.id = c.cover_id
join patchwork_project j on j.id = p.project_id
where c.id = $1;

prepare show_series_before (integer, integer) as
select id
from patchwork_patch
where series_id = $1 and number < $2
order by number;

prepare show_series_name (integer) as
select name
from patchwork_series
where id = $1;

-- A bundle that the user $3 may see, a row for each patch.
prepare show_bundle (text, text, integer) as
select b.id, p.patch_id
from patchwork_bundle b
join auth_user u on u.id = b.owner_id
left join patchwork_bundlepatch p on p.bundle_id = b.id
where u.username = $1 and b.name = $2 and (b.public or b.owner_id = $3)
order by p."order", p.id;
