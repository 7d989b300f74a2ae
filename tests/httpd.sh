# httpd.sh - patchmda httpd for the scripts in tests/flow
#
#	. "$(dirname "$0")/../httpd.sh"
#	httpd_start --base-url https://p.example.org
#	get /api/patches/1/
#	is "$status" 200 'it is there'
#	httpd_stop
#
# The server listens on $HTTPD_SOCKET and logs to $HTTPD_LOG. `user` creates users with tokens.

HTTPD_SOCKET=$T/http.sock
HTTPD_LOG=$T/httpd.log
HTTPD_PID=

# GLib's own allocator passes memory between threads with locks that ThreadSanitizer does not know.
export G_SLICE=always-malloc

httpd_is_up() {
	curl -s -o /dev/null --unix-socket "$HTTPD_SOCKET" http://p.example.org/api/
}

httpd_start() {
	patchmda httpd --listen "unix:$HTTPD_SOCKET" "$@" >>"$HTTPD_LOG" 2>&1 &
	HTTPD_PID=$!
	at_exit httpd_kill $HTTPD_PID
	until_true httpd_is_up
}

# The process may have ended before.
httpd_kill() {
	kill -KILL "$1" 2>/dev/null || true
}

# httpd_stop - stops the server in order, and sets `stopped` to its exit status
httpd_stop() {
	stopped=0
	kill -TERM "$HTTPD_PID"
	wait "$HTTPD_PID" || stopped=$?
}

# httpd_count - stops the server, and sets `transactions` to the number of transactions of its database so far
httpd_count() {
	httpd_stop
	until_true sql_is "select count(*) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()" 0
	transactions=$(sql 'select xact_commit from pg_stat_database where datname = current_database()')
}

# ask METHOD PATH [CURL-OPTION]... - sets status, head (headers, one on each line) and body
ask() {
	local method=$1 path=$2 options=(-X "$1")
	[ "$method" != HEAD ] || options=(-I)
	shift 2
	: >"$T/body" >"$T/head"
	curl -s --unix-socket "$HTTPD_SOCKET" -D "$T/head" -o "$T/body" "${options[@]}" "$@" \
		"http://p.example.org$path"
	head=$(tr -d '\r' <"$T/head")
	status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head" | tail -n 1)
	body=$(tr -d '\0' <"$T/body")
}

get() {
	ask GET "$@"
}

# header NAME - prints a header of the last response
header() {
	sed -n "s/^$1: //Ip" <<<"$head"
}

# field EXPRESSION - prints a part of the last response, by PostgreSQL's operators
field() {
	psql -XqAt -v ON_ERROR_STOP=1 -v document="$body" <<<"select (:'document'::json)$1"
}

# ids - prints the ids of the documents in the last response, which is a list
ids() {
	psql -XqAt -v ON_ERROR_STOP=1 -v document="$body" \
		<<<"select coalesce(string_agg(x->>'id', ' '), '') from json_array_elements(:'document'::json) x"
}

# user NAME [PROJECT] - creates a user with a profile, who maintains the project if one is given; the token is
# the first letter of the name, forty times
user() {
	local hash
	hash=$(perl -MMIME::Base64 -MDigest::SHA=hmac_sha256 -e '
		my ($password, $salt, $rounds) = @ARGV;
		my $u = my $t = hmac_sha256($salt . pack("N", 1), $password);
		$t ^= $u = hmac_sha256($u, $password) for 2 .. $rounds;
		print "pbkdf2_sha256\$$rounds\$$salt\$", encode_base64($t, "")' "secret-$1" salt 1000)
	sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
			is_active, date_joined)
		values ('$hash', false, '$1', initcap('$1'), 'Example', '$1@x.org', false, true, now())" \
	"insert into patchwork_userprofile (send_email, items_per_page, show_ids, user_id)
		select false, 100, false, max(id) from auth_user" \
	"insert into authtoken_token (key, created, user_id) select repeat(left('$1', 1), 40), now(), max(id) from auth_user" \
	"insert into patchwork_userprofile_maintainer_projects (userprofile_id, project_id)
		select (select max(id) from patchwork_userprofile), id from patchwork_project where linkname = '${2-}'"
}

# as NAME - prints curl's options for a user
as() {
	printf 'Authorization: Token %s' "$(printf "%.0s${1:0:1}" {1..40})"
}
