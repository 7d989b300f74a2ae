#!/usr/bin/env bash
# people-crowd.t - while mail is delivered, Patchwork's users set states and delegates, name and delete objects, and
# edit projects, tags and rules: patchmda does not fail, does not duplicate mail, and does not undo changes.
# ROUNDS=200 is the long form (15).

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../people.sh"

rounds=${ROUNDS:-15}
writers=3

pg_start
people_start people_crowd
# Objects that existed before, and are not changed here.
mail "$ada" '[PATCH 0/1] before' before@x.org >"$T/before"
send before

sql "create table before as select id from patchwork_person" "create table renamed (id int primary key, name text)" "delete from deleted" \
	"create table stated (id int primary key, state_id int, delegate_id int)"

# people_round - prints statements for one round of random changes by users
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
	-- The deletion fails if a patch was delegated to the guest after the update.
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
		sleep 0.02
	done | psql -X -q >/dev/null 2>"$T/people"
}

# writer NUMBER - delivers threads, the mails of each in a random order
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
wait $people_pid
diag "$(sql "select format('%s renamed, %s deleted, %s set', (select count(*) from renamed),
	(select count(*) from deleted), (select count(*) from stated))")"
[ ! -s "$T/people" ] || diag "people: $(grep -o 'ERROR: .*' "$T/people" | sort | uniq -c | head -5)"
is "$(cat "$T/failures")" "" "patchmda never fails"
is "$(sql "select msgid from (select msgid from patchwork_patch union all
	select msgid from patchwork_cover union all select msgid from patchwork_patchcomment union all
	select msgid from patchwork_covercomment) m group by msgid having count(*) > 1")" "" \
	"no mail is stored twice"
is "$(sql "select d.msgid from deleted d join patchwork_patch p using (msgid)")" "" \
	"no deleted patch is stored again"
is "$((writers * rounds * 3 - $(sql "select count(*) from deleted")))" \
	"$(sql "select count(*) from patchwork_patch where msgid like '<w_-%'")" "all other patches are stored"
is "$(sql "select r.* from renamed r left join patchwork_series s using (id)
	where s.name is distinct from r.name and exists (select from patchwork_series where id = r.id)")" \
	"" "names that users have set are kept"
is "$(sql "select t.id from stated t join patchwork_patch p using (id) where p.state_id <> t.state_id
	or p.delegate_id <> t.delegate_id")" "" "so are states and delegates"
is "$(sql "select series_id, number from patchwork_patch where msgid like '<w_-%' and (series_id is null
	or number::text <> substring(msgid from '-(\d)@'))")" "" "each patch has its number"
is "$(sql "select substring(msgid from '^<(w\d+-\d+)-') from patchwork_patch
	where msgid like '<w_-%' and not exists (select from deleted d
		where substring(d.msgid from '^<(w\d+-\d+)-') = substring(patchwork_patch.msgid from '^<(w\d+-\d+)-'))
	group by 1 having count(distinct series_id) > 1")" "" "threads without deletions are one series each"
is "$(sql "select count(*) from patchwork_patch p where delegate_id is not null
	and not exists (select from auth_user u where u.id = delegate_id)")" 0 "every delegate exists"

done_testing
