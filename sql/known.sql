-- The messages that are stored already, in any project, and the kind of table that each is in (known.c). $1
-- are the ids of possible patches and cover letters, and $2 those of possible comments. Each table is read by
-- its index of message ids (sql/batch/load.sql).
prepare known_messages (text[], text[]) as
select project_id, msgid, 'p'::"char"
from patchwork_patch
where msgid = any($1)
union all
select project_id, msgid, 'p'
from patchwork_cover
where msgid = any($1)
union all
select p.project_id, c.msgid, 'P'
from patchwork_patchcomment c,
lateral (
	select project_id
	from patchwork_patch p
	where p.id = c.patch_id offset 0) p
where c.msgid = any($2)
union all
select p.project_id, c.msgid, 'P'
from patchwork_covercomment c,
lateral (
	select project_id
	from patchwork_cover p
	where p.id = c.cover_id offset 0) p
where c.msgid = any($2)
union all
select project_id, msgid, 'w'
from patchmda.waiting
where msgid = any($1 || $2);

-- Whether mail came from git repositories, and whether all that other statements saw before is durable:
-- no WAL waits to be flushed, and there is no standby to wait for.
prepare known_conditions as
select exists (
		select 1
		from patchmda.archived),
	pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn()
		and current_setting('synchronous_standby_names') = '';
