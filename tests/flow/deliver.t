#!/usr/bin/env bash
# deliver.t - `patchmda deliver` exits 0 or 75, whatever its input, its options and the state of the database
# are; with 75 it prints an enhanced status code, and stores nothing

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org

# fares STATUS NAME COMMAND... - like `exits`; tests also that the output begins as mail servers expect it
fares() {
	local want=$1 name=$2 status=0 first
	shift 2
	"$@" >"$T/out" 2>&1 || status=$?
	first=$(head -n 1 "$T/out" | tr -d '\0')
	if [ $status -ne "$want" ]; then
		fail "$name"
		diag "status $status, not $want: $*"
		diag "$(head -n 5 "$T/out")"
	elif [ $status -eq 75 ] && [[ ! $first =~ ^4\.[0-9]{1,3}\.[0-9]{1,3}\  ]]; then
		fail "$name"
		diag "no enhanced status code: $first"
	elif [[ $first = 5.* ]]; then
		fail "$name"
		diag "reads as permanent: $first"
	else
		pass "$name"
	fi
}

# from FILE [OPTION]... - delivers the file
from() {
	local file=$1
	shift
	patchmda deliver "$@" <"$file"
}

rows() {
	sql "select (select count(*) from patchwork_patch), (select count(*) from patchwork_cover),
		(select count(*) from patchwork_patchcomment)
			+ (select count(*) from patchwork_covercomment),
		(select count(*) from patchmda.waiting), (select count(*) from patchmda.held)"
}

held() {
	sql "select kind from patchmda.held order by id desc limit 1"
}

remember_rows() {
	rows_before=$(rows)
}
# nothing_stored NAME - compares the rows with those of remember_rows
nothing_stored() {
	is "$(rows)" "$rows_before" "$1: nothing is stored"
}

# Whether the process has installed all its handlers; that of SIGRTMAX is the last.
is_ready() {
	grep -qi '^SigCgt:[[:space:]]*[89a-f]' "/proc/$1/status"
}

# Whether the process has ended, or is a zombie that its new parent has not reaped yet.
is_gone() {
	! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"
}

# Whether no patchmda is connected.
is_alone() {
	[ "$(sql "select count(*) from pg_stat_activity where application_name = 'patchmda'")" -eq 0 ]
}

pg_start own
ready_db deliver
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org

# ---- input

patch 'Ada <ada@x.org>' '[PATCH] one' 1@x.org >"$T/patch"
mail 'Ada <ada@x.org>' '[PATCH 0/1] many' 0@x.org >"$T/cover"
mail -r '<1@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH] one' 2@x.org >"$T/reply"
mail -r '<later@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH] later' 3@x.org >"$T/early"
patch 'Ada <ada@x.org>' '[PATCH] later' later@x.org >"$T/late"

fares 0 "a patch" from "$T/patch"
is "$(sql "select name, number, hash is not null from patchwork_patch")" "one|1|t" "it is stored"
is "$(cat "$T/out")" "" "and nothing is printed"
fares 0 "a cover letter" from "$T/cover"
is "$(rows)" "1|1|0|0|0" "it is stored"
fares 0 "a reply" from "$T/reply"
is "$(rows)" "1|1|1|0|0" "it is stored"
fares 0 "a reply before its parent" from "$T/early"
is "$(rows)" "1|1|1|1|0" "it waits"
fares 0 "its parent" from "$T/late"
is "$(rows)" "2|1|2|0|0" "now both are stored"
for kind in patch cover reply early; do
	fares 0 "the same $kind again" from "$T/$kind"
done
is "$(rows)" "2|1|2|0|0" "adds nothing"

fares 0 "empty input" from /dev/null
is "$(held)" invalid "is held"
head -c 5000 /dev/zero >"$T/nuls"
fares 0 "nothing but NULs" from "$T/nuls"
is "$(held)" invalid "is held"
head -c 300000 "$BUILD/patchmda" >"$T/junk"
fares 0 "a program instead of a mail" from "$T/junk"
is "$(sql "select count(*) from patchmda.held where message >= '\x7f454c46' and message < '\x7f454c47'")" 1 "is held, complete"
mail 'nobody at all' '[PATCH] x' bad-sender@x.org >"$T/bad-sender"
fares 0 "a sender without an address" from "$T/bad-sender"
is "$(sql "select kind, msgid from patchmda.held order by id desc limit 1")" \
	"invalid|<bad-sender@x.org>" "is held"
