#!/usr/bin/env bash
# pages.t - pages of `patchmda httpd`: projects, lists and their parameters, patches, series, search
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db pages
patchmda project add one --list-id $LIST --list-email list@x.org --name One >/dev/null
patchmda project set one --list-archive-url-format 'https://lore.example.org/{}'
patchmda project add empty --list-id empty.example.org --list-email empty@x.org --name Empty >/dev/null
user maint one
mail 'Ada <ada@x.org>' '[PATCH 0/3] turns' a0@x.org 'What it is about.' | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/3] one' a1@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 2/3] two' 'a/2@x.org' | patchmda deliver
patch -d 9 'Bob <bob@x.org>' '[PATCH v2] alone' b1@x.org | patchmda deliver
mail -r '<a1@x.org>' -d 1 'Bob <bob@x.org>' 'Re: one' r1@x.org \
	$'> Some words\nhttps://x.org/y?a=1&b=2.\nAcked-by: Bob <bob@x.org>' | patchmda deliver
mail -r '<a1@x.org> <r1@x.org>' -d 2 'Ada <ada@x.org>' 'Re: one' r2@x.org "$(seq -f '> line %g' 20)" | patchmda deliver
mail -r '<a0@x.org>' -d 3 'Bob <bob@x.org>' 'Re: turns' r0@x.org 'Fine in general.' | patchmda deliver
sql "insert into patchwork_check (date, state, context, user_id, patch_id, target_url, description) values
	('2026-03-02 10:00:00Z', 1, 'build', 1, 1, 'https://ci.example.org/1', 'was fine'),
	('2026-03-02 11:00:00Z', 3, 'build', 1, 1, 'javascript:alert(1)', 'is broken')" \
"insert into patchwork_patchtag (count, patch_id, tag_id) select 1, 2, id from patchwork_tag where name = 'Acked-by'" \
"update patchwork_patch set delegate_id = 1, commit_ref = 'c0ffee1234567' where msgid = '<a1@x.org>'" \
"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'accepted') where msgid = '<b1@x.org>'"
httpd_start

# says REGEX NAME - tests that the text of the last page, without its tags, matches
says() {
	sed -E 's/<[^>]*>//g' "$T/body" >"$T/text"
	ok "$2" grep -E "$1" "$T/text"
}
lacks() {
	unlike "$(sed -E 's/<[^>]*>//g' "$T/body")" "$1" "$2"
}
# names - prints the names of the patches or series in the last list, in order
names() {
	sift -oE '<th scope="row"><a href="[^"]*"><bdi>[^<]*' "$T/body" | sed 's/.*>//' | tr '\n' ';'
}

# ---- projects

get /
is "$status $(header Content-Type) $(names)" '200 text/html; charset=utf-8 empty;one;' 'the first page has the projects'
says 'One2' 'with the number of open patches'
get /project/one/
says 'Mailing listlist@x\.org' 'the page of a project has its mailing list'
says 'MaintainersMaint Example' 'and its maintainers'
says 'Accepted1' 'and the number of patches in each state'
get /project/empty/list/
says 'The project has no patch yet' 'an empty list shows the reason'
get '/project/one/list/?q=nothing'
says 'No open patch matches' 'and so does one that is empty because of a filter'
is "$(get /project/none/; echo "$status") $(get /project/none/list/; echo "$status") $(get /project/none/feed/; echo "$status")" \
	'404 404 404' 'a project that does not exist'
is "$(get /project/one; echo "$status $(header Location)")" '301 /project/one/' 'a slash that is missing'

# ---- lists

get /project/one/list/
is "$(names)" 'turns;' 'a list has the series with open patches'
says 'missing: 3.*2/3&nbsp;!' 'with the number of received patches and the missing ones, as text'
says '1&nbsp;fail' 'and the worst check'
like "$body" 'data-label="comments">3<' 'the comments on all its mails are counted'
like "$body" 'data-label="A">2<' 'and the trailers'
while read -r query want; do
	get "/project/one/list/?$query"
	is "$(names)" "$want" "$query"
