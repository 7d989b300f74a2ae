#!/usr/bin/env bash
# pages-filters.t - a list names the same selection for programs, says which parameters it ignores, and shows its
# order; versions of a series are told apart and compared
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db pages_filters
patchmda project add one --list-id $LIST --list-email list@x.org --name One >/dev/null
patchmda project add two --list-id two.example.org --name Two >/dev/null
user maint one

# edited FILE WORD - prints a diff of a file
edited() {
	printf 'It does something.\n---\ndiff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1,2 +1,2 @@\n same\n-old\n+%s\n' \
		"$1" "$1" "$1" "$1" "$2"
}
ev='Ev <ev@x.org>'
{
	mail 'Ada <ada@x.org>' '[PATCH 0/2] turns' a0@x.org | mbox
	mail -d 1 -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/2] one, left' a1@x.org "$(edited a.c 1)" | mbox
	mail -d 2 -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 2/2] two' a2@x.org "$(edited b.c 2)" | mbox
	mail -d 9 'Bob <bob@x.org>' '[PATCH v2] alone' b1@x.org "$(edited c.c 3)" | mbox
	mail -d 20 'Ada Twin <ada.twin@x.org>' '[PATCH] left' t1@x.org "$(edited d.c 4)" | mbox
	mail -d 30 'Dee <dee@x.org>' '[PATCH] resent' d1@x.org "$(edited e.c 5)" | mbox
	mail -d 4350 'Dee <dee@x.org>' '[RESEND PATCH] resent' d2@x.org "$(edited e.c 5)" | mbox
	mail -d 40 "$ev" '[PATCH 0/3] tides' e10@x.org | mbox
	mail -d 41 -r '<e10@x.org>' "$ev" '[PATCH 1/3] keep' e11@x.org "$(edited k.c 6)" | mbox
	mail -d 42 -r '<e10@x.org>' "$ev" '[PATCH 2/3] edit' e12@x.org "$(edited l.c 7)" | mbox
	mail -d 43 -r '<e10@x.org>' "$ev" '[PATCH 3/3] give up' e13@x.org "$(edited m.c 8)" | mbox
	mail -d 90 "$ev" '[PATCH v2 0/3] tides' e20@x.org | mbox
	mail -d 91 -r '<e20@x.org>' "$ev" '[PATCH v2 1/3] fresh <b>' e21@x.org "$(edited n.c 9)" | mbox
	mail -d 92 -r '<e20@x.org>' "$ev" '[PATCH v2 2/3] edit' e22@x.org "$(edited l.c 77)" | mbox
	mail -d 93 -r '<e20@x.org>' "$ev" '[PATCH v2 3/3] keep' e23@x.org "$(edited k.c 6)" | mbox
} >"$T/mbox"
patchmda import --quiet "$T/mbox"
sql "update patchwork_series set name = 'resent' where name = '[RESEND] resent'" \
	"update patchwork_patch set delegate_id = 1 where msgid = '<a1@x.org>'" \
	"update patchwork_patch set archived = true where msgid = '<t1@x.org>'" \
	"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'accepted')
		where msgid in ('<b1@x.org>', '<a2@x.org>')"
is "$(sql 'select count(*) from patchwork_patch') $(sql 'select count(*) from patchmda.revision where previous_id > 0')" \
	'12 2' 'the mails are stored, and two series have an older version'
httpd_start

# says REGEX NAME, lacks REGEX NAME - test the text of the last page, without its tags
says() {
	like "$(sed -E 's/<[^>]*>//g' "$T/body")" "$1" "$2"
}
lacks() {
	unlike "$(sed -E 's/<[^>]*>//g' "$T/body")" "$1" "$2"
}
unescaped() {
	sed "s/&lt;/</g; s/&gt;/>/g; s/&quot;/\"/g; s/&#39;/'/g; s/&amp;/\&/g"
}
# names - prints the names in the last list, in order
names() {
	sift -oE '<th scope="row"><a href="[^"]*"><bdi>[^<]*' "$T/body" | sed 's/.*>//' | unescaped | tr '\n' ';'
}
# leads_to LABEL - prints the address of the link in the footer
leads_to() {
	sed -n '/<footer>/,$p' "$T/body" | sift -oE "<a href=\"[^\"]*\">$1<" | sed 's/<a href="//; s/".*//' | unescaped
}
# command - prints the command in the footer
command_to_copy() {
	sed -n '/<footer>/,$p' "$T/body" | sift -oE '<code>patchmda list [^<]*' | sed 's/<code>//' | unescaped
}
listed() {
	psql -XqAt -v ON_ERROR_STOP=1 -v document="$1" \
		<<<"select coalesce(string_agg(x->>'name', ';') || ';', '') from json_array_elements(:'document'::json) x"
}
entries() {
	sift -oE '^<title>[^<]*' "$T/body" | sed '1d; s/<title>//' | tr '\n' ';'
}

