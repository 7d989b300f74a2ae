#!/usr/bin/env bash
# patchwork.t - in databases of Patchwork 3.1 and 3.2 (0046) and of its development branch (0048) the role of
# grants.sql is sufficient and has no other rights; with --time-zone dates are stored as Patchwork stores them

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
# Roles belong to the server, which is shared with other scripts.
role=patchwork_t_deliverer

# django_db NAME SHAPE [ZONE] - creates a database with Patchwork's tables, runs init, and adds projects and the role
django_db() {
	fresh_db "$1"
	"$ROOT/tests/django-schema" "$2" | psql -Xq -v ON_ERROR_STOP=1
	ok "$2: init" patchmda init --time-zone "${3:-UTC}"
	ok "$2: grants.sql" psql -Xq -v ON_ERROR_STOP=1 -v role=$role -f "$ROOT/sql/grants.sql"
	add_projects
}

add_projects() {
	patchmda project add tarn-devel --list-id tarn-devel.lists.example.org \
		--list-email tarn-devel@lists.example.org
	patchmda project add heron --list-id heron.lists.example.net \
		--list-email heron@lists.example.net
	patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
	sql "update patchwork_project set use_tags = true"
}

# facts - prints the facts, without those that 0046 cannot store, and those that --with-parser stores twice
facts() {
	psql -XqAt -f "$ROOT/tests/facts.sql" 2>/dev/null | LC_ALL=C sort |
		grep -vE '^(dependency|mention)'
}

# may STATEMENT, may_not STATEMENT - tests the role's rights, in a transaction that is rolled back
may() {
	PGUSER=$role ok "the role may $1" sql "begin; $1; rollback"
}
may_not() {
	PGUSER=$role exits 1 "the role may not $1" sql "begin; $1; rollback"
	like "$(cat "$T/err")" 'permission denied|must be owner' "because of its rights"
}

# Mail in an order that needs all rights: all patches of a series before its cover letter, comments before their
# parents, comments that move, tags, dependencies, a person in two spellings.
mkdir "$T/m"
ada='Ada <ada@x.org>'
(
	cd "$T/m"
	mail -d 0 "$ada" '[PATCH 0/3] cover' a0@x.org >a0
	patch -d 1 -r '<a0@x.org>' "$ada" '[PATCH 1/3] one' a1@x.org >a1
	patch -d 2 -r '<a0@x.org>' "$ada" '[PATCH 2/3] two' a2@x.org >a2
	patch -d 3 -r '<a0@x.org>' 'Ada L. <ADA@x.org>' '[PATCH 3/3] three' a3@x.org >a3
	mail -d 5 -r '<a0@x.org> <a3@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH 3/3] three' r1@x.org \
		'Tested-by: Ben <ben@x.org>' >r1
	mail -d 6 -r '<a3@x.org> <r1@x.org>' "$ada" 'Re: [PATCH 3/3] three' r2@x.org \
		'Acked-by: Ada <ada@x.org>' >r2
	mail -d 7 -r '<a0@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH 0/3] cover' r0@x.org >r0
	patch -d 10 "$ada" '[PATCH 1/2] unthreaded' b1@x.org >b1
	patch -d 11 "$ada" '[PATCH 2/2] unthreaded' b2@x.org >b2
	patch -d 14 "$ada" '[PATCH 1/2] unthreaded, again' b3@x.org >b3
	mail -d 20 "$ada" '[PATCH] depends' d1@x.org $'Depends-on: <a1@x.org>\n'"$(change x.c)" >d1
	mail -d 21 'not an address' '[PATCH] held' h1@x.org >h1
	LIST=unknown.example.org mail "$ada" '[PATCH] nobody' h2@x.org >h2
)
order=(r2 a3 r0 r1 a0 b1 b3 a2 b2 a1 d1 h1 h2)

# ---- both versions, as the role

pg_start
options=
ready_db patchwork_ours
add_projects
patchmda import "$ROOT/tests/data/sample.mbox" >/dev/null
for file in "${order[@]}"; do
	patchmda deliver <"$T/m/$file"
done
facts >"$T/ours"

