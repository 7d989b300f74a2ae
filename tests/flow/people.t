#!/usr/bin/env bash
# people.t - values that Patchwork's users set are kept, and their changes take effect at once: states, delegates,
# names, projects, tags and rules; deleted objects remain deleted

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../people.sh"

pg_start
people_start people

# ---- values set by users are kept

for name in a b c d e f; do
	thread $name
done
send a-2 a-3
sql "update patchwork_patch set state_id = 3, delegate_id = 1, archived = true, commit_ref = 'abc'
	where id = patch_id('a-2')" "update patchwork_series set name = 'By hand' where id = series_id('a-2')"
send a-r2 a-1 a-0 a-r1 a-2
is "$(sql "select state_id, delegate_id, archived, commit_ref from patchwork_patch
	where id = patch_id('a-2')")" "3|1|t|abc" "state, delegate, archived flag and commit are kept"
is "$(sql "select s.name, cover_letter_id is not null, count(*) from patchwork_series s
	join patchwork_patch p on p.series_id = s.id where s.id = series_id('a-1') group by s.id")" "By hand|t|3" \
	"so does the name of a series that was regrouped"

send b-0 b-1 b-2
sql "select delete_patches(array[patch_id('b-2')])" >/dev/null
send b-3 b-r1 b-r2
is "$(sql "select string_agg(number::text, ' ' order by number) from patchwork_patch
	where series_id = series_id('b-1')")" "1 3" "a deleted patch is not stored again with its series"
is "$(sql "select count(*) from patchwork_covercomment where msgid = '<b-r2@x.org>'")" 1 \
	"a reply to it becomes a comment on the cover letter"

send c-1 c-2 c-r1
sql "select delete_series(series_id('c-1'))" >/dev/null
send c-r2 c-3
is "$(sql "select string_agg(msgid, ' ') from patchwork_patch where msgid like '<c%'")" \
	'<c-3@x.org>' "a deleted series is not stored again when later mail arrives"
send c-0
is "$(sql "select name, total, (select count(*) from patchwork_patch where series_id = s.id)
	from patchwork_series s where id = series_id('c-3')")" "cover c|3|1" "the later mail has a series of its own"
is "$(sql "select string_agg(trim(msgid, '<>'), ' ' order by msgid) from patchwork_covercomment
	where msgid like '<c%'")" "c-r2@x.org" "with the reply that arrived later"

send d-0 d-1 d-2 d-3
sql "begin; update patchwork_series set cover_letter_id = null where id = series_id('d-1');
	delete from patchwork_event where cover_id = (select id from patchwork_cover where msgid like '<d%');
	delete from patchwork_cover where msgid like '<d%'; commit"
send d-r1 d-r2
is "$(sql "select count(*) from patchwork_patchcomment where msgid like '<d-r%'")" 2 \
	"replies are stored although the cover letter was deleted"

# References of a series remain when a user deletes its patches one by one.
patch -d 0 -r '<g0@x.org>' 'Gil <gil@x.org>' '[PATCH 1/2] g' g1@x.org >"$T/g1"
patch -d 90 -r '<g0@x.org> <g1@x.org>' 'Gil <gil@x.org>' '[PATCH v2 1/2] g' g2@x.org >"$T/g2"
patch -d 91 -r '<g2@x.org>' 'Gil <gil@x.org>' '[PATCH v2 2/2] g' g3@x.org >"$T/g3"
patch -d 80 -r '<g2@x.org>' 'Gil <gil@x.org>' '[PATCH v2 2/2] g, before' g4@x.org >"$T/g4"
send g1 g2 g3
sql "select delete_patches(array[patch_id('g1')])" >/dev/null
ok "mail that refers to a series without patches is accepted" send g4
is "$(sql "select count(*) from patchwork_patch where msgid like '<g%'")" 3 "and is stored"

# A patch that was moved by hand, and one whose author has a name set by hand.
send e-1 e-2
sql "insert into patchwork_series (name, date, version, total, project_id, submitter_id)
		select 'Mine', date, 1, 9, project_id, submitter_id from patchwork_patch
		where id = patch_id('e-2')" \
	"update patchwork_patch set number = 7, series_id = (select id from patchwork_series
		where name = 'Mine') where id = patch_id('e-2')"
send e-3 e-0
is "$(sql "select s.name, p.number from patchwork_patch p join patchwork_series s on s.id = series_id
	where p.id = patch_id('e-2')")" "Mine|7" "a patch that a user has moved to another series stays there"
sql "update patchwork_person set name = 'Dr. Ada', user_id = 2 where email = 'e@x.org'"
mail -d 99 'A. Lovelace <e@x.org>' '[PATCH 0/1] later' later@x.org >"$T/later"
send later
is "$(sql "select name from patchwork_person where email = 'e@x.org'")" "Dr. Ada" \
	"the name of a person who is a user is not changed"

# ---- changes take effect at once

