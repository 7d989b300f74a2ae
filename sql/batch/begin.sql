-- Queries at the beginning of a transaction: settings, locks, the time. Commands that are not queries are
-- in statements_begin.c.

prepare time_zone (text) as
select set_config('TimeZone', $1, true);

prepare compression (text) as
select set_config('default_toast_compression', $1, true);

-- Whether the server has LZ4 and the administrator has not chosen a compression.
prepare may_choose_lz4 as
select exists (
	select 1
	from pg_settings
	where name = 'default_toast_compression' and source = 'default' and 'lz4' = any (enumvals));

-- Settings of queries that follow in the same round trip, outside of a transaction. $1 is the lock
-- timeout in seconds. For the others see statements_begin.c.
prepare lookup_settings (text) as
select set_config('lock_timeout', $1 || 's', true), set_config('jit', 'off', true),
	set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true),
	set_config('client_connection_check_interval', '2s', true);

-- The key of a project's advisory lock is 'pmda' and the id of the project; that of the lock of all people
-- is 'pmdp' and 0.
prepare lock_projects (integer[]) as
select pg_advisory_xact_lock(1886217313, p)
from unnest($1) p;

prepare lock_people as
select pg_advisory_xact_lock(1886217328, 0);

-- Terminate backends that have held one of our locks for $1 seconds while they waited for their client, and
-- count them. If a client is stopped or its host vanishes in the middle of COPY or of a large result, its
-- backend keeps the locks. It is active, not idle, so idle_in_transaction_session_timeout does not end it;
-- nor does statement_timeout while COPY waits for data.
prepare end_stuck (integer) as
select count(pg_terminate_backend(pid))
from pg_stat_activity a
where usename = current_user and state = 'active' and wait_event_type = 'Client'
	and query_start < clock_timestamp() - $1 * interval '1 second'
	and exists (
		select 1
		from pg_locks l
		where l.pid = a.pid and granted and locktype = 'advisory'
			and classid in (1886217313, 1886217328) and database = (
				select oid
				from pg_database
				where datname = current_database()));

prepare is_read_only as
select current_setting('transaction_read_only') = 'on';

-- Whether another transaction waits to insert a series.
prepare series_wanted as
select exists (
	select 1
	from pg_locks
	where locktype = 'relation' and database = (
			select oid
			from pg_database
			where datname = current_database())
		and relation = 'patchwork_series'::regclass and mode = 'RowExclusiveLock' and not granted);

-- The date of events, as Patchwork stores it: the clock reading of UTC in the session's time zone.
prepare now as
select timezone(current_setting('TimeZone'), timezone('UTC', clock_timestamp()));
