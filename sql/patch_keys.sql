-- The keys by which the patch of a commit is looked up: each patch has one of its hash and one of its title.

-- The key of the lock is 'pmdk'.
prepare patch_keys_lock as
select pg_advisory_xact_lock(1886217323, 0);

-- Whether Patchwork's table has an index on the hash.
prepare patch_keys_has_index as
select exists (
	select 1
	from pg_index i
	join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
	where i.indrelid = 'patchwork_patch'::regclass and a.attname = 'hash' and i.indisvalid
		and i.indpred is null);

-- The id up to which all patches have keys, the last id, and whether a Patchwork may have stored patches.
-- The sign of a Patchwork is that Django's table of content types is not empty: Patchwork's `migrate`
-- fills it, also on tables that patchmda has created. Its size is read, because any role may do that.
prepare patch_keys_progress as
select coalesce(done, 0), coalesce((
	select max(id)
	from patchwork_patch), 0)::bigint,
	done is null or coalesce(pg_relation_size(to_regclass('django_content_type')), 1) > 0
from (
	select (
		select done
		from patchmda.progress
		where job = 'patch keys') as done) p;

-- Patches after an id that have no key yet. Both tables are read in the order of their primary keys; the
-- settings in patch_keys.c ensure that.
prepare patch_keys_rows (bigint, integer) as
select p.id, p.name, p.hash::text
from patchwork_patch p
where p.id > $1 and not exists (
	select 1
	from patchmda.patch_key k
	where k.patch_id = p.id and k.patch_id > $1)
order by p.id
limit $2;

prepare patch_keys_set_progress (bigint) as
insert into patchmda.progress as p (job, done)
values ('patch keys', $1)
on conflict (job) do update set done = greatest(p.done, excluded.done)
where p.done < excluded.done;
