#!/usr/bin/env bash
# systemd.t - the installed units, run by a real systemd on a copy of the system
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../systemd.sh"
systemd_needed
LIST=ring.example.org
pg_start own
ready_db two
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
ready_db one
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
# PostgreSQL also listens on TCP, for the test of the drop-in.
port=$(free_port)
sql "alter system set listen_addresses = '127.0.0.1'" "alter system set port = $port"
pg_stop
pg_restart
export PGPORT=$port
ok "the machine boots" machine_start
pgpass=/etc/credstore/patchmda.pgpass

# settings [LINE]... - writes an administrator's settings, and those that only this test needs
settings() {
	printf '%s\n' PGDATABASE=one PGUSER=postgres PGPORT=$port ASAN_OPTIONS=detect_leaks=0 "$@" |
		edit /etc/patchmda/patchmda.conf
}

# deliver NAME [OPTION]... - delivers a patch with this name, as the user of a mail server's pipe
deliver() {
	patch 'Ada <ada@x.org>' "[PATCH] $1" "$1@x.org" >"$T/$1"
	inside setpriv --reuid=patchmda --regid=patchmda --clear-groups \
		patchmda-deliver --timeout 60 "${@:2}" <"$T/$1"
}

is_stored() {
	sql_is "select count(*) from patchwork_patch where msgid = '<$1@x.org>'" 1
}

# unit PROPERTY [UNIT] - prints a property of the unit
unit() {
	inside systemctl show -P "$1" "${2:-patchmda.service}"
}

unit_is() {
	[ "$(unit "$1")" = "$2" ]
}

journal() {
	inside journalctl -q --no-pager -u patchmda.service "$@"
}

in_journal() {
	journal -o cat | grep -qE "$1"
}

restart_service() {
	inside systemctl daemon-reload && inside systemctl restart patchmda.service
}

# ---- the sockets start the service

settings
ok "the sockets are opened" inside systemctl start patchmda.socket
is "$(inside stat -c '%F %a %U %G %n' /run/patchmda/lmtp.sock /var/spool/postfix/private/patchmda)" \
	"socket 660 patchmda postfix /run/patchmda/lmtp.sock
socket 660 patchmda postfix /var/spool/postfix/private/patchmda" "for patchmda and for Postfix"
is "$(unit ActiveState)" inactive "the service does not run yet"
exits 0 "the first mail starts the service" deliver first
ok "and is stored" is_stored first
is "$(unit ActiveState)/$(unit SubState)" active/running "the service is ready"
# Only Postfix, and root, may enter its directory of sockets.
patch 'Ada <ada@x.org>' '[PATCH] chroot' chroot@x.org >"$T/chroot"
exits 0 "a mail is delivered through Postfix's socket" \
	inside patchmda-deliver --socket /var/spool/postfix/private/patchmda <"$T/chroot"
ok "and stored" is_stored chroot
exits 75 "other users may not connect" \
	inside setpriv --reuid=nobody --regid=nogroup --clear-groups patchmda-deliver <"$T/first"
like "$(cat "$T/err")" 'Permission denied' "and get the reason"
ok "systemctl status shows its status line" within $PATIENCE_SECS eval \
	'[[ $(unit StatusText) =~ ^[0-9.]+\ mails/s.*\ 2\ stored ]]'

# ---- settings are in the right sections; in a wrong one they would have no effect

for setting in Type=notify NotifyAccess=main Restart=always RestartUSec=1s StartLimitIntervalUSec=0 \
	WatchdogUSec=1min TimeoutStopUSec=1min OOMPolicy=stop User=patchmda Group=patchmda; do
	is "$(unit "${setting%=*}")" "${setting#*=}" "$setting"
done
is "$(unit Accept patchmda.socket)" no "Accept=no"
main=$(unit MainPID)
network=$(inside readlink "/proc/$main/ns/net")
like "$network" '^net:' "the service has a network namespace"
isnt "$network" "$(inside readlink /proc/1/ns/net)" "in which there is no network"
maps=$(inside cat "/proc/$main/maps")
like "$maps" ' r-xp .*/patchmda' "the program is in the memory of the service"
is "$(count '^[^ ]* .wx' <<<"$maps")" 0 \
	"no memory is both writable and executable, so PCRE2 does not use its JIT"
sql "insert into patchwork_tag (name, pattern, abbrev, show_column)
	select 'Seen-by', '^Seen-by:', 'Z', true where not exists (select from patchwork_tag where name = 'Seen-by')"
