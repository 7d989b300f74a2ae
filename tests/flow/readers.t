#!/usr/bin/env bash
# readers.t - for commands that only read, the role of grants.sql with read_only is sufficient, in every version of
# the database; and these commands read no large table from end to end
#
# auto_explain logs the plans. ROWS=200000 is a realistic size (20000); the rows are synthetic.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=list.example.org
rows=${ROWS:-20000}
# Roles belong to the server, which is shared with other scripts.
role=readers_t_viewer

# look - runs each of these commands, on mail for which it runs all its statements
look() {
	local id
	for id in a1@x.org a0@x.org r1@x.org w@x.org gone@x.org; do
		patchmda why $id || echo "status $?"
	done
	patchmda show a1@x.org
	patchmda show --format mbox a2@x.org
	patchmda show --series a0@x.org
	patchmda list series --project one --state new --submitter ada --incomplete --since 2020-01-01
	patchmda list patches --state new --incomplete
	patchmda list covers --state new --incomplete
	patchmda status --max-age 1h || echo "status $?"
}

fill_mails() {
	patchmda project add one --list-id $LIST >/dev/null
	mail 'Ada <ada@x.org>' '[PATCH 0/3] a' a0@x.org | patchmda deliver
	patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/3] a' a1@x.org | patchmda deliver
	patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 2/3] a' a2@x.org | patchmda deliver
	mail -r '<a1@x.org>' 'Bob <bob@x.org>' 'Re: a' r1@x.org 'Acked-by: Bob <bob@x.org>' | patchmda deliver
	mail -r '<gone@x.org>' 'Bob <bob@x.org>' 'Re: b' w@x.org | patchmda deliver
	sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
		is_active, date_joined) values ('secret', false, 'bob', 'Bob', 'B', 'bob@x.org', false, true, now())" \
	"update patchwork_patch set delegate_id = (select max(id) from auth_user)"
}

# may_not STATEMENT - tests that the role is not permitted to execute the statement
may_not() {
	PGUSER=$role exits 1 "$shape: the role may not $1" sql "begin; $1; rollback"
	like "$(cat "$T/err")" 'permission denied' 'because of its rights'
}

# without_ages - removes the parts that change during the test
without_ages() {
	sed -E 's/ *[0-9]+(s|m|h|d|mo|y)( ago|$)/ AGE/g' # with the blanks of the column
}

pg_start own

for shape in ours 0046 0048; do
	if [ $shape = ours ]; then
		ready_db readers_ours
	else
		fresh_db readers_$shape
		"$ROOT/tests/django-schema" $shape | psql -Xq -v ON_ERROR_STOP=1
		patchmda init --time-zone UTC >/dev/null
	fi
	fill_mails
	for i in 1 2; do
		ok "$shape: grants.sql for a role that reads, time $i" \
			psql -Xq -v ON_ERROR_STOP=1 -v role=$role -v read_only=1 -f "$ROOT/sql/grants.sql"
	done
	look >"$T/owner" 2>&1 || echo "status $?" >>"$T/owner"
	PGUSER=$role look >"$T/reader" 2>&1 || echo "status $?" >>"$T/reader"
	is "$(without_ages <"$T/reader")" "$(without_ages <"$T/owner")" "$shape: the output is that for the owner"
	unlike "$(cat "$T/reader")" 'denied' "$shape: no permission is denied"
	like "$(cat "$T/reader")" '"username": "bob".*Acked-by: Bob.*by reference|by reference.*"username": "bob".*Acked-by: Bob' \
		"$shape: the output is complete"
	may_not "update patchwork_patch set name = name"
	may_not "insert into patchmda.seen values (1, 1)"
	may_not "delete from patchwork_event"
	may_not "select nextval('patchwork_submission_id_seq')"
	may_not "select password from auth_user"
	PGUSER=$role PGOPTIONS='-c default_transaction_read_only=on' exits 0 "$shape: a read-only session is sufficient" \
		patchmda list
	PGUSER=$role exits 69 "$shape: a command that needs other rights" patchmda project add denied --list-id denied.example.org
	like "$(cat "$T/err")" "permission denied .*: the role '$role' has no such right \\(see grants.sql\\)\$" "names the role"
done

# ---- plans

