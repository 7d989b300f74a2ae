#!/usr/bin/env bash
# people.t - while mail comes in, people set states and delegates, name and delete things, and edit
# projects, tags and rules: patchmda neither fails, nor doubles, nor undoes any of it, and what
# they edit counts at once; ROUNDS=200 makes the crowded part longer (15)

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
rounds=${ROUNDS:-15}
writers=3

# What Patchwork's web interface does when somebody deletes patches, as functions: Django deletes
# by itself all that refers to a row, in one transaction.
psql_deletes="
create table deleted (msgid text);
create function delete_patches(ids int[]) returns void language sql as \$\$
	delete from patchwork_event where patch_id = any (ids)
		or patch_comment_id in (select id from patchwork_patchcomment where patch_id = any (ids));
	delete from patchwork_patchtag where patch_id = any (ids);
	delete from patchwork_patchcomment where patch_id = any (ids);
	with gone as (delete from patchwork_patch where id = any (ids) returning msgid)
	insert into deleted select msgid from gone \$\$;
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

# send FILE... - from $T, and each has to be taken
send() {
	local file
	for file; do
		patchmda deliver <"$T/$file"
	done
}

ada='Ada <ada@x.org>'
# thread NAME - a cover letter, three patches, a reply to each of the first two; each thread is
# another person's, or they would be one by their numbers
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

pg_start
fresh_db people
"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
patchmda init >/dev/null
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
sql "$psql_deletes" "update patchwork_project set use_tags = true" \
	"insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
			is_active, date_joined)
		select '', false, name, '', '', name || '@x.org', false, true, now()
		from unnest(array['mia', 'max', 'una']) name"

# ---- what people set stays

for name in a b c d e f; do
	thread $name
done
send a-2 a-3
sql "update patchwork_patch set state_id = 3, delegate_id = 1, archived = true, commit_ref = 'abc'
	where id = patch_id('a-2')" "update patchwork_series set name = 'By hand' where id = series_id('a-2')"
send a-r2 a-1 a-0 a-r1 a-2
is "$(sql "select state_id, delegate_id, archived, commit_ref from patchwork_patch
	where id = patch_id('a-2')")" "3|1|t|abc" "a state, a delegate, an archived flag, a commit stay"
is "$(sql "select s.name, cover_letter_id is not null, count(*) from patchwork_series s
	join patchwork_patch p on p.series_id = s.id where s.id = series_id('a-1') group by s.id")" "By hand|t|3" \
	"so does the name of a series that was worked out afresh"

send b-0 b-1 b-2
sql "select delete_patches(array[patch_id('b-2')])" >/dev/null
send b-3 b-r1 b-r2
is "$(sql "select string_agg(number::text, ' ' order by number) from patchwork_patch
	where series_id = series_id('b-1')")" "1 3" "a deleted patch does not come back with its series"
is "$(sql "select count(*) from patchwork_covercomment where msgid = '<b-r2@x.org>'")" 1 \
	"a reply to it goes to the cover letter"

send c-1 c-2 c-r1
sql "select delete_series(series_id('c-1'))" >/dev/null
send c-r2 c-3
is "$(sql "select string_agg(msgid, ' ') from patchwork_patch where msgid like '<c%'")" \
	'<c-3@x.org>' "a deleted series does not come back with the mail that follows"
send c-0
is "$(sql "select name, total, (select count(*) from patchwork_patch where series_id = s.id)
	from patchwork_series s where id = series_id('c-3')")" "cover c|3|1" "that has a series of its own"
is "$(sql "select string_agg(trim(msgid, '<>'), ' ' order by msgid) from patchwork_covercomment
	where msgid like '<c%'")" "c-r2@x.org" "and the reply that followed"

send d-0 d-1 d-2 d-3
sql "begin; update patchwork_series set cover_letter_id = null where id = series_id('d-1');
	delete from patchwork_event where cover_id = (select id from patchwork_cover where msgid like '<d%');
	delete from patchwork_cover where msgid like '<d%'; commit"
