#!/usr/bin/env bash
# httpd-release.t - `patchmda httpd` on the tables of a Patchwork release (0046), which have no dependencies: they
# are absent, and so is version 1.4 of the REST interface
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd_release
sql 'drop table patchwork_series_dependencies' 'drop index patchwork_patch_hash_idx' \
	'alter table patchwork_project drop column show_dependencies'
sql "delete from django_migrations where app = 'patchwork' and name ~ '^004[78]_' returning 1" >"$T/gone"
is "$(wc -l <"$T/gone")" 2 'the tables are those of 0046'
patchmda project add one --list-id $LIST --name One >/dev/null
mail 'Ada <ada@x.org>' '[PATCH 0/1] turns' a0@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/1] turn' a1@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Cy <cy@x.org>' 'Re: 1' r1@x.org 'Fine.' | patchmda deliver
user maint one
role=httpd_release_t_web
psql -Xq -v role=$role -v httpd=1 -f "$ROOT/sql/grants.sql" 2>/dev/null
at_exit psql -Xqc "drop owned by $role; drop role $role"
httpd_start -d "user=$role"

# members - prints the names of the last response, of its first element if it is a list
members() {
	psql -XqAt -v d="$body" <<<"select string_agg(k, ' ') from json_object_keys(
		case json_typeof(:'d') when 'array' then :'d'::json->0 else :'d'::json end) k"
}
for path in /api/1.4/ /api/1.4/series/ /api/1.4/series/1/; do
	is "$(get $path; echo "$status $(header Content-Type)")" '404 text/html; charset=utf-8' "$path"
done
series='id url web_url project name date submitter version total received_total received_all mbox cover_letter patches'
project='id url name link_name list_id list_email web_url scm_url webscm_url maintainers subject_match list_archive_url list_archive_url_format commit_url_format'
for base in /api /api/1.3; do
	is "$(get $base/series/1/; echo "$status $(members)")" "200 $series" "$base: a series"
	is "$(get $base/series/; members)" "$series" "$base: a list of series"
	is "$(get $base/projects/one/; members)" "$project" "$base: a project"
	is "$(get $base/projects/; members)" "$project" "$base: a list of projects"
done
ask PATCH /api/projects/1/ -H "$(as maint)" -d 'show_dependencies=true&web_url=https://one.example.org'
is "$status $(field "->>'web_url'") $(members)" "200 https://one.example.org $project" 'nor can it be set'
ask OPTIONS /api/projects/1/ -H "$(as maint)"
is "$(field "->'actions'->'PUT'->>'show_dependencies'")" '' 'of which nobody is told'
hash=$(sql 'select hash from patchwork_patch where id = 1')
is "$(get "/api/patches/?hash=$hash"; ids)" 1 'a hash is found without an index'

ask PATCH /api/patches/1/ -H "$(as maint)" -d 'state=accepted&delegate=1'
is "$status $(field "->>'state'")" '200 accepted' 'a patch is changed'
ask POST /api/patches/1/checks/ -H "$(as maint)" -d state=success
is $status 201 'a check is made'
ask PATCH /api/patches/1/comments/1/ -H "$(as maint)" -d addressed=true
is $status 200 'a comment is addressed'
ask POST /api/bundles/ -H "$(as maint)" -d 'name=mine&patches=1&public=on'
is $status 201 'a bundle is made'
get '/api/events/?order=date&per_page=4&page=2'
is "$(psql -XqAt -v d="$body" <<<"select string_agg(x->>'category', ' ') from json_array_elements(:'d'::json) x")" \
	"$(sql "select string_agg(category, ' ' order by id) from patchwork_event where id between 5 and 8")" 'events are listed'
for path in / /project/one/ '/project/one/list/?state=*' '/project/one/list/?view=patches&state=*' /project/one/series/1/ \
	/project/one/feed/ /project/one/patch/a1@x.org/ /project/one/cover/a0@x.org/ /bundle/maint/mine/ '/search/?q=turn' \
	/why/a1@x.org/ '/api/series/1/?format=api' /series/1/mbox/; do
	is "$(get "$path"; echo $status)" 200 "$path"
done
httpd_stop
unlike "$(cat "$HTTPD_LOG")" 'does not exist|permission denied' 'no statement fails'
done_testing
