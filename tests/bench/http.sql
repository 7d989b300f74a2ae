-- Rows for bench/http: psql -v patches=N, in empty tables with the project 1. Series have ten patches
-- and a cover letter; a patch has a text of 1 kB, a diff of 3 kB, three events and, one in two, a comment.

\set ON_ERROR_STOP on
set session_replication_role = replica; -- foreign keys are not checked
set synchronous_commit = off;

insert into patchwork_person (id, email, name)
select n, format('s%s@x.org', n), 'S ' || n
from generate_series(1, 20000) n;
insert into patchwork_series (id, name, date, version, total, project_id, submitter_id, cover_letter_id)
select n, 'wheel ' || n, timestamptz '2010-01-01' + n * interval '30 min', 1, 10, 1, n % 20000 + 1, n
from generate_series(1, :patches / 10) n;
insert into patchwork_cover (id, msgid, date, headers, content, project_id, submitter_id, name)
select n, format('<c%s@x.org>', n), timestamptz '2010-01-01' + n * interval '30 min',
	format(E'From: S %s <s%s@x.org>\nSubject: wheel %s', n % 20000 + 1, n % 20000 + 1, n),
	'It turns.', 1, n % 20000 + 1, '[0/10] wheel ' || n
from generate_series(1, :patches / 10) n;
insert into patchwork_patch (id, msgid, date, headers, content, name, project_id, submitter_id, archived, diff,
	hash, state_id, series_id, number)
select n, format('<p%s@x.org>', n), timestamptz '2010-01-01' + n * interval '3 min',
	format(E'From: S %s <s%s@x.org>\nSubject: [PATCH %s/10] wheel %s\nMessage-ID: <p%s@x.org>\n'
		'To: list@x.org\nDate: Fri, 1 Jan 2010 00:00:00 +0000\nMIME-Version: 1.0',
		(n - 1) / 10 % 20000 + 1, (n - 1) / 10 % 20000 + 1, (n - 1) % 10 + 1, n, n),
	repeat('What the wheel does, and why it has to turn. ', 22), format('[%s/10] wheel %s', (n - 1) % 10 + 1, n),
	1, (n - 1) / 10 % 20000 + 1, false,
	format(E'--- a/f%s.c\n+++ b/f%s.c\n@@ -1,60 +1,60 @@\n', n % 400, n % 400) || t.lines, md5(n::text) || left(md5(n::text), 8),
	n % 3 + 1, (n - 1) / 10 + 1, (n - 1) % 10 + 1
from generate_series(1, :patches) n
cross join (
	select string_agg(format(E' \tif (ring(r, %s) < %s) /* %s */\n', k, k * 7, md5(k::text)), '') as lines
	from generate_series(1, 50) k) t;
insert into patchwork_patchcomment (id, msgid, date, headers, content, submitter_id, patch_id)
select n, format('<r%s@x.org>', n), timestamptz '2010-01-02' + n * interval '6 min', 'Subject: Re: wheel',
	E'Fine.\n\nReviewed-by: S 1 <s1@x.org>', 1, n * 2
from generate_series(1, :patches / 2) n;
insert into patchwork_event (category, date, project_id, patch_id, series_id)
select (array['patch-created', 'patch-completed', 'patch-created'])[k],
	timestamptz '2010-01-01' + n * interval '3 min' + k * interval '1 s', 1, n,
	case k when 2 then (n - 1) / 10 + 1 end
from generate_series(1, :patches) n, generate_series(1, 3) k;
select setval(pg_get_serial_sequence('patchwork_series', 'id'), :patches);
vacuum analyze;
checkpoint;
