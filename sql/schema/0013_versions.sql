-- More facts about a series that the rule uses (patchmda.revision). `patchmda revisions` reads them for
-- series that are stored already.

-- The release that a series is for: 5010 for a prefix `5.10`, and 0 without such a prefix. A patch for one
-- release is not a version of a patch for another release.
alter table patchmda.revision add column release integer not null default 0;

-- Keys of addresses, made like those of titles: of the submitter, and of others who signed the first patch.
alter table patchmda.revision add column sender bigint not null default 0;
alter table patchmda.revision add column signers bigint[] not null default '{}';
