-- The versions of series, and the facts by which they are found (sql/revisions).

-- Settings of a project for which Patchwork's table has no column.
create table patchmda.project_setting (
    project_id integer primary key,
    revisions  text    not null check (revisions in ('off', 'record', 'relate', 'supersede'))
);

-- The files of each patch that has a diff.  `patchmda revisions` adds those of patches that other programs
-- have stored.
create table patchmda.patch_file (
    patch_id integer primary key,
    files    text[]  collate "C" not null,      -- paths without their first component
    blobs    text[]  collate "C" not null       -- of `index` lines: hexadecimal, mostly abbreviated
);

-- Each series of a project that records revisions: the facts that the rule uses, and its result.  The key
-- of a title or path is the first 8 bytes of its MD5, that of a hash the first 8 bytes of the hash.
create table patchmda.revision (
    series_id     integer primary key,
    project_id    integer not null,
    submitter_id  integer not null,
    date          bigint  not null,             -- seconds since 1970 of the UTC clock reading
    version       integer not null,             -- 5 for `v5.1`
    minor         integer not null,             -- 1 for `v5.1`, otherwise 0
    first         text    collate "C" not null, -- message id of the cover letter or first patch
    title         text    collate "C" not null, -- of that message, without prefixes and signs
    change_id     text    collate "C",
    links         text[]  collate "C" not null, -- message ids that its text calls older versions
    refs          text[]  collate "C" not null, -- message ids that it refers to
    titles        bigint[] not null,            -- keys of all patches
    hashes        bigint[] not null,
    files         bigint[] not null,
    base_commit   text    collate "C",
    prerequisites text[]  collate "C" not null, -- `change-id ID`, `message-id <ID>`, `patch-id ID`
    previous_id   integer,                      -- the series that this is the next version of
    rule          text                          -- by which it was found
);
create index revision_person_idx on patchmda.revision (submitter_id, project_id, date);
create index revision_change_idx on patchmda.revision (change_id) where change_id is not null;
create index revision_previous_idx on patchmda.revision (previous_id) where previous_id is not null;

-- The links and refs of a series, by which it is found when a message that it refers to arrives later.
create table patchmda.revision_ref (
    project_id integer not null,
    ref        text    collate "C" not null,
    series_id  integer not null
);
create index revision_ref_ref_idx on patchmda.revision_ref (ref, project_id);

-- Changes that were made because of a later version: the state of a patch before the change, or null if a
-- user has set the patch back since; and the relation that the patch was added to.
create table patchmda.superseded (
    patch_id integer primary key,
    state_id integer
);
create table patchmda.related (
    patch_id    integer primary key,
    relation_id integer not null
);

-- All series that are connected with this one, itself included.
create function patchmda.chain(series integer) returns table (series_id integer)
language sql stable as $$
    with recursive chain(id) as (
        select series
        union
        select n.id
        from chain c,
        lateral (
            select r.previous_id as id from patchmda.revision r
            where r.series_id = c.id and r.previous_id is not null
            union all
            select r.series_id from patchmda.revision r where r.previous_id = c.id
            offset 0) n)
    select id from chain
$$;
