#!/usr/bin/env bash
# postfix.t - a real Postfix as the sender, by pipe and by LMTP, a hundred mails each
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../postfix.sh"
postfix_needed
LIST=ring.example.org
pg_start
ready_db postfix
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
MAILS=100

# show WHAT RECIPIENT - tests that many mails, a patch and a reply to it are delivered
show() {
	ok "$1: takes $MAILS mails" send $MAILS 10 "$2" "[PATCH 0/2] by $1"
	ok "$1: the queue runs empty" within 150 queue_is_empty
	is "$(covers "by $1")" "$MAILS|$MAILS" "$1: all are stored, once"
	patch 'Ada <ada@x.org>' "[PATCH] swaks $1" "$1@x.org" >"$T/patch"
	mail -r "<$1@x.org>" 'Bob <bob@x.org>' "Re: [PATCH] swaks $1" "re-$1@x.org" >"$T/reply"
	ok "$1: takes a patch" send_patch "$2" "$T/patch"
	ok "$1: takes a reply" send_patch "$2" "$T/reply"
	ok "$1: the queue runs empty again" within $PATIENCE_SECS queue_is_empty
	is "$(sql "select p.diff like 'diff --git%new' || chr(10) || '%', c.content
		from patchwork_patch p join patchwork_patchcomment c on c.patch_id = p.id
		where p.msgid = '<$1@x.org>'")" "t|Just a line." "$1: patch and reply are stored unchanged"
	is "$(bounces)" 0 "$1: no mail bounced"
}

lmtpd_start
open_socket
postfix_start
show pipe "ring@pipe.test"
show thin "ring@thin.test"
is "$(grep -c "stored cover" "$LMTPD_LOG")" $MAILS "thin: by the daemon"
show lmtp "ring@lmtp.test"
LIST= patch 'Ada <ada@x.org>' '[PATCH] extension' ext@x.org >"$T/patch"
ok "a recipient may name the list" send_patch "ring+$LIST@lmtp.test" "$T/patch"
ok "which is delivered" within $PATIENCE_SECS sql_is \
	"select count(*) from patchwork_patch where msgid = '<ext@x.org>'" 1

# For some exit statuses Postfix would bounce the mail; the recipe's soft_bounce prevents that.
mv "$T/bin/patchmda" "$T/bin/saved"
printf '#!/bin/sh\nexit 1\n' >"$T/bin/patchmda"
chmod 755 "$T/bin/patchmda"
patch 'Ada <ada@x.org>' '[PATCH] soft' soft@x.org >"$T/patch"
ok "Postfix accepts a mail while the program is broken" send_patch ring@pipe.test "$T/patch"
ok "and defers it instead of bouncing it" within 60 grep -q 'relay=patchmda-pipe.*SOFTBOUNCE' "$POSTFIX_LOG"
# A process that the kernel kills cannot set its exit status; Postfix defers the mail by itself.
# shellcheck disable=SC2016 # the inner shell's
printf '#!/bin/sh\nkill -KILL $$\n' >"$T/bin/patchmda"
ok "and also if the program is killed" within 60 grep -q \
	'relay=patchmda-pipe.* status=deferred (Command died with signal 9' "$POSTFIX_LOG"
mv "$T/bin/saved" "$T/bin/patchmda"
ok "it is stored when the program works again" within 60 sql_is \
	"select count(*) from patchwork_patch where msgid = '<soft@x.org>'" 1

done_testing
