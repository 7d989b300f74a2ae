-- Patchwork's tables for patches, as of Patchwork's migration 0048.
--
-- Programs that read Patchwork's tables must work here, and data must be transferable both ways
-- (pg_dump --data-only). So columns, their order, types and constraints are the same, and only ids
-- have defaults. patchmda's own tables are in another schema. This file is not run in a database that
-- Patchwork has created.
--
-- Ids are serial and not identity columns, as in Patchwork's existing databases. Foreign keys are
-- deferred to COMMIT: rows can be inserted in any order, and a parent that was deleted by another
-- transaction is detected only then.
--
-- Constraints have PostgreSQL's default names (table_column_key, _fkey, _check). Indexes with
-- varchar_pattern_ops, named _like_idx, support LIKE 'prefix%' in any collation.

-- Users who log in. This is the only one of Django's tables for users that the tables below refer to.
CREATE TABLE auth_user (
	id		serial PRIMARY KEY,
	password	varchar(128) NOT NULL,
	last_login	timestamptz,
	is_superuser	boolean NOT NULL,
	username	varchar(150) NOT NULL,
	first_name	varchar(150) NOT NULL,
	last_name	varchar(150) NOT NULL,
	email		varchar(254) NOT NULL,
	is_staff	boolean NOT NULL,
	is_active	boolean NOT NULL,
	date_joined	timestamptz NOT NULL
);

-- Several projects can have the same mailing list; subject_match distinguishes them.
CREATE TABLE patchwork_project (
	id			serial PRIMARY KEY,
	linkname		varchar(255) NOT NULL UNIQUE,
	name			varchar(255) NOT NULL UNIQUE,
	listid			varchar(255) NOT NULL,
	listemail		varchar(200) NOT NULL,
	subject_match		varchar(64) NOT NULL,
	web_url			varchar(2000) NOT NULL,
	scm_url			varchar(2000) NOT NULL,
	webscm_url		varchar(2000) NOT NULL,
	list_archive_url	varchar(2000) NOT NULL,
	list_archive_url_format	varchar(2000) NOT NULL,
	commit_url_format	varchar(2000) NOT NULL,
	send_notifications	boolean NOT NULL,
	use_tags		boolean NOT NULL,
	show_dependencies	boolean NOT NULL,
	UNIQUE (listid, subject_match)
);
CREATE INDEX patchwork_project_linkname_like_idx
	ON patchwork_project (linkname varchar_pattern_ops);
CREATE INDEX patchwork_project_name_like_idx ON patchwork_project (name varchar_pattern_ops);