send d-r1 d-r2
is "$(sql "select count(*) from patchwork_patchcomment where msgid like '<d-r%'")" 2 \
	"a deleted cover letter is of no matter to the rest"

# References of a series stay when somebody deletes its patches one by one.
patch -d 0 -r '<g0@x.org>' 'Gil <gil@x.org>' '[PATCH 1/2] g' g1@x.org >"$T/g1"
patch -d 90 -r '<g0@x.org> <g1@x.org>' 'Gil <gil@x.org>' '[PATCH v2 1/2] g' g2@x.org >"$T/g2"
patch -d 91 -r '<g2@x.org>' 'Gil <gil@x.org>' '[PATCH v2 2/2] g' g3@x.org >"$T/g3"
patch -d 80 -r '<g2@x.org>' 'Gil <gil@x.org>' '[PATCH v2 2/2] g, before' g4@x.org >"$T/g4"
send g1 g2 g3
sql "select delete_patches(array[patch_id('g1')])" >/dev/null
ok "mail for what refers to an emptied series is no trouble" send g4
is "$(sql "select count(*) from patchwork_patch where msgid like '<g%'")" 3 "and is stored"

# A patch put elsewhere by hand, and one whose person has a name of his own.
send e-1 e-2
sql "insert into patchwork_series (name, date, version, total, project_id, submitter_id)
		select 'Mine', date, 1, 9, project_id, submitter_id from patchwork_patch
		where id = patch_id('e-2')" \
	"update patchwork_patch set number = 7, series_id = (select id from patchwork_series
		where name = 'Mine') where id = patch_id('e-2')"
send e-3 e-0
is "$(sql "select s.name, p.number from patchwork_patch p join patchwork_series s on s.id = series_id
	where p.id = patch_id('e-2')")" "Mine|7" "a patch that was put elsewhere by hand stays there"
sql "update patchwork_person set name = 'Dr. Ada', user_id = 2 where email = 'e@x.org'"
mail -d 99 'A. Lovelace <e@x.org>' '[PATCH 0/1] later' later@x.org >"$T/later"
send later
is "$(sql "select name from patchwork_person where email = 'e@x.org'")" "Dr. Ada" \
	"a user's name is his own"

# ---- what they edit counts at once

# became COLUMNS - what the next patch becomes
became() {
	local id=n$EPOCHREALTIME
	mail "$ada" '[PATCH] edited' "$id@x.org" $'Fixes: abc\nSome words.\n'"$(change a/x.c)" >"$T/n"
	send n
	sql "select $1 from patchwork_patch p where msgid = '<$id@x.org>'"
}
is "$(became delegate_id)" "" "no rule, no delegate"
sql "insert into patchwork_delegationrule (path, priority, project_id, user_id)
	values ('a/*', 0, 1, 1)"
is "$(became delegate_id)" 1 "a rule that was made"
sql "update patchwork_delegationrule set user_id = 2"
is "$(became delegate_id)" 2 "a rule that was changed"
sql "insert into patchwork_delegationrule (path, priority, project_id, user_id)
	values ('*.c', 9, 1, 3)"
is "$(became delegate_id)" 3 "a rule before it"
sql "delete from patchwork_delegationrule"
is "$(became delegate_id)" "" "rules deleted"
sql "insert into patchwork_tag (name, pattern, abbrev, show_column)
	values ('Fixes', '^Fixes: ', 'F', true)"
tags="(select string_agg(t.name || count, ' ') from patchwork_patchtag x
	join patchwork_tag t on t.id = tag_id where patch_id = p.id)"