inside systemctl reload patchmda.service
ok "the daemon reloads" within $PATIENCE_SECS in_journal 'reloaded projects and settings'
ok "and is still active" within $PATIENCE_SECS unit_is ActiveState active
is "$(unit MainPID)" "$main" "by the same process"
mail -r '<first@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH] first' seen@x.org 'Seen-by: Bob <bob@x.org>' >"$T/seen"
exits 0 "a reply with a tag is stored" inside patchmda-deliver <"$T/seen"
is "$(sql "select count from patchwork_patchtag pt join patchwork_tag t on t.id = tag_id
	where t.name = 'Seen-by'")" 1 "and the tag counted"
{
	mail 'Ada <ada@x.org>' '[PATCH] large' large@x.org "$(change big.c)"
	seq 40000 | sed 's|.*|+a line that makes this diff a large one|'
} | sed 's/^@@ .*/@@ -1,2 +1,40002 @@/' >"$T/large"
exits 0 "a large mail is spooled to a file" inside patchmda-deliver <"$T/large"
is "$(sql "select length(diff) > 1600000 from patchwork_patch where msgid = '<large@x.org>'")" t "and stored complete"

# ---- the journal

is "$(journal -o cat PATCHMDA_OUTCOME=stored PATCHMDA_MESSAGE_ID='<first@x.org>' |
	sed 's/, [0-9.]* ms$//')" \
	"<first@x.org>: $(sql "select 'stored patch ' || id || ' of series ' || series_id from patchwork_patch
		where msgid = '<first@x.org>'") in ring" "journalctl finds a mail by its fields"
is "$(journal -o verbose PATCHMDA_MESSAGE_ID='<first@x.org>' | sed -n 's/^ *\(_SYSTEMD_UNIT=.*\)/\1/p')" \
	_SYSTEMD_UNIT=patchmda.service "the entry belongs to the unit"

# ---- stop and restart

lock 'lock table patchwork_patch'
deliver last >"$T/last.said" 2>&1 &
last=$!
until_waiting
ok "systemctl stop" inside systemctl stop --no-block patchmda.service
until_true in_journal '^stopping; '
unlock
wait $last && status=0 || status=$?
is $status 0 "the mail that is being stored is acknowledged"
ok "the service stops" until_true unit_is ActiveState inactive
ok "the mail is stored" is_stored last
is "$(unit Result)" success "the result is success"
exits 0 "the next mail starts the service again" deliver next
for i in 1 2 3 4 5 6 7; do
	main=$(unit MainPID)
	inside kill -KILL "$main"
	within $PATIENCE_SECS eval '[ "$(unit MainPID)" != '"$main"' ] && unit_is SubState running'
done
exits 0 "mail is stored after the daemon was killed seven times" deliver killed
is "$(unit NRestarts)" 7 "it was restarted each time"

printf '[Service]\nWatchdogSec=3\n' | edit /etc/systemd/system/patchmda.service.d/watchdog.conf
ok "with a short watchdog" restart_service
sleep 4
is "$(unit NRestarts)" 0 "a working daemon is not killed"
inside kill -STOP "$(unit MainPID)"
ok "a daemon that hangs is" within $PATIENCE_SECS in_journal 'Watchdog timeout'
exits 0 "mail is stored by the next one" deliver watched
inside rm /etc/systemd/system/patchmda.service.d/watchdog.conf

# ---- a password

sql "create role secret superuser login password 'Geheimnis'"
hba=$(sql 'show hba_file')
cp -p "$hba" "$T/hba"
{
	echo 'local all secret scram-sha-256'
	cat "$T/hba"
} >"$hba"
sql 'select pg_reload_conf()' >/dev/null
settings PGUSER=secret
ok "without a password file" restart_service
exits 75 "the database refuses the connection" deliver password --timeout 2
inside systemctl stop patchmda.service
echo '*:*:*:secret:Geheimnis' | edit $pgpass
inside chmod 600 $pgpass
ok "with a password file among the credentials" restart_service
exits 0 "the database accepts it" deliver password
ok "and the mail is stored" is_stored password
is "$(inside stat -c %a /run/credentials/patchmda.service/pgpass)" 400 "libpq can read the file of the credential"

# ---- several instances

printf '%s\n' PGDATABASE=two PGUSER=postgres PGPORT=$port ASAN_OPTIONS=detect_leaks=0 | edit /etc/patchmda/two.conf
ok "a second instance" inside systemctl start patchmda@two.socket
exits 0 "accepts mail" deliver second --socket /run/patchmda/two.sock
is "$(PGDATABASE=two sql "select name from patchwork_patch")" second "into its own database"
is "$(inside systemctl is-active patchmda.service patchmda@two.service)" $'active\nactive' "both run"
is "$(inside stat -c '%a %U %G' /var/spool/postfix/private/patchmda-two)" "660 patchmda postfix" \
	"Postfix has a socket for it"

# ---- the web server, with the settings and the password of the service beside it

# web SOCKET PATH - prints the status of a request by a member of the proxy's group
web() {
	inside setpriv --reuid=nobody --regid=www-data --clear-groups \
		curl -s -o /dev/null -w '%{http_code}' --unix-socket "/run/patchmda/$1" "http://p.example.org$2" || echo "curl $?"
}
ok "the web server's sockets are opened" inside systemctl start patchmda-http.socket patchmda-http@two.socket
is "$(inside stat -c '%F %a %U %G' /run/patchmda/http.sock /run/patchmda/two-http.sock)" \
	$'socket 660 patchmda www-data\nsocket 660 patchmda www-data' "for the group of the proxy"
is "$(unit ActiveState patchmda-http.service)" inactive "and nothing runs"
is "$(web http.sock '/api/patches/?q=first')" 200 "the first request starts it"
is "$(unit ActiveState patchmda-http.service)/$(unit SubState patchmda-http.service)" active/running "it is ready"
is "$(inside curl -s --unix-socket /run/patchmda/http.sock http://p/api/patches/1/ | grep -o '"name":"first"' | sort -u)" '"name":"first"' \
	"it has the database of the settings"
is "$(inside curl -s --unix-socket /run/patchmda/two-http.sock http://p/api/patches/1/ | grep -o '"name":"second"' | sort -u)" \
	'"name":"second"' "an instance has its own"
for setting in Type=notify NotifyAccess=main Restart=always StartLimitIntervalUSec=0 WatchdogUSec=1min OOMPolicy=stop \
	User=patchmda Group=patchmda MemoryMax=536870912; do
	is "$(unit "${setting%=*}" patchmda-http.service)" "${setting#*=}" "the web server's $setting"
done
main=$(unit MainPID patchmda-http.service)
isnt "$(inside readlink "/proc/$main/ns/net")" "$(inside readlink /proc/1/ns/net)" "it has no network"
is "$(inside setpriv --reuid=nobody --regid=nogroup --clear-groups \
	curl -s --unix-socket /run/patchmda/http.sock http://p/ || echo "$?")" 7 "others may not connect"
inside kill -KILL "$main"
is "$(web http.sock /api/)" 200 "it may be killed: the socket stays, and the next request waits for it"
ok "it stops" inside systemctl stop patchmda-http.service
is "$(unit Result patchmda-http.service)" success "with success"
is "$(web http.sock /project/ring/)" 200 "and is started by a request again"
is "$(inside journalctl -q --no-pager -o cat -u patchmda-http.service | grep -c 'GET /project/ring/: 200')" 1 "which the journal has"

# ---- a database on another host

settings PGHOST=127.0.0.1
ok "a database by TCP" restart_service
exits 75 "cannot be reached by the unit" deliver tcp --timeout 2
inside sh -c 'cp /usr/share/doc/patchmda/examples/patchmda-tcp.conf /etc/systemd/system/patchmda.service.d/'
ok "with the drop-in" restart_service
exits 0 "it can be reached" deliver tcp
is "$(sql "select count(*) from pg_stat_activity where application_name = 'patchmda' and client_addr = '127.0.0.1'")" \
	1 "by TCP"

# ---- stop of all units

ok "all units are stopped" inside systemctl stop patchmda.socket patchmda.service patchmda@two.socket patchmda@two.service \
	patchmda-http.socket patchmda-http.service patchmda-http@two.socket patchmda-http@two.service
is "$(inside sh -c 'for file in /run/patchmda/*.sock /var/spool/postfix/private/patchmda*; do
	[ ! -e "$file" ] || echo "$file"; done')" '' \
	"and the sockets are deleted"
is "$(inside systemctl --failed --no-legend --no-pager)" '' "no unit has failed"
is "$(journal -p err -o cat | sift -v -e 'no database: .*' -e 'Watchdog timeout')" '' "and the log has no other errors"
done_testing
