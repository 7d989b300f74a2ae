#!/usr/bin/env bash
# plans.t - every statement for mail reads few rows, and by an index, in tables that are empty, large and never
# analysed, or large and analysed
#
# auto_explain logs the plans of patchmda's queries. ROWS=200000 is a realistic size (40000); the rows are
# synthetic.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
rows=${ROWS:-40000}
people=$((rows / 10))
# A lookup may read or skip the rows of one person, component or series, but not all of a table.
read_max=2000

fill() {
	sql "insert into patchwork_person (email, name)
		select format('s%s@x.org', n), 'S ' || n from generate_series(1, $people) n" \
	"insert into patchwork_series (name, date, version, total, project_id, submitter_id)
		select 's ' || n, timestamptz '2020-01-01' + n * interval '1 min', 1, 2, 1, n % $people + 1
		from generate_series(1, $rows / 2) n" \
	"insert into patchwork_patchrelation select from generate_series(0, $rows / 4)" \
	"insert into patchwork_patch (msgid, date, headers, name, project_id, submitter_id, archived,
			diff, hash, state_id, series_id, number, related_id)
		select format('<p%s@x.org>', n), timestamptz '2020-01-01' + n * interval '30 s',
			format(e'From: S <s%s@x.org>\nReferences: <q%s@x.org>', n / 2 % $people + 1, n / 2),
			'p ' || n, 1, n / 2 % $people + 1, false, 'x', md5(n::text), 1, n / 2 + 1, n % 2 + 1,
			n / 4 + 1
		from generate_series(0, $rows - 2) n" \
	"insert into patchwork_cover (msgid, date, headers, name, project_id, submitter_id)
		select format('<q%s@x.org>', n), timestamptz '2020-01-01' + n * interval '1 min', '', 'q', 1,
			n % $people + 1 from generate_series(1, $rows / 2) n" \
	"update patchwork_series set cover_letter_id = id" \
	"insert into patchwork_seriesreference (msgid, project_id, series_id)
		select msgid, 1, series_id from patchwork_patch
		union all select msgid, 1, id from patchwork_cover" \
	"insert into patchwork_patchcomment (msgid, date, headers, content, patch_id, submitter_id)
		select format('<c%s@x.org>', id), date, e'References: <p1@x.org>', 'c', id, submitter_id
		from patchwork_patch" \
	"insert into patchwork_covercomment (msgid, date, headers, content, cover_id, submitter_id)
		select format('<d%s@x.org>', id), date, e'References: <p1@x.org>', 'd', id, submitter_id
		from patchwork_cover" \
	"insert into patchwork_patchtag (count, tag_id, patch_id) select 1, 1, id from patchwork_patch" \
	"insert into patchwork_event (category, date, project_id, patch_id, series_id)
		select 'patch-completed', date, 1, id, series_id from patchwork_patch" \
	"insert into patchwork_event (category, date, project_id, patch_id, patch_comment_id)
		select 'patch-comment-created', date, 1, patch_id, id from patchwork_patchcomment" \
	"insert into patchmda.member (kind, id, project_id, submitter_id, date, version, number, total,
			circle, msgid, refs)
		select 'p', id, 1, submitter_id, extract(epoch from date), 1, number, 2, series_id * 2, msgid,
			array[format('<q%s@x.org>', series_id - 1)] from patchwork_patch
		union all
		select 'c', id, 1, submitter_id, extract(epoch from date), 1, 0, 2, id * 2, msgid, '{}'
		from patchwork_cover" \
	"insert into patchmda.mention (project_id, id, kind, ref)
		select 1, id, 'p', refs[1] from patchmda.member where kind = 'p'
		union all
		select 1, id, 'P', format('<z%s@x.org>', id) from patchwork_patchcomment" \
	"insert into patchmda.patch_key select id, hashint8extended(id, 0), hashint8extended(id, 1) from patchwork_patch" \
	"insert into patchmda.revision (series_id, project_id, submitter_id, date, version, minor, first, title,
			change_id, links, refs, titles, hashes, files, prerequisites, sender, name, signers, previous_id, rule)
		select id, 1, submitter_id, extract(epoch from date), 2 - id % 2, 0, format('<q%s@x.org>', id), 's',
			'c' || id / 2, '{}', '{}', array[id % 10], array[id], array[id % 10], '{}', submitter_id,
			case when submitter_id in (7, 8) then ('x' || left(md5('known person'), 16))::bit(64)::bigint
			else submitter_id end,
			array[submitter_id + 1], case when id % 2 = 0 then id - 1 end, 'title' from patchwork_series" \
	"insert into patchmda.revision_ref select 1, format('<y%s@x.org>', series_id), series_id from patchmda.revision" \
	"insert into patchmda.revision_signer select submitter_id + 1, 1, date, series_id from patchmda.revision" \
	"insert into patchmda.patch_file select id, '{x.c}', '{}' from patchwork_patch" \
	"insert into patchmda.related select id, related_id from patchwork_patch where id % 100 > 0" \
	"insert into patchmda.superseded select id, 1 from patchwork_patch where id % 2 = 0" \
	"insert into patchmda.person_name select id, 0, '<x>' from patchwork_person" \
	"insert into patchmda.seen select 1, n * 7919 from generate_series(1, $rows) n" \
	"insert into patchmda.waiting (project_id, msgid, received, expires, message)
		select 1, format('<w%s@x.org>', n), now(), now() + interval '30 days', 'x'
		from generate_series(1, $rows / 10) n" \
	"insert into patchmda.waiting_ref select 1, format('<v%s@x.org>', id), id from patchmda.waiting" \
	"insert into patchmda.known_comment select 'P', n from generate_series($rows - 900, $rows) n" \
	"insert into patchmda.progress (job, done) values ('patchwork_patch', $rows - 1),
		('patchwork_cover', $rows / 2), ('patchwork_patchcomment', $rows - 1),
		('patchwork_covercomment', $rows / 2)"
}

