# memory.sh - delivers a large mail in each way, under many limits of memory, for the scripts in tests/flow
#
#	. "$(dirname "$0")/../fault.sh"
#	. "$(dirname "$0")/../memory.sh"
#	pg_start
#	memory_start memory
#	under address_space deliver 20000
#
# A limiter is a command that runs another one with a limit in KiB: `address_space 20000 COMMAND`.

LIST=near.example.org
LINES_OF_MAIL=70000
STEP=${STEP:-3/2}            # the factor between two limits
MOST_KIB=${MOST_KIB:-200000} # `STEP=11/10 MOST_KIB=400000 tests/run fault-memory` is the long form
# A patch of 4 MiB; `make_mail ID` inserts its id.
{
	mail 'Ada <ada@x.org>' '[PATCH] large' ID@x.org "$(change big.c)"
	seq $LINES_OF_MAIL | sed 's|.*|+a line that makes this diff a large one, its number being &|'
} | sed "s/^@@ .*/@@ -1,2 +1,$((LINES_OF_MAIL + 2)) @@/" >"$T/large"
make_mail() {
	sed "s/^Message-Id: <ID@/Message-Id: <$1@/" "$T/large" >"$T/mail"
}

# is_whole ID - whether the mail is stored complete: as a patch, or held because the program has ended twice
# while it parsed the mail
is_whole() {
	sql_is "select (select count(*) from patchwork_patch where msgid = '<$1@x.org>'
			and length(diff) = $DIFF_LENGTH)
		+ (select count(*) from patchmda.held where position('<$1@x.org>'::bytea in message) > 0
			and length(message) = $(($(stat -c %s "$T/large") - 2 + ${#1})))" 1
}
rows() {
	sql "select (select count(*) from patchwork_patch) + (select count(*) from patchwork_series)
		+ (select count(*) from patchwork_event) + (select count(*) from patchmda.member)
		+ (select count(*) from patchmda.held)"
}
# memory_start NAME - creates a database with the project and a first mail, with which the others are compared
memory_start() {
	ready_db "$1"
	patchmda project add near --list-id $LIST --list-email near@example.org >/dev/null
	make_mail first
	patchmda deliver <"$T/mail"
	DIFF_LENGTH=$(sql 'select length(diff) from patchwork_patch')
	ok "with enough memory the mail is stored" is_whole first
}

# limits LEAST - prints the limits to be tried, in KiB; with LEAST the program can just start
limits() {
	local kib
	for ((kib = $1; kib < MOST_KIB; kib = kib * ${STEP})); do
		echo $kib
	done
}

# ---- ways of delivery, each under a limit

# judge ID KIB OUTCOME ROWS-BEFORE - adds to `wrong`, `refused` and `taken`; LIMITER is address_space or group
judge() {
	local id=$1 kib=$2 outcome=$3 before=$4
	case $outcome in
	taken)
		taken=$((taken + 1))
		is_whole "$id" || wrong+="$kib KiB: acknowledged, but not stored complete; "
		;;
	refused)
		refused=$((refused + 1))
		[ "$(rows)" = "$before" ] || is_whole "$id" || wrong+="$kib KiB: refused, but stored in part; "
		;;
	*) wrong+="$kib KiB: $outcome; " ;;
	esac
}

# pipe_under KIB COMMAND... - status 137 is the kernel's SIGKILL, which cannot be caught; mail servers defer on it
pipe_under() {
	local status=0
	"$LIMITER" "$@" <"$T/mail" >"$T/said" 2>&1 || status=$?
	case $status in
	0) echo taken ;;
	75) echo refused ;;
	137) [ "$LIMITER" = group ] && echo refused || echo "status $status" ;;
	*) echo "status $status: $(head -c 200 "$T/said")" ;;
	esac
}

under_deliver() {
	pipe_under "$1" patchmda deliver
}

# The thin client defers if its child was killed, but the kernel may kill the thin client itself.
under_thin() {
	pipe_under "$1" patchmda-deliver --socket "$T/nowhere"
}

under_lmtpd() {
	local reply
	LMTPD_PORT=$(free_port)
	: >"$LMTPD_LOG"
	"$LIMITER" "$1" patchmda lmtpd --listen "127.0.0.1:$LMTPD_PORT" --grace 2 >>"$LMTPD_LOG" 2>&1 &
	LMTPD_PID=$!
	# With too little memory the daemon cannot start.
	within $PATIENCE_SECS eval "logged 'listening on' || ! kill -0 $LMTPD_PID"
	reply=$(hand "$T/mail" || true) # it is compared below; there may be none
	pkill -KILL -P $LMTPD_PID || lmtpd_kill $LMTPD_PID
	wait $LMTPD_PID || true
	case $reply in
	2*) echo taken ;;
	4* | 354* | '') echo refused ;;
	*) echo "reply $reply" ;;
	esac
} 2>/dev/null

# More statuses are allowed than for deliver, because no mail server acts on them; the status of a killed import
# is not 0.
under_import() {
	local status=0
	mbox "$T/mail" >"$T/mbox"
	"$LIMITER" "$1" patchmda import --quiet "$T/mbox" >"$T/said" 2>&1 || status=$?
	case $status in
	0) echo taken ;;
	75 | 13[2-9]) echo refused ;;
	*) echo "status $status: $(head -c 200 "$T/said")" ;;
	esac
}

# under LIMITER WAY LEAST - tests each limit, and then no limit
under() {
	local LIMITER=$1 way=$2 kib id before outcome ids=() wrong='' refused=0 taken=0 status
	for kib in $(limits "$3"); do
		id=$1.$way.$kib
		make_mail "$id"
		before=$(rows)
		outcome=$(under_"$way" "$kib")
		judge "$id" "$kib" "$outcome" "$before"
		ids+=("$id")
	done
	is "$wrong" '' "$1, $way: the mail is stored complete or not at all"
	diag "$1, $way: $refused refused, $taken taken"
	isnt "$refused" 0 "$1, $way: under some limits there was too little memory"
	isnt "$taken" 0 "$1, $way: under others there was enough"
	wrong=
	for id in "${ids[@]}"; do
		make_mail "$id"
		patchmda deliver <"$T/mail" && is_whole "$id" || wrong+="$id; "
	done
	is "$wrong" '' "$1, $way: sent again, each mail is stored once and complete"
}
