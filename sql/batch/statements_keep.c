/* statements_keep - what goes after its time, and marks of imports; see statements.h */
#include "sql/batch/statements.h"

/* What waited in vain is remembered, so that it does not wait again when it comes again. */
const char sql_expire_waiting[] =
	"with gone as (delete from patchmda.waiting where expires < now()"
	" returning project_id, msgid)"
	" insert into patchmda.seen (project_id, hash)"
	" select distinct project_id, ('x' || left(md5(msgid), 16))::bit(64)::bigint from gone"
	" on conflict do nothing";

const char sql_mark_import[] = "insert into patchmda.progress (job, done) values ($1, $2)"
			       " on conflict (job) do update set done = excluded.done";

const char sql_import_mark[] =
	"select exists (select 1 from patchmda.progress where job = $1 and done >= $2)";

const char sql_unmark_import[] = "delete from patchmda.progress where job = $1";

/* Imports that were killed leave theirs; `done` is microseconds since 1970. */
const char sql_expire_imports[] =
	"delete from patchmda.progress where job like 'import %'"
	" and done < extract(epoch from now() - interval '30 days') * 1000000";

const char sql_expire_held[] = "delete from patchmda.held where expires < now()";
