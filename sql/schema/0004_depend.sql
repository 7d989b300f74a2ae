-- Depends-on lines, so that they count whichever mail comes first.

-- What patches and cover letters say that they depend on, in databases that can tell it
-- (Patchwork's migration 0048): a dependency is recorded where the message named comes before
-- the one that names it, in canonical order.
create table patchmda.depend (
    kind         "char"  not null,              -- as in member
    id           integer not null,
    project_id   integer not null,
    series_id    integer not null,              -- that the patch or cover letter found or made
    ref          text    collate "C",           -- the message id named,
    to_series_id integer,                       -- or the series, where its number is
    check ((ref is null) <> (to_series_id is null))
);
create index depend_id_idx on patchmda.depend (id, kind);
create index depend_ref_idx on patchmda.depend (ref, project_id);
create index depend_series_idx on patchmda.depend (to_series_id) where to_series_id is not null;

-- Where canonical order is not that of date and message id: behind which message, which is later
-- by these, and how far.  Null for all others.
alter table patchmda.member
    add column behind_date  bigint,
    add column behind_msgid text collate "C",
    add column behind_by    integer;
