#!/usr/bin/env bash
# adopt.t - `patchmda init` on rows that a Patchwork has stored, and mail that arrives late: the result is the
# rows that patchmda alone makes of the same mail

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
synthetic=12000

django_db() {
	fresh_db "$1"
	"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
}

# their_project - creates the project as Patchwork does, before patchmda's tables exist
their_project() {
	sql "insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url,
			scm_url, webscm_url, list_archive_url, list_archive_url_format, commit_url_format,
			send_notifications, use_tags, show_dependencies)
		values ('ring', 'ring', '$LIST', 'ring@lists.example.org', '', '', '', '', '', '', '', false,
			true, false)"
}

# as_patchwork FILE... - stores mails as Patchwork's parser does. Headers are stored unchanged, whereas Patchwork
# writes encoded words in its own way.
as_patchwork() {
	local file table
	for file; do
		patchmda parse "$file" >"$T/json"
		THINK=0 "$ROOT/tests/foreign-parser" ring "$T/json"
		for table in patch cover patchcomment covercomment; do
			echo "update patchwork_$table set headers = :'headers'
				where msgid = '<${file##*/}@x.org>';"
		done | psql -Xq -v ON_ERROR_STOP=1 -v headers="$(sed '/^$/,$d' "$file")"
	done
}

deliver() {
	local file
	for file; do
		patchmda deliver <"$file"
	done
}

# facts - prints the facts that do not depend on the program that stored the mail
facts() {
	psql -XqAt -f "$ROOT/tests/facts.sql" | LC_ALL=C sort | grep -vE '^(event|mention|events)'
}

rename_by_hand() {
	sql "update patchwork_series set name = 'By hand' where id = (
		select series_id from patchwork_patch where msgid = '<e1a@x.org>')"
}

# ---- the mail: one file each, named by its id

mkdir "$T/m"
cd "$T/m"
ada='Ada <ada@x.org>'
folded='=?utf-8?q?=5BPATCH_1/3=5D_un_caf=C3=A9?=
 =?utf-8?b?IG7DqWNlc3NhaXJl?=
	for all'
mail -d 0 "$ada" $'[PATCH 0/3] folded\n over two lines' a0@x.org >a0
patch -d 1 -r '<a0@x.org>' "$ada" "$folded" a1@x.org >a1
patch -d 2 -r '<a0@x.org>' "$ada" '[PATCH 2/3] second' a2@x.org >a2
patch -d 3 -r '<a0@x.org>' "$ada" '[PATCH 3/3] third' a3@x.org >a3
mail -d 10 -r '<a0@x.org> <a1@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH 1/3] caf' ra1@x.org >ra1
mail -d 11 -r $'<a0@x.org>\n <a3@x.org>' '=?utf-8?q?B=C3=A9n?= <ben@x.org>' 'Re: [PATCH 3/3] third' \
	ra3@x.org 'Reviewed-by: Ben' >ra3
mail -d 12 -r '<a0@x.org> <a3@x.org> <ra3@x.org>' "$ada" 'Re: [PATCH 3/3] third' rra3@x.org >rra3
patch -d 0 'Bo <bo@x.org>' '[PATCH 1/2] unthreaded' b1@x.org >b1
patch -d 5 'Bo <bo@x.org>' '[PATCH 2/2] unthreaded' b2@x.org >b2
patch -d 0 'Cy <cy@x.org>' '[PATCH] single' c@x.org >c
patch -d 30 -r '<c@x.org>' 'Cy <cy@x.org>' '[PATCH v2] single' c2@x.org >c2
mail -d 40 -r '<c@x.org> <c2@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH v2] single' rc2@x.org >rc2
mail -d 0 'Dy <dy@x.org>' '[PATCH 0/2] cover late' d0@x.org >d0
patch -d 1 -r '<d0@x.org>' 'Dy <dy@x.org>' '[PATCH 1/2] d one' d1@x.org >d1
patch -d 2 -r '<d0@x.org>' 'Dy <dy@x.org>' '[PATCH 2/2] d two' d2@x.org >d2
patch -d 0 'Ed <ed@x.org>' '[PATCH 1/2] e' e1a@x.org >e1a
patch -d 2 'Ed <ed@x.org>' '[PATCH 2/2] e' e2@x.org >e2
patch -d 5 'Ed <ed@x.org>' '[PATCH 1/2] e again' e1b@x.org >e1b
patch -d 0 'Fy Old <fy@x.org>' '[PATCH] f' f1@x.org >f1
patch -d 9 'Fy New <fy@x.org>' '[PATCH] f again' f2@x.org >f2
patch -d 5 'Fy Middle <fy@x.org>' '[PATCH] f between' f3@x.org >f3
old=(a0 a1 a2 ra1 ra3 rra3 b1 c rc2 d2 e1a e1b f1 f2)
late=(f3 e2 d1 d0 c2 b2 a3)

