/* statements - every statement of the path that mail takes; see statements.h */
#include "sql/statements.h"

#define KEYS "unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)"

/*
 * The series recorded under a message id.  To ask for equality leaves the planner a choice, and
 * of a table that was never analysed it reads all of the project; the next in order is only to
 * be had from the index by both columns.
 */
#define REFERENCE(project, id)                                                   \
	"(select series_id from (select series_id, project_id, msgid"            \
	" from patchwork_seriesreference where (project_id, msgid) >= (" project \
	", " id                                                                  \
	") order by project_id, msgid limit 1) r where r.project_id = " project  \
	" and r.msgid = " id " offset 0)"
#define CLOCK(column)                 \
	"extract(epoch from (" column \
	" at time zone current_setting('TimeZone')))::bigint"

const char sql_begin[] = "begin isolation level read committed";

/*
 * A database that gave up durability (synchronous_commit off) gets it back for our mail, and one
 * that suppresses warnings tells us all the same when a wait for a standby was cancelled.
 * Compiling (jit) our statements takes a hundred times as long as running them, and reading
 * a table from end to end is never right, however small it was when it was looked at last.
 * An import compresses large values by LZ4, which takes a quarter of the time, where the server
 * can and nobody has chosen.
 */
const char sql_settings[] =
	"select set_config('lock_timeout', $1, true),"
	" set_config('idle_in_transaction_session_timeout', $2, true),"
	" set_config('TimeZone', $3, true),"
	" set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),"
	" set_config('client_connection_check_interval', '2s', true),"
	" set_config('client_min_messages', 'warning', true),"
	" set_config('synchronous_commit', case when $4 = 'relaxed' then 'off'"
	" when current_setting('synchronous_commit') = 'off' then 'on'"
	" else current_setting('synchronous_commit') end, true),"
	" (select set_config(name, 'lz4', true) from pg_settings"
	" where $4 = 'relaxed' and name = 'default_toast_compression' and source = 'default'"
	" and 'lz4' = any (enumvals))";

/*
 * For the queries that follow in the same round trip, and are no part of a transaction of ours.
 * Compiling and reading from end to end are no better there: see sql_settings.
 */
const char sql_patience[] =
	"select set_config('lock_timeout', '30s', true),"
	" set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),"
	" set_config('client_connection_check_interval', '2s', true)";

/* The keys of the advisory locks: 'pmda' and the project; 'pmdp' for the people. */
const char sql_lock_projects[] =
	"select pg_advisory_xact_lock(1886217313, p) from unnest($1::int[]) p";

const char sql_lock_people[] = "select pg_advisory_xact_lock(1886217328, 0)";

/*
 * Patchwork's parser looks for a series and makes it in one transaction, which begins with a
 * look into the references: nobody else reads those (but a dump).  Where it looked before that
 * transaction, it may hold the second lock and want the first, so we wait for less than
 * deadlock_timeout.
 */
const char sql_lock_series[] =
	"do $$ declare patience text := current_setting('lock_timeout'); begin"
	" set local lock_timeout = '500ms';"
	" lock table patchwork_seriesreference in access exclusive mode;"
	" lock table patchwork_series in share row exclusive mode;"
	" perform set_config('lock_timeout', patience, true); end $$";

const char sql_lock_series_inserts[] =
	"lock table patchwork_series in share row exclusive mode";

/*
 * A client that was stopped, or whose host vanished, in the middle of COPY or of a large result
 * keeps its locks: to the server it is at work, so idle_in_transaction_session_timeout does not
 * end it, nor does statement_timeout while COPY waits for data.
 */
const char sql_end_stuck[] =
	"select count(pg_terminate_backend(pid)) from pg_stat_activity a"
	" where usename = current_user and state = 'active' and wait_event_type = 'Client'"
	" and query_start < clock_timestamp() - $1 * interval '1 second'"
	" and exists (select 1 from pg_locks l where l.pid = a.pid and granted"
	" and locktype = 'advisory' and classid in (1886217313, 1886217328) and database ="
	" (select oid from pg_database where datname = current_database()))";

const char sql_is_read_only[] =
	"select current_setting('transaction_read_only') = 'on'";

const char sql_series_wanted[] =
	"select exists (select 1 from pg_locks where locktype = 'relation'"
	" and database = (select oid from pg_database where datname = current_database())"
	" and relation = 'patchwork_series'::regclass and mode = 'RowExclusiveLock'"
	" and not granted)";

const char sql_no_lock[] = "select 1";

const char sql_now[] =
	"select (extract(epoch from clock_timestamp()) * 1000000)::bigint";

const char sql_known_patches[] =
	"select k.i, p.id from " KEYS ","
	" lateral (select id from patchwork_patch p"
	" where p.msgid = k.msgid and p.project_id + 0 = k.project_id offset 0) p";

