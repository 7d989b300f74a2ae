# server.sh - the private PostgreSQL of `make bench` and `make bench-lmtp`, and common functions of the two
#
# It is below build/bench, with default settings except shared_buffers=1GB and max_wal_size=8GB; `make bench` also turns
# autovacuum off.

build=$(realpath -m -- "${BUILD:-build}")
dir=$build/bench
programs=$build/tests/bench
bin=$(tools/private-postgres bindir)

say() {
	echo "bench: $*" >&2
}

die() {
	say "$@"
	exit 1
}

# The wrapper that Debian puts in the PATH takes a tenth of a second.
psql() {
	"$bin/psql" -Xqv ON_ERROR_STOP=1 "$@"
}

# value DATABASE STATEMENT - prints the result
value() {
	psql -At -d "$1" -c "$2"
}

# lock_folder - ends the program if another one uses the server; descriptor 9 has the lock
lock_folder() {
	mkdir -p "$dir"
	exec 9>"$dir/lock"
	flock -n 9 || die "another bench uses $dir"
}

# start_server [AUTOVACUUM] - sets `postmaster`, `has_lz4`, and the environment that leads to the server
start_server() {
	eval "$(tools/private-postgres start "$dir/pg")"
	trap stop_server EXIT
	if [ "$(value postgres 'show shared_buffers') $(value postgres 'show max_wal_size')" != '1GB 8GB' ]; then
		psql -d postgres -c "alter system set shared_buffers = '1GB'" \
			-c "alter system set max_wal_size = '8GB'"
		stop_server
		eval "$(tools/private-postgres start "$dir/pg")"
	fi
	psql -d postgres -c "alter system set autovacuum = ${1:-on}" -c "select pg_reload_conf()" >/dev/null
	postmaster=$(head -n 1 "$PGHOST/data/postmaster.pid")
	has_lz4=$(value postgres "select count(*) from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)")
}

stop_server() {
	tools/private-postgres stop "$dir/pg"
}

# empty_database NAME - creates a database with the tables of `patchmda init`
empty_database() {
	psql -d postgres -c "set client_min_messages = error" \
		-c "drop database if exists $1 with (force)" -c "create database $1"
	PGDATABASE=$1 "$build/patchmda" init >/dev/null
}

# fresh NAME TEMPLATE - copies a database; files are copied whole, not through the log
fresh() {
	psql -d postgres -c "set client_min_messages = error" -c "drop database if exists $1 with (force)" \
		-c "create database $1 template $2 strategy file_copy"
}

# tables_with_rows DATABASE - prints them as `schema.table`, each after those that it refers to
tables_with_rows() {
	psql -At -d "$1" <<-'SQL'
		select format('select %L from %s having count(*) > 0', n.nspname || '.' || c.relname, c.oid::regclass)
		  from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where c.relkind = 'r' and n.nspname in ('public', 'patchmda')
		 order by c.oid \gexec
	SQL
}

# machine - prints the processor, the number of its cores, and the version of the server
machine() {
	printf '%s, %s cores, PostgreSQL %s' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		"$(getconf _NPROCESSORS_ONLN)" "$(value postgres 'show server_version')"
}
