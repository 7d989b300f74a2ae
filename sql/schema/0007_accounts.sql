-- Patchwork's tables for changes over HTTP: tokens, bundles, and the changed states that Patchwork sends
-- mail about.  This migration does nothing in a database that Patchwork has created, which has them.
do $$
begin
    if to_regclass('django_migrations') is not null then
        return;
    end if;
    if to_regclass('authtoken_token') is null then
        create table authtoken_token (
            key     varchar(40) primary key,
            created timestamptz not null,
            user_id integer     not null unique references auth_user deferrable initially deferred
        );
        create index authtoken_token_key_idx on authtoken_token (key varchar_pattern_ops);
    end if;
    if to_regclass('patchwork_bundle') is null then
        create table patchwork_bundle (
            id         serial primary key,
            name       varchar(50) not null,
            public     boolean     not null,
            owner_id   integer     not null references auth_user deferrable initially deferred,
            project_id integer     not null references patchwork_project deferrable initially deferred,
            unique (owner_id, name)
        );
        create index patchwork_bundle_owner_id_idx on patchwork_bundle (owner_id);
        create index patchwork_bundle_project_id_idx on patchwork_bundle (project_id);
        create table patchwork_bundlepatch (
            id        serial primary key,
            "order"   integer not null,
            bundle_id integer not null references patchwork_bundle deferrable initially deferred,
            patch_id  integer not null references patchwork_patch deferrable initially deferred,
            unique (bundle_id, patch_id)
        );
        create index patchwork_bundlepatch_bundle_id_idx on patchwork_bundlepatch (bundle_id);
        create index patchwork_bundlepatch_patch_id_idx on patchwork_bundlepatch (patch_id);
    end if;
    if to_regclass('patchwork_patchchangenotification') is null then
        create table patchwork_patchchangenotification (
            patch_id      integer     primary key references patchwork_patch deferrable initially deferred,
            last_modified timestamptz not null,
            orig_state_id integer     not null references patchwork_state deferrable initially deferred
        );
        create index patchwork_patchchangenotification_orig_state_id_idx
            on patchwork_patchchangenotification (orig_state_id);
    end if;
end
$$;