# ---- the same selection for programs

while IFS='|' read -r query rest command; do
	get "/project/one/list/?view=patches&$query"
	want=$(names)
	url=$(leads_to REST)
	copied=$(command_to_copy)
	says "REST${rest:+ \(without $rest\)} · (mbox · )?Atom" "$query: the footer says what the address leaves out"
	says "--limit 100${command:+ \(without $command\)}"$'\n' 'and the command'
	[ -n "$rest" ] || {
		get "$url"
		is "$(listed "$body")" "$want" "the document has the same patches: $url"
	}
	[[ -n $command || $query = *nonsense ]] || is "$(listed "$(eval "$copied --json")" | tr ';' '\n' | sort)" "$(tr ';' '\n' <<<"$want" | sort)" \
		"the command has the same patches: $copied"
done <<'END'
state=||
state=accepted||
state=3||
state=*||
state=*&archive=both||
state=*&archive=true||
state=*&submitter=ada||
state=*&submitter=1||
state=*&q=left,+one||
state=*&q=EDIT||
state=*&delegate=maint||
state=*&delegate=1||
state=nonsense||
submitter=nobody@nowhere||
state=*&delegate=Nobody|delegate=Nobody|
state=*&order=name||order
state=*&order=-state||order
state=*&order=submitter|order|order
series=1|order|series=1, order
series=1&order=date||series=1, order
END
get '/project/one/list/?series=1'
is "$(leads_to mbox)" /series/1/mbox/ 'the patches of a series have an mbox'
for query in '' 'state=accepted' 'state=*' 'submitter=ada' 'q=edit' 'state=*&archive=true' 'versions=all' 'delegate=maint'; do
	get "/project/one/list/?$query"
	want=$(names)
	copied=$(command_to_copy)
	feed=$(leads_to 'Atom feed')
	patches=$(leads_to 'REST: their patches')
	series=$(leads_to 'REST: series')
	is "$(listed "$(eval "$copied --json")" | tr ';' '\n' | sort)" "$(tr ';' '\n' <<<"$want" | sort)" \
		"the command has the same series: $copied"
	get "$feed"
	is "$(entries | sed 's/, v[0-9]*;/;/g')" "$(sed 's/ of 20[^;]*;/;/g' <<<"$want")" "the feed has the same series: $feed"
	is "$(get "$patches"; echo "$status") $(get "$series"; echo "$status")" '200 200' "$patches, $series"
done
get '/project/one/list/?state=accepted&q=alone'
says 'REST: series \(without names of patches, state, latest version\)' 'the address of series says what it leaves out'
says 'REST: their patches \(without names of series, latest version\)' 'and that of their patches'
get '/project/one/feed/'
is "$(entries)" 'resent;tides, v2;tides;resent;left;[v2] alone;turns;' 'a feed without parameters has all series, with their versions'
get '/search/?q=edit,+v2'
want=$(names)
is "$want" '[v2,2/3] edit;' 'a search'
is "$(listed "$(eval "$(command_to_copy) --json")")" "$want" 'has a command with the same patches'
get "$(leads_to REST)"
is "$(listed "$body")" "$want" 'and an address'
get '/search/?submitter=5'
want=$(names)
is "$(listed "$(eval "$(command_to_copy) --json")")" "$want" 'so has a person'
get "$(leads_to REST)"
is "$(listed "$body")" "$want" 'with an address'
is "${want%%;*}" '[v2,3/3] keep' 'that has patches'

# ---- parameters that are ignored

while IFS='|' read -r query want; do
	get "/project/one/list/?$query"
	is "$status" 200 "$query"
	says "${query##*&}: $want" 'is named'
