#!/usr/bin/env bash
# httpd-writes.t - changes over HTTP: rights, responses, and effects
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd_writes
patchmda project add one --list-id $LIST --name One >/dev/null
patchmda project add two --list-id two.example.org --name Two >/dev/null
for i in 1 2 3 4; do
	patch -d $i 'Ada <ada@x.org>' "[PATCH] part $i" a$i@x.org | patchmda deliver
done
LIST=two.example.org patch 'Ada <ada@x.org>' '[PATCH] other' b1@x.org | patchmda deliver
mail 'Ada <ada@x.org>' '[PATCH 0/2] turns' a0@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Cy <cy@x.org>' 'Re: 1' r1@x.org 'Fine.' | patchmda deliver
mail -r '<a0@x.org>' 'Cy <cy@x.org>' 'Re: 0' r0@x.org 'Fine.' | patchmda deliver
# The second project has a patch, a cover letter, and a comment on each.
(
	LIST=two.example.org
	mail 'Ada <ada@x.org>' '[PATCH 0/2] others' b0@x.org | patchmda deliver
	mail -r '<b1@x.org>' 'Cy <cy@x.org>' 'Re: 1' r2@x.org 'Fine.' | patchmda deliver
	mail -r '<b0@x.org>' 'Cy <cy@x.org>' 'Re: 0' r3@x.org 'Fine.' | patchmda deliver
)
user maint one
user ada
user other
user cy
sql "update patchwork_person set user_id = (select id from auth_user where username = 'ada') where email = 'ada@x.org'" \
"update patchwork_person set user_id = (select id from auth_user where username = 'cy') where email = 'cy@x.org'" \
"update patchwork_project set send_notifications = true where id = 1"
httpd_start

# send METHOD PATH NAME JSON [CURL-OPTION]... - sends a request as that user, or without a user as `nobody`
send() {
	local method=$1 path=$2 name=$3 json=$4 who=()
	shift 4
	[ "$name" = nobody ] || who=(-H "$(as "$name")")
	ask "$method" "/api/$path" ${who[@]+"${who[@]}"} -H 'Content-Type: application/json' --data-binary "$json" "$@"
}

forget_events() {
	sql 'select max(id) from patchwork_event' >"$T/last"
}
# new_events - prints the events since the last call or forget_events: category, actor, patch
new_events() {
	sql "select e.category, u.username, e.patch_id from patchwork_event e
		left join auth_user u on u.id = e.actor_id where e.id > $(cat "$T/last") order by e.id" |
		tr '\n' ' ' | sed 's/ $//'
	forget_events
}

# ---- rights of users

while read -r name want; do
	send PATCH patches/1/ "$name" '{}'
	is "$status$(field "->>'detail'" | sed 's/^./ &/')" "$want" "a patch: $name"
done <<'END'
nobody 403 Authentication credentials were not provided.
other 403 You do not have permission to perform this action.
ada 200
maint 200
END
send PATCH patches/5/ maint '{}'
is $status 403 'a patch of another project'
sql "update patchwork_patch set delegate_id = (select id from auth_user where username = 'other') where id = 5"
send PATCH patches/5/ other '{}'
is $status 200 'the user to whom the patch is delegated'
send PATCH patches/99/ nobody '{}'
is $status 404 'a patch that does not exist'
while read -r path good bad; do
	send PATCH "$path" "$good" '{}'
	is $status 200 "$path: $good"
	send PATCH "$path" "$bad" '{}'
	is $status 403 "$path: $bad"
done <<'END'
patches/1/comments/1/ cy other
patches/1/comments/1/ maint other
patches/1/comments/1/ ada other
covers/1/comments/1/ cy other
covers/1/comments/1/ ada other
covers/1/comments/1/ maint other
projects/one/ maint ada
users/2/ ada maint
patches/5/comments/2/ cy maint
patches/5/comments/2/ other maint
covers/2/comments/2/ cy maint
END
send PATCH projects/two/ maint '{}'
is $status 403 'a project that the user does not maintain'
send POST patches/1/checks/ nobody '{"state": "success"}'
is "$status $(field "->>'detail'")" '403 You do not have permission to perform this action.' 'a check, without a user'
send POST bundles/ nobody '{}'
is $status 403 'a bundle, without a user'

