-- More of what the rule asks of a series (patchmda.revision). `patchmda revisions` reads it of series that
-- are stored already.

-- The release that a series is for: of a prefix `5.10` this is 5010, and 0 without one. A patch for one
-- release is no version of one for another release.
alter table patchmda.revision add column release integer not null default 0;

-- Keys of addresses, as of titles: of the submitter; and of others who have signed the first patch.
alter table patchmda.revision add column sender bigint not null default 0;
alter table patchmda.revision add column signers bigint[] not null default '{}';
