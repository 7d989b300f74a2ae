#!/usr/bin/env bash
# pages-crawl.t - no link from the first page is broken, and every page is valid HTML, with the data of the demo
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl tidy

pg_start
ready_db pages_crawl
patchmda import --create-projects "$ROOT/tests/data/sample.mbox" >/dev/null 2>&1
patchmda project set tarn-devel --list-archive-url-format 'https://lists.example.org/{}' \
	--commit-url-format 'https://git.example.org/{}'
user maint tarn-devel
sql "insert into patchwork_check (date, state, context, user_id, patch_id, target_url, description)
	select '2026-03-02 10:00:00Z', id % 4, 'build', 1, id, 'https://ci.example.org/' || id, 'a & <b>' from patchwork_patch" \
"update patchwork_patch set commit_ref = repeat('ab', 20), delegate_id = 1 where id % 3 = 0"
httpd_start

status=0
"$ROOT/tests/crawl" --socket "$HTTPD_SOCKET" http://p.example.org '/api/?format=api' \
	'/api/patches/1/?format=api' '/project/tarn-devel/list/?series=1' '/project/tarn-devel/list/?order=x&sate=y' '/search/?q=zzz' >"$T/crawl" || status=$?
is "$status" 0 'the crawler finds no errors'
diag "$(tail -n 30 "$T/crawl")"
ok 'in more than 80 pages' test "$(sed -n 's/ pages,.*//p' "$T/crawl")" -gt 80
done_testing