# ---- members that can be written, as OPTIONS lists them

# options PATH USER EXPRESSION - prints a part of the description of the members that USER may write
options() {
	ask OPTIONS "/api/$1" -H "$(as "$2")"
	field "->'actions'${3-}"
}
is "$(options patches/1/ maint "->'PUT'->'commit_ref'")" \
	'{"type":"string","required":false,"read_only":false,"label":"Commit ref","max_length":255}' 'a member that can be written'
is "$(options patches/1/ maint "->'PUT'->'state'->>'required'") $(options patches/1/ maint "->'PUT'->'hash'->>'read_only'")" \
	'true true' 'a member that PUT requires, and one that can only be read'
is "$(options patches/1/ other)" '' 'no members for a user who may not write'
is "$(options patches/99/ maint)" '' 'nor for a patch that does not exist'
is "$(options 1.1/patches/1/ maint "->'PUT'->'related'->>'read_only'")" false 'members of later versions, which earlier ones take, too'
is "$(options patches/1/checks/ maint "->'POST'->'state'->'choices'->3")" '{"value":3,"display_name":"fail"}' 'the states of a check'
is "$(options users/2/ ada "->'PUT'->'settings'->'children'->'items_per_page'->>'max_value'")" 2147483647 'a member of a member'
is "$(options bundles/ other "->'POST'->'name'->>'max_length'")" 50 'a bundle'
is "$(options 1.1/bundles/ other)" '' 'which cannot be written before version 1.2'
is "$(options projects/one/ maint "->'PUT'->'list_id'->>'max_length'")" 255 'a project'
is "$(options covers/1/ maint)" '' 'no members of a cover letter'

# ---- a patch

forget_events
send PATCH patches/1/ maint '{"state": "Under Review", "delegate": 1, "archived": "yes", "commit_ref": " abc ", "pull_url": 7, "name": "x", "none": 1}'
is "$status $(sql "select t.slug, p.delegate_id, p.archived, p.commit_ref, p.pull_url, p.name from patchwork_patch p
	join patchwork_state t on t.id = p.state_id where p.id = 1")" '200 under-review|1|t|abc|7|part 1' 'the members that can be written are written'
is "$(field "->>'state'") $(field "->'delegate'->>'username'") $(field "->'related'")" 'under-review maint ' \
	'and shown; without a relation, none'
is "$(new_events)" 'patch-state-changed|maint|1 patch-delegated|maint|1' 'with its events'
is "$(sql 'select patch_id, orig_state_id from patchwork_patchchangenotification')" '1|1' 'and a row for Patchwork'\''s mail'
send PATCH patches/1/ maint '{"state": "under-review", "delegate": 1}'
is "$(new_events)" '' 'the same values again are no change'
send PATCH patches/1/ maint '{"state": "new", "delegate": null, "commit_ref": null, "pull_url": ""}'
is "$(sql 'select delegate_id is null, commit_ref is null, pull_url from patchwork_patch where id = 1')" 't|t|' 'null and an empty text are written'
is "$(new_events)" 'patch-state-changed|maint|1 patch-delegated|maint|1' 'with events'
is "$(sql 'select count(*) from patchwork_patchchangenotification')" 0 'no mail is sent about a patch that is in its first state again'
send PATCH patches/1/ maint '{"commit_ref": 1.0, "pull_url": "\u2003x\u00a0", "delegate": " 1 "}'
is "$(field "->>'commit_ref'") $(field "->>'pull_url'") $(field "->'delegate'->>'username'")" '1.0 x maint' 'numbers for texts, and texts for numbers'
while IFS='|' read -r name want; do
	send PATCH patches/1/ maint "{\"state\": \"$name\"}"
	is "$status $(field "->>'state'")" "200 $want" "a state: $name"
