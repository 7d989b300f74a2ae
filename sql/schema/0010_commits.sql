-- What a commit is looked up by, where Patchwork's tables have no index for it: the title of a
-- patch, and its hash in a database of Patchwork 3.1 or 3.2.  `patchmda commits` completes the table
-- before it looks (sql/patch_keys.c); what is deleted in Patchwork stays here, and readers pass it over.
create table patchmda.patch_key (
    patch_id integer primary key,
    title    bigint  not null,                  -- first 8 bytes of the MD5 of the title
    hash     bigint                             -- first 8 bytes of the hash; null: not needed
);
create index patch_key_title_idx on patchmda.patch_key (title, patch_id);
create index patch_key_hash_idx on patchmda.patch_key (hash) where hash is not null;