for shape in 0046 0048; do
	django_db patchwork_$shape $shape
	PGUSER=$role exits 0 "$shape: import as the role" \
		patchmda import --json "$ROOT/tests/data/sample.mbox"
	like "$(cat "$T/out")" '"errors": ?0' "without an error"
	for file in "${order[@]}"; do
		option=
		[[ $file != b* ]] || option=--with-parser
		PGUSER=$role ok "$shape: deliver $option $file as the role" \
			bash -c 'exec patchmda deliver $2 <"$1"' - "$T/m/$file" $option
	done
	is "$(facts)" "$(cat "$T/ours")" "$shape: the same rows as in a database that patchmda created"
	is "$(sql "select string_agg(msgid, ' ' order by msgid) from patchwork_patchcomment
		where msgid ~ '^<r'")" '<r1@x.org> <r2@x.org>' "$shape: comments moved"
	is "$(sql "select string_agg(p.msgid, ' ' order by p.msgid) from patchwork_patch p
		where series_id = (select series_id from patchwork_patch where msgid = '<b1@x.org>')")" \
		'<b1@x.org> <b2@x.org>' "$shape: series were regrouped"
	is "$(sql "select string_agg(t.name || ' ' || x.count, ', ' order by t.name)
		from patchwork_patchtag x join patchwork_tag t on t.id = tag_id
		join patchwork_patch p on p.id = patch_id where msgid = '<a3@x.org>'")" \
		"Acked-by 1, Tested-by 1" "$shape: tags are counted"
	is "$(sql "select count(*) from pg_class where relname = 'patchwork_series_dependencies'" \
		"select string_agg(kind, ' ' order by kind) from patchmda.held")" \
		"$([ $shape = 0046 ] && echo 0 || echo 1)"$'\ninvalid invalid no-project' \
		"$shape: mail that cannot be parsed is held"

	# Sequences have advanced, so that other programs get unused ids from them.
	patch -d 500 'Zoe <zoe@x.org>' '[PATCH 1/1] theirs' z1@x.org >"$T/z1"
	mail -d 501 -r '<z1@x.org>' 'Zoe <zoe@x.org>' 'Re: [PATCH 1/1] theirs' z2@x.org >"$T/z2"
	patchmda parse "$T/z1" >"$T/z1.json"
	patchmda parse "$T/z2" >"$T/z2.json"
	THINK=0 "$ROOT/tests/foreign-parser" ring "$T/z1.json" "$T/z2.json"
	is "$(sql "select c.msgid, s.name from patchwork_patchcomment c
		join patchwork_patch p on p.id = patch_id join patchwork_series s on s.id = p.series_id
		where p.msgid = '<z1@x.org>'")" '<z2@x.org>|[1/1] theirs' \
		"$shape: Patchwork's parser can still store mail"
	patch -d 502 -r '<z1@x.org>' 'Zoe <zoe@x.org>' '[PATCH] ours' z3@x.org >"$T/z3"
	PGUSER=$role ok "$shape: and patchmda can store mail beside it" \
		bash -c 'patchmda deliver --with-parser <"$1"' - "$T/z3"
	is "$(sql "select count(*) from patchmda.member where msgid ~ '^<z'")" 2 "$shape: both patches are in patchmda's tables"
done
is "$(sql "select a.name, b.name from patchwork_series_dependencies
	join patchwork_series a on a.id = from_series_id
	join patchwork_series b on b.id = to_series_id")" 'depends|cover' \
	"0048: dependencies are recorded"

may "update patchwork_patch set number = number"
may "delete from patchwork_event"
may_not "delete from patchwork_patch"
may_not "delete from patchwork_cover"
may_not "delete from patchwork_person"
may_not "truncate patchwork_event"
may_not "update patchwork_project set name = name"
may_not "insert into patchwork_state values (99, 'x', 'x', 99, true)"
may_not "update patchwork_tag set name = name"
may_not "delete from patchwork_delegationrule"
may_not "select password from auth_user"
may_not "update auth_user set email = email"
may_not "insert into patchwork_check select from patchwork_check"
may_not "update django_migrations set name = name"
may_not "create table public.mine (id int)"
may_not "create table patchmda.mine (id int)"
may_not "alter table patchwork_patch add mine int"
may_not "drop table patchmda.held"
PGUSER=$role exits 69 "the role may not create projects" patchmda project add mine --list-id mine.x.org

