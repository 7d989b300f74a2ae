#!/usr/bin/env bash
# user.t - `patchmda user`: add, set, list and token, and that such users can log in over HTTP

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"

# wrong STATUS REGEX NAME ARGUMENT... - tests exit status and error of a call
wrong() {
	local status=$1 regex=$2 name=$3
	shift 3
	exits "$status" "$name" patchmda user "$@"
	like "$(cat "$T/err")" "$regex" "$name: the error"
}

pg_start
ready_db user
sql "insert into patchwork_person (email, name) values ('Ada@x.org', 'Ada'), ('grace@x.org', 'Grace')"
patchmda project add ltp --list-id ltp.example.org
patchmda project add net --list-id net.example.org
exits 0 'list without users' patchmda user
is "$(cat "$T/out" "$T/err")" '' 'is empty'

# ---- add

exits 0 'add' patchmda user add ada --email ada@x.org
is "$(sql "select username, email, first_name, last_name, is_superuser, is_staff, is_active, last_login is null,
	date_joined > now() - interval '1 hour' from auth_user")" 'ada|ada@x.org|||f|f|t|t|t' 'the row'
like "$(sql 'select password from auth_user')" '^![A-Za-z0-9]{40}$' 'has a password that cannot be used'
is "$(sql 'select send_email, items_per_page, show_ids, user_id from patchwork_userprofile')" 'f|100|f|1' 'and a profile'
is "$(sql 'select email, user_id from patchwork_person order by id' | tr '\n' ' ')" 'Ada@x.org|1 grace@x.org| ' \
	'the person with that address is linked to the user'
is "$(sql 'select count(*) from authtoken_token')" 0 'no token without --token'
token=$(patchmda user add grace.h@x --email grace@x.org --first-name Grâce --last-name Hopper --maintainer ltp --maintainer net \
	--token --password <<<$'pass wörd\nsomething')
like "$token" '^[0-9a-f]{40}$' 'add prints the token'
is "$(sql 'select key, user_id from authtoken_token')" "$token|2" 'which is stored'
like "$(sql 'select password from auth_user where id = 2')" '^pbkdf2_sha256\$260000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$' \
	'the hash is in the format of Django'
exits 0 'list' patchmda user list
is "$(tr -s ' ' <"$T/out")" 'ada ada@x.org active -
grace.h@x grace@x.org active token ltp,net' 'a line for each'

# ---- over HTTP

httpd_start
is "$(get /api/users/2/ -H "Authorization: Token $token"; field "->>'first_name'")" Grâce 'the token is accepted'
is "$(get /api/users/2/ -u 'grace.h@x:pass wörd'; echo "$status")" 200 'and the password, without the end of the line'
is "$(get /api/users/2/ -u 'grace.h@x:something'; echo "$status")" 403 'another password is not'
is "$(get /api/users/2/ -u "ada:$(sql 'select password from auth_user where id = 1')"; echo "$status")" 403 'nor is the stored hash'
patchmda user set grace.h@x --active off
is "$(get /api/users/2/ -H "Authorization: Token $token"; echo "$status")" 403 'set --active off'
patchmda user set grace.h@x --active on
is "$(get /api/users/2/ -H "Authorization: Token $token"; echo "$status")" 200 'and on'
httpd_stop

# ---- set

exits 0 'set' patchmda user set ada --email ada2@x.org --first-name Ada --maintainer net
is "$(sql 'select email, first_name, last_name, is_active from auth_user where id = 1')" 'ada2@x.org|Ada||t' 'changes the given columns'
exits 0 'set without settings' patchmda user set ada
exits 0 '--maintainer again, and --no-maintainer' patchmda user set grace.h@x --maintainer ltp --no-maintainer net
is "$(sql "select u.username, j.linkname from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = userprofile_id join auth_user u on u.id = f.user_id
	join patchwork_project j on j.id = project_id order by 1, 2" | tr '\n' ' ')" 'ada|net grace.h@x|ltp ' 'are stored'
before=$(sql 'select password from auth_user where id = 2')
printf 'other\r\n' | patchmda user set grace.h@x --password
isnt "$(sql 'select password from auth_user where id = 2')" "$before" 'another password'

