#!/usr/bin/env bash
# follow.t - `patchmda follow` clones, fetches and stores from a git server on loopback, repeatedly, and continues
# after the server has died; `status` reports the rounds

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../git.sh"
. "$(dirname "$0")/../follow.sh"

need git /usr/bin/python3
pg_start
reference_start

same_rows() {
	facts >"$T/facts"
	is "$(without_held "$T/facts")" "$(cat "$T/reference.without")" "$1"
}
patches() {
	sql "select string_agg(msgid, ' ' order by msgid) from patchwork_patch"
}
# followed FOLDER COLUMN... - prints columns of the folder's row
followed() {
	local folder=$1
	shift
	sql "select $* from patchmda.followed where source = '$folder'"
}
new_patch() {
	LIST=tarn-devel.lists.example.org patch 'Ada <ada@x.org>' "[PATCH] $1" "$1@x.org"
}
git config --file "$T/git.config" init.defaultBranch trunk
export GIT_CONFIG_GLOBAL=$T/git.config

# ---- epochs

make_archive "$T/up/list" --mails 15 < <(messages 1 30)
git init -q --bare "$T/up/list/all.git"
serve "$T/up"
ready_db follow_epochs
# A killed process may leave a repository that is not complete, and git's locks in it.
mkdir -p "$T/m/list/git"
git init -q --bare "$T/m/list/git/.0.git.new"
touch "$T/m/list/git/.0.git.new/config.lock"
exits 0 "an archive is cloned" patchmda follow --once --create-projects "$url/list" "$T/m/list"
is "$(ls "$T/m/list/git")" $'0.git\n1.git' "each epoch is cloned"
is "$(sql "select count(*) from patchmda.repository")" 2 "and read"
like "$(cat "$T/err")" "$T/m/list: 30 messages: [0-9]+ patches" "the number of messages is logged"
for epoch in 0 1; do
	is "$(head_of "$T/m/list/git/$epoch.git")" "$(head_of "$T/up/list/git/$epoch.git")" "epoch $epoch is complete"
done
is "$(followed "$T/m/list" "url, failures, error is null, last_commit")" \
	"$url/list|0|t|$(head_of "$T/up/list/git/1.git")" "the round is recorded"

make_archive "$T/up/list" --mails 42 < <(messages 31 41)
messages 42 42 | make_archive "$T/new"
mv "$T/new/git/0.git" "$T/up/list/git/2.git"
exits 0 "new mail, and a new epoch" patchmda follow --once --create-projects "$url/list" "$T/m/list"
is "$(ls "$T/m/list/git")" $'0.git\n1.git\n2.git' "the new epoch is there"
same_rows "the rows are those of the mailbox"
exits 0 "nothing new" patchmda follow --once "$T/m/list"
is "$(cat "$T/err")" "" "and nothing is logged"

new_patch old >"$T/old"
append "$T/up/list/git/1.git" "$T/old"
exits 0 "a folder without a URL is fetched from the address of the clone" patchmda follow --once "$T/m/list"
is "$(sql "select count(*) from patchwork_patch where msgid = '<old@x.org>'")" 0 "of the newest epoch only"
touch -d "2 days ago" "$T/m/list/git/1.git/patchmda-mirror"
exits 0 "after a day" patchmda follow --once "$T/m/list"
is "$(sql "select count(*) from patchwork_patch where msgid = '<old@x.org>'")" 1 "of the others, too"

# ---- other archives

ready_db follow_single
patchmda project add tarn --list-id tarn-devel.lists.example.org >/dev/null
git init -q --bare -b main "$T/up/single"
git -C "$T/up/single" symbolic-ref HEAD refs/heads/main
exits 75 "an archive without mail" patchmda follow --once "$url/single" "$T/m/single"
like "$(cat "$T/err")" "$url/single: it has no mail yet" "is reported as an error"
new_patch one | append "$T/up/single"
exits 0 "a single repository" patchmda follow --once "$url/single/" "$T/m/single"
is "$(patches)" "<one@x.org>" "is read"
new_patch two | append "$T/up/single"
exits 0 "again" patchmda follow --once "$url/single" "$T/m/single"
is "$(patches)" "<one@x.org> <two@x.org>" "its new mail is read"

git clone -q --mirror "$T/up/single" "$T/m/other" 2>/dev/null
git -C "$T/m/other" remote remove origin
new_patch three | append "$T/up/single"
exits 0 "a repository that another program updates" patchmda follow --once "$T/m/other"
is "$(patches)" "<one@x.org> <two@x.org>" "is not fetched"
git -C "$T/m/other" fetch -q "$T/up/single" '+refs/*:refs/*'
exits 0 "after its update" patchmda follow --once "$T/m/other"
is "$(patches)" "<one@x.org> <three@x.org> <two@x.org>" "is read"
exits 75 "a URL other than that of the clone" patchmda follow --once "$url/list" "$T/m/single"
like "$(cat "$T/err")" "$T/m/single: its remote 'origin' is $url/single, not at $url/list" "is reported as an error"
exits 75 "no such archive" patchmda follow --once "$url/nothing" "$T/m/nothing"
like "$(cat "$T/err")" "$url/nothing: fatal: " "with git's message"
exits 75 "no such folder" patchmda follow --once "$T/m/nothing"
like "$(cat "$T/err")" "$T/m/nothing: there is no repository in it" "is reported as an error"
exits 75 "several archives, of which one fails" patchmda follow --once "$T/m/nothing" "$url/single" "$T/m/single" "$T/m/list"
is "$(followed "$T/m/single" failures)$(followed "$T/m/list" failures)" 00 "the others are followed without errors"

# ---- deleted mail