const char sql_known_covers[] =
	"select k.i, c.id from " KEYS ","
	" lateral (select id from patchwork_cover c"
	" where c.msgid = k.msgid and c.project_id + 0 = k.project_id offset 0) c";

const char sql_known_comments[] =
	"select k.i, 'P'::\"char\", c.id, p.id, p.msgid from " KEYS ","
	" lateral (select id, patch_id from patchwork_patchcomment c"
	" where c.msgid = k.msgid order by id offset 0) c,"
	" lateral (select id, msgid from patchwork_patch p"
	" where p.id = c.patch_id and p.project_id + 0 = k.project_id offset 0) p"
	" union all "
	"select k.i, 'C'::\"char\", c.id, p.id, p.msgid from " KEYS ","
	" lateral (select id, cover_id from patchwork_covercomment c"
	" where c.msgid = k.msgid order by id offset 0) c,"
	" lateral (select id, msgid from patchwork_cover p"
	" where p.id = c.cover_id and p.project_id + 0 = k.project_id offset 0) p";

const char sql_known_references[] =
	"select k.i, r.series_id from " KEYS ","
	" lateral " REFERENCE("k.project_id", "k.msgid") " r";

const char sql_known_waiting[] =
	"select k.i from " KEYS ","
	" lateral (select 1 from patchmda.waiting w"
	" where w.msgid = k.msgid and w.project_id + 0 = k.project_id offset 0) w";

const char sql_known_seen[] =
	"select k.i from unnest($1::int[], $2::bigint[]) with ordinality k(project_id, hash, i),"
	" lateral (select 1 from patchmda.seen s"
	" where s.hash = k.hash and s.project_id + 0 = k.project_id offset 0) s";

const char sql_people[] =
	"select k.i, p.id, p.email, p.name, p.user_id is not null, n.date, n.msgid"
	" from unnest($1::text[]) with ordinality k(email, i),"
	" lateral (select id, email, name, user_id from patchwork_person p"
	" where p.email = k.email offset 0) p"
	" left join lateral (select date, msgid from patchmda.person_name n"
	" where n.person_id = p.id offset 0) n on true";

const char sql_people_any_case[] =
	"select k.i, p.id, p.email, p.name, p.user_id is not null, n.date, n.msgid"
	" from unnest($1::text[]) with ordinality k(email, i)"
	" join patchwork_person p on upper(p.email) = upper(k.email)"
	" left join patchmda.person_name n on n.person_id = p.id"
	" order by p.id";

/* Comments that mention one of the ids, and those that mention these, and so on. */
const char sql_comments_that_mention[] =
	"with recursive mover(project_id, msgid, kind, id) as ("
	"select k.project_id, k.msgid collate \"C\", ' '::\"char\", 0 from " KEYS
	" union "
	"select m.project_id, c.msgid, m.kind, m.id from mover k,"
	" lateral (select project_id, kind, id from patchmda.mention m"
	" where m.ref = k.msgid and m.project_id + 0 = k.project_id"
	" and m.kind in ('P', 'C') offset 0) m,"
	" lateral (select msgid::text collate \"C\" as msgid from patchwork_patchcomment c"
	" where m.kind = 'P' and c.id = m.id"
	" union all select msgid::text collate \"C\" from patchwork_covercomment c"
	" where m.kind = 'C' and c.id = m.id offset 0) c)"
	" select m.project_id, m.msgid, m.kind, m.id, p.id, p.msgid, c.headers"
	" from mover m,"
	" lateral (select patch_id as parent_id, headers from patchwork_patchcomment c"
	" where m.kind = 'P' and c.id = m.id"
	" union all select cover_id, headers from patchwork_covercomment c"
	" where m.kind = 'C' and c.id = m.id offset 0) c,"
	" lateral (select id, msgid from patchwork_patch p"
	" where m.kind = 'P' and p.id = c.parent_id"
	" union all select id, msgid from patchwork_cover p"
	" where m.kind = 'C' and p.id = c.parent_id offset 0) p";

/* Replies that wait for one of the ids, or for one of these; and those of the ids themselves. */
const char sql_waiting_set_free[] =
	"with recursive freed(project_id, msgid, id) as ("
	"select k.project_id, k.msgid collate \"C\", w.id from " KEYS
	" left join lateral (select id from patchmda.waiting w"
	" where w.msgid = k.msgid and w.project_id + 0 = k.project_id offset 0) w on true"
	" union "
	"select w.project_id, w.msgid, w.id from freed k,"
	" lateral (select waiting_id from patchmda.waiting_ref r"
	" where r.ref = k.msgid and r.project_id + 0 = k.project_id offset 0) r,"
	" lateral (select project_id, msgid, id from patchmda.waiting w"
	" where w.id = r.waiting_id offset 0) w)"
	" select w.id, w.project_id, (extract(epoch from w.received) * 1000000)::bigint, w.message"
	" from (select distinct id from freed where id is not null) f,"
	" lateral (select * from patchmda.waiting w where w.id = f.id offset 0) w order by w.id";