done <<'END'
 Under  Review |under-review
NOT-APPLICABLE|not-applicable
Ré/jected!|rejected
END
send PATCH patches/1/ maint ''
is $status 200 'an empty body'
ask PATCH /api/patches/1/ -H "$(as maint)" -d 'state=rfc&state=accepted&archived=off&delegate='
is "$status $(field "->>'state'")" '200 accepted' 'a form'
ask PATCH /api/patches/1/ -H "$(as maint)" -d 'archived=on'
ask PATCH /api/patches/1/ -H "$(as maint)" -d 'archived=&commit_ref='
is "$(field "->>'archived'") '$(field "->>'commit_ref'")'" "true ''" 'an empty value is ignored if the member is not a text'
ask PATCH /api/patches/1/ -H "$(as maint)" -d 'commit_ref=a%00b'
is "$status $body" '400 {"commit_ref":["Null characters are not allowed."]}' 'a form with NUL'
ask PUT /api/patches/1/ -H "$(as maint)" -d 'state=accepted&delegate='
is "$(field "->>'archived'") $(field "->>'delegate'")" 'false ' 'PUT: boxes that are not in a form are not checked'
ask PATCH /api/patches/1/ -H "$(as maint)" -F state=rejected -F commit_ref=$'a\nb'
is "$status $(field "->>'state'") $(field "->>'commit_ref'" | tr '\n' _)" '200 rejected a_b_' 'multipart/form-data'
ask PATCH /api/patches/1/ -H "$(as maint)" -F commit_ref=@/dev/null
is "$status $body" '400 {"commit_ref":["Not a valid string."]}' 'a file instead of a text'
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: multipart/form-data; BOUNDARY=x' \
	--data-binary $'--x\r\ncontent-disposition: FORM-DATA; NAME=commit_ref\r\n\r\nq\r\n--x--\r\n'
is "$status $(field "->>'commit_ref'")" '200 q' 'names of parameters in any case'
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: multipart/form-data' --data-binary '--x'
is "$status $body" '400 {"detail":"Multipart form parse error - Invalid boundary in multipart: None"}' 'multipart/form-data without a boundary'
while IFS='|' read -r json want; do
	send PATCH patches/1/ maint "$json"
	is "$body" "$want" "400: $json"
	is "$status" 400 'is reported'
