-- The rows of the page of a patch, a cover letter or a series. $1 is the time zone.

prepare mail_patch (text, text, text) as
select p.id, p.name, p.msgid, floor(extract(epoch from (p.date at time zone $1)))::bigint, w.id, w.name, w.email,
	p.content, p.diff, t.name, p.archived, u.username, p.commit_ref, p.pull_url, p.hash::text,
	coalesce(p.series_id, 0), coalesce(p.number, 0)::int, coalesce(p.related_id, 0)
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
join patchwork_person w on w.id = p.submitter_id
left join patchwork_state t on t.id = p.state_id
left join auth_user u on u.id = p.delegate_id
where j.linkname = $2 and p.msgid = $3;

prepare mail_cover (text, text, text) as
select c.id, c.name, c.msgid, floor(extract(epoch from (c.date at time zone $1)))::bigint, w.id, w.name, w.email,
	c.content, null, null, false, null, null, null, null, coalesce(s.id, 0), 0, 0
from patchwork_cover c
join patchwork_project j on j.id = c.project_id
join patchwork_person w on w.id = c.submitter_id
left join patchwork_series s on s.cover_letter_id = c.id
where j.linkname = $2 and c.msgid = $3;

prepare mail_cover_of (text, integer) as
select c.id, c.name, c.msgid, floor(extract(epoch from (c.date at time zone $1)))::bigint, w.id, w.name, w.email,
	c.content, null, null, false, null, null, null, null, s.id, 0, 0
from patchwork_series s
join patchwork_cover c on c.id = s.cover_letter_id
join patchwork_person w on w.id = c.submitter_id
where s.id = $2;

prepare mail_checks (text, integer) as
select l.state, l.context, l.description, l.target_url, u.username,
	floor(extract(epoch from (l.date at time zone $1)))::bigint
from (select distinct on (c.user_id, c.context) c.*
	from patchwork_check c
	where c.patch_id = $2
	order by c.user_id, c.context, c.date desc, c.id desc) l
join auth_user u on u.id = l.user_id
order by l.state <> 3, l.state <> 2, l.context, u.username;

-- Comments, by date, of page $3. A page ends after $4 comments or, if they are large, after about $5 bytes, so a small one
-- counts as $5 / $4 bytes. The last column: there is a later page. octet_length() reads no text that is stored outside of
-- its row.
prepare mail_patch_comments (text, integer, bigint, integer, bigint) as
with pages as (
	select s.id, dense_rank() over (order by (s.until - s.bytes) / $5) page
	from (select c.id, b.bytes, sum(b.bytes) over (order by c.date, c.id)::bigint until
		from patchwork_patchcomment c, greatest($5 / $4, octet_length(c.headers)::bigint + octet_length(c.content)) b(bytes)
		where c.patch_id = $2) s)
select c.id, c.msgid, floor(extract(epoch from (c.date at time zone $1)))::bigint, w.name, w.email,
	c.headers, c.content, c.addressed, c.patch_id, (select max(page) from pages) > $3
from pages g
join patchwork_patchcomment c on c.id = g.id
join patchwork_person w on w.id = c.submitter_id
where g.page = $3
order by c.date, c.id;

prepare mail_cover_comments (text, integer, bigint, integer, bigint) as
with pages as (
	select s.id, dense_rank() over (order by (s.until - s.bytes) / $5) page
	from (select c.id, b.bytes, sum(b.bytes) over (order by c.date, c.id)::bigint until
		from patchwork_covercomment c, greatest($5 / $4, octet_length(c.headers)::bigint + octet_length(c.content)) b(bytes)
		where c.cover_id = $2) s)
select c.id, c.msgid, floor(extract(epoch from (c.date at time zone $1)))::bigint, w.name, w.email,
	c.headers, c.content, c.addressed, 0, (select max(page) from pages) > $3
from pages g
join patchwork_covercomment c on c.id = g.id
join patchwork_person w on w.id = c.submitter_id
where g.page = $3
order by c.date, c.id;

-- The comments on all patches of a series, patch by patch, until they have $3 comments or about $4 bytes. The last column:
-- the number of all.
prepare mail_series_comments (text, integer, integer, bigint) as
select c.id, c.msgid, floor(extract(epoch from (c.date at time zone $1)))::bigint, w.name, w.email,
	c.headers, c.content, c.addressed, c.patch_id, s.count
from (select c.id, p.number, b.bytes, count(*) over (),
		sum(b.bytes) over (order by p.number, p.id, c.date, c.id)::bigint until
	from patchwork_patch p
	join patchwork_patchcomment c on c.patch_id = p.id,
		greatest($4 / $3, octet_length(c.headers)::bigint + octet_length(c.content)) b(bytes)
	where p.series_id = $2) s
join patchwork_patchcomment c on c.id = s.id
join patchwork_person w on w.id = c.submitter_id
where s.until - s.bytes < $4
order by s.number, c.patch_id, c.date, c.id;

-- The page of a comment, as above: $2 is the limit of the comments, and $3 that of the bytes.
prepare mail_patch_comment_page (integer, integer, bigint) as
select g.page
from (select s.id, dense_rank() over (order by (s.until - s.bytes) / $3) page
	from (select c.id, b.bytes, sum(b.bytes) over (order by c.date, c.id)::bigint until
		from patchwork_patchcomment c, greatest($3 / $2, octet_length(c.headers)::bigint + octet_length(c.content)) b(bytes)
		where c.patch_id = (select patch_id from patchwork_patchcomment where id = $1)) s) g
where g.id = $1;
prepare mail_cover_comment_page (integer, integer, bigint) as
select g.page
from (select s.id, dense_rank() over (order by (s.until - s.bytes) / $3) page
	from (select c.id, b.bytes, sum(b.bytes) over (order by c.date, c.id)::bigint until
		from patchwork_covercomment c, greatest($3 / $2, octet_length(c.headers)::bigint + octet_length(c.content)) b(bytes)
		where c.cover_id = (select cover_id from patchwork_covercomment where id = $1)) s) g
where g.id = $1;

-- The other patches of a relation, the oldest first.
prepare mail_related (text, integer, integer) as
select p.name, p.msgid, j.linkname, floor(extract(epoch from (p.date at time zone $1)))::bigint
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where p.related_id = $2 and p.id <> $3
order by p.date, p.id
limit 100;