# mails NAME - writes mail of every kind, in an order that needs every statement, to $T/NAME-1 and so on
mails() {
	local x=$1 ada="Ada <ada$1@x.org>" n=0 knows='Known Person <s7@x.org>'
	{
		patch -d 1 -r "<$x-a0@x.org>" "$ada" '[PATCH 1/3] a' "$x-a1@x.org"
		patch -d 3 -r "<$x-a0@x.org>" "$ada" '[PATCH 3/3] a' "$x-a3@x.org"
		mail -d 9 -r "<$x-a1@x.org> <$x-a2@x.org>" "$knows" 'Re: a' "$x-ra2@x.org" 'Acked-by: K'
		mail -d 9 -r "<$x-ra2@x.org>" "$knows" 'Re: a' "$x-rra2@x.org" 'Acked-by: K'
		mail -d 9 -r "<$x-a0@x.org> <$x-a4@x.org>" "$knows" 'Re: a' "$x-ra0@x.org"
		mail -d 0 "$ada" '[PATCH 0/3] a' "$x-a0@x.org"
		patch -d 2 -r "<$x-a0@x.org>" "$ada" '[PATCH 2/3] a' "$x-a2@x.org"
		patch -d 4 -r "<$x-a0@x.org>" "$ada" '[PATCH 4/3] a' "$x-a4@x.org"
		patch -d 30 "$knows" '[PATCH 1/2] b' "$x-b1@x.org"
		patch -d 40 "$knows" '[PATCH 1/2] b again' "$x-b3@x.org"
		patch -d 35 "$knows" '[PATCH 2/2] b' "$x-b2@x.org"
		mail "$knows" '[PATCH] depends' "$x-d@x.org" $"Depends-on: <$x-a1@x.org>"$'\n'"$(change x.c)"
		mail -r "<$x-never@x.org>" "$knows" 'Re: never' "$x-n@x.org"
		mail "$knows" 'Hello' "$x-hello@x.org"
		patch -d 30 "$knows" '[PATCH 1/2] b' "$x-b1@x.org"
		patch -r '<p77@x.org> <q38@x.org>' "$ada" '[PATCH v2] old' "$x-o@x.org"
		mail -r '<c78@x.org>' "$knows" 'Re: old' "$x-ro@x.org" 'Tested-by: K'
		mail -d 90 -r "<$x-a0@x.org>" "$ada" '[PATCH v3 0/1] a' "$x-v0@x.org" "change-id: c7"
		patch -d 91 -r "<$x-v0@x.org>" "$ada" '[PATCH v3 1/1] a' "$x-v1@x.org"
		patch -d 80 "$ada" '[PATCH v2] a' "$x-w1@x.org"
		mail -d 92 "$knows" '[PATCH v4] a' "$x-k1@x.org" "Supersedes: <$x-v1@x.org>

Signed-off-by: Ada <ada$1@x.org>
Signed-off-by: S <s8@x.org>
$(change x.c)"
	} | awk -v file="$T/$x-" '/^From: / { n++ } { print > (file n) }'
}

