#!/usr/bin/env bash
# httpd-downloads.t - mails and diffs from `patchmda httpd`, and the links to them
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl git

LIST=list.example.org
pg_start
ready_db httpd_downloads
patchmda project add one --list-id $LIST --list-email list@x.org --name One >/dev/null
user maint one
user other
mail 'Ada <ada@x.org>' '[PATCH 0/2] turns' a0@x.org | patchmda deliver
patch -r '<a0@x.org>' -h 'X-Mailer: mutt ' 'Ada <ada@x.org>' '[PATCH 1/2] turn: it; all' a1@x.org | patchmda deliver
mail -r '<a1@x.org>' -d 2 'Bob <bob@x.org>' 'Re: 1' r2@x.org $'> Acked-by: No <no@x.org>\nreviewed-by: Bob <bob@x.org>' | patchmda deliver
mail -r '<a1@x.org>' -d 1 'Bob <bob@x.org>' 'Re: 1' r1@x.org $'Acked-by: Bob <bob@x.org>\nAcked-by: Bob <bob@x.org>' | patchmda deliver
mail -r '<a0@x.org>' 'Bob <bob@x.org>' 'Re: 0' r0@x.org 'Tested-by: Bob <bob@x.org>' | patchmda deliver
patch -r '<a0@x.org>' '"Zoë, Ünlü" <zoe@x.org>' '[PATCH 2/2] grün' 'b/2@x.org' | patchmda deliver
mail 'Ada <ada@x.org>' '[GIT PULL] turns' pull@x.org \
	$'The following changes since commit 1:\n\nare available in the git repository at:\n\n  git://x.org/y.git turn\n' | patchmda deliver
sql "update patchwork_patch set delegate_id = 1 where msgid = '<a1@x.org>'" \
"insert into patchwork_bundle (name, public, owner_id, project_id) values ('two of them', true, 1, 1), ('closed', false, 1, 1)" \
"insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id) values (1, 1, 2), (2, 1, 1)"
httpd_start

get /project/one/patch/a1@x.org/mbox/
is "$body" "$(cat <<'END'
From patchwork Mon Mar  2 09:00:00 2026
Content-Type: text/plain; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
X-Patchwork-Submitter: Ada <ada@x.org>
X-Patchwork-Id: 1
X-Patchwork-Delegate: maint@x.org
From: Ada <ada@x.org>
Subject: [PATCH 1/2] turn: it; all
Message-Id: <a1@x.org>
Date: Mon, 02 Mar 2026 09:00:00 +0000
List-Id: <list.example.org>
In-Reply-To: <a0@x.org>
References: <a0@x.org>
X-Mailer: mutt 

Some words on what it does.

Signed-off-by: Ada <ada@x.org>
Acked-by: Bob <bob@x.org>
Acked-by: Bob <bob@x.org>
reviewed-by: Bob <bob@x.org>

diff --git a/src/ring.c b/src/ring.c
--- a/src/ring.c
+++ b/src/ring.c
@@ -1,2 +1,2 @@
 same
-old
+new
END
)" 'a patch as a mail'
is "$(header Content-Type), $(header Content-Disposition)" \
	'text/plain; charset=utf-8, attachment; filename=1-2-turn-it-all.patch' 'with its type and name'
get /project/one/patch/a1@x.org/raw/
is "$body" "$(sql 'select diff from patchwork_patch where id = 1')" 'its diff'
is "$(header Content-Type), $(header Content-Disposition)" 'text/x-patch, attachment; filename=1-2-turn-it-all.diff' \
	'with its type and name'
get /project/one/patch/pull@x.org/raw/
is "$body" None 'a missing diff'
get /project/one/patch/pull@x.org/mbox/
unlike "$body" '---' 'and no separator'
for from in 'One <list@x.org>' 'list@x.org (via One)' 'list@x.org'; do
	sql "update patchwork_patch set headers = 'From: $from' where msgid = '<pull@x.org>'"
	get /project/one/patch/pull@x.org/mbox/
	is "$(grep 'From: ' <<<"$body")" "X-Patchwork-Original-From: $from"$'\nFrom: Ada <ada@x.org>' "the author's address, where the list wrote its own: $from"
