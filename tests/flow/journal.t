#!/usr/bin/env bash
# journal.t - one entry for each message in systemd's journal, which is replaced by a socket
. "$(dirname "$0")/../lib.sh"
need perl unshare mount
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
unshare -m mount -t tmpfs tmpfs /run 2>/dev/null || skip_all "no mount namespace of our own"
LIST=ring.example.org
pg_start own
ready_db journal
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

mkdir "$T/journal"
hear "$T/journal/socket" "$T/entries"

# patchmda_in_journal OPTION... - becomes the daemon, with another /run, because the path of the journal's socket is
# fixed; to be called with `&`
patchmda_in_journal() {
	exec env JOURNAL_STREAM="$(stat -Lc %d:%i /dev/stderr)" unshare -m bash -c '
		mount -t tmpfs tmpfs /run
		mkdir -p /run/systemd/journal
		mount --bind "$1" /run/systemd/journal
		exec patchmda lmtpd --listen "unix:$2" "${@:3}"' - "$T/journal" "$LMTPD_SOCKET" "$@"
}

# journal_start [OPTION]... - starts the daemon, which logs only to the journal
journal_start() {
	: >"$T/entries"
	patchmda_in_journal "$@" 2>"$LMTPD_LOG" &
	LMTPD_PID=$!
	at_exit lmtpd_kill $LMTPD_PID
	within $PATIENCE_SECS test -S "$LMTPD_SOCKET"
}

entered() {
	grep -qE "$1" "$T/entries"
}

# entry MESSAGE-ID - prints the fields of the entry with this PATCHMDA_MESSAGE_ID, sorted
entry() {
	awk -v id="PATCHMDA_MESSAGE_ID=<$1>" 'BEGIN { RS = "" } index($0, id "\n")' "$T/entries" | LC_ALL=C sort
}

deliver() {
	patchmda-deliver --socket "$LMTPD_SOCKET"
}

journal_start
ok "the daemon logs the address on which it listens" within $PATIENCE_SECS entered '^MESSAGE=listening on unix:'
is "$(cat "$LMTPD_LOG")" '' "and nothing on standard error"
patch 'Ada <ada@x.org>' '[PATCH] one' 1@x.org >"$T/one"
deliver <"$T/one"
ok "a message has an entry" within $PATIENCE_SECS entered '^PATCHMDA_MESSAGE_ID=<1@x\.org>$'
ids=$(sql "select 'PATCHMDA_ID=' || id || chr(10) || 'PATCHMDA_SERIES_ID=' || series_id from patchwork_patch")
is "$(entry 1@x.org | sed -E 's/^(PATCHMDA_[A-Z]+_USEC)=[1-9][0-9]*$/\1=positive/')" "$(LC_ALL=C sort <<END
MESSAGE=$(sed -n 's/^MESSAGE=\(<1@x.*\)/\1/p' "$T/entries")
MESSAGE_ID=9d8f1c52b3a64c0f8f5be0a6f7d2c431
PATCHMDA_BATCH_MESSAGES=1
PATCHMDA_BATCH_USEC=positive
PATCHMDA_BYTES=$(stat -c %s "$T/one")
$ids
PATCHMDA_LIST_ID=$LIST
PATCHMDA_MESSAGE_ID=<1@x.org>
PATCHMDA_OUTCOME=stored
PATCHMDA_PROJECT=ring
PATCHMDA_VERDICT=patch
PATCHMDA_WAITING_USEC=positive
PRIORITY=6
SYSLOG_IDENTIFIER=patchmda
END
)" "with these fields"
like "$(entry 1@x.org)" 'MESSAGE=<1@x\.org>: stored patch [0-9]+ of series [0-9]+ in ring, [0-9.]+ ms' \
	"and a text"
LIST=nobodys.example.org mail 'Ada <ada@x.org>' 'Hello' $'2\t\e[2J@x.org' | deliver
ok "mail without a project has an entry" within $PATIENCE_SECS entered '^PATCHMDA_OUTCOME=held$'
ok "with the list id" entered '^PATCHMDA_LIST_ID=nobodys\.example\.org$'
is "$(LC_ALL=C count '[^ -~]' "$T/entries")" 0 "all text from mail is printable"
lmtpd_stop

# The fields of a message of each kind; optional fields are empty.
journal_start
deliver <"$T/one"
ok "a duplicate has an entry" within $PATIENCE_SECS entered '^PATCHMDA_OUTCOME=duplicate$'
like "$(entry 1@x.org)" "PATCHMDA_PROJECT=ring.*PATCHMDA_VERDICT=duplicate" "with its project"
patch -h 'X-Patchwork-Hint: ignore' 'Ada <ada@x.org>' '[PATCH] no' 3@x.org | deliver
ok "ignored mail has an entry" within $PATIENCE_SECS entered '^PATCHMDA_OUTCOME=ignored$'
for kind in duplicate ignored; do
	is "$(awk -v outcome="PATCHMDA_OUTCOME=$kind" 'BEGIN { RS = "" } index($0, outcome)' "$T/entries" |
		sed 's/=.*//' | LC_ALL=C sort | tr '\n' ' ')" \
		"$(printf '%s ' MESSAGE MESSAGE_ID PATCHMDA_{BATCH_MESSAGES,BATCH_USEC,BYTES,ID,LIST_ID,MESSAGE_ID,OUTCOME,PROJECT,SERIES_ID,VERDICT,WAITING_USEC} PRIORITY SYSLOG_IDENTIFIER)" \
		"all fields are present: $kind"
done
lmtpd_stop

journal_start --log-level notice
deliver <"$T/one"
lmtpd_stop
ok "--log-level notice: events of the daemon are logged" until_true entered '^MESSAGE=stopping; [0-9]+ session'
is "$(count '^PATCHMDA_OUTCOME' "$T/entries")" 0 "but single mails are not"
exits 64 "an unknown level" patchmda lmtpd --log-level loud --listen "unix:$T/x"

journal_start --log-level warning --grace 0
deliver <"$T/one"
pg_stop
exits 75 "without a database mail is kept" deliver <"$T/one"
ok "and a warning is logged" within $PATIENCE_SECS entered '^PATCHMDA_OUTCOME=deferred$'
like "$(entry 1@x.org)" 'PRIORITY=4' "of that level"
unlike "$(cat "$T/entries")" 'OUTCOME=(stored|duplicate)' "and no entries of lower levels"
lmtpd_stop
pg_restart

# If standard error is not the journal, lines of text have the same facts.
LMTPD_LOG=$T/lines
lmtpd_start --log-level debug
deliver <"$T/one"
ok "without a journal there are lines" within $PATIENCE_SECS logged \
	'^<1@x\.org>: duplicate.* in ring, [0-9.]+ ms$'
is "$(count PATCHMDA_ "$LMTPD_LOG")" 0 "and no fields"
lmtpd_stop
done_testing