/*
 * All members of the circles that the keys lead to: by own id, by an id they mention, by
 * marker (person, version, total, dates at most $9 seconds apart; see series.c on patches
 * without one).
 */
const char sql_members[] =
	"with circle as ("
	"select m.circle from " KEYS ","
	" lateral (select 'p'::\"char\" as kind, id from patchwork_patch p"
	" where p.msgid = k.msgid and p.project_id + 0 = k.project_id"
	" union all select 'c'::\"char\", id from patchwork_cover c"
	" where c.msgid = k.msgid and c.project_id + 0 = k.project_id"
	" union all select kind, id from patchmda.mention m"
	" where m.ref = k.msgid and m.project_id + 0 = k.project_id and m.kind in ('p', 'c')"
	" offset 0) x,"
	" lateral (select circle from patchmda.member m"
	" where m.kind = x.kind and m.id = x.id offset 0) m"
	" union "
	"select m.circle from unnest($3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[],"
	" $8::int[]) k(project_id, person_id, version, total, date, marked),"
	" lateral (select circle from patchmda.member m where m.submitter_id = k.person_id"
	" and m.date between k.date - $9 and k.date + $9 and coalesce(m.total, 1) = k.total"
	" and (k.marked = 1 or m.total is not null)"
	" and m.version = k.version and m.project_id + 0 = k.project_id offset 0) m)"
	" select m.kind, m.id, m.project_id, m.msgid, m.submitter_id, m.date, m.version,"
	" m.number, m.total, m.circle, m.refs, x.name, x.series_id, r.series_id, x.headers"
	" from circle q,"
	" lateral (select * from patchmda.member m where m.circle = q.circle offset 0) m,"
	" lateral (select p.name, p.series_id, null as headers from patchwork_patch p"
	" where m.kind = 'p' and p.id = m.id"
	" union all select c.name, (select s.id from patchwork_series s"
	" where s.cover_letter_id = c.id), case when char_length(c.name) = 255 then c.headers end"
	" from patchwork_cover c"
	" where m.kind = 'c' and c.id = m.id offset 0) x"
	" left join lateral " REFERENCE("m.project_id",
					"m.msgid collate \"default\"") " r on true";

/*
 * A clock reading that summer time leaves out is read back an hour late.  Where a date may be
 * such a one, the series' members know the true reading.
 */
#define INSTANT(clock)                                                 \
	"(timestamp '1970-01-01' + (" clock ") * interval '1 second')" \
	" at time zone current_setting('TimeZone')"
#define TRUE_CLOCK                                                                                                               \
	"case when " INSTANT(CLOCK(                                                                                              \
		"s.date") " - 3600") " = s.date then coalesce((select m.date"                                                    \
				     " from (select 'p'::\"char\" as kind, p.id from patchwork_patch p where p.series_id = s.id" \
				     " union all select 'c', s.cover_letter_id) y,"                                              \
				     " lateral (select date from patchmda.member m"                                              \
				     " where m.kind = y.kind and m.id = y.id offset 0) m"                                        \
				     " where " INSTANT("m.date") " = s.date order by m.date desc limit 1), " CLOCK(              \
					     "s.date") ") else " CLOCK("s.date") " end"

const char sql_series[] =
	"select s.id, s.project_id, s.name, " TRUE_CLOCK ", s.version, s.total,"
	" s.submitter_id, s.cover_letter_id, c.msgid, c.name"
	" from unnest($1::int[]) k(id),"
	" lateral (select * from patchwork_series s where s.id = k.id offset 0) s"
	" left join lateral (select msgid, name from patchwork_cover c"
	" where c.id = s.cover_letter_id offset 0) c on true"
	" order by s.id";

const char sql_series_by_marker[] =
	"select s.id, s.project_id from unnest($1::int[], $2::int[], $3::int[], $4::int[],"
	" $5::bigint[], $6::int[]) k(project_id, person_id, version, total, date, marked),"
	" lateral (select id, project_id from patchwork_series s"
	" where s.submitter_id = k.person_id and s.project_id + 0 = k.project_id"
	" and s.version = k.version and s.total = k.total"
	" and " CLOCK("s.date") " between k.date - $7 and k.date + $7 offset 0) s"
				" where k.marked = 1";

const char sql_series_patches[] =
	"select p.series_id, p.id, p.number, p.msgid, p.name, p.project_id"
	" from unnest($1::int[]) k(id),"
	" lateral (select * from patchwork_patch p where p.series_id = k.id offset 0) p"
	" order by p.id";

const char sql_series_references[] =
	"select r.series_id, r.project_id, r.msgid from unnest($1::int[]) k(id),"
	" lateral (select * from patchwork_seriesreference r where r.series_id = k.id offset 0) r";

