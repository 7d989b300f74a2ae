-- Additional rows for mail from git repositories.

-- The position in a repository, for the list id $3. The repository is the one whose first commit is $2 or,
-- if that is null, the one that was last seen at the path $1.
prepare repository_position (text, text, text) as
select first_commit, last_commit, since, until
from patchmda.repository
where list_id = $3 and ($2 is not null and first_commit = $2 or $2 is null and path = $1)
order by stored desc
limit 1;

-- $1 first commit, $2 list id, $3 since, $4 until, $5 last commit, $6 path.
prepare move_position (text, text, bigint, bigint, text, text) as
insert into patchmda.repository (first_commit, list_id, since, until, last_commit, path, stored)
values ($1, $2, $3, $4, $5, $6, now())
on conflict (first_commit, list_id) do update set since = excluded.since, until = excluded.until,
	last_commit = excluded.last_commit, path = excluded.path, stored = excluded.stored;

prepare insert_deletions (text[], text[], text[]) as
insert into patchmda.deletion (msgid, commit_id, path, noted)
select k.msgid, k.commit_id, k.path, now()
from unnest($1, $2, $3) k(msgid, commit_id, path)
on conflict do nothing;

-- Mail whose hash ($4) is not 0 is not stored; `seen` contains it if it was known before.
prepare insert_archived (integer[], text[], bigint[], bigint[]) as
insert into patchmda.archived (project_id, msgids, dates)
select k.project_id, array_agg(k.msgid), array_agg(k.date)
from unnest($1, $2, $3, $4) k(project_id, msgid, date, hash)
where not exists (
	select 1
	from patchmda.seen s
	where s.hash = k.hash and s.project_id + 0 = k.project_id offset 0)
group by k.project_id;

prepare insert_also_delivered (integer[], bigint[]) as
insert into patchmda.also_delivered (project_id, hash)
select k.project_id, k.hash
from unnest($1, $2) k(project_id, hash)
where exists (
	select 1
	from patchmda.archived)
on conflict do nothing;