is "$(became "$tags")" "Fixes1" "a tag that was made"
sql "update patchwork_tag set pattern = '^(Fixes: |Some words\.)' where name = 'Fixes'"
is "$(became "$tags")" "Fixes2" "a tag that was changed"
sql "update patchwork_project set use_tags = false"
is "$(became "$tags")" "" "a project that uses none any more"
sql "update patchwork_project set use_tags = true" "delete from patchwork_patchtag where tag_id = (
	select id from patchwork_tag where name = 'Fixes')" "delete from patchwork_tag where name = 'Fixes'"
is "$(became "$tags")" "" "a tag that was deleted"
sql "update patchwork_project set linkname = 'edited'"
mail "$ada" '[PATCH edited RFC] words' words@x.org "$(change a/x.c)" >"$T/words"
send words
is "$(sql "select name from patchwork_patch where id = patch_id('words')")" "[RFC] words" \
	"another link name"
sql "update patchwork_project set linkname = 'ring', subject_match = 'ring'"
mail "$ada" '[PATCH] elsewhere' other@x.org "$(change a/x.c)" >"$T/other"
send other
is "$(sql "select kind from patchmda.held")" no-project "a subject_match"
sql "update patchwork_project set subject_match = '', listid = 'moved.example.org'"
LIST=moved.example.org patch "$ada" '[PATCH] moved' moved@x.org >"$T/moved"
send moved
is "$(sql "select count(*) from patchwork_patch where msgid = '<moved@x.org>'")" 1 "another list id"
sql "update patchwork_project set listid = '$LIST'"
patchmda project add zulu --list-id two.example.org --subject-match net >/dev/null
patchmda project add alpha --list-id two.example.org --subject-match 'net|two' >/dev/null
LIST=two.example.org patch "$ada" '[PATCH net] two' two@x.org >"$T/two"
send two
is "$(sql "select linkname from patchwork_patch p join patchwork_project j on j.id = project_id
	where msgid = '<two@x.org>'")" alpha "of two projects that a subject fits, the first by its name"
sql "update patchwork_state set ordering = ordering + 100" \
	"update patchwork_state set ordering = 0 where name = 'RFC'"
is "$(became state_id)" 5 "another first state"
sql "update patchwork_state set ordering = 4 where name = 'RFC'" \
	"update patchwork_state set ordering = ordering - 100 where name <> 'RFC'"

# ---- all at once

sql "create table before as select id from patchwork_person" "create table renamed (id int primary key, name text)" "delete from deleted" \
	"create table stated (id int primary key, state_id int, delegate_id int)"

# One round of what people do, at random.
people_round() {
	cat <<-SQL
	begin;
	with which as (update patchwork_patch set state_id = 2 + floor(random() * 8)::int, delegate_id = 1
		where id = (select id from patchwork_patch order by random() limit 1)
		returning id, state_id, delegate_id)
	insert into stated select * from which
	on conflict (id) do update set state_id = excluded.state_id;
	commit;
	with which as (update patchwork_series set name = 'Hand ' || id where id = (
		select id from patchwork_series where submitter_id > (select max(id) from before) order by random() limit 1)
		returning id, name)
	insert into renamed select * from which on conflict do nothing;
	select delete_patches(array(select id from patchwork_patch
		where submitter_id > (select max(id) from before) order by id desc limit 1))
	where random() < 0.1 \g /dev/null
	begin;
	create temp table doomed on commit drop as select id from patchwork_series
		where submitter_id > (select max(id) from before) order by id desc limit 1;
	select delete_series(id) from doomed where random() < 0.1 \g /dev/null
	commit;
	insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
		is_active, date_joined)
	values ('', false, 'guest', '', '', 'guest@x.org', false, true, now());
	insert into patchwork_delegationrule (path, priority, project_id, user_id)
	select '*', 5, 1, id from auth_user where username = 'guest';
	insert into patchwork_tag (name, pattern, abbrev, show_column) values ('Guest', '^Signed', 'G', true);
	select pg_sleep(0.01) \g /dev/null
	begin;
	update patchwork_patch set delegate_id = null
	where delegate_id = (select id from auth_user where username = 'guest');
	delete from patchwork_delegationrule;
	delete from auth_user where username = 'guest';
	commit;
	-- It fails when a patch got him meanwhile.
	update patchwork_patch set delegate_id = null
	where delegate_id in (select id from auth_user where username like 'guest%');
	delete from patchwork_delegationrule;
	update auth_user set username = 'guest' || id where username = 'guest';
	begin;
	delete from patchwork_patchtag where tag_id = (select id from patchwork_tag where name = 'Guest');
	delete from patchwork_tag where name = 'Guest';
	commit;
	delete from patchwork_patchtag where tag_id = (select id from patchwork_tag where name = 'Guest');
	delete from patchwork_tag where name = 'Guest';
	update patchwork_project set use_tags = not use_tags, web_url = 'x';
	SQL
}
people() {
	while [ ! -e "$T/over" ]; do
		people_round
		sleep 0.005
	done | psql -X -q >/dev/null 2>"$T/people"
}