patch 'Ada <ada@x.org>' '[PATCH] one' 1@x.org | sed '/^Message-Id/d' >"$T/no-id"
fares 0 "no Message-Id" from "$T/no-id"
is "$(sql "select count(*) from patchmda.held")" 5 "is held"
fares 0 "the same again" from "$T/no-id"
is "$(sql "select count(*) from patchmda.held")" 5 "is held once"
remember_rows
patch -h 'X-Patchwork-Hint: Ignore' 'Ada <ada@x.org>' '[PATCH] no' hint@x.org >"$T/hint"
fares 0 "a hint to ignore" from "$T/hint"
nothing_stored "hint"
mail 'Ada <ada@x.org>' 'Good morning' morning@x.org >"$T/morning"
fares 0 "a mail that is no patch and no reply" from "$T/morning"
nothing_stored "no patch"
mail -r '<1@x.org>' 'Ben <ben@x.org>' 'Re: [PATCH] one' empty@x.org '' >"$T/empty"
fares 0 "a reply with nothing in it" from "$T/empty"
nothing_stored "nothing in it"

LIST=unknown.example.org patch 'Ada <ada@x.org>' '[PATCH] x' unknown@x.org >"$T/unknown"
fares 0 "an unknown list" from "$T/unknown"
is "$(sql "select kind, list_ids, extract(day from expires - received)
	from patchmda.held order by id desc limit 1")" "no-project|{unknown.example.org}|7" \
	"is held for seven days"
LIST='' patch 'Ada <ada@x.org>' '[PATCH] x' nolist@x.org >"$T/nolist"
fares 0 "no list at all" from "$T/nolist"
is "$(held)" no-project "is held"
fares 0 "--list-id names the list" from "$T/nolist" --list-id ring.lists.example.org
is "$(sql "select count(*) from patchwork_patch where msgid = '<nolist@x.org>'")" 1 "is stored"
fares 0 "--list-id has priority over the header" from "$T/patch" --list-id unknown.example.org
is "$(held)" no-project "is held"
printf 'From: a\xff\xc3@x.org\nSubject: \xfe\nMessage-Id: <\xf0\x28>\nList-Id: <\xe9>\n\n\xff' \
	>"$T/bytes"
fares 0 "bytes that are no UTF-8 in every header" from "$T/bytes"
printf 'From: Ada <ada@x.org>\nSubject: [PATCH] \xed\xa0\x80\xf4\x90\x80\x80\nMessage-Id: <\xff@x>\nList-Id: <%s>\nReferences: <\xfe>\n\n%s' \
	$LIST "$(change $'\xff')" >"$T/bytes"
fares 0 "the same in a patch" from "$T/bytes"
is "$(sql "select name from patchwork_patch order by id desc limit 1" | tr -d '\357\277\275')" \
	"" "is stored"
sed 's/$/\r/' "$T/patch" | sed 's/<1@x.org>/<crlf@x.org>/' >"$T/crlf"
fares 0 "CRLF line ends" from "$T/crlf"
is "$(sql "select name from patchwork_patch where msgid = '<crlf@x.org>'")" one "is stored"

{
	patch 'Ada <ada@x.org>' '[PATCH] huge' huge@x.org
	head -c 68000000 < <(yes 'The quick brown fox jumps over the lazy dog, again and again and again.' 2>/dev/null)
} >"$T/huge"
fares 0 "65 MB" from "$T/huge"
is "$(sql "select kind, length(message), reason like '%large%' from patchmda.held
	order by id desc limit 1")" "invalid|$(stat -c %s "$T/huge")|t" "is held, complete"
rm "$T/huge"
sql "delete from patchmda.held"

mail -r '<1@x.org>' -h "Content-Type: text/plain; charset*=us-ascii''iso-8859-5" \
	'Ben <ben@x.org>' 'Re: [PATCH] one' cyrillic@x.org $'\xd4\xd0.' >"$T/extended"
