-- Git repositories that mail is read from (public-inbox).

-- The position in each repository.  All mail of last_commit and of the commits before it that is dated
-- from `since` on and before `until` (seconds since 1970) is stored.  The row changes in the transaction
-- that stores the mail.
create table patchmda.repository (
    first_commit text        not null,          -- the one without a parent: it identifies the repository
    list_id      text        not null,          -- of --list-id; otherwise ''
    since        bigint      not null,
    until        bigint      not null,
    last_commit  text        not null,
    path         text        not null,          -- of the repository, when it was last read
    stored       timestamptz not null,          -- when the row changed
    primary key (first_commit, list_id)
);
create index repository_path_idx on patchmda.repository (path);

-- Mail that a repository has deleted.  The rows of the mail are kept.
create table patchmda.deletion (
    msgid     text        collate "C" not null,
    commit_id text        not null,             -- the commit that deleted it
    path      text        not null,             -- of the repository
    noted     timestamptz not null,
    primary key (msgid, commit_id)
);

-- Mail that was first read from a repository, with its dates (seconds since 1970): one row for each
-- transaction and project.
create table patchmda.archived (
    project_id integer  not null,
    msgids     text[]   collate "C" not null,
    dates      bigint[] not null
);

-- Mail that also arrived by another way after it was stored, by the hash of `seen`.  Rows are added only
-- if `archived` has any.
create table patchmda.also_delivered (
    project_id integer not null,
    hash       bigint  not null,
    primary key (hash, project_id)
);

-- The sources of `patchmda follow`, and the last round of each.
create table patchmda.followed (
    source      text        primary key,        -- its folder
    url         text        not null,           -- '' if it has none
    host        text        not null,           -- on which `patchmda follow` runs
    tried       timestamptz not null,           -- when the last round ended
    succeeded   timestamptz,                    -- when the last round without errors ended; null: never
    failures    integer     not null,           -- rounds with errors since then
    error       text,                           -- of the last round
    last_commit text,                           -- of the newest epoch; null: there is none
    committed   timestamptz
);
