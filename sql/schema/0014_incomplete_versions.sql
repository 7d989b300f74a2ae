-- An index of later versions by date, by which sql/revisions/due.sql finds those that have become an hour
-- old and lack patches.
create index revision_later_idx on patchmda.revision (date) where previous_id is not null;