send() {
	local file
	for file in $(ls "$T/$1"-* | sort -V); do
		patchmda deliver "${@:2}" <"$file"
	done
}

# applied NAME - makes commits that each rule finds, or does not find, in a repository
applied() {
	local id
	git init -q "$T/$1-repo"
	for id in a0 a1 a2 ra2 d never; do
		git -C "$T/$1-repo" commit -q --allow-empty -m "a

Link: https://x.org/r/$1-$id@x.org"
	done
	printf 'same\nold\n' >"$T/$1-repo/x.c"
	git -C "$T/$1-repo" add .
	git -C "$T/$1-repo" commit -qm 'something else'
	printf 'same\nnew\n' >"$T/$1-repo/x.c"
	git -C "$T/$1-repo" commit -qam 'depends'
	git -C "$T/$1-repo" commit -q --allow-empty -m 'b again' --author 'Known <s7@x.org>' --date '2026-03-02 12:00:00 +0000'
	patchmda commits "$T/$1-repo"
}

# scans LINE - prints `table: statement` for each table that was read from end to end, or of which too many rows were
# read or skipped, after this line of the log. A search for people in any case has to read all of them.
scans() {
	tail -n "+$(($1 + 1))" "$log" | awk -v most=$read_max '
	/^20[0-9][0-9]-/ { plan = /duration: .* plan:/; text = ""; next }
	!plan { next }
	/^\tQuery Text: / { text = substr($0, 14); next }
	/ (Seq Scan|Parallel Seq Scan) on / {
		match($0, / on [^ ]+/)
		table = substr($0, RSTART + 4, RLENGTH - 4)
		seq = table ~ /^(patchwork_(patch|cover|series|seriesreference|series_dependencies|person|patchcomment|covercomment|event|patchtag)|member|mention|depend|waiting|waiting_ref|seen|person_name|patch_key|revision|revision_ref|revision_signer|patch_file|superseded|related)$/
		if (seq && text !~ /upper\(/) print table ": " substr(text, 1, 100)
	}
	/ (Index|Bitmap).* Scan / { match($0, / on [^ ]+/); table = substr($0, RSTART + 4, RLENGTH - 4) }
	/ Scan .*\(actual rows=/ && table !~ /^pg_/ && text !~ /upper\(/ {
		match($0, /actual rows=[0-9]+/)
		rows = substr($0, RSTART + 12, RLENGTH - 12) + 0
		if (rows > most) print table " (" rows " rows read): " substr(text, 1, 100)
	}
	/Rows Removed by/ && table !~ /^pg_/ && text !~ /upper\(/ && $NF > most { print table " (" $NF " rows passed over): " substr(text, 1, 100) }
	' | sort | uniq -c | sed 's/^ *//'
}

# check NAME - delivers mail of every kind, with the plans logged; sets plans to their number, and writes $T/scans
check() {
	local from
	from=$(wc -l <"$log")
	sql "alter database $PGDATABASE set session_preload_libraries = 'auto_explain'"
	mails "e$1"
	send "e$1"
	mails "f$1"
	send "f$1" --with-parser
	applied "e$1" >"$T/applied"
	sql "alter database $PGDATABASE reset session_preload_libraries"
	plans=$(tail -n "+$((from + 1))" "$log" | grep -c 'Query Text')
	tables=$(tail -n "+$((from + 1))" "$log" | grep 'Query Text: *\(select\|with\|update\)' |
		grep -oE 'patchmda\.(revision|superseded|related|patch_file)[a-z_]*' | sort -u | xargs)
	scans "$from" >"$T/scans"
}

need git
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x.org GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x.org
pg_start own
log=$PGHOST/log
[ -e "$log" ] || skip_all "missing file: the server's log"
sql "load 'auto_explain'" >/dev/null 2>&1 || skip_all "missing module: auto_explain"

ready_db plans_empty
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org --revisions supersede
sql "update patchwork_project set use_tags = true"
settings() {
	sql "alter database $1 set auto_explain.log_min_duration = 0" \
		"alter database $1 set auto_explain.log_analyze = on" \
		"alter database $1 set auto_explain.log_timing = off" \
		"alter database $1 set auto_explain.log_nested_statements = on"
}
sql "alter system set autovacuum = off" "alter system set track_counts = on" "select pg_reload_conf()" \
	>/dev/null
make_db plans_big plans_empty
settings plans_empty
settings plans_big

check 0
isnt "$plans" 0 "plans are reported"
from=$(wc -l <"$log")
sql "load 'auto_explain'" "set auto_explain.log_min_duration = 0" \
	"select count(*) from patchwork_series" >/dev/null
like "$(scans "$from")" 'patchwork_series: select count' "and a scan of a whole table would be detected"
like "$(tail -n 1 "$T/applied")" '5 by trailer, 1 by hash, 1 by author' "commits are looked up by every rule"
is "$tables" 'patchmda.patch_file patchmda.related patchmda.revision patchmda.revision_ref patchmda.revision_signer patchmda.superseded' \
	"and older and newer versions"
is "$(cat "$T/scans")" "" "empty tables: no lookup reads a whole table"

export PGDATABASE=plans_big
fill
is "$(sql "select count(*) from pg_class where relname like 'patchwork_%' and relkind = 'r'
	and reltuples >= 0 and relname in ('patchwork_patch', 'patchwork_series')")" 0 "no table is analysed"
check 1
is "$(cat "$T/scans")" "" "$rows rows, never analysed: no lookup reads a whole table"
sql "analyze"
check 2
is "$(cat "$T/scans")" "" "$rows rows, analysed: no lookup reads a whole table"

# lookups LEVEL - delivers a patch and a reply to it with this setting, and prints the number of queries of each
lookups() {
	local kind from
	patchmda project set ring --revisions "$1" >/dev/null
	for kind in patch mail; do
		from=$(wc -l <"$log")
		if [ $kind = patch ]; then
			patch -d 300 'Eve <eve@x.org>' "[PATCH] $1" "$1@x.org"
		else
			mail -d 301 -r "<$1@x.org>" 'Eve <eve@x.org>' "Re: $1" "re-$1@x.org"
		fi | patchmda deliver
		tail -n "+$((from + 1))" "$log" | grep -c 'Query Text: select'
	done | xargs
}
sql "alter database $PGDATABASE set session_preload_libraries = 'auto_explain'"
patch 'Eve <eve@x.org>' '[PATCH] first' first@x.org | patchmda deliver
read -r patch answer <<<"$(lookups off)"
is "$(lookups record)" "$((patch + 3)) $answer" \
	"versions of a patch are searched by person, by signer and by reference, in one round trip, and those of a reply are not"
is "$(lookups supersede)" "$((patch + 3)) $answer" "and effects are not searched if there is no older version"

done_testing
