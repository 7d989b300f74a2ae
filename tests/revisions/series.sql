-- The input of the model of revisions.md (model.py): one object a line for each series.
select jsonb_build_object(
	'id', s.id, 'project', j.linkname, 'person', s.submitter_id, 'email', (select w.email from patchwork_person w where w.id = s.submitter_id), 'version', s.version, 'total', s.total,
	'date', extract(epoch from s.date at time zone 'UTC')::bigint,
	'cover', (
		select jsonb_build_object('msgid', c.msgid, 'name', c.name, 'content', c.content, 'headers', c.headers,
			'refs', (select m.refs from patchmda.member m where m.kind = 'c' and m.id = c.id))
		from patchwork_cover c
		where c.id = s.cover_letter_id),
	'patches', (
		select jsonb_agg(jsonb_build_object('id', p.id, 'msgid', p.msgid, 'name', p.name, 'number', p.number, 'headers', p.headers,
			'content', p.content, 'diff', p.diff, 'hash', p.hash,
			'refs', (select m.refs from patchmda.member m where m.kind = 'p' and m.id = p.id))
			order by p.number)
		from patchwork_patch p
		where p.series_id = s.id))
from patchwork_series s
join patchwork_project j on j.id = s.project_id
order by s.id;
