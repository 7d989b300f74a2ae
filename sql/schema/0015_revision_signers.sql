-- The signers of later versions, for series that come after one that took them over; and the series of a
-- signer, for those that come before it (sql/revisions). The title of a patch alone is no key for this:
-- thousands of patches may have the same title.
create table patchmda.revision_signer (
    signer     bigint  not null, -- key of an address, as in patchmda.revision
    project_id integer not null,
    date       bigint  not null, -- of the series
    series_id  integer not null
);
create index revision_signer_signer_idx on patchmda.revision_signer (signer, project_id, date);
insert into patchmda.revision_signer (signer, project_id, date, series_id)
select s.signer, r.project_id, r.date, r.series_id
from patchmda.revision r, unnest(r.signers) s(signer)
where r.version > 1 or r.minor > 0;

create index revision_sender_idx on patchmda.revision (sender, project_id, date);
