# fault.sh - deliveries while the database does not work, for the scripts in tests/flow
#
#	. "$(dirname "$0")/../daemon.sh"
#	. "$(dirname "$0")/../fault.sh"
#	fault_start			# the project, and the daemon
#	pg_stop
#	trouble stopped			# each way of delivery is deferred, in time
#	pg_restart
#	recovery stopped		# each is tried again, and the mail is stored once
#
# DELIVER_SECS is the timeout of deliver and the daemon. The tests assert that they do not exceed it, with a
# margin for a busy machine.

DELIVER_SECS=6

# fault_start [OPTION]... - creates the project for the mails of `patch`, and starts a daemon
fault_start() {
	patchmda project list | grep -q "$LIST" ||
		patchmda project add near --list-id "$LIST" --list-email near@example.org >/dev/null
	lmtpd_start --grace 2 --refuse 3 --timeout $DELIVER_SECS --stop 4 "$@"
	ok "the daemon is up" within $PATIENCE_SECS eval '[[ $(talk 2 <<<QUIT) = "220 "* ]]'
}

# hand FILE - delivers the mail in the file to the daemon, and prints the last reply in one line
hand() {
	{
		printf 'LHLO test\nMAIL FROM:<>\nRCPT TO:<patches@here>\nDATA\n'
		sed 's/^\./../' "$1"
		printf '.\nQUIT\n'
	} | talk $PATIENCE_SECS 2>/dev/null | grep -v '^221 ' | tail -n 1
}

# make_mails WHAT - writes one mail for each way of delivery
make_mails() {
	local way
	for way in deliver lmtp import; do
		patch 'Ada <ada@x.org>' "[PATCH] $1 by $way" "$1.$way@x.org" >"$T/$1.$way"
	done
	mbox "$T/$1.import" >"$T/$1.mbox"
}

by_deliver() {
	patchmda deliver --timeout $DELIVER_SECS <"$T/$1.deliver" || return
}

by_lmtp() {
	hand "$T/$1.lmtp" | tee "$T/$1.reply" | grep -q '^250 ' || return
}

by_import() {
	patchmda import --quiet "$T/$1.mbox" >/dev/null || return
}

# trouble WHAT - tests that each way of delivery is deferred in time, and none is refused permanently
trouble() {
	local what=$1 started=$SECONDS jobs=() status
	make_mails "$what"
	by_deliver "$what" >"$T/$what.said" 2>&1 &
	jobs[0]=$!
	by_lmtp "$what" &
	jobs[1]=$!
	timeout -s KILL $PATIENCE_SECS patchmda import --quiet "$T/$what.mbox" >"$T/$what.imported" 2>&1 &
	jobs[2]=$!
	status=0; wait "${jobs[0]}" || status=$?
	is $status 75 "$what: deliver exits 75"
	like "$(head -n 1 "$T/$what.said")" '^4\.[0-9]\.[0-9] ' "$what: with a status for the log"
	wait "${jobs[1]}" || true # its status is that of the reply, which is compared
	like "$(cat "$T/$what.reply")" '^4[0-9][0-9] 4\.' "$what: the daemon defers"
	ok "$what: both in time ($((SECONDS - started)) s)" test $((SECONDS - started)) -lt $PATIENCE_SECS
	status=0; wait "${jobs[2]}" || status=$?
	is $status 75 "$what: import exits 75"
}

# recovery WHAT - tries again, as mail servers do, and tests that the mail of trouble is stored once
recovery() {
	ok "$1: the daemon takes it by itself" within $PATIENCE_SECS by_lmtp "$1"
	ok "$1: deliver takes it" within $PATIENCE_SECS by_deliver "$1"
	ok "$1: import takes it" within $PATIENCE_SECS by_import "$1"
	ok "$1: it is the same daemon as before" kill -0 "$LMTPD_PID"
	is "$(stored "$1")" $'deliver|1\nimport|1\nlmtp|1' "$1: all is stored, once"
}

# stored WHAT - prints the number of stored patches for each way of delivery
stored() {
	sql "select substring(name from '[a-z]+$'), count(*) from patchwork_patch
		where name like '$1 by %' group by 1 order by 1"
}

# refuse_by_name - makes the database refuse each patch called `sqlstate XXXXX` with that SQLSTATE
refuse_by_name() {
	sql "create function refuse() returns trigger language plpgsql as
			'begin raise exception ''not today'' using errcode = right(new.name, 5); end'" \
		"create trigger refuse before insert on patchwork_patch for each row
			when (new.name like 'sqlstate _____') execute function refuse()"
}

# ---- two servers

# standby_start - starts a second server, in STANDBY_HOST, that follows the one of PGHOST under the name
# `standby`. Commits do not wait for it yet.
standby_start() {
	local environment bin
	STANDBY_DIR=$(mktemp -d "$BUILD/tests/pg.XXXX")
	echo $$ >"$STANDBY_DIR.owner"
	at_exit pg_remove "$STANDBY_DIR"
	environment=$("$ROOT/tools/private-postgres" --fast start "$STANDBY_DIR")
	STANDBY_HOST=$(eval "$environment" && echo "$PGHOST")
	"$ROOT/tools/private-postgres" stop "$STANDBY_DIR"
	rm -rf "$STANDBY_HOST/data"
	bin=$("$ROOT/tools/private-postgres" bindir)
	"$bin/pg_basebackup" -D "$STANDBY_HOST/data" -c fast -R \
		-d "host=$PGHOST port=$PGPORT user=$PGUSER application_name=standby"
	echo "unix_socket_directories = '$STANDBY_HOST'" >>"$STANDBY_HOST/data/postgresql.conf"
	chown -R --reference="$STANDBY_HOST" "$STANDBY_HOST/data"
	"$ROOT/tools/private-postgres" start "$STANDBY_DIR" >/dev/null
	until_true sql_is "select state from pg_stat_replication" streaming
}

# wait_for_standby - makes every COMMIT wait for the standby
wait_for_standby() {
	sql "alter system set synchronous_standby_names = 'standby'" "select pg_reload_conf()" >/dev/null
	until_true sql_is "select sync_state from pg_stat_replication" sync
}

# on_standby STATEMENT...
on_standby() {
	PGHOST=$STANDBY_HOST PGTARGETSESSIONATTRS=any sql "$@"
}