# ---- patchmda alone

pg_start
django_db adopt_alone
patchmda init --time-zone UTC >/dev/null
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
deliver "${old[@]}"
rename_by_hand
deliver "${late[@]}"
facts >"$T/alone"

# ---- Patchwork first

django_db adopt
their_project
as_patchwork "${old[@]}"
is "$(sql "select count(*) from patchwork_patch" "select count(*) from patchwork_patchcomment" \
	"select count(*) from patchwork_covercomment" | paste -sd' ')" "9 2 2" \
	"a Patchwork has stored its mail"
rename_by_hand
# patchmda's tables do not exist yet.
rows_before=$(facts 2>/dev/null | grep -v '^person')
ok "patchmda init" patchmda init --time-zone UTC
is "$(facts | grep -vE '^(person|member)')" "$rows_before" "changes nothing of it"
is "$(sql "select count(*) from patchmda.member")" 10 "adopts its patches and cover letters"
is "$(sql "select refs from patchmda.member where msgid = '<a2@x.org>'")" "{<a0@x.org>}" \
	"and the message ids that they refer to"
is "$(sql "select number, total from patchmda.member where msgid = '<a1@x.org>'")" "1|3" \
	"and a marker in folded, encoded words"
is "$(sql "select ref from patchmda.mention m join patchwork_covercomment c on m.kind = 'C'
	and c.id = m.id where msgid = '<ra3@x.org>' order by 1")" $'<a0@x.org>\n<a3@x.org>' \
	"and the message ids that a comment refers to, in a folded header"
for file in "${old[@]}"; do
	patchmda deliver <"$file"
done
is "$(facts | grep -vE '^(person|member)')" "$rows_before" "the same mail again adds nothing"

deliver "${late[@]}"
is "$(facts)" "$(cat "$T/alone")" "with the late mail, the rows are those of patchmda alone"
is "$(sql "select p.msgid from patchwork_patchcomment c join patchwork_patch p on p.id = patch_id
	where c.msgid in ('<ra3@x.org>', '<rra3@x.org>')")" $'<a3@x.org>\n<a3@x.org>' \
	"comments move from the cover letter to the patch"
is "$(sql "select p.msgid from patchwork_patchcomment c join patchwork_patch p on p.id = patch_id
	where c.msgid = '<rc2@x.org>'")" '<c2@x.org>' "and from one patch to another"
is "$(sql "select count from patchwork_patchtag t join patchwork_patch p on p.id = patch_id
	where msgid = '<a3@x.org>'")" 1 "with its tag"
is "$(sql "select string_agg(msgid, ' ' order by number) from patchwork_patch group by series_id
	having count(*) > 1 order by 1" | paste -sd,)" \
	"<a1@x.org> <a2@x.org> <a3@x.org>,<b1@x.org> <b2@x.org>,<d1@x.org> <d2@x.org>,<e1a@x.org> <e2@x.org>" \
	"series are regrouped"
is "$(sql "select name from patchwork_series where id = (
	select series_id from patchwork_patch where msgid = '<d1@x.org>')")" "cover late" \
	"a series gets the name of its cover letter"
is "$(sql "select name from patchwork_series where id = (
	select series_id from patchwork_patch where msgid = '<e1a@x.org>')")" "By hand" \
	"a name given by hand is kept"
is "$(sql "select name from patchwork_person where email = 'fy@x.org'")" "Fy New" \
	"a person's name is that of the latest mail"
is "$(sql "select category, count(*) from patchwork_event where category like '%comment%'
	group by 1 order by 1")" 'patch-comment-created|4' "each comment has one event"

# ---- interrupted

django_db adopt_stopped
their_project
sql "insert into patchwork_person (email, name) select 's' || n || '@x.org', 'S ' || n
		from generate_series(1, 100) n" \
	"insert into patchwork_patch (msgid, date, headers, name, project_id, submitter_id, archived,
			diff, hash, state_id)
		select format('<p%s@x.org>', n), timestamptz '2026-01-01 00:00 UTC' + n * interval '1 min',
			format(e'From: S <s%1\$s@x.org>\nSubject: [PATCH] p\nMessage-Id: <p%2\$s@x.org>\n'
				'In-Reply-To: <q%3\$s@x.org>\nReferences: <r%3\$s@x.org>\n <q%3\$s@x.org>',
				n % 100 + 1, n, n / 3),
			'p ' || n, 1, n % 100 + 1, false, 'x', md5(n::text), 1
		from generate_series(1, $synthetic) n" \
	"insert into patchwork_patchcomment (msgid, date, headers, content, patch_id, submitter_id)
		select format('<c%s@x.org>', n), timestamptz '2026-02-01 00:00 UTC' + n * interval '1 min',
			format(e'From: S <s1@x.org>\nMessage-Id: <c%1\$s@x.org>\nIn-Reply-To: <p%1\$s@x.org>\n'
				'References: <p%1\$s@x.org>', n), 'c', n, 1
		from generate_series(1, $synthetic / 2) n"

