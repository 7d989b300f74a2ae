-- The sources of `patchmda follow` (followed.c).

-- $1 source, $2 url, $3 host, $4 error or null, $5 last commit or null, $6 its date in seconds since 1970.
prepare followed_record (text, text, text, text, text, bigint) as
insert into patchmda.followed (source, url, host, tried, succeeded, failures, error, last_commit,
	committed)
values ($1, $2, $3, now(), case when $4 is null then now() end,
	case when $4 is null then 0 else 1 end, $4, $5, to_timestamp($6))
on conflict (source) do update set url = excluded.url, host = excluded.host,
	tried = excluded.tried, succeeded = coalesce(excluded.succeeded, followed.succeeded),
	failures = case when excluded.error is null then 0 else followed.failures + 1 end,
	error = excluded.error, last_commit = coalesce(excluded.last_commit, followed.last_commit),
	committed = coalesce(excluded.committed, followed.committed);

prepare followed_forget (text) as
delete from patchmda.followed
where source = $1
returning source;
