# pgbouncer.sh - PgBouncer in transaction mode in front of the server of pg_start, for the scripts in tests/flow

# bouncer_start [SETTING]... - starts PgBouncer; sets BOUNCER to its process, and PGHOST and PGPORT to its address
bouncer_start() {
	local port owner as=()
	port=$(free_port)
	owner=$(stat -c %U "$PGHOST")
	[ "$owner" != root ] || owner=nobody
	[ "$(id -u)" -ne 0 ] || as=(-u "$owner")
	mkdir -m 777 "$T/bouncer"
	chmod 755 "$T"
	# With auth_type any, the user of the server is the one given here. If a client logs in just before
	# PgBouncer notices that the server has stopped, it waits for query_wait_timeout, by default two minutes.
	cat >"$T/bouncer.ini" <<-END
		[databases]
		* = host=$PGHOST port=$PGPORT user=$PGUSER
		[pgbouncer]
		listen_addr =
		listen_port = $port
		unix_socket_dir = $T/bouncer
		auth_type = any
		pool_mode = transaction
		server_reset_query =
		query_wait_timeout = 20
		logfile = $T/bouncer/log
		pidfile = $T/bouncer/pid
	END
	printf '%s\n' "$@" >>"$T/bouncer.ini"
	pgbouncer -q "${as[@]}" "$T/bouncer.ini" 2>"$T/bouncer.err" &
	BOUNCER=$!
	at_exit lmtpd_kill $BOUNCER
	export PGHOST=$T/bouncer PGPORT=$port
	ok "PgBouncer accepts connections" within $PATIENCE_SECS sql "select 1"
}
