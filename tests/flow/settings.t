#!/usr/bin/env bash
# settings.t - changes that users make while the daemon runs (rules, tags, states, projects) apply to all mail that
# arrives at least two seconds later, without a signal; `deliver` applies them at once (flow/people.t)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
ada='Ada <ada@x.org>'
pg_start
fresh_db settings
"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone UTC >/dev/null
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
sql "update patchwork_project set use_tags = true" \
	"insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
			is_active, date_joined)
		select '', false, name, '', '', name || '@x.org', false, true, now() from unnest(array['mia', 'max']) name"
lmtpd_start

# become SUBJECT - delivers a patch to the daemon; sets $row to its row
become() {
	local id=s$EPOCHREALTIME@x.org
	row=$(mail "$ada" "$1" "$id" $'Fixes: abc\nSome words.\n'"$(change a/x.c)" | lmtp)
	[ "$row" = '250 2.0.0 stored' ] || return 0
	row=$(sql "select format('%s %s %s %s', p.name, coalesce(delegate_id::text, '-'), state_id,
			coalesce((select string_agg(t.name || count, ' ' order by t.name) from patchwork_patchtag x
				join patchwork_tag t on t.id = tag_id where patch_id = p.id), '-'))
		from patchwork_patch p where msgid = '<$id>'")
}
# edit STATEMENT... - makes changes as users do, and waits the two seconds until the daemon must have read them
edit() {
	sql "$@"
	sleep 2.1
}

become '[PATCH wave] x'
is "$row" "[wave] x - 1 -" "before any change"
edit "insert into patchwork_delegationrule (path, priority, project_id, user_id) values ('a/*', 0, 1, 1)" \
	"insert into patchwork_tag (name, pattern, abbrev, show_column) values ('Fixes', '^Fixes: ', 'F', true)" \
	"update patchwork_project set linkname = 'wave'" \
	"update patchwork_state set ordering = 100 where id = 1" "update patchwork_state set ordering = 0 where id = 2" \
	"update patchwork_state set ordering = 1 where id = 1"
become '[PATCH wave] x'
is "$row" "x 1 2 Fixes1" "a rule and a tag that were added, another link name, another first state"
edit "update patchwork_delegationrule set user_id = 2" \
	"update patchwork_tag set pattern = '^(Fixes: |Some words)' where name = 'Fixes'"
become '[PATCH] x'
is "$row" "x 2 2 Fixes3" "a rule and a tag that were changed"
edit "update patchwork_project set use_tags = false" "delete from patchwork_delegationrule" \
	"delete from auth_user where id = 2 and not exists (select from patchwork_patch where delegate_id = 2)"
become '[PATCH] x'
is "$row" "x - 2 -" "a rule that was deleted, a project that does not use tags"
edit "update patchwork_project set use_tags = true" \
	"begin; delete from patchwork_patchtag; delete from patchwork_tag where name = 'Fixes'; commit"
become '[PATCH] x'
is "$row" "x - 2 -" "a tag that was deleted"
edit "update patchwork_project set listid = 'moved.example.org'"
become '[PATCH] x'
isnt "$row" "x - 2 -" "the former list id of the project"
LIST=moved.example.org become '[PATCH] x'
is "$row" "x - 2 -" "the new list id"
edit "insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url, scm_url, webscm_url,
		list_archive_url, list_archive_url_format, commit_url_format, send_notifications, use_tags,
		show_dependencies)
	values ('net', 'net', 'moved.example.org', 'net@x.org', 'net', '', '', '', '', '', '', false, true, false)"
LIST=moved.example.org become '[PATCH net] x'
is "$row" "x - 2 -" "a project that was added"
is "$(sql "select count(*) from patchwork_patch p join patchwork_project j on j.id = project_id
	where linkname = 'net'")" 1 "has its mail"
edit "begin; delete from patchwork_event where project_id = 2; delete from patchwork_patch where project_id = 2;
	delete from patchwork_seriesreference where project_id = 2; delete from patchwork_series where project_id = 2;
	delete from patchwork_project where id = 2; commit"
LIST=moved.example.org become '[PATCH net] x'
is "$row" "[net] x - 2 -" "a project that was deleted gets no mail"
lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"

done_testing