# stop_at TABLE SIGNAL - runs init, and sends it a signal once it waits for that table, which is locked
stop_at() {
	local pid
	patchmda init --time-zone UTC >"$T/out" 2>"$T/err" &
	pid=$!
	psql -Xq -v ON_ERROR_STOP=1 <<-SQL
	do \$\$ begin
		loop
			begin
				exit when exists (select from patchmda.progress where job = '$1' and done > 0);
			exception when undefined_table or invalid_schema_name then
			end;
			perform pg_sleep(0.001);
		end loop;
	end \$\$;
	begin;
	lock table patchmda.progress in exclusive mode;
	\! kill -$2 $pid
	SQL
	wait $pid
}
exits 75 "init is stopped while it reads" stop_at patchwork_patch INT
like "$(cat "$T/err")" 'run it again' "it reports what to do"
done=$(sql "select done from patchmda.progress where job = 'patchwork_patch'")
is $((done > 0 && done < synthetic)) 1 "it was stopped in the middle"
is "$(sql "select count(*), max(id) from patchmda.member")" "$done|$done" "the recorded progress is that of the rows"
exits 75 "no mail is accepted before init has ended" patchmda deliver <b1
like "$(cat "$T/err")" '^4\.3\.5 .*patchmda init' "it reports why"
exits 137 "init is killed while it reads comments" stop_at patchwork_patchcomment KILL
done=$(sql "select done from patchmda.progress where job = 'patchwork_patchcomment'")
ok "init continues" patchmda init
is "$(sql "select count(*), count(distinct id) from patchmda.member")" "$synthetic|$synthetic" \
	"every patch is adopted once"
is "$(sql "select kind, count(*), count(distinct (id, ref)) from patchmda.mention group by 1
	order by 1")" "P|$((synthetic / 2))|$((synthetic / 2))"$'\n'"p|$((2 * synthetic))|$((2 * synthetic))" \
	"every reference is stored once"
is "$(sql "select count(distinct circle) from patchmda.member")" $((synthetic / 3 + 1)) \
	"components extend across batches"
ok "mail is accepted again" patchmda deliver <b1
# versions - prints a sum of the rows and the transactions that wrote them
versions() {
	sql "select 'member', xmin::text, id from patchmda.member union all
		select 'mention', xmin::text, id from patchmda.mention order by 1, 2, 3" | md5sum
}
before=$(versions)
ok "init has nothing to do" patchmda init
is "$(versions)" "$before" "and writes no row again"

# ---- a row that is skipped, and a row with the same message id in another project

django_db adopt_crossed
sql "insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url,
		scm_url, webscm_url, list_archive_url, list_archive_url_format, commit_url_format,
		send_notifications, use_tags, show_dependencies)
	select 'p' || n, 'p' || n, n || '.example.org', n || '@example.org', '', '', '', '', '', '', '', false, true, false
		from generate_series(1, 2) n" \
	"insert into patchwork_person (email, name) values ('ada@x.org', 'Ada')" \
	"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff,
			hash, state_id)
		select n, '<crossed@x.org>', timestamptz '2026-01-01 00:00 UTC',
			e'From: Ada <ada@x.org>\nSubject: [PATCH] p\nMessage-Id: <crossed@x.org>\n'
				|| case n when 1 then repeat(e'X-A: ' || repeat('a', 90) || e'\n', 40000) else '' end,
			'p', n, 1, false, 'x', '', 1
		from generate_series(1, 2) n"
ok "init reads headers over all limits" patchmda init --time-zone UTC
is "$(sql "select id, project_id from patchmda.member")" "2|2" "and adopts the row of the other project as its own"

# ---- a race that is always lost

django_db adopt_race
sql "create sequence tries"
their_project
as_patchwork c
patchmda init --time-zone UTC >/dev/null
sql "delete from patchmda.member" "delete from patchmda.progress where job not like 'goal%'" \
	"create function lose() returns trigger language plpgsql as 'begin
		perform nextval(''tries''); raise sqlstate ''40001''; end'" \
	"create trigger lose before insert on patchmda.member execute function lose()"
exits 69 "init gives up" timeout -k 1 60 "$BUILD/patchmda" init
is "$(sql 'select last_value from tries')" 50 "after 50 attempts"

done_testing
