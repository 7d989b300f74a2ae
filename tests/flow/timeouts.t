#!/usr/bin/env bash
# timeouts.t - the lock timeout and the idle timeout of transactions are set by options, in all commands that store
# mail
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../git.sh"
LIST=ring.example.org
pg_start
ready_db timeouts
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
sql "create table said (what text)" \
	"create function say() returns trigger language plpgsql as \$\$ begin
		insert into said values (new.name || ' ' || current_setting('lock_timeout') || ' '
			|| current_setting('idle_in_transaction_session_timeout'));
		return new; end \$\$" \
	"create trigger say before insert on patchwork_patch for each row execute function say()"

patch 'Ada <ada@x.org>' '[PATCH] one' one@x.org | patchmda deliver
is "$(sql 'select what from said')" 'one 30s 10s' 'the defaults'
sql 'delete from said'
patch 'Ada <ada@x.org>' '[PATCH] two' two@x.org | patchmda deliver --lock-timeout 7 --idle-timeout 5
patch 'Ada <ada@x.org>' '[PATCH] three' three@x.org | mbox | patchmda import --quiet --lock-timeout 6 --idle-timeout 4 -
lmtpd_start --lock-timeout 3600 --idle-timeout 3
patch 'Ada <ada@x.org>' '[PATCH] four' four@x.org | lmtp >/dev/null
lmtpd_stop
is "$(sql 'select what from said')" $'two 7s 5s\nthree 6s 4s\nfour 1h 3s' 'by option: deliver, import, lmtpd'

# Reading the projects waits for locks, too.
lock 'lock table patchwork_project'
exits 75 'a lock that another session holds' patchmda deliver --timeout 20 --lock-timeout 1 <<<''
like "$(cat "$T/err")" 'lock timeout' 'is reported as such, before the timeout of deliver'
exits 75 'likewise' timeout -s KILL 25 patchmda import --lock-timeout 1 /dev/null
like "$(cat "$T/err")" 'lock timeout' 'import, which prepares its statements before'
unlock

# Import also looks up where a repository was read to, and which messages are known.
git init -q --bare "$T/list.git"
patch 'Ada <ada@x.org>' '[PATCH] five' five@x.org | append "$T/list.git"
lock 'lock table patchmda.repository'
exits 75 'a lock on the positions' timeout -s KILL 25 patchmda import --lock-timeout 1 "$T/list.git"
like "$(cat "$T/err")" 'lock timeout' 'is waited for as long as the option says'
unlock
mkfifo "$T/pipe"
timeout -s KILL 25 patchmda import --quiet --batch 1 --lock-timeout 1 - <"$T/pipe" >"$T/out" 2>"$T/err" &
importing=$!
exec 8>"$T/pipe"
for i in 1 2 3; do
	patch 'Ada <ada@x.org>' '[PATCH] one' one@x.org | mbox >&8
done
until_true sql_is "select count(*) from pg_stat_activity where datname = current_database()
	and application_name = 'patchmda'" 1
lock 'lock table patchwork_patch' 8>&-
patch 'Ada <ada@x.org>' '[PATCH] six' six@x.org | mbox >&8
exec 8>&-
status=0
wait $importing || status=$?
is "$status $(count 'lock timeout' "$T/err")" '75 1' 'so is one on the messages'
unlock
done_testing