fares 0 "a parameter by RFC 2231" from "$T/extended"
is "$(sql "select content from patchwork_patchcomment where msgid = '<cyrillic@x.org>'")" "да." \
	"is read by GMime"

# Data that the database refuses would be refused again, so the mail is held until somebody looks at it.
sql "alter table patchwork_patch add constraint no_blue check (name <> 'blue')"
patch 'Ada <ada@x.org>' '[PATCH] blue' blue@x.org >"$T/blue"
fares 0 "a mail that a constraint refuses" from "$T/blue"
is "$(sql "select reason like '%no_blue%' from patchmda.held")" t "is held"
sql "alter table patchwork_patch drop constraint no_blue" "delete from patchmda.held"

# ---- options

patch 'Ada <ada@x.org>' '[PATCH] two' two@x.org >"$T/two"
remember_rows
misuse() {
	fares 75 "misuse: $*" from "$T/two" "$@"
}
misuse --no-such-option
misuse -z
misuse --list-id
misuse --database
misuse -d
misuse --timeout
misuse --timeout 0
misuse --timeout 3601
misuse --timeout -1
misuse --timeout 1e3
misuse --timeout 99999999999999999999
misuse --timeout ''
misuse --waiting-days x
misuse --unknown-days -3
misuse --waiting-days 99999999999
misuse --time-zone
misuse --time-zone No/Where
misuse --with-parser=yes
misuse --help=x
misuse mail.eml
misuse -- mail.eml
misuse ''
misuse --list-id $'\xff\xfe'
misuse --list-id ''
misuse --ti
misuse -d 'no such=connection info'
misuse -d 'sslmode=perhaps'
misuse -d 'postgresql://%zz'
nothing_stored "misuse"
fares 0 "--help" from "$T/two" --help
like "$(cat "$T/out")" '^Usage: patchmda deliver' "it helps"
nothing_stored "--help"
fares 0 "--list-id of 100000 characters" \
	from "$T/two" --list-id "$(printf '%0100000d' 0)"
sql "delete from patchmda.held"

# ---- descriptors

remember_rows
fares 75 "standard input closed" bash -c 'patchmda deliver <&-'
fares 75 "standard input a directory" from "$T"
fares 75 "standard input for writing only" bash -c 'patchmda deliver 0>"$1"' - "$T/write"
nothing_stored "no standard input"
for where in '>&-' '2>&-' '>&- 2>&-' '>/dev/full' '2>/dev/full' '>/dev/full 2>/dev/full'; do
	number=$((${number-0} + 1))
	sed "s/two@x.org/out$number@x.org/" "$T/two" >"$T/to"
	exits 75 "$where, when something is wrong" \
		bash -c "PGDATABASE=nowhere patchmda deliver <'$T/to' $where"
	exits 75 "$where, on misuse" bash -c "patchmda deliver --bad <'$T/to' $where"
	exits 0 "$where, if all is well" bash -c "patchmda deliver <'$T/to' $where"
	is "$(sql "select count(*) from patchwork_patch where msgid = '<out$number@x.org>'")" 1 \
		"and it is stored"
done
remember_rows
exits 75 "everything closed" bash -c 'patchmda deliver <&- >&- 2>&-'
nothing_stored "everything closed"
# Output must not be written into the database's socket because its number was free.
sql "create function deny() returns trigger language plpgsql as
	'begin raise exception e''not\\nto\\u00fc\\x1b[2Jday'' using errcode = ''XX000''; end'" \
	"create constraint trigger deny after insert on patchwork_patch
		deferrable initially deferred for each row execute function deny()"
exits 75 "COMMIT fails with standard error closed" bash -c 'patchmda deliver <"$1" 2>&-' - "$T/two"
fares 75 "COMMIT fails" from "$T/two"
is "$(LC_ALL=C count '[^ -~]' "$T/out") $(wc -l <"$T/out")" '0 1' "the quoted error is one line of ASCII"
like "$(cat "$T/out")" 'not.*to.*day' "and complete"
nothing_stored "COMMIT fails"
sql "drop trigger deny on patchwork_patch"

