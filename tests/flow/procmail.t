#!/usr/bin/env bash
# procmail.t - README's recipe, run by a real procmail
. "$(dirname "$0")/../lib.sh"
need procmail
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../readme.sh"
LIST=ring.example.org
MAILS=50
pg_start own
ready_db procmail
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# procmailrc COMMAND - writes README's recipe, with this command
procmailrc() {
	cat >"$T/procmailrc" <<END
SHELL=/bin/sh
PATH=$PATH
LOGFILE=$T/procmail.log
DEFAULT=$T/default
$(recipe procmail 's/ltp\\.lists\\.linux\\.it/ring\\.example\\.org/' \
	"s,/usr/local/bin/patchmda deliver -d dbname=patchwork,$1,")
END
	chmod 600 "$T/procmailrc"
}

# procmail reads only this file; its environment has the settings.
deliver() {
	procmail -t PGHOST="$PGHOST" PGPORT="$PGPORT" PGUSER="$PGUSER" PGDATABASE="$PGDATABASE" \
		"$T/procmailrc"
}

# many WHAT - delivers many mails, one after another; fails if one is not accepted
many() {
	local i
	for ((i = 0; i < MAILS; i++)); do
		patch 'Ada <ada@x.org>' "[PATCH] $1" "$1.$i@x.org" | deliver || return 1
	done
}

stored() {
	sql "select count(*) from patchwork_patch where name like '%$1'"
}

procmailrc 'patchmda deliver'
ok "takes $MAILS mails" many alone
is "$(stored alone)" $MAILS "all are stored"

lmtpd_start --grace 1
procmailrc "patchmda-deliver --socket $LMTPD_SOCKET"
ok "takes $MAILS mails for the daemon" many daemon
is "$(stored daemon)" $MAILS "all are stored, too"

LIST=other.example.org mail 'Ada <ada@x.org>' 'Not for us' other@x.org | deliver
ok "other mail is delivered to the mailbox" grep -q 'Not for us' "$T/default"

# The second recipe is needed, because otherwise procmail would deliver to the mailbox if the command fails.
pg_stop
patch 'Ada <ada@x.org>' '[PATCH] later' later@x.org >"$T/later"
exits 75 "-t: without a database the mail is kept" deliver <"$T/later"
procmailrc 'patchmda deliver'
exits 75 "with patchmda deliver, too" deliver <"$T/later"
pg_restart
exits 0 "and stored when the database runs again" deliver <"$T/later"
is "$(stored later)" 1 "once"
ok "it was never delivered to the mailbox" eval "! grep -q later@x.org '$T/default'"
lmtpd_stop
done_testing
