#!/usr/bin/env bash
# readme.t - the recipes of README.md that need no mail server, run as they are written
. "$(dirname "$0")/../lib.sh"
need git psql pg_dump
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../readme.sh"
LIST=ltp.lists.linux.it
# The script has its own server, because roles and databases have the names that README gives them.
pg_start own
export PGDATABASE=postgres
cd "$T"

# ---- every recipe has a test

for name in $(sed -n 's/^<!-- recipe: \(.*\) -->$/\1/p' "$ROOT/README.md"); do
	ok "$name is tried by a test" grep -rqE --include='*.t' --include='*.sh' --include=mail-servers \
		"(recipe|configured|run|settings|map|exim_conf|smtpd_run) $name( |[)]|\$)" "$ROOT/tests"
done

# run NAME [SED-SCRIPT...] - runs the recipe in a shell
run() {
	local script
	script=$(recipe "$@")
	ok "$1: works as it is written" bash -e -o pipefail -c "$script"
}

in_db() {
	PGDATABASE=$1 sql "$2"
}

# ---- without Patchwork

ada='Ada <ada@x.org>'
{
	mail "$ada" '[PATCH 0/2] ring: wrap' 0@x.org | mbox
	patch -r '<0@x.org>' "$ada" '[PATCH 1/2] ring: one' 1@x.org | mbox
	patch -r '<0@x.org>' "$ada" '[PATCH 2/2] ring: two' 2@x.org | mbox
} >ltp.mbox
mail -r '<2@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH 2/2] ring: two' 3@x.org >mail
run alone
is "$(in_db patchwork 'select name, total from patchwork_series')" 'ring: wrap|2' \
	"alone: the series is stored"
is "$(in_db patchwork 'select count(*) from patchwork_patchcomment')" 1 "alone: and the comment"

# ---- archives

mkdir pipermail
for month in 2024-January 2024-February; do
	cat >"pipermail/$month.txt" <<MONTH
From ada at x.org  Mon Jan  1 10:00:00 2024
From: ada at x.org (Ada)
Date: Mon, 1 Jan 2024 10:00:00 +0000
Subject: [LTP] [PATCH] of $month
Message-ID: <$month@x.org>

$(change src/ring.c)

MONTH
done
gzip pipermail/2024-January.txt
run pipermail
is "$(in_db patchwork "select count(*), min(s.email) from patchwork_patch p
	join patchwork_person s on s.id = p.submitter_id where p.name like '%of 2024%'")" '2|ada@x.org' \
	"pipermail: a mail of each month, by its sender"

export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x.org GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x.org
git init -q inbox
# commit FILE m|d - commits as public-inbox does: the tree has one file, m for mail or d for deleted mail
commit() {
	(cd inbox && git rm -rfq --ignore-unmatch . && cp "$1" "$2" && git add "$2" && git commit -qm x)
}
patch "$ada" '[PATCH] of git one' git1@x.org >m1
mail -r '<git1@x.org>' "$ada" 'Re: [PATCH] of git one' git2@x.org \
	$'From the first line on:\n>From is quoted\nlast' >m2
patch "$ada" '[PATCH] of git two' git3@x.org >m3
commit "$T/m1" m
commit "$T/m2" m
commit "$T/m2" d
commit "$T/m3" m
git clone -q --mirror inbox ltp/git/0.git
run public-inbox
is "$(in_db patchwork "select string_agg(name, ',' order by id) from patchwork_patch where name like 'of git%'")" \
	'of git one,of git two' "public-inbox: the mails, in order"
is "$(in_db patchwork "select content from patchwork_patchcomment where msgid = '<git2@x.org>'")" \
	$'From the first line on:\n>From is quoted\nlast' "public-inbox: the text is unchanged"
is "$(in_db patchwork "select count(*) from patchwork_patch where content || diff like '%missing%'")" 0 \
	"public-inbox: a deletion is not stored as text"
like "$(patchmda why -d dbname=patchwork git2@x.org)" 'deleted from its archive' "public-inbox: why reports the deletion"
run public-inbox
is "$(in_db patchwork "select count(*) from patchwork_patch where name like 'of git%'")" 2 \
	"public-inbox: a second import adds no patches"

patch "$ada" '[PATCH] of git three' git4@x.org >m4
commit "$T/m4" m
recipe follow "s,https://lore.kernel.org/ltp,file://$T/inbox," "s,/srv/lore,$T/lore," >follow
ok "follow: the command runs" bash -e follow
is "$(in_db patchwork "select count(*) from patchwork_patch where name like 'of git%'")" 3 "follow: new mail is stored"
patch "$ada" '[PATCH] of git four' git5@x.org >m5
commit "$T/m5" m
git --git-dir=ltp/git/0.git fetch -q
hook=$(recipe grokmirror 's,/usr/local/bin/,,' | sed -n 's/^post_update_hook = //p')
ok "grokmirror: the hook runs" $hook "$T/ltp/git/0.git"
is "$(in_db patchwork "select count(*) from patchwork_patch where name like 'of git%'")" 4 "grokmirror: new mail is stored"
run_status=0
recipe gaps 's/ --since 7d//' >gaps
bash -e gaps >gaps.out || run_status=$?
is "$run_status $(count 'git[0-9]@x.org' gaps.out)" "1 5" "gaps: mail that came by no other way is listed"

# ---- backup

mail -r '<later@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH] later' early@x.org |
	patchmda deliver -d dbname=patchwork
run backup
dropdb patchwork
run restore
patch "$ada" '[PATCH] later' later@x.org | patchmda deliver -d dbname=patchwork
is "$(in_db patchwork "select count(*) from patchwork_patchcomment c join patchwork_patch p
	on p.id = c.patch_id where p.msgid = '<later@x.org>'")" 1 \
	"restore: a reply that waited finds its parent"