# fill_rows - adds many series of other people, with rows in every table
fill_rows() {
	sql "insert into patchwork_person (email, name)
		select format('s%s@x.org', n), 'S ' || n from generate_series(1, $rows / 10) n" \
	"insert into patchwork_series (name, date, version, total, project_id, submitter_id)
		select 's ' || n, timestamptz '2020-01-01' + n * interval '1 min', 1, 2, 1, n % ($rows / 10) + 3
		from generate_series(1, $rows / 2) n" \
	"insert into patchwork_patch (msgid, date, headers, name, project_id, submitter_id, archived, diff, hash,
			state_id, series_id, number)
		select format('<p%s@x.org>', s.id * 2 + k), s.date, 'From: S', 'p', 1, s.submitter_id, false, 'x',
			md5(s.id::text), 2, s.id, k
		from patchwork_series s, generate_series(1, 2) k where s.name like 's %'" \
	"insert into patchwork_cover (msgid, date, headers, name, project_id, submitter_id)
		select format('<c%s@x.org>', id), date, '', 'c', 1, submitter_id from patchwork_series where name like 's %'" \
	"insert into patchwork_seriesreference (msgid, project_id, series_id)
		select msgid, 1, series_id from patchwork_patch where name = 'p'" \
	"insert into patchwork_patchcomment (msgid, date, headers, content, patch_id, submitter_id)
		select format('<r%s@x.org>', id), date, '', 'c', id, submitter_id from patchwork_patch where name = 'p'" \
	"insert into patchwork_covercomment (msgid, date, headers, content, cover_id, submitter_id)
		select format('<d%s@x.org>', id), date, '', 'c', id, submitter_id from patchwork_cover where name = 'c'" \
	"insert into patchwork_event (category, date, project_id, patch_id)
		select 'patch-created', date, 1, id from patchwork_patch where name = 'p' order by id" \
	"insert into patchwork_check (date, state, context, user_id, patch_id)
		select date, 1, 'ci', (select max(id) from auth_user), id from patchwork_patch where name = 'p'" \
	"insert into patchmda.member (kind, id, project_id, submitter_id, date, version, number, total, circle, msgid, refs)
		select 'p', id, 1, submitter_id, extract(epoch from date), 1, number, 2, series_id + 1000000, msgid,
			array[format('<c%s@x.org>', series_id)] from patchwork_patch where name = 'p'" \
	"insert into patchmda.mention (project_id, id, kind, ref)
		select 1, id, 'p', refs[1] from patchmda.member where circle > 1000000" \
	"insert into patchmda.seen select 1, n * 7919 from generate_series(1, $rows) n" \
	"insert into patchmda.waiting (project_id, msgid, received, expires, message)
		select 1, format('<w%s@x.org>', n), now(), now(), 'x' from generate_series(1, $rows) n" \
	"insert into patchmda.waiting_ref select 1, format('<v%s@x.org>', id), id from patchmda.waiting" \
	"insert into patchmda.held (received, kind, reason, msgid, list_ids, digest, message)
		select now(), 'invalid', 'x', format('<h%s@x.org>', n), '{}', sha256(n::text::bytea), 'x'
		from generate_series(1, $rows) n"
}

# scans LINE - prints the tables that were read from end to end after this line of the log, except those whose size
# does not depend on mail, people (searched in any case), and the tables that `status` counts
scans() {
	tail -n "+$(($1 + 1))" "$log" | awk '
	/^20[0-9][0-9]-/ { plan = /duration: .* plan:/; text = ""; next }
	!plan { next }
	/^\tQuery Text: / { text = substr($0, 14); next }
	/ Seq Scan on / {
		match($0, / on [^ ]+/)
		table = substr($0, RSTART + 4, RLENGTH - 4)
		if (table !~ /^(patchwork_(patch|cover|series|seriesreference|patchcomment|covercomment|event|check)|member|mention|depend|waiting|waiting_ref|seen|held)$/) next
		if (table == "held" && text ~ /group by kind/) next
		print table ": " substr(text, 1, 100)
	}' | sort -u
}

log=$PGHOST/log
if ! { [ -e "$log" ] && sql "load 'auto_explain'" >/dev/null 2>&1; }; then
	skip "auto_explain or the server's log is missing" 4
	done_testing
fi
export PGDATABASE=readers_ours
sql "alter system set autovacuum = off" "select pg_reload_conf()" >/dev/null
fill_rows
sql "alter database $PGDATABASE set session_preload_libraries = 'auto_explain'" \
	"alter database $PGDATABASE set auto_explain.log_min_duration = 0" \
	"alter database $PGDATABASE set auto_explain.log_nested_statements = on"
for analysed in 'never analysed' 'analysed'; do
	from=$(wc -l <"$log")
	exits 0 "$analysed: every command succeeds" look
	isnt "$(tail -n "+$((from + 1))" "$log" | grep -c 'Query Text')" 0 "$analysed: the plans are reported"
	is "$(scans "$from")" '' "$rows rows, $analysed: no table is read from end to end"
	[ "$analysed" = analysed ] || sql analyze
done
from=$(wc -l <"$log")
sql 'select count(*) from patchwork_check where state > 5' >/dev/null
like "$(scans "$from")" 'patchwork_check' 'and such a scan would be detected'

done_testing