done <<'END'
state=* [v2] alone;turns;
state=accepted [v2] alone;
state=Under+Review
state=nonsense
state=*&submitter=bob [v2] alone;
state=*&submitter=1 turns;
submitter=nobody@nowhere
delegate=maint turns;
delegate=1 turns;
delegate=Nobody turns;
delegate=other
q=two turns;
q=turns+two
q=three
archive=true
state=*&order=name [v2] alone;turns;
state=*&order=-name turns;[v2] alone;
state=*&order=date turns;[v2] alone;
state=*&page=2
view=patches [2/3] two;[1/3] one;
view=patches&state=* [v2] alone;[2/3] two;[1/3] one;
view=patches&delegate=1 [1/3] one;
view=patches&delegate=nobody [2/3] two;
view=patches&state=*&order=name [1/3] one;[2/3] two;[v2] alone;
view=patches&state=*&order=delegate [1/3] one;[v2] alone;[2/3] two;
view=patches&state=*&order=-submitter [v2] alone;[2/3] two;[1/3] one;
view=patches&state=*&q=TWO [2/3] two;
view=patches&state=*&q=% 
series=1 [1/3] one;[2/3] two;
series=2 [v2] alone;
series=2&state=new
series=x
END
sql "update patchwork_patch set archived = true where id = 1"
is "$(get '/project/one/list/?view=patches'; names) $(get '/project/one/list/?view=patches&archive=true'; names) $(get '/project/one/list/?view=patches&archive=both'; names)" \
	'[2/3] two; [1/3] one; [2/3] two;[1/3] one;' 'archived patches are listed if the request asks for them'
sql "update patchwork_patch set archived = false where id = 1" \
	"insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
	select 1000 + i, 'many ' || i, now(), 1, 1, 2, 1 from generate_series(1, 101) i"
get '/project/empty/list/?state=*&q=many'
is "$(names | tr -cd ';' | wc -c) $(names | cut -d ';' -f 1)" '100 many 101' 'a page has 100 rows'
like "$body" 'href="\?page=2&amp;q=many&amp;state=%2A">Next page' 'and leads to the next'
get '/project/empty/list/?state=*&q=many&page=2'
is "$(names)" 'many 1;' 'which has the last row'

# ---- patches, cover letters, series

get /project/one/patch/a1@x.org/
says '^\[1/3\] one$' 'the page of a patch has its name'
says 'Series: turns 2/3' 'and its series'
says 'Next: \[2/3\] two' 'and the next patch'
says 'DateX?2026-03-02 09:00' 'its date'
says 'Commitc0ffee1234567' 'its commit'
says 'Delegatemaint' 'its delegate'
says 'buildfailis broken' 'the latest check of a context'
lacks 'was fine' 'and no earlier one'
unlike "$body" 'href="javascript' 'an address that is not of the web is no link'
says '^Acked-by: Bob &lt;bob@x\.org&gt;$' 'the trailers of the comments'
says 'Signed-off-by: Ada' 'the commit message'
says 'src/ring\.c \+1 -1' 'the files with their counts'
like "$body" '<a id="l7" href="#l7" tabindex="-1">2</a><ins>\+new</ins>' 'the diff, with an anchor for each line'
like "$body" '<a rel="nofollow noreferrer" href="https://x\.org/y\?a=1&amp;b=2">' 'an address in a comment is a link, without the full stop'
says '20 quoted lines' 'a long quote is folded'
like "$body" '<a href="https://lore\.example\.org/a1@x\.org" rel="nofollow noreferrer">' \
	'a link to the archive has no referrer'
says 'curl -s http://p\.example\.org/project/one/patch/a1@x\.org/mbox/ \| git am' 'the command to copy'
like "$(tr -d '\n' <"$T/body")" '<li><article id="1">.*<ol><li><article id="2">.*</article></li></ol></li>' \
	'a reply to a comment is below it'
for path in /project/one/patch/a%252F2@x.org/ /project/one/cover/a0@x.org/ /project/one/series/1/ /why/a1@x.org/; do
	is "$(get $path; echo "$status")" 200 "$path"