done <<'END'
order=nonsense|there is no such order; it is ignored
order=number|there is no such order; it is ignored
order=delegate|only lists of patches \(view=patches\) have this order
state=nonsense|there is no such state, so nothing matches
archive=perhaps|it is not false, true or both, and is ignored
view=xyz|there is no such view; it is ignored
versions=some|it is not all or latest, and is ignored
page=abc|there is no such page; this is the first one
page=0|there is no such page; this is the first one
before=noon|it is not a number of seconds, and is ignored
submitter=zzz|no submitter has this id, name or address, so nothing matches
submitter=99|no submitter has this id, name or address, so nothing matches
delegate=zzz|no user has this id or name, so nothing matches
series=x|it is not the id of a series, so nothing matches
sate=new|lists have no such parameter; it is ignored
view=patches&order=x|there is no such order; it is ignored
END
get '/project/one/list/?state=*&order=nonsense'
is "$(names)" 'resent;tides;left;[v2] alone;turns;' 'an unknown order is that of the date'
get '/project/one/list/?state=*&order=-date&submitter=ada&delegate=Nobody&q=left&archive=both&view=patches&page=1&versions=all'
lacks 'ignored|nothing matches' 'known parameters are not named'
get '/project/one/list/?state=nonsense'
like "$body" '<option value="nonsense" selected>' 'the form keeps an unknown state'
get '/project/one/patch/a1@x.org/?page=abc'
says 'The parameter page is not the number of a page of comments' 'so for the comments of a patch'

get '/project/one/patch/a1@x.org/'
like "$body" 'Message id</th><td><code>a1@x\.org</code></td>' 'a message id has the font of ids, also without an archive'

# ---- the order

get '/project/one/list/?view=patches&order=-delegate'
like "$body" '<td data-label="delegate">maint</td>' 'a delegate has a label'
like "$body" '<td>New</td><td class="none">-</td>' 'and a patch without a delegate no line on a phone'
like "$body" '<option value="-delegate" selected>' 'the form has the order'
like "$body" '<th scope="col" aria-sort="descending">Delegate' 'and the column'
get '/project/one/list/'
like "$body" '<th scope="col" class="num" aria-sort="ascending">Age' 'the newest first are the lowest ages first'
like "$body" '<option value="" selected>newest first' 'which is the default'
unlike "$body" 'value="delegate"' 'series have no order by delegate'
get '/project/one/list/?order=date'
like "$body" '<th scope="col" class="num" aria-sort="descending">Age' 'the oldest first are the highest ages first'
is "$(count 'aria-sort' "$T/body")" 1 'one column has the order'
get '/project/one/list/?series=1'
is "$(count 'aria-sort' "$T/body")" 0 'none has the order by number'
get '/search/?q=edit'
is "$(count 'aria-sort' "$T/body")" 0 'nor have the results of a search'
get '/project/one/list/?state=*&page=1'
like "$body" '<td class="by"><a href="\?page=1&amp;state=%2A&amp;submitter=[0-9]+&amp;page=1"><bdi>Ada<' 'a person leads to what this person has sent'

# ---- counts

# A new server has no count that is nearly ten seconds old.
httpd_stop
httpd_start
get '/project/one/list/'
says 'Open series 3.?.?All series 5.?.?Open patches 9.?.?All patches 12' 'the head of a list counts series and patches'
sql "update patchwork_patch set archived = true where msgid in ('<a1@x.org>')"
get '/project/one/list/?state=accepted'
says 'Open series 3' 'a count is kept for ten seconds'
httpd_stop
httpd_start
get '/project/one/list/'
says 'Open series 2.?.?All series 5.?.?Open patches 8' 'and then counted again'

# ---- versions that have the same number

get '/project/one/list/?q=resent'
like "$body" 'Other versions: <a href="[^"]*">v1 of <time[^>]*>2026-03-02 09:30</time></a>' 'a resend is told apart by its date'
get '/project/one/list/?q=resent&versions=all'
like "$body" '<bdi>resent</bdi> of <time[^>]*>2026-03-02 09:30</time></a>' 'so are rows with the same name'
like "$body" '<bdi>resent</bdi> of <time[^>]*>2026-03-05 09:30</time></a>' 'and version'
get '/project/one/patch/d2@x.org/'
like "$body" 'other versions: <a href="[^"]*">v1 of <time[^>]*>2026-03-02 09:30' 'so on the page of a patch'
get '/project/one/patch/e21@x.org/'
like "$body" 'other versions: <a href="[^"]*">v1</a>' 'another number is enough'
old=$(sql "select series_id from patchwork_patch where msgid = '<d1@x.org>'")
get "/project/one/series/$old/"
like "$body" '<a href="[^"]*">v1 of <time[^>]*>2026-03-05 09:30</time></a></th>' 'and in the table of versions'
sql "update patchwork_series set date = '2026-03-02 09:30:10Z' where name = 'resent'"
get '/project/one/patch/d2@x.org/'
like "$body" "v1 of <time[^>]*>2026-03-02 09:30</time>, series $old</a>" 'by its id if the dates are equal, too'