const char sql_instants[] =
	"select (extract(epoch from (timestamp '1970-01-01' + k.clock * interval '1 second')"
	" at time zone current_setting('TimeZone')) * 1000000)::bigint"
	" from unnest($1::bigint[]) with ordinality k(clock, i) order by k.i";

/* To set a column of a key, to itself even, would lock out those who refer to the person. */
const char sql_insert_people[] =
	"insert into patchwork_person (email, name)"
	" select k.email, k.name from unnest($1::text[], $2::text[]) k(email, name)"
	" order by k.email"
	" on conflict (email) do update set name = patchwork_person.name"
	" returning id, email";

/*
 * A table's sequence: that of an identity column, one that the column owns, or the one that its
 * default names (Patchwork has renamed tables and not their sequences).
 */
const char sql_draw_ids[] =
	"select k.i, nextval(s.name)"
	" from unnest($1::text[], $2::int[]) with ordinality k(table_name, count, i),"
	" lateral (select coalesce(pg_get_serial_sequence(k.table_name, 'id'),"
	" (select substring(pg_get_expr(d.adbin, d.adrelid) from 'nextval\\(''(.*)''::')"
	" from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid"
	" and a.attnum = d.adnum where d.adrelid = k.table_name::regclass"
	" and a.attname = 'id'))::regclass as name where k.count > 0 offset 0) s,"
	" generate_series(1, k.count)";

const char sql_copy_patches[] =
	"copy patchwork_patch (id, msgid, date, headers, content, name, project_id, submitter_id,"
	" archived, delegate_id, diff, hash, number, pull_url, series_id, state_id)"
	" from stdin (format binary)";

const char sql_copy_covers[] =
	"copy patchwork_cover (id, msgid, date, headers, content, name, project_id, submitter_id)"
	" from stdin (format binary)";

const char sql_copy_patch_comments[] =
	"copy patchwork_patchcomment (id, msgid, date, headers, content, patch_id, submitter_id,"
	" addressed) from stdin (format binary)";

const char sql_copy_cover_comments[] =
	"copy patchwork_covercomment (id, msgid, date, headers, content, cover_id, submitter_id,"
	" addressed) from stdin (format binary)";

const char sql_copy_series[] =
	"copy patchwork_series (id, name, date, version, total, project_id, submitter_id,"
	" cover_letter_id) from stdin (format binary)";

const char sql_copy_references[] =
	"copy patchwork_seriesreference (msgid, project_id, series_id) from stdin (format binary)";

const char sql_copy_events[] =
	"copy patchwork_event (category, date, project_id, series_id, cover_id, patch_id,"
	" cover_comment_id, patch_comment_id) from stdin (format binary)";

const char sql_copy_tags[] =
	"copy patchwork_patchtag (count, tag_id, patch_id) from stdin (format binary)";

const char sql_copy_members[] =
	"copy patchmda.member (kind, id, project_id, submitter_id, date, version, number, total,"
	" circle, msgid, refs, behind_date, behind_msgid, behind_by) from stdin (format binary)";

const char sql_copy_mentions[] =
	"copy patchmda.mention (project_id, id, kind, ref) from stdin (format binary)";

const char sql_copy_waiting[] =
	"copy patchmda.waiting (id, project_id, msgid, received, expires, message)"
	" from stdin (format binary)";

const char sql_copy_waiting_refs[] =
	"copy patchmda.waiting_ref (project_id, ref, waiting_id) from stdin (format binary)";

const char sql_insert_seen[] =
	"insert into patchmda.seen (project_id, hash)"
	" select * from unnest($1::int[], $2::bigint[]) on conflict do nothing";

/*
 * Held mail has a limit.  Beyond it the oldest mail for unknown lists goes, if that makes room
 * enough, and is counted; nothing else that is held ever goes by itself.  No row: no room.
 */
const char sql_insert_held[] =
	"with kept as (select count(*) as messages,"
	" coalesce(sum(octet_length(message)), 0) as bytes from patchmda.held"
	" where not exists (select 1 from patchmda.held where digest = sha256($8))),"
	" stranger as (select id, octet_length(message) as bytes,"
	" row_number() over older as messages_up_to,"
	" sum(octet_length(message)) over older as bytes_up_to"
	" from patchmda.held where kind = 'no-project' window older as (order by id)),"
	" strangers as (select count(*) as messages, coalesce(sum(bytes), 0) as bytes"
	" from stranger),"
	" gone as (delete from patchmda.held h using stranger s, strangers a, kept k"
	" where h.id = s.id"
	" and k.messages - a.messages < $9"
	" and k.bytes - a.bytes + octet_length($8) <= $10"
	" and (k.messages - (s.messages_up_to - 1) >= $9"
	" or k.bytes - (s.bytes_up_to - s.bytes) + octet_length($8) > $10)"
	" returning s.bytes),"
	" freed as (select count(*) as messages, coalesce(sum(bytes), 0) as bytes from gone),"
	" noted as (insert into patchmda.progress as p (job, done)"
	" select 'held mail dropped', messages from freed where messages > 0"
	" on conflict (job) do update set done = p.done + excluded.done)"
	" insert into patchmda.held (received, expires, kind, reason, msgid, list_ids, place,"
	" digest, message)"
	" select timestamptz 'epoch' + $1 * interval '1 microsecond',"
	" timestamptz 'epoch' + $1 * interval '1 microsecond' + $2 * interval '1 second',"
	" $3, $4, $5, $6, $7, sha256($8), $8 from kept k, freed f"
	" where k.messages - f.messages < $9"
	" and k.bytes - f.bytes + octet_length($8) <= $10"
	" on conflict (digest) do update set digest = excluded.digest"
	" returning id, xmax = 0";

