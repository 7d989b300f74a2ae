-- facts.sql - the contents of a database, one fact on each line and without ids, so that two can be compared
--
-- 	psql -XqAt -f tests/facts.sql | LC_ALL=C sort
\pset null '-'

select 'project', linkname, name, listid, listemail, subject_match from patchwork_project;

select 'person', p.email, p.name, n.date, n.msgid
  from patchwork_person p left join patchmda.person_name n on n.person_id = p.id;

select 'patch', j.linkname, p.msgid, p.name, p.date, md5(p.headers), md5(p.content), md5(p.diff),
       p.hash, w.email, p.archived, p.commit_ref, p.delegate_id, p.number, p.pull_url, t.slug,
       (select min(q.msgid) from patchwork_patch q where q.series_id = p.series_id)
  from patchwork_patch p
  join patchwork_project j on j.id = p.project_id
  join patchwork_person w on w.id = p.submitter_id
  left join patchwork_state t on t.id = p.state_id;

select 'cover', j.linkname, c.msgid, c.name, c.date, md5(c.headers), md5(c.content), w.email
  from patchwork_cover c
  join patchwork_project j on j.id = c.project_id
  join patchwork_person w on w.id = c.submitter_id;

select 'comment', 'patch', p.msgid, c.msgid, c.date, md5(c.headers), md5(c.content), w.email, c.addressed
  from patchwork_patchcomment c
  join patchwork_patch p on p.id = c.patch_id
  join patchwork_person w on w.id = c.submitter_id;
select 'comment', 'cover', p.msgid, c.msgid, c.date, md5(c.headers), md5(c.content), w.email, c.addressed
  from patchwork_covercomment c
  join patchwork_cover p on p.id = c.cover_id
  join patchwork_person w on w.id = c.submitter_id;

-- A series is named by its least message id.
create temp view named_series as
select s.*, least((select min(msgid) from patchwork_patch p where p.series_id = s.id),
                  (select msgid from patchwork_cover c where c.id = s.cover_letter_id),
                  (select min(msgid) from patchwork_seriesreference r where r.series_id = s.id)) as msgid
  from patchwork_series s;

select 'series', j.linkname, s.msgid, s.name, s.date, s.version, s.total, w.email, c.msgid,
       (select string_agg(p.number || ':' || p.msgid, ' ' order by p.number)
          from patchwork_patch p where p.series_id = s.id)
  from named_series s
  join patchwork_project j on j.id = s.project_id
  join patchwork_person w on w.id = s.submitter_id
  left join patchwork_cover c on c.id = s.cover_letter_id;
select 'reference', s.msgid, r.msgid
  from patchwork_seriesreference r join named_series s on s.id = r.series_id;
select 'dependency', a.msgid, b.msgid
  from patchwork_series_dependencies d
  join named_series a on a.id = d.from_series_id
  join named_series b on b.id = d.to_series_id;

select 'tag', p.msgid, t.name, x.count
  from patchwork_patchtag x
  join patchwork_patch p on p.id = x.patch_id
  join patchwork_tag t on t.id = x.tag_id;

select 'event', j.linkname, e.category, p.msgid, c.msgid, pc.msgid, cc.msgid, s.msgid, count(*)
  from patchwork_event e
  join patchwork_project j on j.id = e.project_id
  left join patchwork_patch p on p.id = e.patch_id
  left join patchwork_cover c on c.id = e.cover_id
  left join patchwork_patchcomment pc on pc.id = e.patch_comment_id
  left join patchwork_covercomment cc on cc.id = e.cover_comment_id
  left join named_series s on s.id = e.series_id
 group by 1, 2, 3, 4, 5, 6, 7, 8;
-- No two events may have the same date, because readers sort events by date alone.
select 'events of one date', count(*) from patchwork_event group by date having count(*) > 1;

select 'member', kind, msgid, date, version, number, total, refs,
       (select min(msgid) from patchmda.member o where o.circle = m.circle)
  from patchmda.member m;
select 'mention', m.kind, coalesce(p.msgid, c.msgid, pc.msgid, cc.msgid), m.ref, count(*)
  from patchmda.mention m
  left join patchwork_patch p on m.kind = 'p' and p.id = m.id
  left join patchwork_cover c on m.kind = 'c' and c.id = m.id
  left join patchwork_patchcomment pc on m.kind = 'P' and pc.id = m.id
  left join patchwork_covercomment cc on m.kind = 'C' and cc.id = m.id
 group by 1, 2, 3, 4;
select 'waiting', w.msgid, md5(w.message),
       (select string_agg(ref, ' ' order by ref) from patchmda.waiting_ref r where r.waiting_id = w.id)
  from patchmda.waiting w;
select 'seen', hash from patchmda.seen;
select 'held', kind, reason, msgid, list_ids, md5(message) from patchmda.held;