done
says 'by reference: it refers to &lt;a0@x\.org&gt;' '/why/ names the rule'
says 'By program: /api/patches/[0-9]+/ · patchmda why' 'and the document'
get /project/one/patch/a1@x.org/
says 'mbox · diff · Atom feed · why it is here · patchmda show' 'a patch says how a program gets it'
get /project/one/cover/a0@x.org/
says 'What it is about' 'a cover letter has its text'
says 'Fine in general' 'and its discussion'
get /project/one/series/1/
says '^\[1/3\] one$' 'a series has the discussion of its patches'
is "$(sift -o '<article id="[^"]*"' "$T/body" | tr '\n' ' ')" '<article id="cover-1" <article id="1" <article id="2" ' \
	'and of its cover letter, which comes first'
like "$body" '<h3><a href="/project/one/patch/a1@x\.org/#discussion">' 'and leads to that of a patch'
says '/api/series/1/ · mbox · Atom feed · patchmda show --series' 'the page of a series has the addresses for programs'
like "$body" '<a href="/project/one/feed/">Atom feed' 'and that of the feed'
says 'Patches: 2/3&nbsp;! missing: 3' 'a series shows the number of its missing patch'
says 'What it is about' 'and has the cover letter'
for path in /project/one/series/99/ /project/empty/series/1/ /project/one/patch/none@x.org/ \
	/project/none/patch/a1@x.org/ /nothing/; do
	is "$(get $path; echo "$status $(header Content-Type)")" '404 text/html; charset=utf-8' "$path"
done
while read -r path want; do
	is "$(get $path; echo "$status $(header Location)")" "302 $want" "$path leads to its other address"
done <<'END'
/project/one/cover/a1@x.org/ /project/one/patch/a1@x.org/
/project/one/patch/a0@x.org/ /project/one/cover/a0@x.org/
END
get /project/one/patch/r1@x.org/
says 'the patch that this message is a comment on' 'the message id of a comment leads to its patch'
for n in 1 2; do
	patch 'Ada <ada@x.org>' "[PATCH] like $n" "20260302.12345-$n-ada@x.org" | patchmda deliver
done
get /project/one/patch/20260302.12345-3-ada@x.org/
is "$status $(grep -c 'like [12]' "$T/body")" '404 2' 'an unknown message id is answered with similar ones'

# ---- many comments

sql "insert into patchwork_patchcomment (id, msgid, date, headers, content, submitter_id, patch_id)
		select 5000 + i, format('<many%s@x.org>', i), timestamptz '2027-01-01Z' + i * interval '1 s', '', 'Comment ' || i, 1, 3
		from generate_series(1, 1001) i"
get /project/one/patch/b1@x.org/
is "$(grep -c '<article' "$T/body")" 1000 'a page has 1,000 comments'
like "$body" '<a href="\?page=2#discussion">Next page' 'and leads to the rest'
says 'only those on this page are searched' 'and says that there may be more trailers'
get '/project/one/patch/b1@x.org/?page=2'
is "$(grep -c '<article' "$T/body")" 1 'which has the last one'
like "$body" '<a href="\?page=1#discussion">Previous page' 'and leads back'
is "$(get '/project/one/patch/b1@x.org/?page=9'; grep -c 'There are no more replies' "$T/body")" 1 'a page without comments'
while read -r id want; do
	is "$(get "/comment/$id/"; echo "$status $(header Location)")" "302 /project/one/patch/b1@x.org/$want" "/comment/$id/"
done <<'END'
6000 #6000
6001 ?page=2#6001
END
get "/project/one/series/$(sql "select series_id from patchwork_patch where id = 3")/"
says 'Only the first comments on patches are shown: 1000\.' 'a series has 1,000 comments, and says so'
sql "delete from patchwork_patchcomment where id > 5000"

# Large comments: after about 2,000 KiB a page ends. The third one is larger than that.
for kind in patch cover; do
	sql "insert into patchwork_${kind}comment (id, msgid, date, headers, content, submitter_id, ${kind}_id, addressed)
		select 7000 + i, format('<large%s@x.org>', i), timestamptz '2027-01-01Z' + i * interval '1 s', '',
			case when i in (10, 20) then 'small' else repeat('word ' || i || e'\\n', case when i = 3 then 500000 else 120000 end) end,
			1, (select id from patchwork_$kind where msgid = case '$kind' when 'patch' then '<b1@x.org>' else msgid end limit 1), false
		from generate_series(1, 20) i"
done
url=$(get /comment/7001/; header Location)
url=${url%%[?#]*}
for ((number = 1; number < 20; number++)); do
	get "$url?page=$number"
	grep -o 'id="7[0-9]*"' "$T/body" | tr -dc '0-9\n' | sed "s/\$/ $number/" >>"$T/numbers"
	[ "$(stat -c %s "$T/body")" -lt 3000000 ] || echo "page $number is large" >>"$T/numbers"
	grep -q 'Next page' "$T/body" || break
done
is "$(cut -d ' ' -f 1 "$T/numbers" | tr '\n' ' ')" "$(printf '%s ' {7001..7020})" 'each large comment is on one page, and pages are not large'
like $number '^([5-9]|1[0-9])$' 'and there are several pages'
while read -r id page; do
	[ "$(get "/comment/$id/"; header Location)" = "$url$([ $page = 1 ] || echo "?page=$page")#$id" ] || echo "$id $page"
done <"$T/numbers" >"$T/wrong"
is "$(cat "$T/wrong")" '' 'the address of a comment leads to its page'
get "/project/one/series/$(sql "select series_id from patchwork_patch where msgid = '<b1@x.org>'")/"
like "$(grep -o 'Only the first comments on patches are shown: [0-9]*' "$T/body")" ': [1-9][0-9]?$' 'a series has fewer comments if they are large'
sql "delete from patchwork_patchcomment where id > 5000" "delete from patchwork_covercomment where id > 5000"

# ---- versions

mail 'Cy <cy@x.org>' '[PATCH 0/1] tides' t1@x.org | patchmda deliver
patch -r '<t1@x.org>' 'Cy <cy@x.org>' '[PATCH 1/1] tide' t11@x.org | patchmda deliver
mail -d 60 'Cy <cy@x.org>' '[PATCH v2 0/1] tides' t2@x.org "$(printf 'Again.\n\nChanges in v2:\n- higher\n\nbase-commit: %040d\nprerequisite-message-id: <t1@x.org>\nprerequisite-message-id: <unknown@x.org>\n' 7)" | patchmda deliver
patch -d 60 -r '<t2@x.org>' 'Cy <cy@x.org>' '[PATCH v2 1/1] tide' t21@x.org | patchmda deliver
mail -r '<t11@x.org>' -d 2 'Bob <bob@x.org>' 'Re: tide' tr1@x.org 'Too low.' | patchmda deliver
get '/project/one/list/?q=tides'
is "$(names)" 'tides;' 'of two versions the last one is listed'
says 'tides 1 other version' 'with a folded list of the other versions'
like "$body" '<p>Other versions: <a href="/project/one/series/[0-9]+/">v1</a></p></details>' 'and with a link to the other version'
is "$(get '/project/one/list/?q=tides&versions=all'; names)" 'tides;tides;' 'all are listed if the request asks for them'
get /project/one/patch/t11@x.org/
says 'Series: tides 1/1, other versions: v2' 'a patch leads to the other version'
get "/project/one/series/$(sql "select id from patchwork_series where name = 'tides' and version = 2")/"
like "$body" '<title>tides, v2 · patchmda</title>' 'the title of a series has its version'
says '^v2, this one2026-03-02 10:001/10$' 'a series has a table of its versions'
says '^v12026-03-02 09:001/11$' 'with the number of comments on them'
says '^Changes in v2:$' 'and the changes that the cover letter lists'
says 'Base commit: 0{39}7' 'and the base commit'
like "$body" "<li><a href=\"/project/one/series/$(sql "select id from patchwork_series where name = 'tides' and version = 1")/\"><code>message-id &lt;t1@x.org&gt;</code></a></li>" \
	'and a link to the series that it needs'
like "$body" '<li><code>message-id &lt;unknown@x.org&gt;</code></li>' 'without a link if that is not stored'
sql "update patchwork_project set commit_url_format = 'https://git.example.org/c/?id={}' where linkname = 'one'"
get "/project/one/series/$(sql "select id from patchwork_series where name = 'tides' and version = 2")/"
like "$body" '<a href="https://git.example.org/c/\?id=0{39}7"[^>]*><code>0{39}7</code></a>' 'the base commit is a link if the project has a format'
sql "update patchwork_project set commit_url_format = '' where linkname = 'one'"
patch -d 120 -r '<t21@x.org>' 'Cy <cy@x.org>' '[PATCH v2.1 1/1] tide' t211@x.org | patchmda deliver
get "/project/one/series/$(sql "select series_id from patchwork_patch where msgid = '<t211@x.org>'")/"
says '^Version 2\.1, by' 'a part of a version has its number'
says '^v2\.1, this one' 'also in the table of versions'
like "$body" '<title>[^<]*, v2\.1 · patchmda</title>' 'and in the title'
get '/project/one/list/?q=tide&versions=all'
says 'v2\.1' 'and in the list'

# ---- bundles

sql "insert into patchwork_bundle (id, name, public, owner_id, project_id) values
	(1, 'for 7.1 <b>', true, 1, 1), (2, 'mine', false, 1, 1), (3, 'empty', true, 1, 1)" \
"insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id) values (1, 1, 3), (2, 1, 1), (1, 2, 1)"
get '/bundle/maint/for%207.1%20%3Cb%3E/'
is "$status $(names)" '200 [v2] alone;[1/3] one;' 'a bundle has its patches in order'
says 'curl -s http://p\.example\.org/bundle/maint/for%207\.1%20%3Cb%3E/mbox/ \| git am' 'and the command to copy'
is "$(ask GET '/bundle/maint/for%207.1%20%3Cb%3E/mbox/'; echo "$status")" 200 'whose address has the mails'
is "$(get /bundle/maint/empty/; echo "$status $(count 'bundle is empty' "$T/body")")" '200 1' 'an empty bundle'
for path in /bundle/maint/mine/ /bundle/maint/none/ /bundle/nobody/mine/; do
	is "$(get $path -H "Authorization: Token $(printf 'm%.0s' {1..40})"; echo "$status")" 404 "$path"
done
get /project/one/
like "$body" '<a href="/bundle/maint/for%207.1%20%3Cb%3E/">' 'a project leads to its public bundles'
unlike "$body" '/bundle/maint/mine/' 'and to no private one'

# ---- search, why, feed

while read -r query want; do
	get "/search/?q=$query"
	is "$(echo $status $(header Location))" "$want" "search: $query"
done <<'END'
a1@x.org 302 /project/one/patch/a1@x.org/
%3Ca1@x.org%3E 302 /project/one/patch/a1@x.org/
https://lore.kernel.org/all/a%252F2@x.org/ 302 /project/one/patch/a%252F2@x.org/
https://lore.kernel.org/r/a0@x.org 302 /project/one/cover/a0@x.org/
r1@x.org 302 /project/one/patch/a1@x.org/
nobody@nowhere 302 /why/nobody@nowhere/
two 200
c0ffee1 302 /project/one/patch/a1@x.org/
END
get '/search/?q=two'
says '\[2/3\] two' 'words find a patch'
like "$body" '</th><td><bdi>one</bdi></td>' 'with its project'
sql "update patchwork_patch set commit_ref = 'c0ffee1234567' where msgid = '<a/2@x.org>'"
get '/search/?q=c0ffee1'
is "$status $(grep -cE '\[1/3\] one|\[2/3\] two' "$T/body")" '200 2' 'a commit of several patches has a list of them'
is "$(get '/search/?q=Bob'; grep -c 'bob@x.org' "$T/body")" 1 'a name finds a person'
is "$(get '/search/?submitter=2'; grep -c 'alone' "$T/body")" 1 'a person has a list of patches'
says 'alone' 'of all projects'
is "$(get '/search/?q=zzz'; grep -c 'Nothing was found' "$T/body")" 1 'a search without results'
get /why/never@x.org/
says 'No mail with this id is stored' '/why/ of an unknown message id'
get /why/a1@x.org/
says 'It is from Ada, 2026-03-02 09:00\.' 'a date is as on other pages'
get /project/one/feed/
is "$status $(header Content-Type) $(grep -c '<entry>' "$T/body")" '200 application/atom+xml; charset=utf-8 7' 'a feed of series'
get /project/one/series/99/
is "$(header Content-Security-Policy)" \
	"default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" \
	'pages allow no script'
is "$(header X-Content-Type-Options) $(header Referrer-Policy)" 'nosniff same-origin' 'and the browser does not guess types, nor send the address of the page to other hosts'
like "$(get /; echo "$body")" "href=\"/style\.css\?$(patchmda --version | grep -oE '[0-9.]+' | head -n 1)\"" 'each release has its own style sheet'
get /style.css
is "$status $(header Content-Type)" '200 text/css; charset=utf-8' 'the style sheet'
ok 'has less than 8 kB' test "$(wc -c <"$T/body")" -lt 8192
is "$(ask POST /project/one/list/; echo "$status") $(ask HEAD /project/one/list/; echo "$status")" '403 200' 'pages can only be read'

# ---- a role that can only read

httpd_stop
role=pages_t_web
psql -Xq -v role=$role -v httpd=1 -v read_only=1 -f "$ROOT/sql/grants.sql" 2>/dev/null
httpd_start --read-only -d "user=$role"
for path in / /project/one/ '/project/one/list/?state=*&submitter=a&delegate=maint&q=t' '/project/one/list/?view=patches' \
	/project/one/patch/a1@x.org/ /project/one/cover/a0@x.org/ /project/one/series/1/ /project/one/series/1/versions/ \
	'/search/?q=two' /why/a1@x.org/ /why/r1@x.org/ '/project/one/feed/?state=new&submitter=a'; do
	is "$(get "$path"; echo "$status")" 200 "a role that can only read: $path"
done
is "$(get /why/never@x.org/; echo "$status")" 404 'and finds that a message id is unknown'
done_testing