done
get /project/one/cover/a0@x.org/mbox/
is "$(sed '1,/^$/d' <<<"$body")" $'Just a line.\nTested-by: Bob <bob@x.org>' 'a cover letter'
is "$(header Content-Type), $(header Content-Disposition)" 'text/plain, attachment; filename=0-2-turns.mbox' 'with its name'

# A patch whose message id has a slash is found at the address in its document, and at no other.
get /api/patches/2/
mbox=$(field "->>'mbox'")
get "${mbox#http://p.example.org}"
like "$body" 'X-Patchwork-Submitter: =\?utf-8\?b\?Wm/Dqywgw5xubMO8\?= <zoe@x\.org>' 'a name beyond ASCII'
for path in b/2@x.org b%2F2@x.org; do
	is "$(get /project/one/patch/$path/mbox/; echo $status)" 404 "$path"
done

# In the path of a cover letter %2F is no slash, but the address in the document is found, too.
for msgid in 'c%2F0@x.org' c/0@x.org; do
	sql "update patchwork_cover set msgid = '<$msgid>'"
	for path in c/0@x.org c%2F0@x.org c%252F0@x.org; do
		is "$path $(get /project/one/cover/$path/mbox/; echo $status) $(get /project/one/cover/$path/; echo $status)" \
			"$path $([[ $msgid = *%* && $path != *25* ]] && echo 404 404 || echo 200 200)" "$msgid"
	done
done
sql "update patchwork_cover set msgid = '<a0@x.org>'"
# Dates are not rounded.
sql "update patchwork_patch set date = '2026-02-28 23:59:59.999999Z', headers = '' where msgid = '<pull@x.org>'"
get /project/one/patch/pull@x.org/mbox/
is "$(grep -E '^(From patchwork|Date:) ' <<<"$body")" \
	$'From patchwork Sat Feb 28 23:59:59 2026\nDate: Sat, 28 Feb 2026 23:59:59 -0000' 'a date with microseconds'
sql "update patchwork_cover set date = '2026-02-28 23:59:59.6Z', headers = ''"
is "$(get /project/one/cover/a0@x.org/mbox/; head -n 1 <<<"$body")" 'From patchwork Sat Feb 28 23:59:59 2026' 'that of a cover letter'
like "$(get /project/one/patch/pull@x.org/; echo "$body")" 'datetime="2026-02-28T23:59:59' 'and that of a page'

# ---- several mails

count() {
	grep -c '^From patchwork' <<<"$body"
}
is "$(get /project/one/patch/b%252F2@x.org/mbox/; count)" 1 'one patch'
is "$(get '/project/one/patch/b%252F2@x.org/mbox/?series=*'; count)" 2 'a patch and those before it'
is "$(get '/project/one/patch/b%252F2@x.org/mbox/?series=1'; count)" 2 'the same with the number of its series'
is "$(get '/project/one/patch/a1@x.org/mbox/?series=*'; count)" 1 'the first patch has none before it'
for series in 2 x ''; do
	is "$(get "/project/one/patch/a1@x.org/mbox/?series=$series"; echo $status)" 404 "?series=$series"
done
get /series/1/mbox/
is "$(grep '^X-Patchwork-Id' <<<"$body" | tr -d '\n') $(header Content-Disposition)" \
	'X-Patchwork-Id: 1X-Patchwork-Id: 2 attachment; filename=turns.patch' 'a series by number'
git init -q "$T/repo"
cd "$T/repo"
mkdir src
printf 'same\nold\n' >src/ring.c
git add .
git -c user.name=x -c user.email=x@x.org commit -q -m base
cp "$T/body" "$T/series.mbox"
get /project/one/patch/a1@x.org/mbox/
ok 'git am applies the mail' git -c user.name=x -c user.email=x@x.org am -q "$T/body"
is "$(git log -1 --format='%an %s')" 'Ada turn: it; all' 'with its author and title'
cd "$ROOT"
get '/bundle/maint/two%20of%20them/mbox/'
is "$(grep '^X-Patchwork-Id' <<<"$body" | tr -d '\n') $(header Content-Disposition)" \
	'X-Patchwork-Id: 2X-Patchwork-Id: 1 attachment; filename=bundle-1-two-of-them.mbox' 'a bundle in its order'