/*
 * Dependencies that patches and cover letters of the keys have to do with, as those that
 * depend or those that are named: the series of both ends.  The message named is before the
 * other in canonical order, and of one id it is a patch in a series rather than a cover letter.
 */
#define PLACE                                                                 \
	"coalesce(m.behind_date, m.date), coalesce(m.behind_msgid, m.msgid)," \
	" coalesce(m.behind_by, 0)"
#define ITEM_KEYS \
	"unnest($1::text[], $2::int[], $3::int[], $4::text[]) k(kind, id, project_id, msgid)"
#define DEPENDENCIES                                                                                                 \
	"(select distinct d.series_id as a, t.series_id as b from"                                                   \
	" (select d.* from " ITEM_KEYS ","                                                                           \
	" lateral (select * from patchmda.depend d"                                                                  \
	" where d.id = k.id and d.kind = k.kind::\"char\""                                                           \
	" union all select * from patchmda.depend d"                                                                 \
	" where d.ref = k.msgid and d.project_id + 0 = k.project_id"                                                 \
	" offset 0) d) d,"                                                                                           \
	" lateral (select 1 from patchwork_patch p where d.kind = 'p' and p.id = d.id"                               \
	" union all select 1 from patchwork_cover c where d.kind = 'c' and c.id = d.id offset 0) i,"                 \
	" lateral (select series_id, kind, id from ("                                                                \
	"select p.series_id, 'p'::\"char\" as kind, p.id from patchwork_patch p"                                     \
	" where p.msgid = d.ref collate \"default\" and p.project_id + 0 = d.project_id and p.series_id is not null" \
	" union all select coalesce((select s.id from patchwork_series s"                                            \
	" where s.cover_letter_id = c.id), (select r.series_id from patchwork_seriesreference r"                     \
	" where r.msgid = c.msgid and r.project_id = c.project_id)), 'c', c.id"                                      \
	" from patchwork_cover c where c.msgid = d.ref collate \"default\" and c.project_id + 0 = d.project_id"      \
	" union all select s.id, null, null from patchwork_series s"                                                 \
	" where s.id = d.to_series_id and s.project_id + 0 = d.project_id) t"                                        \
	" order by kind desc limit 1) t"                                                                             \
	" where d.series_id <> t.series_id"                                                                          \
	" and (t.kind is null or exists (select 1 from patchmda.member m"                                            \
	" where m.kind = t.kind and m.id = t.id and (" PLACE ") < (select " PLACE                                    \
	" from patchmda.member m where m.kind = d.kind and m.id = d.id)))) d"

const char sql_known_dependents[] =
	"select exists (select 1 from " KEYS ","
	" lateral (select 1 from patchmda.depend d"
	" where d.ref = k.msgid and d.project_id + 0 = k.project_id offset 0) d)";

const char sql_no_dependents[] =
	"select false where $1::int[] is not null and $2::text[] is not null";

const char sql_copy_depends[] =
	"copy patchmda.depend (kind, id, project_id, series_id, ref, to_series_id)"
	" from stdin (format binary)";

const char sql_update_places[] =
	"update patchmda.member m set behind_date = k.date, behind_msgid = k.msgid,"
	" behind_by = nullif(k.by, 0) from (select kind, id, case when by > 0 then date end as date,"
	" msgid, by from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::int[])"
	" k(kind, id, date, msgid, by)) k where m.kind = k.kind::\"char\" and m.id = k.id"
	" and (m.behind_date, m.behind_msgid, coalesce(m.behind_by, 0))"
	" is distinct from (k.date, k.msgid, k.by)";

const char sql_update_depends[] =
	"update patchmda.depend d set series_id = k.series_id"
	" from unnest($1::text[], $2::int[], $3::int[]) k(kind, id, series_id)"
	" where d.kind = k.kind::\"char\" and d.id = k.id";

const char sql_update_depends_on_series[] =
	"update patchmda.depend d set to_series_id = k.id"
	" from unnest($1::int[], $2::int[]) k(gone, id) where d.to_series_id = k.gone and k.id <> 0";