# ---- versions compared

first=$(sql "select series_id from patchwork_patch where msgid = '<e11@x.org>'")
second=$(sql "select series_id from patchwork_patch where msgid = '<e21@x.org>'")
get "/project/one/series/$second/"
like "$body" "<a href=\"/project/one/series/$second/versions/\">Compare" 'a series with versions leads to their comparison'
for id in $first $second; do
	get "/project/one/series/$id/versions/"
	is "$status $(sed -n '/class="pairs"/,/<\/table>/p' "$T/body" | sed -E 's/<\/t[dh]>/|/g; s/<[^>]*>//g' | tr '\n' ' ')" \
		'200 Change|In v1|In v2|  new|-|[v2,1/3] fresh &lt;b&gt;| changed|[2/3] edit|[v2,2/3] edit| same diff|[1/3] keep|[v2,3/3] keep| dropped|[3/3] give up|-|  ' \
		'which says which patches have changed'
	says 'same diff: 1, changed: 1, new: 1, dropped: 1' 'and counts them'
	says "b4 diff -m series-$first.mbox series-$second.mbox" 'and has the command for their differences'
done
get "/project/one/series/1/versions/"
says 'No other version is known' 'a series without other versions'
is "$(get /project/two/series/1/versions/; echo "$status") $(get /project/one/series/99/versions/; echo "$status")" '404 404' \
	'a series that is not there'
sql "insert into patchwork_series (id, name, date, version, total, project_id, submitter_id)
		select 100 + i, 'tides', timestamptz '2026-03-03Z' + i * interval '1 day', 2 + i, 1, 1, 5 from generate_series(1, 20) i" \
	"insert into patchmda.revision (series_id, project_id, submitter_id, date, version, minor, first, title, links, refs, titles,
			hashes, files, prerequisites, previous_id)
		select 100 + i, 1, 5, 0, 2 + i, 0, '', '', '{}', '{}', '{}', '{}', '{}', '{}', case i when 1 then $second else 99 + i end
		from generate_series(1, 20) i" \
	"insert into patchwork_patch (id, msgid, date, headers, name, project_id, submitter_id, archived, diff, state_id, series_id, number)
		select 1000 + i, format('<m%s@x.org>', i), now(), '', 'many ' || i, 1, 5, false, 'x', 1, 119 + i % 2, i from generate_series(1, 520) i"
get "/project/one/series/$first/versions/"
is "$(count '<h2>' "$T/body")" 10 'of many versions ten are compared'
says 'Older versions that are not compared: 11' 'and the page says so'
says 'Series of more than 250 patches are not compared here' 'nor are very long ones'
get '/project/one/list/?view=patches&state=*&page=2'
want=$(names)
says 'REST · Atom feed of series \(without page=2\)' 'the address of a page has its number'
says '--limit 100 \(without page=2\)' 'which the command does not have'
get "$(leads_to REST)"
is "$(listed "$body")" "$want" 'the document is the same page'
is "$(tr -cd ';' <<<"$want" | wc -c)" 100 'of a hundred patches'

# ---- errors

get /search/
says 'The search finds' 'a search without a text says what can be found'
lacks 'Nothing was found' 'and not that nothing was found'
get '/search/?q=zzz'
says 'Nothing was found.*' 'a search that finds nothing says so'
says 'The search finds' 'and what can be found'
for n in 1 2; do
	mail 'Ada <ada@x.org>' "[PATCH] like $n" "20260302.12345-$n-ada@x.org" "$(edited f.c "$n")" | patchmda deliver
done
get /why/20260302.12345-3-ada@x.org/
is "$status $(count 'like [12]' "$T/body")" '404 2' '/why/ of an unknown message id has similar ones'
get /why/never@x.org/
is "$status" 404 'or none'
says 'No patch has a similar message id' 'and says so'
mail -r '<later@x.org>' 'Ada <ada@x.org>' '[PATCH] like 3' "like3@x.org" "$(edited f.c 3)" | patchmda deliver
get /why/later@x.org/
is "$status $(count 'Referred to by' "$T/body")" '200 1' 'of an id to which another mail refers this is known'
done_testing