# ---- monitoring

run monitoring "s,/var/lib/node_exporter,$T,"
like "$(tail -n 1 patchmda.prom)" '^# EOF$' "monitoring: the file is complete"

# ---- commits

(
	cd inbox
	printf 'same\nold\n' >ring.c
	git add ring.c
	git commit -qm 'The start'
	git tag 20240129
	sed -i 's/old/new/' ring.c
	git commit -qam 'ring: a commit' --date '2024-06-01 12:00:00 +0000' --author 'Ada <ada@x.org>'
	git format-patch -1 --stdout --add-header='Message-ID: <applied@x.org>' --add-header="List-Id: <$LIST>" >"$T/mail"
)
patchmda deliver -d dbname=patchwork <mail

# applied - prints state and commit of the applied patch, and resets them
applied() {
	in_db patchwork "select s.slug || ' ' || coalesce(p.commit_ref, '') from patchwork_patch p
		join patchwork_state s on s.id = p.state_id where p.msgid = '<applied@x.org>'"
	in_db patchwork "update patchwork_patch set commit_ref = null, state_id = 1 where msgid = '<applied@x.org>'"
}
accepted="accepted $(git -C inbox rev-parse HEAD)"
rm -rf ltp.git
git clone -q --mirror inbox ltp.git
run commits-once
is "$(applied)" "$accepted" "commits-once: the patch is accepted"

git init -q --bare hub.git
recipe commits-hook >hub.git/hooks/post-receive
chmod +x hub.git/hooks/post-receive
git -C inbox push -q "$T/hub.git" HEAD:refs/heads/master 2>pushed
like "$(cat pushed)" 'remote: .*ring: a commit' "commits-hook: the output is shown to the user who pushes"
is "$(applied)" "$accepted" "commits-hook: the patch is accepted"

rm -rf ltp.git
[ "$(git -C inbox branch --show-current)" = master ] || git -C inbox branch -f master HEAD
run commits-mirror "s,https://github.com/linux-test-project/ltp.git,$T/inbox,"
run commits-fetch
is "$(applied)" "$accepted" "commits-fetch: the patch is accepted"
run commits-fetch
is "$(applied)" 'new ' "commits-fetch: and not looked up again"

# ---- under a Patchwork

dropdb patchwork
createdb patchwork
"$ROOT/tests/django-schema" 0046 | PGDATABASE=patchwork psql -Xq -v ON_ERROR_STOP=1
run under-init
run under-grants "s,/usr/local/share/patchmda/,$ROOT/sql/,"
run under-look "s,/usr/local/share/patchmda/,$ROOT/sql/,"
patchmda project add ltp -d dbname=patchwork --list-id $LIST
exits 0 "under: the role that only reads can list" env PGUSER=onlooker patchmda list -d dbname=patchwork
ok "under: the other role delivers" eval "patch '$ada' '[PATCH] role' role@x.org |
	PGUSER=patchmda patchmda deliver -d dbname=patchwork"
is "$(in_db patchwork "select count(*) from patchwork_patch")" 1 "under: the patch is stored"

run copy
# patchmda replaces Patchwork's parser here.
printf '#!/bin/sh\nexec patchmda deliver -d dbname=patchwork\n' >parsemail.sh
chmod +x parsemail.sh
recipe both "s,/opt/patchwork/patchwork/bin/,$T/," >both
chmod +x both
patch "$ada" '[PATCH] to both' both@x.org >mail
exits 0 "both: the script delivers a mail" ./both <mail
is "$(in_db patchwork 'select count(*) from patchwork_patch'), \
$(in_db patchwork_try 'select count(*) from patchwork_patch')" '2, 2' "both: both databases have it"
printf '#!/bin/sh\ncat >/dev/null\nexit 3\n' >parsemail.sh
exits 3 "both: the exit status is that of the old parser" ./both <mail
run compare
like "$(cat patchwork_try.txt)" '<both@x.org>\|[0-9a-f]{40}\|to both' "compare: the patches are listed"
in_db patchwork_try "update patchwork_patch set name = 'another' where msgid = '<both@x.org>'"
exits 1 "compare: differences are reported" bash -c "$(recipe compare)"

# ---- settings

# settings RECIPE - prints a file of settings for the shell, which reads it like systemd if values are quoted
settings() {
	recipe "$1" | sed -E 's/^([A-Z_]+)=(.*)$/\1='"'"'\2'"'"'/'
}
ok "conf: the daemon accepts the options" bash -c "$(settings conf)
	[ \"\$PGDATABASE\" = patchwork ] && patchmda lmtpd \$PATCHMDA_OPTIONS --help"
is "$(PGUSER=postgres bash -c "set -a; $(settings failover | sed "s,db1.example.org,/nowhere/x,; s,db2.example.org,$PGHOST,")
	patchmda project list | wc -l")" 1 "failover: the server that runs is found"
need systemd-analyze
mkdir -p units/patchmda.socket.d
cp "$ROOT"/systemd/patchmda.{service,socket} units
recipe socket-drop-in >units/patchmda.socket.d/override.conf
# verified - prints the warnings of systemd
verified() {
	{ systemd-analyze verify --man=no --recursive-errors=no "$T/units/patchmda.socket" 2>&1 || true; } |
		sift -v 'is not executable'
}
is "$(verified)" '' "socket-drop-in: systemd accepts it"
echo 'Bogus=1' >>units/patchmda.socket.d/override.conf
like "$(verified)" Bogus "socket-drop-in: an error would be reported"
done_testing