const char sql_delete_dependencies[] =
	"delete from patchwork_series_dependencies x using " DEPENDENCIES
	" where x.from_series_id = d.a and x.to_series_id = d.b";

const char sql_insert_dependencies[] =
	"insert into patchwork_series_dependencies (from_series_id, to_series_id)"
	" select d.a, d.b from " DEPENDENCIES
	" where exists (select 1 from patchwork_series s where s.id = d.a)"
	" on conflict (from_series_id, to_series_id) do nothing";

const char sql_upsert_person_names[] =
	"insert into patchmda.person_name (person_id, date, msgid)"
	" select * from unnest($1::int[], $2::bigint[], $3::text[])"
	" on conflict (person_id) do update set date = excluded.date, msgid = excluded.msgid"
	" where (person_name.date, person_name.msgid) < (excluded.date, excluded.msgid)";

const char sql_rename_people[] =
	"update patchwork_person p set name = k.name"
	" from unnest($1::int[], $2::text[]) k(id, name)"
	" where p.id = any($1) and p.id = k.id and p.user_id is null";

const char sql_delete_waiting[] =
	"delete from patchmda.waiting where id = any($1::bigint[])";

const char sql_clear_patch_series[] =
	"update patchwork_patch set series_id = null, number = null where id = any($1::int[])";

const char sql_clear_series_cover[] =
	"update patchwork_series set cover_letter_id = null where id = any($1::int[])";

/* The category is no key to be looked up by: its index leads to a good part of the table. */
const char sql_delete_series_events[] =
	"delete from patchwork_event where series_id = any($1::int[])"
	" and category || '' in ('series-created', 'series-completed', 'patch-completed')";

const char sql_delete_references[] =
	"delete from patchwork_seriesreference r using unnest($1::int[], $2::text[]) k(p, msgid)"
	" where r.msgid = k.msgid and r.project_id = k.p";

const char sql_update_references[] =
	"update patchwork_seriesreference r set series_id = k.series_id"
	" from unnest($1::int[], $2::text[], $3::int[]) k(project_id, msgid, series_id)"
	" where r.msgid = k.msgid and r.project_id = k.project_id";

/* Dependencies of series that go, or on them, are their heirs'; 0 where there is none. */
const char sql_inherit_dependencies[] =
	"with heir as (select * from unnest($1::int[], $2::int[]) k(gone, id)),"
	" old as (delete from patchwork_series_dependencies"
	" where from_series_id = any($1) or to_series_id = any($1)"
	" returning from_series_id, to_series_id)"
	" insert into patchwork_series_dependencies (from_series_id, to_series_id)"
	" select distinct coalesce(a.id, o.from_series_id), coalesce(b.id, o.to_series_id)"
	" from old o left join heir a on a.gone = o.from_series_id"
	" left join heir b on b.gone = o.to_series_id"
	" where coalesce(a.id, o.from_series_id) <> coalesce(b.id, o.to_series_id)"
	" and a.id is distinct from 0 and b.id is distinct from 0"
	" on conflict (from_series_id, to_series_id) do nothing";

const char sql_delete_series[] =
	"delete from patchwork_series where id = any($1::int[])";

/* Only where name and cover letter are still as loaded: who counts the rows sees a lost race. */
const char sql_update_series[] =
	"update patchwork_series s set name = k.name, cover_letter_id = nullif(k.cover_id, 0),"
	" date = timestamptz 'epoch' + k.date * interval '1 microsecond', version = k.version,"
	" total = k.total, submitter_id = k.submitter_id"
	" from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::int[], $6::int[],"
	" $7::int[], $8::text[], $9::int[])"
	" k(id, name, cover_id, date, version, total, submitter_id, old_name, old_cover_id)"
	" where s.id = k.id and s.name is not distinct from k.old_name"
	" and (s.cover_letter_id is null or s.cover_letter_id = k.old_cover_id)"
	" returning s.id";

const char sql_set_patch_series[] =
	"update patchwork_patch p set series_id = k.series_id, number = k.number"
	" from unnest($1::int[], $2::int[], $3::int[]) k(id, series_id, number)"
	" where p.id = k.id";

const char sql_update_circles[] =
	"update patchmda.member m set circle = k.circle"
	" from unnest($1::text[], $2::int[], $3::bigint[]) k(kind, id, circle)"
	" where m.kind = k.kind::\"char\" and m.id = k.id";

const char sql_delete_mentions[] =
	"delete from patchmda.mention m"
	" using unnest($1::int[], $2::text[], $3::text[], $4::int[]) k(project_id, ref, kind, id)"
	" where m.ref = k.ref and m.project_id + 0 = k.project_id and m.kind = k.kind::\"char\""
	" and m.id = k.id";