is "$(get /bundle/maint/closed/mbox/; echo $status) $(get /bundle/maint/closed/mbox/ -H "$(as other)"; echo $status) $(get /bundle/maint/closed/mbox/ -H "$(as maint)"; echo $status)" \
	'404 404 200' 'a private bundle can be read only by its owner'
for name in closed two%20of%20them none; do
	for user in other maint; do
		get /bundle/maint/$name/mbox/ -H "$(as $user)"
		is "$(header Cache-Control) $(header Vary)" 'private Cookie' "no shared cache gives the mbox of $name, $status, to others"
	done
	get /bundle/maint/$name/mbox/
	is "$(header Cache-Control) $(header Vary)" 'private Cookie' 'nor the response to a client without a name to a user'
done
for path in /bundle/maint/two%20of%20them/ /bundle/maint/closed/ /series/1/mbox/; do
	get $path
	anonymous=$status$body
	get $path -H "$(as maint)"
	is "$status$body" "$anonymous" "$path, $status, does not depend on the user"
done

# ---- links

while read -r path want; do
	is "$(get "$path"; echo "$status $(header Location)")" "302 $want" "$path"
done <<'END'
/patch/1/ /project/one/patch/a1@x.org/
/patch/2/mbox/ /project/one/patch/b%252F2@x.org/mbox/
/patch/1/raw/ /project/one/patch/a1@x.org/raw/
/cover/1/ /project/one/cover/a0@x.org/
/cover/1/mbox/ /project/one/cover/a0@x.org/mbox/
/comment/2/ /project/one/patch/a1@x.org/#2
END
sql 'delete from patchwork_event where patch_comment_id = 1' 'delete from patchwork_patchcomment where id = 1'
is "$(get /comment/1/; header Location)" '/project/one/cover/a0@x.org/#1' "a comment on a cover letter, if no comment on a patch has the id"
# ---- requests of the forms in Patchwork's pages

sql "update patchwork_person set name = 'Zoë \"Z\"' where email = 'zoe@x.org'" \
	"update patchwork_person set name = null where email = 'bob@x.org'"
while IFS='|' read -r path want; do
	is "$(get "$path"; echo "$status $(header Content-Type) $body")" "200 application/json $want" "$path"
done <<'END'
/submitter/?q=ZOE@X|[{"pk": 3, "name": "Zo\u00eb \"Z\"", "email": "zoe@x.org"}]
/submitter/?q=bob|[{"pk": 2, "name": null, "email": "bob@x.org"}]
/submitter/?q=x.org&l=1|[{"pk": 1, "name": "Ada", "email": "ada@x.org"}]
/submitter/?q=x%25org|[]
/submitter/?q=zo|
/submitter/|
/delegate/?q=MAI|[{"pk": 1, "name": "maint"}]
/delegate/?q=other|[]
END
get /project/one/pwclientrc/
is "$(header Content-Disposition) $(grep -A 2 '^\[one\]' "$T/body" | tr '\n' ' ')" \
	'attachment; filename=.pwclientrc [one] backend = rest url = http://p.example.org/api/ ' 'settings of pwclient'
is "$(get /project/One/pwclientrc/; echo $status)" 404 'of a project that exists'
is "$(get /user/bundle/1/mbox/; echo "$status $(header Location)")" '302 /user/login/?next=/user/bundle/1/mbox/' \
	"a page for users who have logged in is left to Patchwork"
for path in /patch/9/ /patch/9/mbox/ /cover/9/ /comment/9/ /series/9/mbox/ /project/one/patch/none@x.org/mbox/ \
	/project/none/patch/a1@x.org/mbox/ /project/one/cover/a1@x.org/mbox/ /bundle/maint/none/mbox/; do
	is "$(get $path; echo $status)" 404 "$path"
done
is "$(get /patch/1; echo "$status $(header Location)")" '301 /patch/1/' 'a slash that is missing'
is "$(ask HEAD /series/1/mbox/; echo "$status") $(ask POST /patch/1/; echo $status) $(ask DELETE /series/1/mbox/; echo $status)" \
	'200 403 403' 'nothing is written outside of the REST interface'
is "$(ask TRACE /patch/1/; echo "$status $(header Allow)")" '405 GET, HEAD' 'a method that is not known'
done_testing
