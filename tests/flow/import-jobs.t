#!/usr/bin/env bash
# import-jobs.t - `patchmda import --jobs N`: several lists at the same time

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

# archive NAME FIRST LAST - writes $T/NAME.FIRST, a mailbox of the list NAME with patches of these numbers
archive() {
	local i
	for ((i = $2; i <= $3; i++)); do
		LIST=$1.example.org
		patch -d $((i * 60)) "Ada <ada@$1.example.org>" "[PATCH] change $i" "$i@$1.example.org" | mbox
	done >"$T/$1.$2"
}

patches_of() {
	sql "select count(*) from patchwork_patch p join patchwork_project q on q.id = p.project_id
	     where q.linkname = '$1'"
}

has_patches() {
	[ "$(patches_of "$1")" = "$2" ]
}

# waiting - prints the number of connections of the import that wait for the lock of a project
waiting() {
	sql "select count(*) from pg_locks where locktype = 'advisory' and classid = 1886217313 and not granted
	     and database = (select oid from pg_database where datname = current_database())"
}

# logged - prints the number of connections that were made to the database
logged() {
	sift "connection authorized: .* database=$PGDATABASE application_name=patchmda" "$PGHOST/log" | wc -l
}
# connections - prints the number of connections that the import has made: each job makes one
connections() {
	echo $(($(logged) - before))
}

is_waiting() {
	[ "$(waiting)" = "$1" ]
}

# lock_project NAME - holds the lock of the project until unlock
lock_project() {
	mkfifo "$T/locking"
	psql -Xqf "$T/locking" >/dev/null &
	locker=$!
	exec 8>"$T/locking"
	echo "begin; select pg_advisory_xact_lock(1886217313, id) from patchwork_project where linkname = '$1';" >&8
	until_true sql_is "select count(*) from pg_locks where locktype = 'advisory' and granted
		and classid = 1886217313 and database = (select oid from pg_database where datname = current_database())" 1
}

unlock() {
	exec 8>&-
	wait $locker
	rm "$T/locking"
}

# start_import OPERAND... - starts an import with $jobs jobs
start_import() {
	before=$(logged)
	patchmda import --jobs "$jobs" "$@" >"$T/summary" 2>&1 8>&- &
	pid=$!
}

pg_start
sql "alter system set log_connections = on" "select pg_reload_conf()" >/dev/null
ok "the server logs connections" within $PATIENCE_SECS eval '[ "$(sql "show log_connections")" = on ]'
archive one 1 20
archive one 21 30
archive two 1 10
archive three 1 5

prepare() {
	local name
	ready_db "$1"
	for name in one two three; do
		patchmda project add $name --list-id $name.example.org >/dev/null
	done
}

# ---- side by side

prepare import_jobs
lock_project one
jobs=4
start_import "$T/one.1" "$T/two.1" "$T/three.1" "$T/one.21"
ok "other lists are imported while one waits" until_true has_patches two 10
ok "all other lists" until_true has_patches three 5
until_true is_waiting 1
is "$(patches_of one)" 0 "no mail of the list that waits is stored"
is "$(connections)" 3 "there is a job for each list, and both sources of a list have the same job"
unlock
exits 0 "the import ends" wait $pid
is "$(patches_of one)" 30 "both sources of a list are imported"
like "$(cat "$T/summary")" '^45 messages: 45 patches, 0 covers, .* 0 errors' "the summary is of all"
is "$(sql "select string_agg(split_part(msgid, '@', 1), ' ' order by p.id) from patchwork_patch p
	join patchwork_project q on q.id = p.project_id where q.linkname = 'one'")" \
	"<$(seq -s ' <' 30)" "they are imported in their order"

# ---- one after the other

prepare import_job
lock_project one
jobs=1
start_import "$T/one.1" "$T/two.1"
until_true is_waiting 1
is "$(connections) $(patches_of two)" "1 0" "with --jobs 1 the next source waits"
unlock
exits 0 "the import ends" wait $pid
is "$(patches_of two)" 10 "the next source is imported"

# With --list-id all sources are of one list.
prepare import_jobs_list
lock_project two
jobs=3
start_import --list-id two.example.org "$T/one.1" "$T/three.1"
until_true is_waiting 1
is "$(connections)" 1 "with --list-id there is one job"
unlock
exits 0 "the import ends" wait $pid
is "$(patches_of two)" 25 "all patches are of that list"

# ---- projects that are created, errors

ready_db import_jobs_new
exits 0 "several jobs create projects" patchmda import --quiet --create-projects --jobs 3 "$T/one.1" "$T/two.1" "$T/three.1"
is "$(sql "select string_agg(linkname, ' ' order by linkname) from patchwork_project")" "one three two" "each project"
exits 0 "again" patchmda import --quiet --jobs 3 "$T/one.1" "$T/two.1" "$T/three.1"
like "$(cat "$T/out")" '^35 messages: 0 patches, .* 35 duplicates' "all mails are known"

ready_db import_jobs_input
exits 0 "standard input is read once" patchmda import --quiet --create-projects --jobs 2 - <"$T/one.1"
like "$(cat "$T/out")" '^20 messages: 20 patches' "completely"

mkfifo "$T/pipe"
cat "$T/two.1" >"$T/pipe" &
writer=$!
ready_db import_jobs_pipe
exits 0 "a pipe is read once" timeout $PATIENCE_SECS patchmda import --quiet --create-projects --jobs 2 "$T/one.1" "$T/pipe"
let_go $writer
like "$(cat "$T/out")" '^30 messages: 30 patches' "completely"

mkdir "$T/pages"
cp "$T/three.1" "$T/pages/three.mbox"
printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\n' | gzip | head -c 15 >"$T/cut.gz"
prepare import_jobs_error
exits 75 "a truncated source" patchmda import --quiet --jobs 2 "$T/cut.gz" "$T/pages"
like "$(cat "$T/out")" '^5 messages: 5 patches, .* 1 errors' "does not stop the others"
like "$(cat "$T/err")" 'cut\.gz' "and is reported"

exits 75 "without a database" env PGHOST=/nowhere patchmda import --quiet --jobs 3 "$T/one.1" "$T/two.1" "$T/three.1"
is "$(wc -l <"$T/err") $(wc -c <"$T/out")" "1 0" "the reason is printed once, and no summary"

# The jobs of larger sources come first, but their errors may not be the worst.
mkdir "$T/empty" "$T/blank"
echo 'in this folder there is no mail' | tee "$T/empty/notes" >"$T/blank/notes"
exits 66 "folders without mail" patchmda import --quiet --jobs 2 "$T/empty" "$T/blank"
exits 75 "and a truncated source" patchmda import --quiet --jobs 2 "$T/empty" "$T/cut.gz"

exits 64 "no jobs" patchmda import --jobs 0 "$T/one.1"
exits 64 "too many jobs" patchmda import --jobs 65 "$T/one.1"

done_testing
