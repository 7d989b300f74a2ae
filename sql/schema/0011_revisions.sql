-- Which series is the next version of which, and what that is told by (sql/revisions).

-- Settings of a project that are in no column of Patchwork's.
create table patchmda.project_setting (
    project_id integer primary key,
    revisions  text    not null check (revisions in ('off', 'record', 'relate', 'supersede'))
);

-- The files of each patch that has a diff.  `patchmda revisions` adds those that others stored.
create table patchmda.patch_file (
    patch_id integer primary key,
    files    text[]  collate "C" not null,      -- paths without their first component
    blobs    text[]  collate "C" not null       -- of `index` lines: hexadecimal, mostly abbreviated
);

-- Each series of a project that records revisions, what the rule asks of it, and its answer.  Keys
-- are the first 8 bytes of the MD5 of a title or path, and of a hash its first 8 bytes.
create table patchmda.revision (
    series_id     integer primary key,
    project_id    integer not null,
    submitter_id  integer not null,
    date          bigint  not null,             -- seconds since 1970 of the UTC clock reading
    version       integer not null,             -- of `v5.1` this is 5,
    minor         integer not null,             -- and this 1
    first         text    collate "C" not null, -- message id of the cover letter, else the first patch
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

-- The links and refs of a series, for those that come after what they name.
create table patchmda.revision_ref (
    project_id integer not null,
    ref        text    collate "C" not null,
    series_id  integer not null
);
create index revision_ref_ref_idx on patchmda.revision_ref (ref, project_id);

-- What was changed because of a later version: a patch's state before, or null where a person has
-- set the patch back since, and the relation that we put it in.
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
