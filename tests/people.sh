# people.sh - a project in a Patchwork's database, and changes by its users, for the scripts in tests/flow
#
#	. "$(dirname "$0")/../mail.sh"
#	. "$(dirname "$0")/../people.sh"
#	pg_start
#	people_start people

LIST=ring.lists.example.org

# Functions that delete patches as Patchwork's web interface does: Django itself deletes all rows that refer to
# a row, in one transaction.
psql_deletes="
create table deleted (msgid text);
create function delete_patches(ids int[]) returns void language sql as \$\$
	delete from patchwork_event where patch_id = any (ids)
		or patch_comment_id in (select id from patchwork_patchcomment where patch_id = any (ids));
	delete from patchwork_patchtag where patch_id = any (ids);
	delete from patchwork_patchcomment where patch_id = any (ids);
	with patch as (delete from patchwork_patch where id = any (ids) returning msgid)
	insert into deleted select msgid from patch \$\$;
create function delete_series(which int) returns void language sql as \$\$
	select delete_patches(array(select id from patchwork_patch where series_id = which));
	delete from patchwork_event where series_id = which;
	delete from patchwork_seriesreference where series_id = which;
	delete from patchwork_series_dependencies where which in (from_series_id, to_series_id);
	delete from patchwork_series where id = which \$\$;
create function patch_id(which text) returns int language sql as \$\$
	select id from patchwork_patch where msgid = '<' || which || '@x.org>' \$\$;
create function series_id(which text) returns int language sql as \$\$
	select series_id from patchwork_patch where id = patch_id(which) \$\$;
"

# send FILE... - delivers files of $T; fails if one is not stored
send() {
	local file
	for file; do
		patchmda deliver <"$T/$file"
	done
}

ada='Ada <ada@x.org>'
# thread NAME - writes a cover letter, three patches, and a reply to each of the first two patches. Each thread
# has an author of its own, because otherwise the series markers would join the threads.
thread() {
	local ada="Ada $1 <$1@x.org>"
	mail -d 0 "$ada" "[PATCH 0/3] cover $1" "$1-0@x.org" >"$T/$1-0"
	patch -d 1 -r "<$1-0@x.org>" "$ada" "[PATCH 1/3] one $1" "$1-1@x.org" >"$T/$1-1"
	patch -d 2 -r "<$1-0@x.org>" "$ada" "[PATCH 2/3] two $1" "$1-2@x.org" >"$T/$1-2"
	patch -d 3 -r "<$1-0@x.org>" "$ada" "[PATCH 3/3] three $1" "$1-3@x.org" >"$T/$1-3"
	mail -d 9 -r "<$1-0@x.org> <$1-1@x.org>" 'Ben <ben@x.org>' "Re: [PATCH 1/3] one $1" \
		"$1-r1@x.org" 'Acked-by: Ben <ben@x.org>' >"$T/$1-r1"
	mail -d 10 -r "<$1-0@x.org> <$1-2@x.org>" 'Ben <ben@x.org>' "Re: [PATCH 2/3] two $1" \
		"$1-r2@x.org" 'Acked-by: Ben <ben@x.org>' >"$T/$1-r2"
}

# people_start NAME - creates the database NAME with the project and three users
people_start() {
	patchwork_db "$1"
	patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
	sql "$psql_deletes" "update patchwork_project set use_tags = true" \
		"insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
				is_active, date_joined)
			select '', false, name, '', '', name || '@x.org', false, true, now()
			from unnest(array['mia', 'max', 'una']) name"
}