# ---- --time-zone

zone=Australia/Canberra
options="--time-zone $zone"

# at DATE - prints a UTC date and time in minutes, for `mail -d`
at() {
	echo $((($(date -u -d "$1 UTC" +%s) - MAIL_EPOCH) / 60))
}
# deliver_at DATE FROM SUBJECT ID
deliver_at() {
	patch -d "$(at "$1")" "${@:2}" | PGUSER=$role patchmda deliver $options
}
# series PREFIX - prints the patches of each series, by message ids
series() {
	sql "select string_agg(trim(msgid, '<>'), ' ' order by number) from patchwork_patch
		where msgid like '<$1%' group by series_id order by 1" | paste -sd,
}

django_db patchwork_zone 0046 $zone
# Summer time ends on 5 April 2026 at 3:00, and the hour from 2:00 to 3:00 occurs twice; it begins on 4 October at
# 2:00, and the hour from 2:00 to 3:00 does not occur.
n=0
for date in '2026-01-15 12:00' '2026-07-15 12:00' '2026-04-05 01:59' '2026-04-05 02:00' \
	'2026-04-05 02:30' '2026-04-05 02:59' '2026-04-05 03:00' '2026-04-04 16:00' \
	'2026-10-04 01:59' '2026-10-04 03:00' '2026-10-03 16:00' '1999-12-31 23:59'; do
	n=$((n + 1))
	deliver_at "$date" "P $n <p$n@x.org>" '[PATCH] a date' "p$n@x.org"
	is "$(sql "set timezone = '$zone'" "select to_char(p.date, 'YYYY-MM-DD HH24:MI'),
			to_char(s.date, 'YYYY-MM-DD HH24:MI')
		from patchwork_patch p join patchwork_series s on s.id = series_id
		where msgid = '<p$n@x.org>'")" "$date|$date" "$date: a session of that zone reads this date"
done
mail -d "$(at '2026-01-15 13:00')" -r '<p1@x.org>' "$ada" 'Re: [PATCH] a date' c1@x.org |
	patchmda deliver $options
is "$(sql "select date at time zone 'UTC' from patchwork_patchcomment")" '2026-01-15 02:00:00' \
	"a comment is stored eleven hours from UTC, too"
deliver_at '2026-10-04 02:30' 'P <p@x.org>' '[PATCH] gap' gap@x.org
is "$(sql "set timezone = '$zone'" "select date = '2026-10-04 02:30' from patchwork_patch
	where msgid = '<gap@x.org>'")" t "a date in the skipped hour is stored as Patchwork stores it"
for header in '' 'Date: ' 'Date: no date' 'Date: Mon, 1 Jan 99999 00:00:00 +0000'; do
	n=$((n + 1))
	if [ -n "$header" ]; then change_date="s/^Date: .*/$header/"; else change_date='/^Date: /d'; fi
	patch "$ada" '[PATCH] no date' "n$n@x.org" | sed "$change_date" | patchmda deliver $options
	is "$(sql "select abs(extract(epoch from now() - p.date)) < 60 from patchwork_patch p
		where msgid = '<n$n@x.org>'")" t "'$header': the true time of receipt"
done

