-- Keys by which the patch of a commit is looked up if Patchwork's tables have no index: by the title, and
-- in a database of Patchwork 3.1 or 3.2 by the hash.  patchmda adds the row of a patch when it stores
-- it; `patchmda init` and `patchmda commits` add the rows of patches that other programs have
-- stored (sql/patch_keys.c).  Rows of patches deleted in Patchwork remain, and queries ignore them.
create table patchmda.patch_key (
    patch_id integer primary key,
    title    bigint  not null,                  -- first 8 bytes of the MD5 of the title
    hash     bigint                             -- first 8 bytes of the hash; null: no hash
);
create index patch_key_title_idx on patchmda.patch_key (title, patch_id);

do $$ begin
    if not exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid
                   and a.attnum = i.indkey[0] where i.indrelid = 'public.patchwork_patch'::regclass
                   and a.attname = 'hash') then
        create index patch_key_hash_idx on patchmda.patch_key (hash);
    end if;
end $$;