const char sql_move_patch_comments[] =
	"with moved as (update patchwork_patchcomment c set patch_id = k.parent_id"
	" from unnest($1::int[], $2::int[]) k(id, parent_id) where c.id = k.id"
	" returning c.id, c.patch_id)"
	" update patchwork_event e set patch_id = m.patch_id from moved m"
	" where e.patch_comment_id = m.id";

const char sql_move_cover_comments[] =
	"with moved as (update patchwork_covercomment c set cover_id = k.parent_id"
	" from unnest($1::int[], $2::int[]) k(id, parent_id) where c.id = k.id"
	" returning c.id, c.cover_id)"
	" update patchwork_event e set cover_id = m.cover_id from moved m"
	" where e.cover_comment_id = m.id";

const char sql_comments_to_covers[] =
	"insert into patchwork_covercomment (id, msgid, date, headers, content, cover_id,"
	" submitter_id, addressed)"
	" select k.new_id, c.msgid, c.date, c.headers, c.content, k.parent_id, c.submitter_id, null"
	" from unnest($1::int[], $2::int[], $3::int[]) k(id, new_id, parent_id),"
	" lateral (select * from patchwork_patchcomment c where c.id = k.id offset 0) c";

const char sql_comments_to_patches[] =
	"insert into patchwork_patchcomment (id, msgid, date, headers, content, patch_id,"
	" submitter_id, addressed)"
	" select k.new_id, c.msgid, c.date, c.headers, c.content, k.parent_id, c.submitter_id,"
	" case when c.headers ~* '(^|\\n)X-Patchwork-Action-Required:' then false end"
	" from unnest($1::int[], $2::int[], $3::int[]) k(id, new_id, parent_id),"
	" lateral (select * from patchwork_covercomment c where c.id = k.id offset 0) c";

const char sql_delete_comment_events[] =
	"delete from patchwork_event where patch_comment_id = any($1::int[])"
	" or cover_comment_id = any($2::int[])";

const char sql_delete_patch_comments[] =
	"delete from patchwork_patchcomment where id = any($1::int[])";

const char sql_delete_cover_comments[] =
	"delete from patchwork_covercomment where id = any($1::int[])";

const char sql_tag_texts[] =
	"select k.id, p.content from unnest($1::int[]) k(id),"
	" lateral (select content from patchwork_patch p where p.id = k.id offset 0) p"
	" union all "
	"select k.id, c.content from unnest($1::int[]) k(id),"
	" lateral (select content from patchwork_patchcomment c where c.patch_id = k.id offset 0) c";

const char sql_set_tags[] =
	"with wanted as (select * from unnest($1::int[], $2::int[], $3::int[])"
	" k(patch_id, tag_id, count)),"
	" gone as (delete from patchwork_patchtag t using wanted w"
	" where t.patch_id = w.patch_id and t.tag_id = w.tag_id and w.count = 0)"
	" insert into patchwork_patchtag (count, tag_id, patch_id)"
	" select count, tag_id, patch_id from wanted where count > 0"
	" on conflict (patch_id, tag_id) do update set count = excluded.count"
	" where patchwork_patchtag.count <> excluded.count";

#define DEPENDS_TEXT "case when t.content ~* '(^|\\n)depends-on:' then t.content end"

/* A patch without a series may still be in the hands of a Patchwork's parser ($3). */
const char sql_adopt_patches[] = "select t.id, t.project_id, t.submitter_id, " CLOCK(
	"t.date") ", t.msgid, t.headers,"
		  " t.series_id, " DEPENDS_TEXT
		  " from patchwork_patch t where t.id > $1 and not exists"
		  " (select 1 from patchmda.member m where m.kind = 'p' and m.id = t.id offset 0)"
		  " and ($3 = 0 or t.series_id is not null)"
		  " order by t.id limit $2";

const char sql_adopt_covers[] = "select t.id, t.project_id, t.submitter_id, " CLOCK(
	"t.date") ", t.msgid, t.headers,"
		  " (select s.id from patchwork_series s where s.cover_letter_id = t.id), " DEPENDS_TEXT
		  " from patchwork_cover t where t.id > $1 and not exists"
		  " (select 1 from patchmda.member m where m.kind = 'c' and m.id = t.id offset 0)"
		  " and $3 = $3 order by t.id limit $2";

#define ADOPT_COMMENTS(kind, table, parent, parent_table)                                  \
	"select t.id, p.project_id, t.submitter_id, " CLOCK(                               \
		"t.date") ", t.msgid, t.headers, 0, null"                                  \
			  " from (select * from " table                                    \
			  " t where id > $1 and not exists"                                \
			  " (select 1 from patchmda.known_comment k where k.kind = '" kind \
			  "' and k.id = t.id offset 0)"                                    \
			  " and $3 = $3 order by id limit $2) t,"                          \
			  " lateral (select project_id from " parent_table                 \
			  " p where p.id = t." parent " offset 0) p"                       \
			  " order by t.id"

