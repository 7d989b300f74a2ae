#!/usr/bin/env bash
# follow-http.t - `patchmda follow` of an archive by HTTP and HTTPS: new epochs, and a server that does not run, reports
# an error, is silent, has moved, or truncates its response

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../git.sh"

need git /usr/bin/python3 openssl
pg_start
ready_db follow_http
LIST=tarn.example.org
patchmda project add tarn --list-id $LIST >/dev/null
port=$(free_port)
url=http://127.0.0.1:$port

# serve [CERTIFICATE]
serve() {
	"$ROOT/tests/git-http" "$port" "$T/up" "$T/fault" "$@" 2>>"$T/server" &
	server=$!
	at_exit let_go $server
	until_true answers
}
server_stop() {
	kill $server
	let_go $server
}
answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}
# fault FAULT [PATH] - sets the fault of the server; see tests/git-http
fault() {
	echo "$1 ${2-/}" >"$T/fault"
}
new_patch() {
	patch 'Ada <ada@x.org>' "[PATCH] $1" "$1@x.org"
}
patches() {
	sql "select string_agg(name, ' ' order by id) from patchwork_patch"
}
follow() {
	timeout -s KILL $((2 * PATIENCE_SECS)) patchmda follow --once --timeout "${timeout-1m}" "${1-$url/list}" "$T/m/list"
}
failures() {
	sql "select failures from patchmda.followed where source = '$T/m/list'"
}

git init -q --bare "$T/up/list/0"
new_patch one | append "$T/up/list/0"
new_patch two | append "$T/up/list/0"

# ---- an archive that cannot be cloned

exits 75 "no server" follow
like "$(cat "$T/err")" "$url/list/0: fatal: unable to access '$url/list/0/': .*[Cc]onnect" "is an error, with the URL"
exits 75 "a host without an address" follow http://nowhere.invalid/list
like "$(cat "$T/err")" "http://nowhere.invalid/list/0: fatal: .*Could not resolve host: nowhere.invalid" "is an error, too"
fault none
serve
exits 75 "no such archive" follow "$url/other"
like "$(cat "$T/err")" "$url/other: fatal: repository '$url/other/' not found" "is an error, with the URL"
fault 500
exits 75 "status 500" follow
like "$(cat "$T/err")" "$url/list/0: fatal: .*returned error: 500" "is an error, with the URL"
fault silent
timeout=1s exits 75 "a silent server" follow
like "$(cat "$T/err")" "$url/list/0: the server has sent nothing for 1 seconds" "is an error after the timeout, with the URL"
ok "the server got the request" test -e "$T/fault.reached"
fault cut
exits 75 "a truncated response" follow
like "$(cat "$T/err")" "$T/m/list/git/0.git: .*fatal: " "is an error"
is "$(failures)" 6 "all failures are counted"
is "$(patches)" "" "nothing is stored"

# ---- epochs

fault none
exits 0 "a server without a fault" follow
is "$(patches)" "one two" "all mail is stored"
is "$(failures)" 0 "and the count of failures is 0"
new_patch three | append "$T/up/list/0"
git init -q --bare "$T/up/list/1"
exits 0 "a new epoch without mail" follow
is "$(patches)" "one two three" "is no error"
new_patch four | append "$T/up/list/0"
new_patch five | append "$T/up/list/1"
exits 0 "when it has mail" follow
is "$(patches)" "one two three four five" "it is stored after all of the epoch before"

# ---- an archive that was cloned

for word in 404 500 silent cut; do
	fault $word
	new_patch $word | append "$T/up/list/1"
	timeout=2s exits 75 "$word" follow
	like "$(cat "$T/err")" "$T/m/list/git/1.git: .*(not found|error: 500|sent nothing|fatal: )" "is an error, with the folder"
done
is "$(failures)" 4 "the failures are counted"
fault 500 /list/2/
exits 75 "500 for the next epoch, which may be there" follow
like "$(cat "$T/err")" "$url/list/2: fatal: .*returned error: 500" "is an error"
is "$(patches)" "one two three four five 404 500 silent cut" "new mail is stored nevertheless"
fault "$url/list" /old
exits 0 "an archive that has moved" patchmda follow --once "$url/old" "$T/m/old"
is "$(ls "$T/m/old/git")" $'0.git\n1.git' "is cloned from its new address"

# ---- HTTPS

server_stop
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$T/key" -out "$T/certificate" 2>"$T/openssl"
cat "$T/key" "$T/certificate" >"$T/both"
fault none
serve "$T/both"
exits 75 "a certificate that is not trusted" patchmda follow --once "https://localhost:$port/list" "$T/m/tls"
like "$(cat "$T/err")" "https://localhost:$port/list/0: fatal: .*certificate" "is an error"
GIT_SSL_CAINFO=$T/certificate exits 0 "a trusted certificate" \
	patchmda follow --once "https://localhost:$port/list" "$T/m/tls"
is "$(head_of "$T/m/tls/git/1.git")" "$(head_of "$T/up/list/1")" "the archive is cloned"

done_testing
