-- Depends-on lines, stored so that their effect does not depend on the order of arrival.

-- The dependencies that patches and cover letters state, in databases that can record them
-- (Patchwork's migration 0048).  A dependency takes effect if the message that it names precedes
-- the message that states it, in canonical order.
create table patchmda.depend (
    kind         "char"  not null,              -- as in member
    id           integer not null,
    project_id   integer not null,
    series_id    integer not null,              -- the series of the patch or cover letter
    ref          text    collate "C",           -- the named message id,
    to_series_id integer,                       -- or the named series
    check ((ref is null) <> (to_series_id is null))
);
create index depend_id_idx on patchmda.depend (id, kind);
create index depend_ref_idx on patchmda.depend (ref, project_id);
create index depend_series_idx on patchmda.depend (to_series_id) where to_series_id is not null;

-- The position in canonical order of a message that does not stand by its date and message id:
-- `behind_date` and `behind_msgid` name a later message, the anchor, and `behind_by` is the offset
-- from it.  Null for all others.
alter table patchmda.member
    add column behind_date  bigint,
    add column behind_msgid text collate "C",
    add column behind_by    integer;
