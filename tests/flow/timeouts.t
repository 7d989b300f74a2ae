#!/usr/bin/env bash
# timeouts.t - the lock timeout and the idle timeout of transactions are the operator's, in all commands that
# take mail
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
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
is "$(sql 'select what from said')" 'one 30s 10s' 'without a word'
sql 'delete from said'
patch 'Ada <ada@x.org>' '[PATCH] two' two@x.org | patchmda deliver --lock-timeout 7 --idle-timeout 5
patch 'Ada <ada@x.org>' '[PATCH] three' three@x.org | mbox | patchmda import --quiet --lock-timeout 6 --idle-timeout 4 -
lmtpd_start --lock-timeout 3600 --idle-timeout 3
patch 'Ada <ada@x.org>' '[PATCH] four' four@x.org | lmtp >/dev/null
lmtpd_stop
is "$(sql 'select what from said')" $'two 7s 5s\nthree 6s 4s\nfour 1h 3s' 'by option: deliver, import, lmtpd'

# Reading the projects waits for locks, too.
sql 'begin; lock table patchwork_project; select pg_sleep(600)' >/dev/null 2>&1 &
at_exit kill $!
until_true sql_is "select count(*) from pg_locks where relation = 'patchwork_project'::regclass and granted
	and mode = 'AccessExclusiveLock'" 1
exits 75 'a lock that is not to be had' patchmda deliver --timeout 20 --lock-timeout 1 <<<''
like "$(cat "$T/err")" 'lock timeout' 'is reported as such, before the timeout of deliver'
done_testing