const char sql_adopt_patch_comments[] =
	ADOPT_COMMENTS("P", "patchwork_patchcomment", "patch_id", "patchwork_patch");

const char sql_adopt_cover_comments[] =
	ADOPT_COMMENTS("C", "patchwork_covercomment", "cover_id", "patchwork_cover");

/* At most so many rows from each mark on: adopt.c moves the marks long before. */
#define UNKNOWN(table, condition, known)              \
	"exists (select 1 from (select * from " table \
	" where id > coalesce((select done"           \
	" from patchmda.progress where job = '" table \
	"'), 0) - $1 order by id limit 4 * $1) t"     \
	" where " condition " and not exists (" known "))"
#define FAR_BEHIND(table)                        \
	"coalesce((select max(id) from " table   \
	"), 0) > 2 * $1 + coalesce((select done" \
	" from patchmda.progress where job = '" table "'), 0)"

const char
	sql_unadopted[] = "select " UNKNOWN("patchwork_patch", "t.series_id is not null", "select 1 from patchmda.member m where m.kind = 'p' and m.id = t.id offset 0") " or " UNKNOWN("patchwork_cover", "true", "select 1 from patchmda.member m where m.kind = 'c' and m.id = t.id offset 0") " or " UNKNOWN("patchwork_patchcomment", "true", "select 1 from patchmda.known_comment k where k.kind = 'P' and k.id = t.id offset 0") " or " UNKNOWN(
		"patchwork_covercomment", "true",
		"select 1 from patchmda.known_comment k where k.kind = 'C' and k.id = t.id offset 0") " or " FAR_BEHIND("patchwork_patch") " or " FAR_BEHIND("patchwork_cover") " or " FAR_BEHIND("patchwork_patchcomment") " or " FAR_BEHIND("patchwork_covercomment");

const char sql_no_unadopted[] = "select false";

const char sql_insert_known_comments[] =
	"insert into patchmda.known_comment (kind, id)"
	" select k.kind::\"char\", k.id from unnest($1::text[], $2::int[]) k(kind, id)"
	" on conflict do nothing";

const char sql_forget_known_comments[] =
	"delete from patchmda.known_comment where kind = $1::\"char\" and id <= $2";

/*
 * Patchwork saves all columns of a series, also those that it did not mean to change: a patch
 * that gives its name takes away a cover letter that came meanwhile.
 */
const char sql_mend_series[] =
	"update patchwork_series s set cover_letter_id = k.cover_id, name = case when s.name ="
	" k.first_name then coalesce(nullif(k.title, ''), s.name) else s.name end"
	" from (select distinct on (i.id) i.id, c.id as cover_id, p.name as first_name,"
	" ltrim(regexp_replace(c.name, '^\\[[^]]*\\]', '')) as title"
	" from (select distinct id from unnest($1::int[]) i(id)) i,"
	" lateral (select msgid, project_id from patchwork_seriesreference r"
	" where r.series_id = i.id offset 0) r,"
	" lateral (select id, name from patchwork_cover c"
	" where c.msgid = r.msgid and c.project_id = r.project_id offset 0) c"
	" left join lateral (select name from patchwork_patch p"
	" where p.series_id = i.id and p.number = 1 offset 0) p on true"
	" where not exists (select 1 from patchwork_series o"
	" where o.cover_letter_id = c.id and o.id <> i.id)"
	" order by i.id, c.id) k"
	" where s.id = k.id and (s.cover_letter_id is null"
	" or (s.cover_letter_id = k.cover_id and s.name = k.first_name and k.title <> ''))";

const char sql_adopt_progress[] = "select done from patchmda.progress where job = $1";

const char sql_set_adopt_progress[] =
	"insert into patchmda.progress (job, done) values ($1, $2)"
	" on conflict (job) do update set done = greatest(progress.done, excluded.done)";

/* What waited in vain is remembered, so that it does not wait again when it comes again. */
const char sql_expire_waiting[] =
	"with gone as (delete from patchmda.waiting where expires < now()"
	" returning project_id, msgid)"
	" insert into patchmda.seen (project_id, hash)"
	" select distinct project_id, ('x' || left(md5(msgid), 16))::bit(64)::bigint from gone"
	" on conflict do nothing";

const char sql_mark_import[] =
	"insert into patchmda.progress (job, done) values ($1, $2)"
	" on conflict (job) do update set done = excluded.done";

const char sql_import_mark[] =
	"select exists (select 1 from patchmda.progress where job = $1 and done >= $2)";

const char sql_unmark_import[] = "delete from patchmda.progress where job = $1";

/* Imports that were killed leave theirs; `done` is microseconds since 1970. */
const char sql_expire_imports[] =
	"delete from patchmda.progress where job like 'import %'"
	" and done < extract(epoch from now() - interval '30 days') * 1000000";

const char sql_expire_held[] = "delete from patchmda.held where expires < now()";