# Twenty minutes are counted by the clock of UTC, also when summer time begins or ends.
deliver_at '2026-04-05 01:50' 'Q <q@x.org>' '[PATCH 1/2] over the end' q1@x.org
deliver_at '2026-04-05 02:05' 'Q <q@x.org>' '[PATCH 2/2] over the end' q2@x.org
is "$(series q)" "q1@x.org q2@x.org" "a series over the end of summer time"
deliver_at '2026-10-04 01:50' 'S <s@x.org>' '[PATCH 1/3] over the gap' s1@x.org
deliver_at '2026-10-04 02:05' 'S <s@x.org>' '[PATCH 2/3] over the gap' s2@x.org
deliver_at '2026-10-04 02:12' 'S <s@x.org>' '[PATCH 3/3] over the gap' s3@x.org
is "$(series s)" "s1@x.org s2@x.org,s3@x.org" "a series over the beginning of summer time, and a patch that is too late for it"
deliver_at '2026-10-04 02:20' 'T <t@x.org>' '[PATCH 1/3] in the gap' t1@x.org
deliver_at '2026-10-04 02:25' 'T <t@x.org>' '[PATCH 2/3] in the gap' t2@x.org
deliver_at '2026-10-04 02:15' 'T <t@x.org>' '[PATCH 3/3] in the gap' t3@x.org
is "$(series t)" "t1@x.org t2@x.org t3@x.org" "a series within the skipped hour"
deliver_at '2026-10-04 02:50' 'U <u@x.org>' '[PATCH 1/2] behind the gap' u1@x.org
deliver_at '2026-10-04 03:05' 'U <u@x.org>' '[PATCH 2/2] behind the gap' u2@x.org
is "$(series u)" "u1@x.org u2@x.org" "a series over the end of the skipped hour"
deliver_at '2026-06-01 12:00' 'V <v@x.org>' '[PATCH 1/2] apart' v1@x.org
deliver_at '2026-06-01 12:21' 'V <v@x.org>' '[PATCH 2/2] apart' v2@x.org
is "$(series v)" "v1@x.org,v2@x.org" "more than twenty minutes are too much"

# The same mail in another order, with both zones: only the stored dates differ.
fresh_db patchwork_orders
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone UTC >/dev/null
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
for which in zoned utc; do
	sql "set client_min_messages = warning" "truncate patchwork_patch, patchwork_cover, patchwork_series, patchwork_person,
		patchmda.member, patchmda.mention, patchmda.person_name cascade"
	if [ $which = zoned ]; then
		sql "update patchmda.setting set value = '$zone'"
	else
		options=
		sql "update patchmda.setting set value = 'UTC'"
	fi
	for file in $(printf '%s\n' "${order[@]}" | tac); do
		patchmda deliver $options <"$T/m/$file"
	done
	facts | sed -E 's/\b20[0-9]{2}-[-0-9]+ [0-9:.+]+//g' >"$T/$which"
done
is "$(diff "$T/zoned" "$T/utc")" "" "the other columns do not depend on the zone"

# Rows of a Patchwork with that TIME_ZONE.
options="--time-zone $zone"
fresh_db patchwork_theirs
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
sql "insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url,
		scm_url, webscm_url, list_archive_url, list_archive_url_format, commit_url_format,
		send_notifications, use_tags)
	values ('ring', 'ring', '$LIST', 'ring@lists.example.org', '', '', '', '', '', '', '', false,
		true)"
theirs() {
	patch -d "$(at "$1")" "${@:2}" | patchmda parse >"$T/json"
	PGTZ=$zone THINK=0 "$ROOT/tests/foreign-parser" ring "$T/json"
}
theirs '2026-03-02 09:00' 'W <w@x.org>' '[PATCH 1/2] theirs' w1@x.org
theirs '2026-04-05 01:50' 'X <x@x.org>' '[PATCH 1/2] theirs' x1@x.org
ok "init, with the zone" patchmda init $options
psql -Xq -v ON_ERROR_STOP=1 -v role=$role -f "$ROOT/sql/grants.sql"
is "$(sql "select to_timestamp(date) at time zone 'UTC' from patchmda.member where msgid = '<w1@x.org>'")" \
	"2026-03-02 09:00:00" "the clock reading of UTC is derived from their dates"
deliver_at '2026-03-02 09:15' 'W <w@x.org>' '[PATCH 2/2] ours' w2@x.org
deliver_at '2026-04-05 02:05' 'X <x@x.org>' '[PATCH 2/2] ours' x2@x.org
is "$(series w),$(series x)" "w1@x.org w2@x.org,x1@x.org x2@x.org" "their series are found by marker"
theirs '2026-06-01 09:00' 'Y <y@x.org>' '[PATCH 1/2] theirs' y1@x.org
options="--time-zone $zone --with-parser"
deliver_at '2026-06-01 09:15' 'Y <y@x.org>' '[PATCH 2/2] ours' y2@x.org
is "$(series y)" "y1@x.org y2@x.org" "with --with-parser, also series that were stored just before"

done_testing