done <<END
{"state": "none"}|{"state":["Invalid state none. Expected one of: new, under-review, accepted, rejected, rfc, not-applicable, changes-requested, awaiting-upstream, superseded, deferred."]}
{"state": "_No such\u00e9! -_"}|{"state":["Invalid state no-suche. Expected one of: new, under-review, accepted, rejected, rfc, not-applicable, changes-requested, awaiting-upstream, superseded, deferred."]}
{"state": ""}|{"state":["This field may not be null."]}
{"state": null, "archived": null}|{"state":["This field may not be null."],"archived":["This field may not be null."]}
{"state": []}|{"state":["Not a valid string."]}
{"archived": "x"}|{"archived":["Must be a valid boolean."]}
{"archived": 2}|{"archived":["Must be a valid boolean."]}
{"delegate": 3}|{"delegate":["User 'other' is not a maintainer for project 'One'"]}
{"related": "x", "delegate": 3, "archived": 2}|{"archived":["Must be a valid boolean."],"delegate":["User 'other' is not a maintainer for project 'One'"],"related":["Expected a list of items but got type \"str\"."]}
{"delegate": 99}|{"delegate":["Invalid pk \"99\" - object does not exist."]}
{"delegate": 99999999999999999}|{"delegate":["Invalid pk \"99999999999999999\" - object does not exist."]}
{"delegate": "maint"}|{"delegate":["Incorrect type. Expected pk value, received str."]}
{"delegate": true}|{"delegate":["Incorrect type. Expected pk value, received bool."]}
{"commit_ref": "a\\u0000b"}|{"commit_ref":["Null characters are not allowed."]}
{"pull_url": "$(printf '%0256d' 0)"}|{"pull_url":["Ensure this field has no more than 255 characters."]}
{"related": "x"}|{"related":["Expected a list of items but got type \"str\"."]}
{"related": [99, "y"]}|{"related":["Invalid pk \"99\" - object does not exist."]}
{"related": [null]}|{"related":["Invalid pk \"None\" - object does not exist."]}
{"delegate": "-1"}|{"delegate":["Invalid pk \"-1\" - object does not exist."]}
{"delegate": 99.5}|{"delegate":["Invalid pk \"99.5\" - object does not exist."]}
{"delegate": [1]}|{"delegate":["Incorrect type. Expected pk value, received list."]}
{"archived": "yEs"}|{"archived":["Must be a valid boolean."]}
{"archived": "t\\u0000"}|{"archived":["Must be a valid boolean."]}
{"commit_ref": true, "pull_url": {}}|{"commit_ref":["Not a valid string."],"pull_url":["Not a valid string."]}
{"commit_ref": 1e999}|{"detail":"JSON parse error - A number is too large, or a character is half a surrogate pair"}
[]|{"detail":["Invalid data. Expected a dictionary, but got list."]}
null|{"detail":["No data provided"]}
{|{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}
END
send PUT patches/1/ maint '{}'
is "$body" '{"state":["This field is required."],"delegate":["This field is required."]}' 'PUT without required members'
send PUT patches/1/ maint '{"state": "new", "delegate": null}'
is "$status $(field "->>'related'")" '200 []' 'PUT with required members'
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: text/plain' -d x
is "$status $body" '415 {"detail":"Unsupported media type \"text/plain\" in request."}' 'a body of another type'
is "$(ask PATCH /api/patches/1/ -H "$(as maint)" -d @<(head -c 1100000 /dev/zero | tr '\0' a); echo $status)" 413 'a body that is too large'

# ---- relations

relations() {
	sql 'select id, related_id from patchwork_patch where related_id is not null order by id' | tr '\n' ' '
}
forget_events
send PATCH patches/1/ maint '{"related": [2]}'
is "$status $(relations)" '200 1|1 2|1 ' 'two patches'
is "$(new_events)" 'patch-relation-changed||2 patch-relation-changed||1' 'with their events'
send PATCH patches/2/ maint '{"related": [3, 3, 2]}'
is "$(relations)" '1|1 2|1 3|1 ' 'a third, named twice'
is "$(field "->'related'->0->>'id'") $(field "->'related'->1")" '1 ' 'PATCH responds with the former relation, as Patchwork does'
get /api/patches/2/
is "$(field "->'related'->0->>'id'") $(field "->'related'->1->>'id'")" '1 3' 'GET shows all of it'
is "$(new_events)" 'patch-relation-changed||3' 'with its event'
send PATCH patches/4/ maint '{"related": [4]}'
send PATCH patches/4/ maint '{"related": [1]}'
is "$status $(relations)" '409 1|1 2|1 3|1 4|2 ' 'a patch of another relation is not moved'
send PATCH patches/1/ maint '{"related": [5]}'
is "$status $(field "->>'detail'")" '403 At least one patch is part of a project you are not maintaining.' 'nor is one of a project that the user does not maintain'
send PATCH patches/1/ ada '{"related": [2]}'
is $status 403 'only maintainers can change relations'
forget_events
send PATCH patches/1/ maint '{"related": [], "state": "rfc"}'
is "$status $(relations)" '200 2|1 3|1 4|2 ' 'a patch leaves'
is "$(new_events)" 'patch-state-changed|maint|1 patch-relation-changed|maint|1' 'with its event after that of the state'
is "$(sql 'select state_id <> 1 from patchwork_patch where id = 1')" t 'and the other members are written'
send PATCH patches/3/ maint '{"related": []}'
is "$(relations)$(sql 'select id from patchwork_patchrelation')" '4|2 2' 'a relation with one patch left is deleted'

# ---- checks

forget_events
send POST patches/1/checks/ maint '{"state": "fail", "context": "build-1", "target_url": "https://ci.example.org/1", "description": "no", "id": 7}'
is "$status $(header Location) $(field "->>'state'") $(field "->'user'->>'username'")" \
	'201 http://p.example.org/api/patches/1/checks/1/ fail maint' 'a check'
is "$(new_events)" 'check-created|maint|1' 'with its event'
send POST patches/1/checks/ maint '{"state": 1, "user": 4}'
is "$(field "->>'context'") $(field "->'user'->>'username'") $(field "->>'target_url'")" 'default cy ' 'in the name of another user'
while IFS='|' read -r json want; do
	send POST patches/1/checks/ maint "$json"
	is "$status $body" "400 $want" "$json"
done <<END
{}|{"state":["A check must have a state."]}
[]|{"state":["A check must have a state."]}
"x"|{"state":["A check must have a state."]}
{"state": ""}|{"state":["A check must have a state."]}
{"state": "error"}|{"state":["\"error\" is not a valid choice."]}
{"state": true}|{"state":["\"True\" is not a valid choice."]}
{"state": 4}|{"state":["\"4\" is not a valid choice."]}
{"state": 1.0}|{"state":["\"1.0\" is not a valid choice."]}
{"state": " 1"}|{"state":["\" 1\" is not a valid choice."]}
{"state": "Success"}|{"state":["\"Success\" is not a valid choice."]}
{"state": null}|{"state":["This field may not be null."]}
{"state": 0, "context": "a b"}|{"context":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}
{"state": 0, "context": ""}|{"context":["This field may not be blank."]}
{"state": 0, "target_url": "javascript:alert(1)"}|{"target_url":["Enter a valid URL."]}
{"state": 0, "target_url": "http://ci/", "context": []}|{"target_url":["Enter a valid URL."],"context":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}
{"state": 0, "context": "$(printf '%0255d' 0) b"}|{"context":["Ensure this field has no more than 255 characters.","Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}
{"state": 0, "user": 99}|{"user":["Invalid pk \"99\" - object does not exist."]}
END
is "$(sql 'select count(*) from patchwork_check')" 2 'none of these checks was added'
ask POST /api/patches/1/checks/ -H "$(as maint)" -d 'state=fail&context=&user=&target_url='
is "$status $(field "->>'context'") $(field "->'user'->>'username'")" '201 default maint' 'a form with empty values'

# ---- comments, projects, users

forget_events
for value in true false null; do
	send PATCH patches/1/comments/1/ cy "{\"addressed\": $value}"
	is "$status $(field "->'addressed'")" "200 $value" "addressed: $value"
done
is "$(new_events | tr ' ' '\n' | sort -u)" 'patch-comment-created||1' 'the event is the one that Patchwork adds'
send PATCH covers/1/comments/1/ cy '{"addressed": "x"}'
is "$body" '{"addressed":["Must be a valid boolean."]}' 'a value that is not a boolean'
send PUT patches/1/comments/1/ cy '{"addressed": true, "content": "x"}'
is "$status $(field "->>'content'")" '200 Fine.' 'PUT, which does not change other members'
is "$(ask PATCH /api/1.2/patches/1/comments/1/ -H "$(as cy)"; echo $status)" 404 'single comments were added in version 1.3'
send PATCH projects/1/ maint '{"web_url": "https://one.example.org", "show_dependencies": true, "name": "x", "list_id": "x"}'
is "$status $(sql 'select web_url, show_dependencies, name, listid from patchwork_project where id = 1')" \
	"200 https://one.example.org|t|One|$LIST" 'a project'
send PATCH projects/1/ maint "{\"scm_url\": null, \"web_url\": \"$(printf '%02001d' 0)\"}"
is "$body" '{"web_url":["Ensure this field has no more than 2000 characters."],"scm_url":["This field may not be null."]}' 'invalid values'
send PATCH users/2/ ada '{"first_name": "A.", "email": "x", "settings": {"items_per_page": 7, "show_ids": true}}'
is "$status $(field "->>'first_name'") $(field "->'settings'")" '200 A. {"send_email":false,"items_per_page":7,"show_ids":true}' 'the user changes the own row'
send PATCH users/2/ ada '{"last_name": [], "settings": {"items_per_page": -1, "show_ids": "x"}}'
is "$body" '{"last_name":["Not a valid string."],"settings":{"items_per_page":["Ensure this value is greater than or equal to 0."],"show_ids":["Must be a valid boolean."]}}' \
	'invalid values in members of members'
send PATCH 1.1/users/2/ ada '{"settings": {"items_per_page": 9}}'
is "$status $(sql 'select items_per_page from patchwork_userprofile where user_id = 2')" '200 7' 'settings were added in version 1.2'
send PUT users/2/ ada '{}'
is "$body" '{"settings":["This field is required."]}' 'PUT requires them'
is "$(send PATCH 1.1/users/2/ ada '{"settings": {"items_per_page": -1}}'; echo $status) $(send PUT 1.1/users/2/ ada '{}'; echo $status)" \
	'200 200' 'but not in earlier versions'
is "$(send PATCH users/2/ ada '{"settings": null}'; echo "$status $body")" '400 {"settings":["This field may not be null."]}' 'null instead of an object'
is "$(send PATCH users/2/ ada '{"settings": [1]}'; echo "$status $body")" \
	'400 {"settings":{"detail":["Invalid data. Expected a dictionary, but got list."]}}' 'nor is a list'
for value in 1.5 true '"x"' -0.5; do
	send PATCH users/2/ ada "{\"settings\": {\"items_per_page\": $value}}"
	is "$body" '{"settings":{"items_per_page":["A valid integer is required."]}}' "no integer: $value"
done
send PATCH users/2/ ada '{"settings": {"items_per_page": "6.00"}}'
is "$status $(sql 'select items_per_page from patchwork_userprofile where user_id = 2')" '200 6' 'an integer with zeros after its point'
ask PATCH /api/users/2/ -H "$(as ada)" --data-binary 'settings.items_per_page=8'
is "$status $(sql 'select items_per_page from patchwork_userprofile where user_id = 2')" '200 8' 'a form has their full names'

# ---- bundles

send POST bundles/ other '{"name": "mine", "patches": [3, 1, "2", 1]}'
is "$status $(header Location)" '201 http://p.example.org/api/bundles/1/' 'a bundle'
is "$(sql 'select patch_id, "order" from patchwork_bundlepatch order by 2' | tr '\n' ' ')" '3|1 1|2 2|3 ' 'has its patches in their order'
while IFS='|' read -r json want; do
	send POST bundles/ other "$json"
	is "$status $body" "400 $want" "$json"
done <<'END'
{"patches": [1]}|{"name":["This field is required."]}
{"name": "x"}|{"patches":["This field is required."]}
{"name": "x", "patches": []}|{"patches":["Bundles cannot be empty"]}
{"name": "x", "patches": [1, 5]}|{"patches":["Bundle patches must belong to the same project"]}
{"name": "", "patches": [1, 5], "public": "x"}|{"name":["This field may not be blank."],"patches":["Bundle patches must belong to the same project"],"public":["Must be a valid boolean."]}
{"name": "a/b", "patches": []}|{"name":["A name must not contain a slash."],"patches":["Bundles cannot be empty"]}
{"name": "a/b", "patches": [1]}|{"name":["A name must not contain a slash."]}
{"name": "mine", "patches": [1]}|{"name":["You have a bundle of this name already."]}
END
send PATCH bundles/1/ other '{"patches": [5], "public": true}'
is "$status $(sql 'select project_id, public from patchwork_bundle')" '200 2|t' 'other patches, of another project'
send PATCH bundles/1/ maint '{"name": "yours"}'
is $status 403 'a bundle of another user'
send PATCH bundles/1/ other '{"public": false}'
send PATCH bundles/1/ maint '{}'
is $status 404 'a private bundle of another user is not found'
send POST 1.1/bundles/ other '{"name": "y", "patches": [1]}'
is $status 405 'bundles cannot be created before version 1.2'
send POST 1.1/bundles/ nobody '{"name": "y", "patches": [1]}'
is $status 405 'by nobody'
send POST 1.1/bundles/ nobody '{"name": "y", "patches": [1]}' -H 'Authorization: Token wrong'
is $status 403 'but a wrong token is refused first'
ask POST /api/bundles/ -H "$(as other)" -d 'name=&public=x'
is "$body" '{"name":["This field may not be blank."],"patches":["Bundles cannot be empty"],"public":["Must be a valid boolean."]}' \
	'a form without patches'
is "$(ask DELETE /api/bundles/1/ -H "$(as other)"; echo "$status$(header Content-Type)")" 204 'DELETE'
is "$(sql 'select (select count(*) from patchwork_bundle) + (select count(*) from patchwork_bundlepatch)')" 0 'deletes all its rows'

httpd_count
before=$transactions
httpd_start
perl -e 'print "{\"name\": \"long\", \"patches\": [", "1, " x 4999, "2]}"' >"$T/long.json"
send POST bundles/ other "@$T/long.json"
is "$status $(sql 'select string_agg(patch_id::text, $$ $$ order by "order") from patchwork_bundlepatch')" '201 1 2' \
	'a long list of patches'
perl -e 'print "{\"name\": \"longer\", \"patches\": [", "1, " x 5000, "2]}"' >"$T/long.json"
send POST bundles/ other "@$T/long.json"
is "$status $body" '400 {"patches":["Ensure this field has no more than 5000 elements."]}' 'a longer one is refused'
httpd_count
ok 'neither is looked up one by one' test $((transactions - before)) -lt 1000
httpd_start
sql 'delete from patchwork_bundlepatch' 'delete from patchwork_bundle'
while IFS='|' read -r json want; do
	send POST bundles/ other "{\"name\": \"x\", \"patches\": $json}"
	is "$status $body" "400 {\"patches\":[$want]}" "patches that are $json"
done <<'END'
[1, 99, "x"]|"Invalid pk \"99\" - object does not exist."
[1, "x", 99]|"Incorrect type. Expected pk value, received str."
[2147483648]|"Invalid pk \"2147483648\" - object does not exist."
[null]|"Invalid pk \"None\" - object does not exist."
7|"Expected a list of items but got type \"int\"."
END

# ---- passwords kept by a browser

while IFS='|' read -r header want; do
	ask PATCH /api/patches/1/ -u maint:secret-maint -H "$header" -H 'Content-Type: application/json' -d '{}'
	is $status "$want" "a password with $header"
done <<'END'
Origin: http://p.example.org|200
Origin: http://evil.example.org|403
Sec-Fetch-Site: same-origin|200
Sec-Fetch-Site: cross-site|403
Sec-Fetch-Site: same-site|403
Sec-Fetch-Site: none|200
X-None: x|200
END
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Origin: http://evil.example.org' -H 'Content-Type: application/json' -d '{}'
is $status 200 'a token is accepted, because a browser does not send it by itself'

# ---- many changes at once

forget_events
states() {
	sql 'select id, state_id from patchwork_patch where id in (2, 3) order by id' | tr '\n' ' '
}
before=$(states)
for i in {1..20}; do
	curl -s -o /dev/null -w '%{http_code}\n' --unix-socket "$HTTPD_SOCKET" -X PATCH -H "$(as maint)" -H 'Content-Type: application/json' \
		-d "{\"state\": \"$([ $((i / 2 % 2)) = 0 ] && echo new || echo accepted)\", \"related\": [$((i % 2 + 2))]}" \
		"http://p.example.org/api/patches/$((i % 2 + 2))/" >"$T/change.$i" &
	pids[i]=$!
done
wait "${pids[@]}"
is "$(cat "$T"/change.* | sort | uniq -c | xargs)" '20 200' 'all changes succeed'
# history - prints the state of each patch before and after each event
history() {
	sql "select patch_id, string_agg(previous_state_id || '>' || current_state_id, ' ' order by id) from patchwork_event
		where category = 'patch-state-changed' and id > $(cat "$T/last") group by 1 order by 1"
}
history >"$T/history"
is "$(wc -l <"$T/history")" 2 'the states of both patches were changed'
is "$(sed -E 's/\|([0-9]+)>.*/|\1/' "$T/history" | tr '\n' ' ')" "$before" 'the first event of a patch has the state before the changes'
is "$(sed -E 's/\|.*>/|/' "$T/history" | tr '\n' ' ')" "$(states)" 'the last event has the present state'
is "$(sed 's/^.*|//' "$T/history" | tr ' ' '\n' | count '^([0-9]+)>\1$')" 0 'each event changes the state'
is "$(sql "select count(*) from (select current_state_id, lead(previous_state_id) over (partition by patch_id order by id) as next
	from patchwork_event where category = 'patch-state-changed' and id > $(cat "$T/last")) x where next <> current_state_id")" 0 \
	'each event begins with the state of the previous event'
is "$(sql "select patch_id, count(*) from patchwork_event
	where category = 'patch-relation-changed' and id > $(cat "$T/last") group by 1 order by 1" | tr '\n' ' ')" '2|1 3|1 ' \
	'a relation is created once'
httpd_stop

# ---- rights of the role

role=httpd_writes_t_web
psql -Xq -v role=$role -v httpd=1 -f "$ROOT/sql/grants.sql" 2>/dev/null
at_exit psql -Xqc "drop owned by $role; drop role $role"
httpd_start -d "user=$role"
send PATCH patches/1/ maint '{"state": "accepted", "delegate": 1, "related": [4]}'
is $status 200 'the role of grants.sql is sufficient for a patch'
send POST patches/1/checks/ maint '{"state": "success"}'
is $status 201 'a check'
send PATCH patches/1/comments/1/ cy '{"addressed": true}'
is $status 200 'a comment'
send PATCH projects/1/ maint '{"web_url": "x"}'
is $status 200 'a project'
send PATCH users/2/ ada '{"first_name": "B.", "settings": {"show_ids": false}}'
is $status 200 'a user'
send POST bundles/ other '{"name": "b", "patches": [1]}'
is $status 201 'a bundle'
id=$(field "->>'id'")
is "$(ask DELETE /api/bundles/$id/ -H "$(as other)"; echo $status)" 204 'DELETE of a bundle'
is "$(get /api/users/ -u maint:secret-maint; echo $status)" 200 'a password'
httpd_stop
httpd_start --read-only -d "user=$role"
send PATCH patches/1/ maint '{"state": "new"}'
is "$status $body" '403 {"detail":"This server is read-only."}' '--read-only'
httpd_stop
sql 'alter table patchwork_state rename to kept' "create view patchwork_state as
	select * from kept where nextval('patchwork_event_id_seq') > 0" "grant select on patchwork_state to $role"
httpd_start --read-only -d "user=$role"
is "$(get /api/patches/1/; count 'cannot execute nextval\(\) in a read-only transaction' "$HTTPD_LOG")" 1 \
	'a read-only server does not write by functions either'
httpd_stop
sql 'drop view patchwork_state' 'alter table kept rename to patchwork_state'
psql -Xqc "drop owned by $role"
psql -Xq -v role=$role -v httpd=1 -v read_only=1 -f "$ROOT/sql/grants.sql" 2>/dev/null
httpd_start --read-only -d "user=$role"
for path in api/patches/1/ api/patches/ api/events/ api/series/1/ api/covers/1/ api/projects/ api/patches/1/comments/ \
	api/patches/1/checks/ project/one/patch/a1@x.org/mbox/; do
	is "$(get /$path; echo $status)" 200 "a role that can only read: $path"
done
is "$(get /api/bundles/ -u maint:secret-maint; echo $status)" 200 'a password'
httpd_stop
PGUSER=$role exits 1 'such a role cannot change rows' psql -Xqc 'update patchwork_patch set archived = true'
done_testing
