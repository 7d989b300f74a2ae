-- Later versions by date, for those that have become an hour old and lack patches (sql/revisions/due.sql).
create index revision_later_idx on patchmda.revision (date) where previous_id is not null;
