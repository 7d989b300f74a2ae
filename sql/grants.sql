-- Creates a role that can deliver mail, one that can only read, or one for `patchmda httpd`.
--
--     psql -v role=patchmda -f grants.sql DATABASE
--     psql -v role=viewer -v read_only=1 -f grants.sql DATABASE
--     psql -v role=web -v httpd=1 -f grants.sql DATABASE
--
-- The second role is sufficient for `patchmda show`, `list`, `why` and `status`, also on a standby.
-- The third can read the hashes of passwords, and write the columns that users can change. With both
-- read_only and httpd it cannot write, which is enough for `patchmda httpd --read-only`.
--
-- Run this file as the owner of the tables (with CREATEROLE, if the role does not exist), after
-- `patchmda init`, and again after each upgrade. It can be repeated; it never revokes a privilege.
-- Only the owner can create projects and upgrade the schema.
--
-- It works with databases of Patchwork 3.1 and later and with those that patchmda has created.
-- The schema patchmda must exist. Comments name the tables that may be missing.

\set ON_ERROR_STOP on
\if :{?role}
\else
	\set role patchmda
\endif
\if :{?read_only}
\else
	\set read_only 0
\endif
\if :{?httpd}
\else
	\set httpd 0
\endif

BEGIN;

-- The role has no password: use peer or certificate authentication, or ALTER ROLE afterwards.
SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role')
\gexec

GRANT USAGE ON SCHEMA public, patchmda TO :"role";

-- Tables that are only read. The names and addresses of users can be read, but not the hashes of
-- their passwords.
GRANT SELECT ON
	public.patchwork_project,
	public.patchwork_state,
	public.patchwork_tag,
	public.patchwork_delegationrule,
	public.patchwork_check,
	public.patchwork_patchrelation
TO :"role";
GRANT SELECT (id, email, username, first_name, last_name) ON public.auth_user TO :"role";

-- Django's record of its migrations says which columns Patchwork's tables have. A database that
-- patchmda created has it since the schema 0008.
SELECT format('GRANT SELECT ON %s TO %I', found, :'role')
FROM to_regclass('public.django_migrations') AS found
WHERE found IS NOT NULL
\gexec

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA patchmda TO :"role";

\if :httpd

GRANT SELECT ON
	public.patchwork_person,
	public.patchwork_patch,
	public.patchwork_cover,
	public.patchwork_series,
	public.patchwork_patchcomment,
	public.patchwork_covercomment,
	public.patchwork_event,
	public.patchwork_userprofile,
	public.patchwork_userprofile_maintainer_projects,
	public.patchwork_bundle,
	public.patchwork_bundlepatch,
	public.authtoken_token,
	public.patchwork_patchtag,
	public.patchwork_seriesreference,
	patchmda.setting
TO :"role";

-- The page /why/ shows the output of `patchmda why`, but not the contents of held and waiting mail.
GRANT SELECT ON
	patchmda.member,
	patchmda.mention,
	patchmda.depend,
	patchmda.seen,
	patchmda.deletion,
	patchmda.waiting_ref
TO :"role";
GRANT SELECT (series_id, project_id, date, version, minor, change_id, base_commit, prerequisites, previous_id, rule)
ON patchmda.revision TO :"role";
GRANT SELECT ON patchmda.outdated TO :"role";
GRANT SELECT (patch_id, files) ON patchmda.patch_file TO :"role";
GRANT SELECT (id, project_id, msgid, received, expires) ON patchmda.waiting TO :"role";
GRANT SELECT (id, received, expires, kind, reason, msgid, list_ids, place) ON patchmda.held TO :"role";
GRANT SELECT (password, is_active) ON public.auth_user TO :"role";
SELECT format('GRANT SELECT ON %s TO %I', found, :'role')
FROM to_regclass('public.patchwork_series_dependencies') AS found
WHERE found IS NOT NULL
\gexec

	\if :read_only
	\else

GRANT UPDATE ON
	public.patchwork_patch,
	public.patchwork_patchcomment,
	public.patchwork_covercomment,
	public.patchwork_project
