-- Lookups and changes of the versions of series. See statements.h.

-- The mails of the series $1, the cover letter first and then the patches by number, with the columns
-- of the series and of the mail that facts.h needs. The text is needed only for the first mail and the
-- first patch, and the references and headers only for the first mail.
prepare revisions_mails (int[]) as
select s.id, s.project_id, s.submitter_id,
	extract(epoch from (s.date at time zone current_setting('TimeZone')))::bigint, s.version,
	m.is_cover, m.msgid, m.name, m.content, m.hash, f.files, l.refs, w.email, m.headers
from unnest($1) k(id),
lateral (
	select *
	from patchwork_series s
	where s.id = k.id offset 0) s,
lateral (
	select email
	from patchwork_person w
	where w.id = s.submitter_id offset 0) w,
lateral (
	select true as is_cover, c.id, c.msgid, c.name, c.content, null as hash, null::int as number,
		c.headers
	from patchwork_cover c
	where c.id = s.cover_letter_id
	union all
	select false, p.id, p.msgid, p.name,
		case when row_number() over (order by p.number) = 1 then p.content end, p.hash::text, p.number,
		case when s.cover_letter_id is null and row_number() over (order by p.number) = 1
			then p.headers end
	from patchwork_patch p
	where p.series_id = s.id offset 0) m
left join lateral (
	select f.files
	from patchmda.patch_file f
	where not m.is_cover and f.patch_id = m.id offset 0) f on true
left join lateral (
	select l.refs
	from patchmda.member l
	where l.kind = case when m.is_cover then 'c' else 'p' end::"char" and l.id = m.id offset 0) l on true
order by s.id, not m.is_cover, m.number;

-- The series of a person, or of others with the same name, that may be older versions: with a lower version,
-- later than the first date, or with one of these titles.
prepare revisions_by_person (int[], int[], bigint[], bigint[], bigint[], bigint[], int[], text[]) as
select k.i::int, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1, $2, $3, $4, $5, $6, $7, $8) with ordinality
	k(project_id, submitter_id, name, since, until, first, version, titles, i),
lateral (
	select string_to_array(k.titles, E'\n') as titles offset 0) t,
lateral (
	select *
	from patchmda.revision r
	where r.submitter_id = k.submitter_id and r.project_id = k.project_id
	and r.date >= k.since and r.date <= k.until
	and (r.version < k.version or r.date > k.first or r.title = any(t.titles))
	union all
	select *
	from patchmda.revision r
	where r.name <> 0 and r.name = k.name and r.project_id = k.project_id and r.submitter_id < k.submitter_id
	and r.date >= k.since and r.date <= k.until
	and (r.version < k.version or r.date > k.first or r.title = any(t.titles))
	union all
	select *
	from patchmda.revision r
	where r.name <> 0 and r.name = k.name and r.project_id = k.project_id and r.submitter_id > k.submitter_id
	and r.date >= k.since and r.date <= k.until
	and (r.version < k.version or r.date > k.first or r.title = any(t.titles)) offset 0) r;

prepare revisions_by_change (int[], text[]) as
select k.i::int, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1, $2) with ordinality k(project_id, change_id, i),
lateral (
	select *
	from patchmda.revision r
	where r.change_id = k.change_id and r.project_id + 0 = k.project_id offset 0) r;

-- The series to which the messages $2 belong; a new series has no row yet.
prepare revisions_by_msgid (int[], text[]) as
select k.i::int, s.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1, $2) with ordinality k(project_id, msgid, i),
lateral (
	select p.series_id
	from patchwork_patch p
	where p.msgid = k.msgid and p.project_id + 0 = k.project_id and p.series_id is not null
	union all
	select s.id
	from patchwork_cover c,
	lateral (
		select s.id
		from patchwork_series s
		where s.cover_letter_id = c.id offset 0) s
	where c.msgid = k.msgid and c.project_id + 0 = k.project_id offset 0) s
left join lateral (
	select *
	from patchmda.revision r
	where r.series_id = s.series_id offset 0) r on true;

-- Series that refer to one of the ids $2, in the projects $1.
prepare revisions_by_ref (int[], text[]) as
select 0, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from (
	select f.series_id
	from patchmda.revision_ref f
	where f.ref = any($2) and f.project_id + 0 = any($1) offset 0) f,
lateral (
	select *
	from patchmda.revision r
	where r.series_id = f.series_id offset 0) r;

-- The series $1, and the series that have one of these as their predecessor.
prepare revisions_by_series (int[]) as
select k.i::int, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1) with ordinality k(id, i),
lateral (
	select *
	from patchmda.revision r
	where r.series_id = k.id
	union all
	select *
	from patchmda.revision r
	where r.previous_id = k.id offset 0) r;

-- Series with a version below $5 that persons with the addresses or names $2 (keys) have sent. A later series
-- that they have signed may have taken one of them over.
prepare revisions_by_sender (int[], bigint[], bigint[], bigint[], int[]) as
select 0, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1, $2, $3, $4, $5) k(project_id, sender, since, until, version),
lateral (
	select *
	from patchmda.revision r
	where r.sender = k.sender and r.project_id = k.project_id
	and r.date >= k.since and r.date <= k.until and r.version < k.version
	union all
	select *
	from patchmda.revision r
	where r.name <> 0 and r.name = k.sender and r.project_id = k.project_id
	and r.date >= k.since and r.date <= k.until and r.version < k.version offset 0) r;

-- Later versions that persons with the addresses or names $2 (keys) have signed, but not sent.
prepare revisions_by_signer (int[], bigint[], bigint[], bigint[]) as
select 0, r.series_id, r.project_id, r.submitter_id, r.date, r.version, r.minor, r.release, r.sender, r.name, r.first, r.title,
	r.change_id, r.links, r.refs, r.titles, r.hashes, r.files, r.signers, r.previous_id, r.rule
from unnest($1, $2, $3, $4) k(project_id, signer, since, until),
lateral (
	select y.series_id
	from patchmda.revision_signer y
	where y.signer = k.signer and y.project_id = k.project_id
	and y.date >= k.since and y.date <= k.until offset 0) y,
lateral (
	select *
	from patchmda.revision r
	where r.series_id = y.series_id offset 0) r;

prepare revisions_delete (int[]) as
delete from patchmda.revision
where series_id = any($1);

prepare revisions_delete_refs (int[], text[], int[]) as
delete from patchmda.revision_ref f
using unnest($1, $2, $3) k(project_id, ref, series_id)
where f.ref = k.ref and f.project_id = k.project_id and f.series_id = k.series_id;

prepare revisions_delete_signers (bigint[], int[], bigint[], int[]) as
delete from patchmda.revision_signer y
using unnest($1, $2, $3, $4) k(signer, project_id, date, series_id)
where y.signer = k.signer and y.project_id = k.project_id and y.date = k.date and y.series_id = k.series_id;

prepare revisions_set (int[], int[], text[]) as
update patchmda.revision r
set previous_id = nullif(k.previous_id, 0), rule = k.rule
from unnest($1, $2, $3) k(series_id, previous_id, rule)
where r.series_id = k.series_id;

-- Patches after an id that have a diff but no row of their files; both tables are read by key.
prepare revisions_without_files (int, int) as
select p.id, p.diff
from patchwork_patch p
where p.id > $1 and p.diff is not null and not exists (
	select 1
	from patchmda.patch_file f
	where f.patch_id = p.id)
order by p.id
limit $2;

-- One process at a time adds missing rows. The key is 'pmdk'.
prepare revisions_lock_files as
select pg_advisory_xact_lock(1886217323, 1);
