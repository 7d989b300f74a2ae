#!/usr/bin/env bash
# sqlstates.t - if the database refuses a mail, the mail server keeps it and tries again; only if the mail
# itself is the cause, it is held, and other mail is not affected
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
DELIVER_SECS=60 # no timeout in this test: errors that may be temporary are tried fifty times
pg_start
ready_db sqlstates
fault_start
refuse_by_name

# refused SQLSTATE ID - prints a mail that the database refuses with this SQLSTATE
refused() {
	patch 'Ada <ada@x.org>' "[PATCH] sqlstate $1" "$2@x.org"
}
held() {
	sql "select count(*) from patchmda.held where kind = 'refused' and msgid = '<$1@x.org>'"
}

# Errors of the server, and the status code that mail servers log for each.
while read -r sqlstate status what; do
	refused "$sqlstate" "$sqlstate" >"$T/mail"
	exits 75 "$sqlstate, $what: deliver exits 75" patchmda deliver --timeout $DELIVER_SECS <"$T/mail"
	like "$(cat "$T/err")" "^${status//./\\.} patchmda: database: " "$sqlstate: with $status"
	like "$(lmtp <"$T/mail")" "^451 ${status//./\\.} .*, try again later$" "$sqlstate: the daemon replies with the same status"
	mbox "$T/mail" >"$T/mbox"
	exits 75 "$sqlstate: import exits 75" patchmda import --quiet "$T/mbox"
	is "$(held "$sqlstate")" 0 "$sqlstate: it is not held"
done <<'END'
53100 4.3.1 disk_full
53200 4.3.2 out_of_memory
53300 4.3.2 too_many_connections
55P03 4.3.2 lock_not_available
57014 4.3.2 query_canceled
40001 4.3.2 serialization_failure
40P01 4.3.2 deadlock_detected
23505 4.3.2 unique_violation
23503 4.3.2 foreign_key_violation
42501 4.3.5 insufficient_privilege
23502 4.3.0 not_null_violation
42P01 4.3.0 undefined_table
58030 4.3.0 io_error
XX000 4.3.0 internal_error
XX001 4.3.0 data_corrupted
P0001 4.3.0 raise_exception
END

# Errors of a server that is read-only or about to stop: another connection may reach another server.
for sqlstate in 25006 57P01 08006; do
	refused $sqlstate $sqlstate >"$T/mail"
	exits 75 "$sqlstate: deliver exits 75" patchmda deliver --timeout $DELIVER_SECS <"$T/mail"
	is "$(held $sqlstate)" 0 "$sqlstate: it is not held"
done

# A mail that causes the error itself would be refused for ever.
for sqlstate in 22021 22P05 22003 23514 54000; do
	refused $sqlstate "deliver.$sqlstate" >"$T/mail"
	exits 0 "$sqlstate: deliver exits 0" patchmda deliver <"$T/mail"
	is "$(refused $sqlstate "lmtp.$sqlstate" | lmtp)" '250 2.0.0 held' "$sqlstate: so does the daemon"
	is "$(held "deliver.$sqlstate")$(held "lmtp.$sqlstate")" 11 "$sqlstate: and holds it"
done

# Among other mails, which an import stores in the same transaction.
for n in 1 2 3 4 5 6 7; do
	if [ $n = 5 ]; then
		refused 22021 batch.$n
	else
		patch 'Ada <ada@x.org>' "[PATCH] batch $n" "batch.$n@x.org"
	fi | mbox
done >"$T/mbox"
exits 0 "a batch with a mail that the database refuses" patchmda import --quiet "$T/mbox"
is "$(held batch.5)" 1 "that mail is held"
is "$(sql "select string_agg(right(name, 1), '' order by name) from patchwork_patch where name like 'batch%'")" \
	123467 "the others are stored"

# Large mails: several COPYs store those of one transaction, and one of the last has the mail that the database refuses.
for n in {1..20}; do
	if [ "$n" = 17 ]; then
		refused 22021 large.$n
	else
		patch 'Ada <ada@x.org>' "[PATCH] large $n" "large.$n@x.org"
	fi >"$T/mail"
	{ sed '/^$/q' "$T/mail" && printf '%s\n' "$n "{1..8000} '' && sed '1,/^$/d' "$T/mail"; } | mbox
done >"$T/mbox"
exits 0 "a batch of large mails, of which the database refuses one" patchmda import --quiet "$T/mbox"
is "$(held large.17)" 1 "that mail is held"
is "$(sql "select count(*), min(length(content)) > 50000 from patchwork_patch where name like 'large%'")" \
	'19|t' "the others are stored, each once"

ok "it is the same daemon as before" kill -0 "$LMTPD_PID"
sql "drop trigger refuse on patchwork_patch"
exits 0 "deferred mail is accepted afterwards" patchmda deliver < <(refused 53100 53100)
is "$(refused 42501 42501 | lmtp)" '250 2.0.0 stored' "by the daemon, too"
lmtpd_stop
done_testing