ready_db follow_purge
patchmda project add tarn --list-id tarn-devel.lists.example.org >/dev/null
git init -q --bare "$T/up/purge/git/0.git"
for i in 1 2 3; do
	new_patch $i >"$T/$i"
	commit "$T/up/purge/git/0.git" "number $i" m "$T/$i"
done
exits 0 "three patches" patchmda follow --once "$url/purge" "$T/m/purge"
purge "$T/up/purge/git/0.git" "number 2"
git -C "$T/up/purge/git/0.git" gc -q --prune=now
new_patch 4 | append "$T/up/purge/git/0.git"
exits 0 "one is purged, and one is new" patchmda follow --once "$url/purge" "$T/m/purge"
is "$(patches)" "<1@x.org> <2@x.org> <3@x.org> <4@x.org>" "the stored patches are kept"
like "$(patchmda why 2@x.org)" "deleted from its archive" "why reports the deletion"
is "$(head_of "$T/m/purge/git/0.git")" "$(head_of "$T/up/purge/git/0.git")" "the mirror is the same as the archive"

# ---- a server that dies

server_stop
ready_db follow_dies
exits 75 "no server" patchmda follow --once "$url/list" "$T/d/list"
like "$(cat "$T/err")" "Connection refused" "is reported with git's message"
serve "$T/up" 3000
exits 75 "a server that dies in the middle" patchmda follow --once --create-projects "$url/list" "$T/d/list"
ok "it has died" test -e "$T/died"
like "$(cat "$T/err")" "$T/d/list/git/0.git: fatal: " "which is reported with git's message"
is "$(followed "$T/d/list" "failures, succeeded is null, error like '%fatal: %'")" "2|t|t" "the failures are counted"
exits 0 "status, with more failures allowed" patchmda status --max-failures 2
exits 1 "status, with fewer" patchmda status --max-failures 1
like "$(cat "$T/out")" "$T/d/list +- .*2 +late +.*fatal: " "shows the failures"
exits 1 "status, of a source without success" patchmda status --max-behind 1h
serve "$T/up"
exits 0 "the server runs again" patchmda follow --once --create-projects "$url/list" "$T/d/list"
is "$(sql "select count(*) from patchwork_patch")" 21 "nothing is missing"
is "$(followed "$T/d/list" failures)" 0 "the count of failures is 0"
exits 0 "status" patchmda status --max-failures 0 --max-behind 1h
like "$(cat "$T/out")" "$T/d/list +[0-9]+s +$(head_of "$T/up/list/git/2.git" | cut -c 1-12) +[0-9a-z]+ +0" \
	"shows age, commit and failures"
metrics=$(patchmda status --openmetrics)
for metric in followed_success_timestamp_seconds followed_commit_timestamp_seconds followed_failures; do
	like "$metrics" "patchmda_$metric\\{source=\"$T/d/list\"\\} [0-9]+" "$metric is a metric"
done

server_stop
serve "$T/up" 1500
make_archive "$T/up/list" --mails 60 < <(new_patch five | mbox)
exits 75 "it dies while new mail is fetched" patchmda follow --once "$url/list" "$T/d/list"
server_stop
serve "$T/up"
exits 0 "when it runs again" patchmda follow --once "$url/list" "$T/d/list"
is "$(sql "select count(*) from patchwork_patch where msgid = '<five@x.org>'")" 1 "the new mail is stored"

# ---- rounds

server_stop
serve "$T/up"
ready_db follow_every
patchmda project add tarn --list-id tarn-devel.lists.example.org >/dev/null
patchmda follow --every 1s "$url/single" "$T/e/single" "$url/purge" "$T/e/purge" 2>"$T/log" &
pid=$!
at_exit let_go $pid
until_true sql_is "select count(*) from patchwork_patch" 6
new_patch six | append "$T/up/single"
until_true sql_is "select count(*) from patchwork_patch where msgid = '<six@x.org>'" 1
pass "new mail is stored without a further command"
server_stop
until_true sql_is "select failures >= 1 from patchmda.followed where source = '$T/e/single'" t
serve "$T/up"
new_patch seven | append "$T/up/single"
until_true sql_is "select count(*) from patchwork_patch where msgid = '<seven@x.org>'" 1
pass "also after the server was stopped for a time"
until_true sql_is "select failures from patchmda.followed where source = '$T/e/single'" 0
kill -TERM $pid
status=0
wait $pid || status=$?
is $status 0 "SIGTERM ends it"

server_stop
serve "$T/up" stall
new_patch eight | append "$T/up/single"
patchmda follow --once "$T/e/single" 2>"$T/log" &
pid=$!
until_true test -e "$T/stalled"
kill -TERM $pid
until_true eval "! kill -0 $pid" || kill -KILL $pid
status=0
wait $pid || status=$?
is $status 75 "SIGTERM ends it while a server is silent"
server_stop

# ---- --forget, and errors in the command line

ready_db follow_forget
exits 0 "a folder" patchmda follow --once "$T/m/other"
exits 0 "--forget" patchmda follow --forget "$T/m/other"
is "$(sql "select count(*) from patchmda.followed")" 0 "it is not shown any more"
exits 65 "--forget of a folder that is not followed" patchmda follow --forget "$T/m/other"
exits 64 "no folder" patchmda follow
exits 64 "a URL without a folder" patchmda follow --once "$url/single"
exits 64 "two URLs" patchmda follow --once "$url/single" "$url/list" "$T/m/x"
exits 64 "--every 0s" patchmda follow --every 0s "$T/m/other"
PGDATABASE=nowhere exits 75 "no database" patchmda follow --once "$T/m/other"

done_testing
