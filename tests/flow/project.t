#!/usr/bin/env bash
# project.t - `patchmda project`: add, set, list and remove, and errors

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

# project ARGUMENT... - a call that must succeed
project() {
	patchmda project "$@" >"$T/out"
}

# wrong STATUS REGEX NAME ARGUMENT... - tests exit status and error of a call
wrong() {
	local status=$1 regex=$2 name=$3
	shift 3
	exits "$status" "$name" patchmda project "$@"
	like "$(cat "$T/err")" "$regex" "$name: the message explains it"
}

column() {
	sql "select $2 from patchwork_project where linkname = '$1'"
}

pg_start
ready_db project

exits 0 "list without projects" patchmda project
is "$(cat "$T/out" "$T/err")" "" "is empty"
exits 0 "add" patchmda project add ring --list-id ring.example.org
is "$(sql "select linkname, name, listid, listemail, subject_match, web_url, scm_url, webscm_url,
	list_archive_url, list_archive_url_format, commit_url_format, send_notifications, use_tags,
	show_dependencies from patchwork_project")" "ring|ring|ring.example.org|||||||||f|t|t" \
	"settings that are not given have defaults"
exits 0 "add with all settings" patchmda project add all --name "All of it" --list-id all.example.org \
	--list-email all@example.org --subject-match '^\[all' --web-url http://w --scm-url git://s \
	--webscm-url http://ws --list-archive-url http://a --list-archive-url-format 'http://a/{}' \
	--commit-url-format 'http://c/{}' --use-tags off --send-notifications on --show-dependencies off
is "$(sql "select name, listid, listemail, subject_match, web_url, scm_url, webscm_url,
	list_archive_url, list_archive_url_format, commit_url_format, send_notifications, use_tags,
	show_dependencies from patchwork_project where linkname = 'all'")" \
	'All of it|all.example.org|all@example.org|^\[all|http://w|git://s|http://ws|http://a|http://a/{}|http://c/{}|t|f|f' \
	"the settings are stored"
exits 0 "two projects of one list, by subject" patchmda project add ring-net --list-id ring.example.org --subject-match net
exits 0 "a level of versions" patchmda project set ring-net --revisions supersede
exits 0 "list" patchmda project list
is "$(tr -s ' ' <"$T/out")" 'all all.example.org all@example.org record ^\[all
ring ring.example.org record
ring-net ring.example.org supersede net' "a line for each, by link name"
exits 0 "a name that is not ASCII" patchmda project set ring --name "Ríng 環"
is "$(column ring name)" "Ríng 環" "is stored unchanged"
exits 0 "set of one setting" patchmda project set all --use-tags on
is "$(column all "use_tags, name, send_notifications")" "t|All of it|t" "does not change the others"
exits 0 "set of an empty value" patchmda project set all --subject-match ''
is "$(column all subject_match)" "" "is stored"
exits 0 "set of two settings that are unique only together" \
	patchmda project set all --list-id ring.example.org --subject-match all
exits 0 "set of no setting" patchmda project set all
project set all --list-id all.example.org --subject-match ''

wrong 69 'another project has this link name' "add: a link name that is taken" add all --list-id other.example.org
wrong 69 'or this list id with the same subject match' "add: a list id that is taken" add other --list-id all.example.org
wrong 69 'another project has this link name, this name' "add: a name that is taken" add other --list-id other.example.org --name 'All of it'
wrong 69 'too long' "add: a list id that is too long" add other --list-id "$(printf '%0300d' 0)"
wrong 69 'too long' "add: a subject match that is too long" add other --list-id other.example.org --subject-match "$(printf '%065d' 0)"
wrong 69 'UTF' "add: bytes that are not UTF-8" add other --list-id $'\xff'
is "$(sql "select count(*) from patchwork_project")" 3 "no project is added by these"
wrong 64 'list-id is missing' "add: no list id" add other
wrong 64 'the link name is missing' "add: no link name" add
wrong 64 "what the header List-Id has between < and >" "add: a list id in brackets" add other --list-id "<other.example.org>"
wrong 64 "what the header List-Id has between < and >" "set: a list id in brackets" set all --list-id "Other <other.example.org>"
wrong 64 "has no / and no blanks" "add: a link name with a slash" add a/b --list-id other.example.org
wrong 64 "has no / and no blanks" "add: a link name with a blank" add "a b" --list-id other.example.org
wrong 64 "unexpected argument 'more'" "add: one operand too many" add other more --list-id other.example.org
wrong 64 'on or off' "a switch that is neither on nor off" set all --use-tags perhaps
wrong 64 "unknown or ambiguous option '--no-such-setting'" "an option that does not exist" set all --no-such-setting x
wrong 64 "unknown subcommand 'rename'; use list, add, set or remove" "a subcommand that does not exist" rename all
wrong 64 'list takes no link name' "list: an operand too many" list all
wrong 65 "there is no project 'nowhere'; the projects are all, ring, ring-net\$" "set: a project that does not exist" set nowhere --name x
wrong 65 "there is no project 'nowhere'; the projects are " "remove: a project that does not exist" remove nowhere
wrong 64 'the link name is missing' "remove: no name" remove
PGDATABASE=nowhere wrong 69 'nowhere' "no such database" list
fresh_db project_empty
wrong 69 "^patchmda project list: the database has no tables: run 'patchmda init'" "no tables" list
export PGDATABASE=project
exits 0 "--help" patchmda project --help

LIST=ring.example.org patch 'Ada <ada@x.org>' '[PATCH] x' x@p | patchmda deliver
wrong 65 'was not removed' "remove: a project with patches" remove ring
is "$(column ring linkname)" ring "it is kept"
exits 0 "remove: a project without patches" patchmda project remove ring-net
is "$(sql "select linkname from patchwork_project order by 1")" $'all\nring' "it is deleted"
LIST=all.example.org mail -r '<y@p>' 'Ada <ada@x.org>' 'Re: waits' r@p | patchmda deliver
exits 0 "remove: a project with a waiting reply" patchmda project remove all

# Mail that arrived before its project was created is stored when the project is created.
LIST=later.example.org
patch 'Ada <ada@x.org>' '[PATCH] early' early@p | patchmda deliver
mail -r '<early@p>' 'Ben <ben@x.org>' 'Re: [PATCH] early' reply@p | patchmda deliver
is "$(sql "select kind from patchmda.held")" $'no-project\nno-project' "mail for an unknown list is held"
exits 0 "add: the project of that list" patchmda project add later --list-id later.example.org
is "$(sql "select count(*) from patchmda.held")|$(sql "select p.msgid, c.msgid from patchwork_patch p
	join patchwork_patchcomment c on c.patch_id = p.id")" "0|<early@p>|<reply@p>" "delivers the held mail"

fresh_db project_0046
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone UTC >/dev/null
exits 0 "add in a database of Patchwork 3.2" patchmda project add old --list-id old.example.org
is "$(column old listid)" old.example.org "stores the project"
wrong 69 'show_dependencies' "a setting that this database does not have" set old --show-dependencies on

done_testing