# typed LINE... - runs `set ada --password` on a terminal, and types each line when the prompt appears
asked() {
	[ "$(count '^Password.*: ' "$T/screen")" -ge "$1" ]
}
typed() {
	local line count=0 pid keys
	rm -f "$T/keys" "$T/screen"
	mkfifo "$T/keys"
	script -qfec 'patchmda user set ada --password' "$T/screen" <"$T/keys" >/dev/null &
	pid=$!
	exec {keys}>"$T/keys"
	for line; do
		count=$((count + 1))
		until_true asked $count
		printf '%s\n' "$line" >&$keys
	done
	wait $pid || true # script(1) has the status of the command
	exec {keys}>&-
}
if command -v script >/dev/null; then
	before=$(sql 'select password from auth_user where id = 1')
	typed secret secret
	isnt "$(sql 'select password from auth_user where id = 1')" "$before" 'a password that is typed'
	is "$(count secret "$T/screen")" 0 'is not shown'
	before=$(sql 'select password from auth_user where id = 1')
	typed secret secrat
	ok 'two different passwords' grep -q 'the two passwords differ' "$T/screen"
	is "$(sql 'select password from auth_user where id = 1')" "$before" 'do not change the password'
else
	skip 'missing tool: script'
fi

# ---- token

is "$(patchmda user token grace.h@x)" "$token" 'token prints it'
new=$(patchmda user token grace.h@x --new)
isnt "$new" "$token" '--new replaces it'
is "$(sql 'select key from authtoken_token')" "$new" 'by another one, which is stored'
like "$(patchmda user token ada)" '^[0-9a-f]{40}$' 'a user without one gets one'
exits 0 '--remove' patchmda user token ada --remove
exits 0 '--remove without a token' patchmda user token ada --remove
is "$(sql 'select count(*) from authtoken_token where user_id = 1')" 0 'removes it'

# ---- errors

wrong 69 'of this name already' 'a name that is taken' add ada --email x@x.org
wrong 65 "no project 'none'; the projects are .*ltp" 'a project that does not exist' add eve --email eve@x.org --maintainer ltp --maintainer none
is "$(sql "select count(*) from auth_user where username = 'eve'")" 0 'the user is not added'
wrong 65 "no project 'none'" 'a project that does not exist, with --no-maintainer' set ada --no-maintainer none
wrong 65 "there is no user 'eve'; the users are .*ada" 'set of an unknown user' set eve --active off
wrong 65 "there is no user 'eve'" 'token of an unknown user' token eve
wrong 65 "there is no user 'eve'" 'token --remove of an unknown user' token eve --remove
wrong 64 'email is missing' 'no address' add eve
wrong 64 'name is missing' 'no name' add
wrong 64 'letters' 'a name with a blank' add 'e v' --email eve@x.org
wrong 64 'letters' 'a name that is too long' add "$(printf '%0151d' 0)" --email eve@x.org
wrong 64 'address' 'an invalid address' add eve --email eve
wrong 64 'subcommand' 'an unknown subcommand' drop ada
wrong 64 'no name' 'list with a name' list ada
wrong 64 'belong' 'an option of another subcommand' token ada --email x@x.org
wrong 64 'belongs' '--token with set' set ada --token
wrong 64 'belong' '--active with add' add eve --email eve@x.org --active off
wrong 64 'exclude' 'two contradictory options' token ada --new --remove
exits 65 'no password' sh -c ': | patchmda user set ada --password'
like "$(cat "$T/err")" 'password is empty' 'no password: the error'
exits 65 'a password in Latin-1' sh -c 'printf "caf\351\n" | patchmda user set ada --password'
exits 65 'a password of two thousand bytes' sh -c 'printf "%02000d\n" 0 | patchmda user set ada --password'
like "$(cat "$T/err")" 'too long' 'and the error'
exits 69 'no database' patchmda user list -d 'dbname=none_such'
fresh_db user_bare
wrong 69 'patchmda init' 'a database without tables' list
done_testing