# ---- memory

{
	patch 'Ada <ada@x.org>' '[PATCH] memory' memory@x.org
	for ((i = 0; i < 100000; i++)); do echo "Some line, number $i"; done
} >"$T/memory"
if is_sanitized; then
	skip "the sanitizers need more address space than the limits" 3
else
	# With less memory than the libraries need, the dynamic linker exits 127.
	enough=
	for ((kib = 20000; kib <= 400000; kib = kib * 11 / 10)); do
		(ulimit -v $kib; patchmda --version) >/dev/null 2>&1 || continue
		enough=$kib
		break
	done
	isnt "$enough" "" "it starts with less than 400 MB of address space"
	refused=0 wrong=
	for ((step = 0; step < 40; step++)); do
		status=0
		(ulimit -v $((enough + step * 1500)); from "$T/memory") >"$T/out" 2>&1 || status=$?
		case $status in
		0) break ;;
		75) refused=$((refused + 1)) ;;
		*) wrong+="status $status with $((enough + step * 1500)) KiB; " ;;
		esac
		[[ $(head -n 1 "$T/out") =~ ^4\. ]] ||
			wrong+="'$(head -c 60 "$T/out")' with $((enough + step * 1500)) KiB; "
	done
	is "$wrong" "" "too little memory is reported as such"
	isnt "$refused" 0 "under some limits there was too little"
fi
fares 0 "enough memory" from "$T/memory"

# ---- signals, and the death of the parent

sed 's/two@x.org/half@x.org/' "$T/two" >"$T/half"
mkfifo "$T/pipe"

# start_reading [OPTION]... - starts deliver with a mail that is not complete; the rest could be written to
# descriptor 9
start_reading() {
	patchmda deliver "$@" <"$T/pipe" >"$T/said" 2>&1 9>&- &
	pid=$!
	exec 9>"$T/pipe"
	cat "$T/half" >&9
	until_true is_ready $pid
}

