#!/usr/bin/env bash
# fault-disk.t - the disk of PostgreSQL's tables, or of its write-ahead log, is full
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
pg_start own
owner=$(stat -c %U "$PGHOST")

# small NAME KIB - mounts a file system of that size for the server; fails if that is not permitted
small() {
	mkdir "$T/$1"
	chmod 755 "$T"
	mount -t tmpfs -o "size=$2k" none "$T/$1" 2>/dev/null || return
	at_exit umount -l "$T/$1"
	chown "$owner" "$T/$1"
	chmod 700 "$T/$1"
}
fill() {
	! cat /dev/zero >"$T/$1/filler" 2>/dev/null
}

if small tables 40000; then
	ready_db disk
	PGDATABASE=postgres sql "create tablespace small location '$T/tables'"
	PGDATABASE=postgres sql "alter database disk set tablespace small"
	fault_start
	sql "checkpoint"
	fill tables
	# Free space in the pages is used first.
	full() {
		head -c 30000 /dev/urandom | base64 >"$T/noise"
		mail 'Ada <ada@x.org>' '[PATCH 0/9] noise' "noise.$RANDOM.$SECONDS@x.org" "$(cat "$T/noise")" |
			patchmda deliver 2>"$T/said"
		[ $? -eq 75 ]
	}
	ok "tables: deliver exits 75 when the disk is full" within $PATIENCE_SECS full
	like "$(cat "$T/said")" '^4\.3\.1 ' "tables: and reports that"
	make_mails disk
	for way in deliver lmtp import; do
		{
			mail 'Ada <ada@x.org>' "[PATCH] disk by $way" "disk.$way@x.org" "$(change src/ring.c)"
			head -c 200000 /dev/urandom | base64 | sed 's/^/+/'
		} | sed 's/^@@ .*/@@ -1,2 +1,9999 @@/' >"$T/disk.$way"
	done
	mbox "$T/disk.import" >"$T/disk.mbox"
	exits 75 "tables: deliver exits 75" by_deliver disk
	exits 1 "tables: the daemon does not take it" by_lmtp disk
	like "$(cat "$T/disk.reply")" '^451 4\.3\.1 no space' "tables: the daemon defers"
	exits 75 "tables: import exits 75" by_import disk
	rm "$T/tables/filler"
	recovery disk
	lmtpd_stop
	PGDATABASE=postgres sql "alter database disk set tablespace pg_default"
else
	skip "no file systems are mounted here" 12
fi

if small wal 80000; then
	ready_db wal
	pg_stop
	mv "$PGHOST/data/pg_wal" "$T/wal/pg_wal"
	ln -s "$T/wal/pg_wal" "$PGHOST/data/pg_wal"
	pg_restart
	fault_start
	fill wal
	make_mails wal
	# Fill the preallocated segments.
	sql "create table filler (x text)" >/dev/null
	until ! sql "insert into filler select repeat(md5(i::text), 200) from generate_series(1, 3000) i" \
		>/dev/null 2>&1; do :; done
	trouble wal
	pg_stop kill
	rm "$T/wal/filler"
	pg_restart
	recovery wal
	lmtpd_stop
	pg_stop
else
	skip "no file systems are mounted here" 11
fi

# ---- a limit on the size of files, which needs no privileges

pg_restart
ready_db files
fault_start
pg_stop
(ulimit -f 18000 && pg_restart)
big() {
	{
		mail 'Ada <ada@x.org>' "[PATCH] $1" "$1@x.org" "$(change src/ring.c)"
		head -c 3000000 /dev/urandom | base64 | sed 's/^/+/'
	} | sed 's/^@@ .*/@@ -1,2 +1,99999 @@/'
}
for ((i = 0; i < 12; i++)); do
	status=0
	big "big$i" >"$T/big"
	patchmda deliver <"$T/big" 2>"$T/said" || status=$?
	[ $status -eq 0 ] || break
done
is $status 75 "files: if they may not grow, deliver exits 75"
like "$(cat "$T/said")" '^4\.3\.' "files: with a status"
cp "$T/big" "$T/files.lmtp"
exits 1 "files: the daemon does not take it" by_lmtp files
like "$(cat "$T/files.reply")" '^451 4\.3\.' "files: the daemon defers"
pg_stop
pg_restart
ok "files: the daemon stores the mail afterwards" within $PATIENCE_SECS by_lmtp files
is "$(sql "select count(*) from patchwork_patch where name = 'big$i'")" 1 "files: it is stored once"
lmtpd_stop
done_testing