# One writer's mail: threads in an order of their own.
writer() {
	local w=$1 i name file files
	for ((i = 0; i < rounds; i++)); do
		name=w$w-$i
		thread "$name"
		mapfile -t files < <(cd "$T" && ls "$name"-* | shuf --random-source=<(yes $w$i))
		for file in "${files[@]}"; do
			patchmda deliver <"$T/$file" 2>"$T/$file.err" ||
				echo "$file: $? $(cat "$T/$file.err")" >>"$T/failures"
		done
	done
}
: >"$T/failures"
people &
people_pid=$!
writer_pids=()
for ((w = 0; w < writers; w++)); do
	writer $w &
	writer_pids+=($!)
done
wait "${writer_pids[@]}"
touch "$T/over"
wait $people_pid || true
diag "$(sql "select format('%s renamed, %s deleted, %s set', (select count(*) from renamed),
	(select count(*) from deleted), (select count(*) from stated))")"
[ ! -s "$T/people" ] || diag "people: $(grep -o 'ERROR: .*' "$T/people" | sort | uniq -c | head -5)"
is "$(cat "$T/failures")" "" "patchmda never fails"
is "$(sql "select msgid from (select msgid from patchwork_patch union all
	select msgid from patchwork_cover union all select msgid from patchwork_patchcomment union all
	select msgid from patchwork_covercomment) m group by msgid having count(*) > 1")" "" \
	"nothing is doubled"
is "$(sql "select d.msgid from deleted d join patchwork_patch p using (msgid)")" "" \
	"nothing that was deleted is back"
is "$((writers * rounds * 3 - $(sql "select count(*) from deleted")))" \
	"$(sql "select count(*) from patchwork_patch where msgid like '<w_-%'")" "all other patches are there"
is "$(sql "select r.* from renamed r left join patchwork_series s using (id)
	where s.name is distinct from r.name and exists (select from patchwork_series where id = r.id)")" \
	"" "names that were given stay"
is "$(sql "select t.id from stated t join patchwork_patch p using (id) where p.state_id <> t.state_id
	or p.delegate_id <> t.delegate_id")" "" "and states and delegates"
is "$(sql "select series_id, number from patchwork_patch where msgid like '<w_-%' and (series_id is null
	or number::text <> substring(msgid from '-(\d)@'))")" "" "each patch has its number"
is "$(sql "select substring(msgid from '^<(w\d+-\d+)-') from patchwork_patch
	where msgid like '<w_-%' and not exists (select from deleted d
		where substring(d.msgid from '^<(w\d+-\d+)-') = substring(patchwork_patch.msgid from '^<(w\d+-\d+)-'))
	group by 1 having count(distinct series_id) > 1")" "" "threads nobody deleted from are one series each"
is "$(sql "select count(*) from patchwork_patch p where delegate_id is not null
	and not exists (select from auth_user u where u.id = delegate_id)")" 0 "no delegate is gone"

done_testing