# nobody_waits - whether no session waits for a lock; ends those that wait after the death of their client
nobody_waits() {
	[ -z "$(sql "select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock'")" ]
}

# start_waiting [OPTION]... - starts deliver with a complete mail; returns when it waits for a lock
start_waiting() {
	until_true nobody_waits
	patchmda deliver "$@" <"$T/half" >"$T/said" 2>&1 &
	pid=$!
	until_waiting
}

# ended - waits for the started process; prints its output and returns its status
ended() {
	local status=0
	wait $pid || status=$?
	cat "$T/said"
	return $status
}

remember_rows
for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 ALRM TERM STKFLT XCPU XFSZ VTALRM \
	PROF IO PWR SYS RTMIN RTMAX; do
	start_reading
	kill -$signal $pid
	fares 75 "SIG$signal while the mail is read" ended
	exec 9>&-
done
start_reading
kill -PIPE $pid
exec 9>&-
sed -i 's/half@/half2@/' "$T/half"
fares 0 "SIGPIPE is ignored" ended
is "$(sql "select count(*) from patchwork_patch where msgid = '<half@x.org>'")" 1 "the mail is stored"

remember_rows
lock "lock table patchwork_patch"
for signal in INT ABRT SEGV ALRM TERM; do
	start_waiting
	kill -$signal $pid
	fares 75 "SIG$signal while it waits for the database" ended
done
unlock
nothing_stored "signals"

started=$SECONDS
start_reading --timeout 1
until_true eval "! kill -0 $pid" || kill -KILL $pid
fares 75 "--timeout while the mail does not end" ended
exec 9>&-
lock "lock table patchwork_patch"
fares 75 "--timeout while a table is locked" from "$T/half" --timeout 1
unlock
lock "lock table patchwork_project"
fares 75 "--timeout while the projects are locked" from "$T/half" --timeout 1
unlock
lock "select pg_advisory_xact_lock(1886217313, id) from patchwork_project"
fares 75 "--timeout while another writer does not end" from "$T/half" --timeout 1
unlock
is $((SECONDS - started < 4 * PATIENCE_SECS)) 1 "each in time"
nothing_stored "--timeout"

# If Postfix's pipe(8) is killed in the middle of the mail, its child reads a regular end of input.
remember_rows
for ((try = 0; try < 10; try++)); do
	bash -c 'patchmda deliver <"$1" >"$3" 2>&1 &
		echo $! >"$3.pid"; exec 9>"$1"; cat "$2" >&9; wait' - "$T/pipe" "$T/half" "$T/said" &
	parent=$!
	until_true test -s "$T/said.pid"
	pid=$(cat "$T/said.pid")
	until_true is_ready $pid
	killed $parent
	until_true is_gone $pid
	rm "$T/said.pid"
done
nothing_stored "the parent killed in the middle of the mail"
like "$(cat "$T/said")" '^4\.' "it reports that it was stopped"
lock "lock table patchwork_patch"
until_true nobody_waits
bash -c 'patchmda deliver <"$1" >"$2" 2>&1 & echo $! >"$2.pid"; wait' - "$T/half" "$T/said" &
parent=$!
until_waiting
killed $parent
until_true is_gone "$(cat "$T/said.pid")"
unlock
until_true is_alone
nothing_stored "the parent killed while it waits for the database"

# With a shell in between, the process that dies is the parent of the shell.
lock "lock table patchwork_patch"
until_true nobody_waits
bash -c 'bash -c "patchmda deliver <\"\$1\" >\"\$2\" 2>&1; echo \$? >\"\$2.status\"" - "$@" & wait' \
	- "$T/half" "$T/said" &
parent=$!
until_waiting
killed $parent
unlock
until_true test -s "$T/said.status"
is "$(cat "$T/said.status")" 75 "the parent's parent killed while it waits for the database: 75"
like "$(cat "$T/said")" '^4\.3\.0 patchmda: not stored: the sending process died' "it reports why"
nothing_stored "the parent's parent killed"

# The use of the stack does not depend on the mail: twice the minimum at which the program starts is enough.
# (With the minimum itself, the random layout of the kernel decides whether the dynamic linker succeeds.)
least=16
until (ulimit -c 0 && ulimit -s $least && exec patchmda --version) >/dev/null 2>&1; do
	least=$((2 * least))
done
wrong=
for ((kib = 2 * least; kib < 10000; kib *= 2)); do
	status=0
	(ulimit -s $kib && from "$T/memory") >"$T/out" 2>&1 || status=$?
	[ $status -eq 0 ] || [ $status -eq 75 ] || wrong+="status $status with $kib KiB of stack; "
done
is "$wrong" "" "with a small stack the status is 0 or 75"

# ---- the state of the database

fares 0 "all is well at first" from "$T/half"
sed -i 's/half2@/state@/' "$T/half"
remember_rows
PGHOST=$T fares 75 "no server" from "$T/half"
like "$(cat "$T/out")" '^4\.4\.1 ' "is reported as an error of the network"
PGHOST=127.0.0.1 PGPORT=1 fares 75 "no server at that port" from "$T/half"
PGHOST=no-such-host.invalid fares 75 "no such host" from "$T/half" --timeout 5
PGDATABASE=nowhere fares 75 "no such database" from "$T/half"
PGUSER=nobody_at_all fares 75 "no such role" from "$T/half"
PGSERVICE=none fares 75 "no such service" from "$T/half"
PGTZ=No/Where fares 75 "an unknown time zone" from "$T/half"
PGCLIENTENCODING=SQL_ASCII fares 0 "another client encoding" from "$T/morning"
fares 75 "invalid options in -d" from "$T/half" -d "options='-c nothing=1'"

fresh_db deliver_empty
fares 75 "no tables" from "$T/half"
like "$(cat "$T/out")" 'patchmda init' "it reports what to do"
"$ROOT/tests/django-schema" 0048 | psql -Xq -v ON_ERROR_STOP=1
fares 75 "a Patchwork's tables without ours" from "$T/half"
like "$(cat "$T/out")" 'patchmda init' "it reports what to do"
patchmda init --time-zone UTC >/dev/null
for version in 0099 0045; do
	sql "delete from django_migrations where app = 'patchwork' and name > '$version'" \
		"insert into django_migrations (app, name, applied)
			values ('patchwork', '${version}_other', now())"
	fares 75 "tables of Patchwork's migration $version" from "$T/half"
	like "$(cat "$T/out")" "$version" "it reports which"
done
export PGDATABASE=deliver
sql "insert into patchmda.migration (name) values ('9999_future')"
fares 75 "our own tables of a later version" from "$T/half"
sql "delete from patchmda.migration where name = '9999_future'"
sql "alter table patchwork_event rename to elsewhere"
fares 75 "a table is missing" from "$T/half"
sql "alter table elsewhere rename to patchwork_event"
sql "alter table patchwork_patch add unheard_of integer not null default 1" \
	"alter table patchwork_patch alter unheard_of drop default"
fares 75 "an additional column that must not be null" from "$T/half"
sql "alter table patchwork_patch drop unheard_of"

sql "create role deliver_t_poor login"
PGUSER=deliver_t_poor fares 75 "a role without rights" from "$T/half"
psql -Xq -v ON_ERROR_STOP=1 -v role=deliver_t_poor -f "$ROOT/sql/grants.sql"
sql "revoke insert on patchwork_event from deliver_t_poor"
PGUSER=deliver_t_poor fares 75 "a role without one of the rights" from "$T/half"
sql "alter role deliver_t_poor connection limit 0"
PGUSER=deliver_t_poor fares 75 "too many connections" from "$T/half"
sql "alter database deliver set default_transaction_read_only = on"
fares 75 "transactions read only by default" from "$T/half"
fares 75 "the same for a mail that is held" from "$T/junk"
sql "set default_transaction_read_only = off" "alter database deliver reset all"
sql "alter database deliver set statement_timeout = '1ms'"
fares 75 "statements that may take a millisecond" from "$T/memory" --list-id $LIST
PGOPTIONS="-c statement_timeout=0" sql "alter database deliver reset all"
nothing_stored "in all these states"
sql "alter role deliver_t_poor connection limit -1" \
	"grant insert on patchwork_event to deliver_t_poor"
PGUSER=deliver_t_poor fares 0 "the rights of grants.sql are enough" from "$T/half"
sed -i 's/state@/state2@/' "$T/half"
remember_rows

# A server that stops in the middle, and one that accepts the connection and never answers.
lock "lock table patchwork_patch"
start_waiting
sql "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'" >/dev/null
fares 75 "the connection is ended by the server" ended
start_waiting
pg_stop kill
fares 75 "the server crashes" ended
unlock
fares 75 "the server is down" from "$T/half"
pg_restart
nothing_stored "a crash"
postmaster=$(head -n 1 "$(sql "show data_directory")/postmaster.pid")
kill -STOP "$postmaster"
fares 75 "a server that does not answer" from "$T/half" --timeout 1
kill -CONT "$postmaster"

# A mail that is written, but has not reached the standby, is not acknowledged; it can be delivered again.
sql "alter system set synchronous_standby_names = 'nobody'" "select pg_reload_conf()" >/dev/null
until_true eval '[ "$(sql "show synchronous_standby_names")" = nobody ]'
sed 's/state2@/standby@/' "$T/half" >"$T/standby"
fares 75 "the standby does not answer" from "$T/standby" --timeout 1
cancel_standby_wait() {
	[ -n "$(sql "select pg_cancel_backend(pid) from pg_stat_activity
		where wait_event = 'SyncRep' and application_name = 'patchmda'")" ]
}
ok "its server process still waits" cancel_standby_wait
until_true is_alone
sed 's/state2@/standby2@/' "$T/half" >"$T/standby"
patchmda deliver <"$T/standby" >"$T/said" 2>&1 &
pid=$!
until_true cancel_standby_wait
fares 75 "the wait for the standby is cancelled" ended
sql "alter system reset synchronous_standby_names" "select pg_reload_conf()" >/dev/null
fares 0 "the same mail, when no standby is required any more" from "$T/standby"
is "$(sql "select count(*) from patchwork_patch where msgid = '<standby2@x.org>'")" 1 \
	"and it is stored once"

done_testing
