#!/usr/bin/env bash
# demo.t - `make demo` prints the address of its pages, and `make demo-stop` stops its programs
. "$(dirname "$0")/../lib.sh"
need curl

cd "$ROOT"
! tools/private-postgres status "$BUILD/demo" >/dev/null 2>&1 || skip_all 'a demo is running'
stop_demo() {
	tools/demo --stop >/dev/null 2>&1
}
at_exit stop_demo

address() {
	sed -n 's/^The same in a browser: *//p' "$T/demo"
}
shows_projects() {
	curl -s "$(address)" | grep -q tarn-devel
}
tools/demo >"$T/demo" 2>/dev/null
like "$(address)" '^http://127\.0\.0\.1:[0-9]+/$' 'the demo prints an address'
ok 'marks of mail that ended other programs do not count' test ! -e "$RUNTIME_DIRECTORY/poison"
ok 'at which the projects are shown' shows_projects
first=$(address)
tools/demo >"$T/demo" 2>/dev/null
is "$(address)" "$first" 'another demo replaces it'
ok 'at the same address' shows_projects
pid=$(cat "$BUILD/demo-httpd.pid")
ok 'demo --stop' tools/demo --stop
is "$(curl -s -o /dev/null "$first" && echo there || echo gone)" gone 'ends the web server'
ok 'whose process has ended' eval "! kill -0 $pid 2>/dev/null"
is "$(tools/private-postgres status "$BUILD/demo" >/dev/null 2>&1 && echo there || echo gone)" gone 'and PostgreSQL'
ok 'a second time is no error' tools/demo --stop
done_testing