-- Senders of mail, shared by all projects. Addresses are unique byte by byte: the program, not the
-- table, treats addresses that differ only in case as one.
CREATE TABLE patchwork_person (
	id	serial PRIMARY KEY,
	email	varchar(255) NOT NULL UNIQUE,
	name	varchar(255),
	user_id	integer REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX patchwork_person_email_like_idx ON patchwork_person (email varchar_pattern_ops);
CREATE INDEX patchwork_person_user_id_idx ON patchwork_person (user_id);

CREATE TABLE patchwork_state (
	id		serial PRIMARY KEY,
	name		varchar(100) NOT NULL UNIQUE,
	slug		varchar(100) NOT NULL UNIQUE,
	ordering	integer NOT NULL UNIQUE,
	action_required	boolean NOT NULL
);
CREATE INDEX patchwork_state_name_like_idx ON patchwork_state (name varchar_pattern_ops);
CREATE INDEX patchwork_state_slug_like_idx ON patchwork_state (slug varchar_pattern_ops);

CREATE TABLE patchwork_tag (
	id		serial PRIMARY KEY,
	name		varchar(20) NOT NULL,
	pattern		varchar(50) NOT NULL,
	abbrev		varchar(2) NOT NULL UNIQUE,
	show_column	boolean NOT NULL
);
CREATE INDEX patchwork_tag_abbrev_like_idx ON patchwork_tag (abbrev varchar_pattern_ops);

-- Related patches, for example versions of the same change, refer to one row here.
CREATE TABLE patchwork_patchrelation (
	id	serial PRIMARY KEY
);

-- A mail can be stored in several projects, once in each. The unique constraints on
-- (msgid, project_id), here and below, make delivery idempotent.
CREATE TABLE patchwork_cover (
	id		serial PRIMARY KEY,
	msgid		varchar(255) NOT NULL,
	date		timestamptz NOT NULL,
	headers		text NOT NULL,
	content		text,
	name		varchar(255) NOT NULL,
	project_id	integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	submitter_id	integer NOT NULL REFERENCES patchwork_person DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (msgid, project_id)
);
CREATE INDEX patchwork_cover_list_idx ON patchwork_cover (date, project_id, submitter_id, name);
CREATE INDEX patchwork_cover_project_id_idx ON patchwork_cover (project_id);
CREATE INDEX patchwork_cover_submitter_id_idx ON patchwork_cover (submitter_id);

CREATE TABLE patchwork_series (
	id		serial PRIMARY KEY,
	name		varchar(255),
	date		timestamptz NOT NULL,
	version		integer NOT NULL,
	total		integer NOT NULL,
	project_id	integer REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	submitter_id	integer NOT NULL REFERENCES patchwork_person DEFERRABLE INITIALLY DEFERRED,
	cover_letter_id	integer UNIQUE REFERENCES patchwork_cover DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX patchwork_series_project_id_idx ON patchwork_series (project_id);
CREATE INDEX patchwork_series_submitter_id_idx ON patchwork_series (submitter_id);

-- The message ids by which a series is found, including those of mail that has not arrived.
CREATE TABLE patchwork_seriesreference (
	id		serial PRIMARY KEY,
	msgid		varchar(255) NOT NULL,
	project_id	integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	series_id	integer NOT NULL REFERENCES patchwork_series DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (project_id, msgid)
);
CREATE INDEX patchwork_seriesreference_project_id_idx ON patchwork_seriesreference (project_id);
CREATE INDEX patchwork_seriesreference_series_id_idx ON patchwork_seriesreference (series_id);

-- from_series can be applied only after to_series.
CREATE TABLE patchwork_series_dependencies (
	id		serial PRIMARY KEY,
	from_series_id	integer NOT NULL REFERENCES patchwork_series DEFERRABLE INITIALLY DEFERRED,
	to_series_id	integer NOT NULL REFERENCES patchwork_series DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (from_series_id, to_series_id)
);
CREATE INDEX patchwork_series_dependencies_from_series_id_idx
	ON patchwork_series_dependencies (from_series_id);
CREATE INDEX patchwork_series_dependencies_to_series_id_idx
	ON patchwork_series_dependencies (to_series_id);

CREATE TABLE patchwork_patch (
	id		serial PRIMARY KEY,
	msgid		varchar(255) NOT NULL,
	date		timestamptz NOT NULL,
	headers		text NOT NULL,
	content		text,
	name		varchar(255) NOT NULL,
	project_id	integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	submitter_id	integer NOT NULL REFERENCES patchwork_person DEFERRABLE INITIALLY DEFERRED,
	archived	boolean NOT NULL,
	commit_ref	varchar(255),
	delegate_id	integer REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	diff		text,
	hash		char(40),
	number		smallint CHECK (number >= 0),
	pull_url	varchar(255),
	related_id	integer REFERENCES patchwork_patchrelation DEFERRABLE INITIALLY DEFERRED,
	series_id	integer REFERENCES patchwork_series DEFERRABLE INITIALLY DEFERRED,
	state_id	integer REFERENCES patchwork_state DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (msgid, project_id),
	UNIQUE (series_id, number)
);
CREATE INDEX patchwork_patch_list_idx ON patchwork_patch
	(archived, state_id, delegate_id, date, project_id, submitter_id, name);
CREATE INDEX patchwork_patch_delegate_id_idx ON patchwork_patch (delegate_id);
CREATE INDEX patchwork_patch_hash_idx ON patchwork_patch (hash);
CREATE INDEX patchwork_patch_project_id_idx ON patchwork_patch (project_id);
CREATE INDEX patchwork_patch_related_id_idx ON patchwork_patch (related_id);
CREATE INDEX patchwork_patch_series_id_idx ON patchwork_patch (series_id);
CREATE INDEX patchwork_patch_state_id_idx ON patchwork_patch (state_id);
CREATE INDEX patchwork_patch_submitter_id_idx ON patchwork_patch (submitter_id);

-- Patchwork renamed the table but not the sequence, and a dump sets the sequence by name.
ALTER SEQUENCE patchwork_patch_id_seq RENAME TO patchwork_submission_id_seq;

-- The number of times that a tag occurs in a patch and its comments; no row means 0.
CREATE TABLE patchwork_patchtag (
	id		serial PRIMARY KEY,
	count		integer NOT NULL,
	tag_id		integer NOT NULL REFERENCES patchwork_tag DEFERRABLE INITIALLY DEFERRED,
	patch_id	integer NOT NULL REFERENCES patchwork_patch DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (patch_id, tag_id)
);
CREATE INDEX patchwork_patchtag_patch_id_idx ON patchwork_patchtag (patch_id);
CREATE INDEX patchwork_patchtag_tag_id_idx ON patchwork_patchtag (tag_id);

CREATE TABLE patchwork_patchcomment (
	id		serial PRIMARY KEY,
	msgid		varchar(255) NOT NULL,
	date		timestamptz NOT NULL,
	headers		text NOT NULL,
	content		text,
	patch_id	integer NOT NULL REFERENCES patchwork_patch DEFERRABLE INITIALLY DEFERRED,
	submitter_id	integer NOT NULL REFERENCES patchwork_person DEFERRABLE INITIALLY DEFERRED,
	addressed	boolean,
	UNIQUE (msgid, patch_id)
);
CREATE INDEX patchwork_patchcomment_patch_id_idx ON patchwork_patchcomment (patch_id);
CREATE INDEX patchwork_patchcomment_patch_id_date_idx ON patchwork_patchcomment (patch_id, date);
CREATE INDEX patchwork_patchcomment_submitter_id_idx ON patchwork_patchcomment (submitter_id);

CREATE TABLE patchwork_covercomment (
	id		serial PRIMARY KEY,
	msgid		varchar(255) NOT NULL,
	date		timestamptz NOT NULL,
	headers		text NOT NULL,
	content		text,
	cover_id	integer NOT NULL REFERENCES patchwork_cover DEFERRABLE INITIALLY DEFERRED,
	submitter_id	integer NOT NULL REFERENCES patchwork_person DEFERRABLE INITIALLY DEFERRED,
	addressed	boolean,
	UNIQUE (msgid, cover_id)
);
CREATE INDEX patchwork_covercomment_cover_id_idx ON patchwork_covercomment (cover_id);
CREATE INDEX patchwork_covercomment_cover_id_date_idx ON patchwork_covercomment (cover_id, date);
CREATE INDEX patchwork_covercomment_submitter_id_idx ON patchwork_covercomment (submitter_id);

-- Results of continuous integration for a patch, which arrive over HTTP and not by mail.
CREATE TABLE patchwork_check (
	id		serial PRIMARY KEY,
	date		timestamptz NOT NULL,
	state		smallint NOT NULL,
	target_url	varchar(200),
	description	text,
	context		varchar(255) NOT NULL,
	user_id		integer NOT NULL REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	patch_id	integer NOT NULL REFERENCES patchwork_patch DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX patchwork_check_context_like_idx ON patchwork_check (context varchar_pattern_ops);
CREATE INDEX patchwork_check_context_idx ON patchwork_check (context);
CREATE INDEX patchwork_check_patch_id_idx ON patchwork_check (patch_id);
CREATE INDEX patchwork_check_user_id_idx ON patchwork_check (user_id);

-- The events that continuous integration polls. The category determines which columns are set.
CREATE TABLE patchwork_event (
	id			serial PRIMARY KEY,
	category		varchar(25) NOT NULL,
	date			timestamptz NOT NULL,
	actor_id		integer REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	created_check_id	integer REFERENCES patchwork_check DEFERRABLE INITIALLY DEFERRED,
	current_delegate_id	integer REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	current_relation_id	integer REFERENCES patchwork_patchrelation DEFERRABLE INITIALLY DEFERRED,
	current_state_id	integer REFERENCES patchwork_state DEFERRABLE INITIALLY DEFERRED,
	previous_delegate_id	integer REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	previous_relation_id	integer REFERENCES patchwork_patchrelation DEFERRABLE INITIALLY DEFERRED,
	previous_state_id	integer REFERENCES patchwork_state DEFERRABLE INITIALLY DEFERRED,
	project_id		integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	series_id		integer REFERENCES patchwork_series DEFERRABLE INITIALLY DEFERRED,
	cover_id		integer REFERENCES patchwork_cover DEFERRABLE INITIALLY DEFERRED,
	patch_id		integer REFERENCES patchwork_patch DEFERRABLE INITIALLY DEFERRED,
	cover_comment_id	integer REFERENCES patchwork_covercomment DEFERRABLE INITIALLY DEFERRED,
	patch_comment_id	integer REFERENCES patchwork_patchcomment DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX patchwork_event_actor_id_idx ON patchwork_event (actor_id);
CREATE INDEX patchwork_event_category_like_idx ON patchwork_event (category varchar_pattern_ops);
CREATE INDEX patchwork_event_category_idx ON patchwork_event (category);
CREATE INDEX patchwork_event_cover_comment_id_idx ON patchwork_event (cover_comment_id);
CREATE INDEX patchwork_event_cover_id_idx ON patchwork_event (cover_id);
CREATE INDEX patchwork_event_created_check_id_idx ON patchwork_event (created_check_id);
CREATE INDEX patchwork_event_current_delegate_id_idx ON patchwork_event (current_delegate_id);
CREATE INDEX patchwork_event_current_relation_id_idx ON patchwork_event (current_relation_id);
CREATE INDEX patchwork_event_current_state_id_idx ON patchwork_event (current_state_id);
CREATE INDEX patchwork_event_patch_comment_id_idx ON patchwork_event (patch_comment_id);
CREATE INDEX patchwork_event_patch_id_idx ON patchwork_event (patch_id);
CREATE INDEX patchwork_event_previous_delegate_id_idx ON patchwork_event (previous_delegate_id);
CREATE INDEX patchwork_event_previous_relation_id_idx ON patchwork_event (previous_relation_id);
CREATE INDEX patchwork_event_previous_state_id_idx ON patchwork_event (previous_state_id);
CREATE INDEX patchwork_event_project_id_idx ON patchwork_event (project_id);
CREATE INDEX patchwork_event_series_id_idx ON patchwork_event (series_id);

-- The users to whom patches that change a path are delegated.
CREATE TABLE patchwork_delegationrule (
	id		serial PRIMARY KEY,
	path		varchar(255) NOT NULL,
	priority	integer NOT NULL,
	project_id	integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	user_id		integer NOT NULL REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (path, project_id)
);
CREATE INDEX patchwork_delegationrule_project_id_idx ON patchwork_delegationrule (project_id);
CREATE INDEX patchwork_delegationrule_user_id_idx ON patchwork_delegationrule (user_id);

CREATE TABLE patchwork_userprofile (
	id		serial PRIMARY KEY,
	send_email	boolean NOT NULL,
	items_per_page	integer NOT NULL CHECK (items_per_page >= 0),
	show_ids	boolean NOT NULL,
	user_id		integer NOT NULL UNIQUE REFERENCES auth_user DEFERRABLE INITIALLY DEFERRED
);

-- The projects whose settings a user may change. The constraint has an explicit name, because
-- PostgreSQL would truncate the default name.
CREATE TABLE patchwork_userprofile_maintainer_projects (
	id		serial PRIMARY KEY,
	userprofile_id	integer NOT NULL REFERENCES patchwork_userprofile DEFERRABLE INITIALLY DEFERRED,
	project_id	integer NOT NULL REFERENCES patchwork_project DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT patchwork_userprofile_maintainer_projects_key UNIQUE (userprofile_id, project_id)
);
CREATE INDEX patchwork_userprofile_maintainer_projects_project_id_idx
	ON patchwork_userprofile_maintainer_projects (project_id);
CREATE INDEX patchwork_userprofile_maintainer_projects_userprofile_id_idx
	ON patchwork_userprofile_maintainer_projects (userprofile_id);

-- A new patch gets the state with ordering 0. The REST interface shows the slugs.
INSERT INTO patchwork_state (ordering, name, slug, action_required) VALUES
	(0, 'New',			'new',			true),
	(1, 'Under Review',		'under-review',		true),
	(2, 'Accepted',			'accepted',		false),
	(3, 'Rejected',			'rejected',		false),
	(4, 'RFC',			'rfc',			false),
	(5, 'Not Applicable',		'not-applicable',	false),
	(6, 'Changes Requested',	'changes-requested',	false),
	(7, 'Awaiting Upstream',	'awaiting-upstream',	false),
	(8, 'Superseded',		'superseded',		false),
	(9, 'Deferred',			'deferred',		false);

INSERT INTO patchwork_tag (name, pattern, abbrev, show_column) VALUES
	('Acked-by',	'^Acked-by:',		'A',	true),
	('Reviewed-by',	'^Reviewed-by:',	'R',	true),
	('Tested-by',	'^Tested-by:',		'T',	true);