TO :"role";
GRANT UPDATE (first_name, last_name) ON public.auth_user TO :"role";
GRANT INSERT ON public.patchwork_event, public.patchwork_check TO :"role";
GRANT INSERT, UPDATE ON public.patchwork_userprofile TO :"role";
GRANT INSERT, DELETE ON public.patchwork_patchrelation TO :"role";
GRANT INSERT, UPDATE, DELETE ON
	public.patchwork_bundle,
	public.patchwork_bundlepatch
TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON public.patchwork_patchchangenotification TO :"role";
SELECT format('GRANT USAGE, SELECT ON SEQUENCE %s TO %I', seq, :'role')
FROM (VALUES ('event'), ('check'), ('userprofile'), ('patchrelation'), ('bundle'), ('bundlepatch'))
	AS written (name)
CROSS JOIN LATERAL pg_get_serial_sequence('public.patchwork_' || name, 'id') AS seq
\gexec

	\endif
\elif :read_only

GRANT SELECT ON
	public.patchwork_person,
	public.patchwork_patch,
	public.patchwork_cover,
	public.patchwork_series,
	public.patchwork_seriesreference,
	public.patchwork_patchcomment,
	public.patchwork_covercomment,
	public.patchwork_event
TO :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA patchmda TO :"role";

\else

-- Submissions and people are inserted and updated. Only Patchwork's users delete them.
GRANT SELECT, INSERT, UPDATE ON
	public.patchwork_person,
	public.patchwork_patch,
	public.patchwork_cover
TO :"role";

-- Dependent rows are moved or deleted when a late mail changes the grouping of a series or a
-- thread. LOCK TABLE also requires UPDATE on patchwork_series.
GRANT SELECT, INSERT, UPDATE, DELETE ON
	public.patchwork_series,
	public.patchwork_seriesreference,
	public.patchwork_patchcomment,
	public.patchwork_covercomment,
	public.patchwork_patchtag,
	public.patchwork_event
TO :"role";

-- Patches are related to those of older versions if the project's setting is `relate` or `supersede`.
GRANT INSERT, DELETE ON public.patchwork_patchrelation TO :"role";

-- Tables that may be missing: the first exists since Patchwork's migration 0048, the second is missing
-- in a database that patchmda created before its schema 0007.
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', found, :'role')
FROM (VALUES
	(to_regclass('public.patchwork_series_dependencies')),
	(to_regclass('public.patchwork_patchchangenotification'))) AS optional (found)
WHERE found IS NOT NULL
\gexec

-- The sequences of those tables, found by the column id (a default that calls nextval, or an
-- identity column). Their names vary, because Patchwork renamed tables but not sequences.
SELECT format('GRANT USAGE, SELECT ON SEQUENCE %s TO %I', seq.oid::regclass, :'role')
FROM (VALUES
	('public.patchwork_person'),
	('public.patchwork_patch'),
	('public.patchwork_cover'),
	('public.patchwork_series'),
	('public.patchwork_seriesreference'),
	('public.patchwork_series_dependencies'),
	('public.patchwork_patchcomment'),
	('public.patchwork_covercomment'),
	('public.patchwork_patchtag'),
	('public.patchwork_patchrelation'),
	('public.patchwork_event')) AS written (name)
JOIN pg_attribute a ON a.attrelid = to_regclass(written.name) AND a.attname = 'id'
CROSS JOIN LATERAL (
	SELECT d.refobjid
	FROM pg_attrdef def
	JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = def.oid
		AND d.refclassid = 'pg_class'::regclass
	WHERE def.adrelid = a.attrelid AND def.adnum = a.attnum
	UNION
	SELECT d.objid
	FROM pg_depend d
	WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
		AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass
		AND d.deptype = 'i') AS source (oid)
JOIN pg_class seq ON seq.oid = source.oid AND seq.relkind = 'S'
\gexec

-- All tables of the schema patchmda.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA patchmda TO :"role";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA patchmda TO :"role";

\endif

COMMIT;