# became COLUMNS - prints these columns of the next patch
became() {
	local id=n$EPOCHREALTIME
	mail "$ada" '[PATCH] edited' "$id@x.org" $'Fixes: abc\nSome words.\n'"$(change a/x.c)" >"$T/n"
	send n
	sql "select $1 from patchwork_patch p where msgid = '<$id@x.org>'"
}
is "$(became delegate_id)" "" "no rule, no delegate"
sql "insert into patchwork_delegationrule (path, priority, project_id, user_id)
	values ('a/*', 0, 1, 1)"
is "$(became delegate_id)" 1 "a rule that was added"
sql "update patchwork_delegationrule set user_id = 2"
is "$(became delegate_id)" 2 "a rule that was changed"
sql "insert into patchwork_delegationrule (path, priority, project_id, user_id)
	values ('*.c', 9, 1, 3)"
is "$(became delegate_id)" 3 "a rule with a higher priority"
sql "delete from patchwork_delegationrule"
is "$(became delegate_id)" "" "rules deleted"
sql "insert into patchwork_tag (name, pattern, abbrev, show_column)
	values ('Fixes', '^Fixes: ', 'F', true)"
tags="(select string_agg(t.name || count, ' ') from patchwork_patchtag x
	join patchwork_tag t on t.id = tag_id where patch_id = p.id)"
is "$(became "$tags")" "Fixes1" "a tag that was added"
sql "update patchwork_tag set pattern = '^(Fixes: |Some words\.)' where name = 'Fixes'"
is "$(became "$tags")" "Fixes2" "a tag that was changed"
sql "update patchwork_project set use_tags = false"
is "$(became "$tags")" "" "a project that does not use tags any more"
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
	where msgid = '<two@x.org>'")" alpha "of two projects that match a subject, the first by name"
sql "update patchwork_state set ordering = ordering + 100" \
	"update patchwork_state set ordering = 0 where name = 'RFC'"
is "$(became state_id)" 5 "another first state"
sql "update patchwork_state set ordering = 4 where name = 'RFC'" \
	"update patchwork_state set ordering = ordering - 100 where name <> 'RFC'"

# ---- an import finds people whose address is written in another case, also those that others add meanwhile

mkfifo "$T/feed"
patchmda import --quiet --batch 1 - <"$T/feed" >"$T/out" 2>&1 &
importer=$!
exec 9>"$T/feed"

# from ID SENDER - gives the import a patch; prints the stored address. A mail ends where the next one begins, so
# each patch is followed by a mail that is ignored.
from() {
	{
		patch "$2" "[PATCH] $1" "$1@x.org" | mbox
		printf 'X-Patchwork-Hint: ignore\n\n' | mbox
	} >&9
	until_true sql_is "select count(*) from patchwork_patch where msgid = '<$1@x.org>'" 1
	sql "select email from patchwork_person where id = (
		select submitter_id from patchwork_patch where msgid = '<$1@x.org>')"
}
is "$(from case-1 'Zoe <Zoe@X.org>')" Zoe@X.org "an import: a new person"
is "$(from case-2 'Zoe <zoe@x.ORG>')" Zoe@X.org "the same person in another case"
sql "insert into patchwork_person (email, name) values ('YAN@x.org', 'Yan'), ('Wes@x.org', 'Wes')"
is "$(from case-3 'Yan <yan@x.org>')" YAN@x.org "a person that another process adds"
sql "delete from patchwork_person where email = 'Wes@x.org'"
is "$(from case-4 'Wes <wes@x.org>')" wes@x.org "a person that another process deletes"
sql "insert into patchwork_person (email, name) values ('Vic@x.org', 'Vic'), ('VIC@x.org', 'Vic')"
is "$(from case-5 'Vic <vic@x.org>')" Vic@x.org "of two that differ only in case, the first"
exec 9>&-
exits 0 "the import ends in order" wait $importer

# people_locks GRANTED - prints the number of locks of all people in this database
people_locks() {
	sql "select count(*) from pg_locks where locktype = 'advisory' and classid = 1886217328 and granted = $1
		and database = (select oid from pg_database where datname = current_database())"
}
has_people_lock() {
	[ "$(people_locks "$1")" = 1 ]
}
mkfifo "$T/locking"
psql -Xqf "$T/locking" >/dev/null &
other=$!
exec 8>"$T/locking"
echo "begin; select pg_advisory_xact_lock(1886217328, 0);" >&8
until_true has_people_lock true
patch 'Xia <xia@x.org>' '[PATCH] raced' raced@x.org >"$T/raced"
send raced 8>&- &
sender=$!
until_true has_people_lock false
echo "insert into patchwork_person (email, name) values ('XIA@x.org', 'Xia'); commit;" >&8
exec 8>&-
wait $other
exits 0 "a person that another writer adds after the lookup" wait $sender
is "$(sql "select string_agg(email, ' ') from patchwork_person where upper(email) = 'XIA@X.ORG'")" XIA@x.org \
	"is not added again in another case"

done_testing
