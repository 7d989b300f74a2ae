#!/usr/bin/env bash
# httpd-nginx.t - README's recipe for nginx, with TLS: addresses in responses, pages of errors, events as they happen, and
# which client is counted for wrong passwords, with and without --trusted-proxy
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin
need curl perl openssl nginx
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
. "$(dirname "$0")/../readme.sh"

LIST=list.example.org
pg_start
ready_db httpd_nginx
patchmda project add one --list-id $LIST --name One >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] first' a/1@x.org | patchmda deliver
user maint one
user other

port=$(free_port)
mkdir "$T/nginx"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=p.example.org -addext subjectAltName=DNS:p.example.org \
	-keyout "$T/key" -out "$T/certificate" 2>/dev/null
# The worker process is not root, which owns the directory of the socket.
user=
[ "$(id -u)" != 0 ] || user='user root;'
cat >"$T/nginx.conf" <<END
$user
pid $T/nginx/pid;
error_log $T/nginx/error.log;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $T/nginx/body;
	proxy_temp_path $T/nginx/proxy;
	fastcgi_temp_path $T/nginx/fastcgi;
	uwsgi_temp_path $T/nginx/uwsgi;
	scgi_temp_path $T/nginx/scgi;
	server {
		listen 127.0.0.1:$port ssl;
		server_name p.example.org;
		ssl_certificate $T/certificate;
		ssl_certificate_key $T/key;
$(recipe nginx "s,/run/patchmda/http.sock,$HTTPD_SOCKET,")
	}
}
END
nginx -e "$T/nginx/error.log" -c "$T/nginx.conf" -g 'daemon off;' &
at_exit httpd_kill $!
at_exit kill $!

# through METHOD PATH [CURL-OPTION]... - like ask of httpd.sh, through nginx
through() {
	local method=$1 path=$2
	shift 2
	: >"$T/body"
	curl -s --cacert "$T/certificate" --resolve "p.example.org:$port:127.0.0.1" -D "$T/head" -o "$T/body" -X "$method" "$@" \
		"https://p.example.org:$port$path"
	head=$(tr -d '\r' <"$T/head")
	status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head" | tail -n 1)
	body=$(tr -d '\0' <"$T/body")
}
base=https://p.example.org:$port

# ---- as the README says

httpd_start --trusted-proxy unix:
until_true through GET /api/
is "$(field "->>'patches'")" "$base/api/patches/" 'addresses have the scheme, the name and the port of the client'
through GET /api/patches/1
is "$status $(header Location)" "301 /api/patches/1/" 'a redirect has no host, so it is that of the client'
through GET /api/patches/1/
mbox=$(field "->>'mbox'")
is "$mbox" "$base/project/one/patch/a%252F1@x.org/mbox/" 'the address of a message id with a slash'
through GET "${mbox#"$base"}"
is "$status $(header Content-Type)" '200 text/plain; charset=utf-8' 'is passed on as it is'
through PATCH /api/patches/1/ -u maint:secret-maint -H "Origin: $base" -d state=accepted
is "$status $(field "->>'state'")" '200 accepted' 'a page of the same origin may make changes'
through PATCH /api/patches/1/ -u maint:secret-maint -H 'Origin: https://evil.example.org' -d state=new
is "$status" 403 'a page of another one may not'
through GET /metrics
is "$status" 404 'the metrics are not for clients of the proxy'
is "$(get /metrics; echo $status)" 200 'but for those of the socket'
head -c 900000 /dev/zero | tr '\0' ' ' >"$T/large"
through PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' -H 'Expect:' --data-binary @"$T/large"
is "$status" 400 'a large body is passed on'

curl -sN --cacert "$T/certificate" --resolve "p.example.org:$port:127.0.0.1" -o "$T/events" "$base/api/events/stream" &
at_exit httpd_kill $!
until_true grep -q '^id: ' "$T/events"
sql "insert into patchwork_event (category, date, project_id, patch_id) values ('patch-created', now(), 1, 1)"
has_event() {
	grep -A 1 "^id: $(sql 'select max(id) from patchwork_event')\$" "$T/events" | grep -q "^data: .*$base/api/patches/1/"
}
ok 'an event is sent at once' until_true has_event

# wrong OPTION... - ten wrong passwords
wrong() {
	local i
	for i in {1..10}; do
		through GET /api/ -u "nobody$i:x" "$@"
	done
}
wrong --interface 127.0.0.2
is "$status" 403 'a client whose passwords are wrong'
# The password of another user is not remembered as a correct one.
through GET /api/ -u other:secret-other --interface 127.0.0.2 -H 'X-Forwarded-For: 127.0.0.9'
is "$status" 503 'has to wait, whatever address it claims to have'
through GET /api/ -u other:secret-other --interface 127.0.0.3
is "$status" 200 'another client has not'
httpd_stop

# ---- without --trusted-proxy

: >"$HTTPD_LOG"
httpd_start
wrong --interface 127.0.0.2
through GET /api/ -u maint:secret-maint --interface 127.0.0.3
is "$status" 503 'without --trusted-proxy, all clients of the proxy have to wait'
is "$(count 'X-Forwarded-For from unix: is ignored' "$HTTPD_LOG")" 1 'of which a warning is logged'
through GET /api/ -H "$(as maint)"
is "$status $(field "->>'patches'")" "200 http://p.example.org:$port/api/patches/" 'tokens are accepted; the scheme is not known'

# ---- without the server

httpd_stop
through GET /api/
is "$status" 502 'without the server, nginx reports an error'
done_testing
