-- The key of the submitter's name, made like that of a title; 0 if it is a single word. Series of two persons
-- with the same name may be versions of each other. The keys of signers are also those of their names.
-- `patchmda revisions` reads both for series that are stored already.
alter table patchmda.revision add column name bigint not null default 0;
create index revision_name_idx on patchmda.revision (name, project_id, date, submitter_id) where name <> 0;
