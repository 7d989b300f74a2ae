#!/usr/bin/env bash
# fault-cgroup.t - memory that is not enough, by a cgroup's limit (the kernel kills): every way in leaves
# the mail with the mail server or has it whole, at each of many limits, and with enough all is there once
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../memory.sh"
need pkill
pg_start
memory_start cgroup

# The kernel's groups, of the old kind or the new; GROUPS_OF is where, or empty.
GROUPS_OF=
find_groups() {
	local parent
	for parent in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		if [ -e "$parent/cgroup.procs" ] && make_group "$parent/patchmda-try.$$" 100000000; then
			rmdir "$parent/patchmda-try.$$"
			GROUPS_OF=$parent
			return
		fi
	done
}
# make_group FOLDER BYTES
make_group() {
	local file
	mkdir "$1" || return
	for file in memory.limit_in_bytes memory.max; do
		[ ! -e "$1/$file" ] || { echo "$2" >"$1/$file" && return; }
	done
	rmdir "$1"
	return 1
} 2>/dev/null
# A group for each, since what files of the one before have left there counts too.
group() {
	local folder=$GROUPS_OF/patchmda-test.$$ status=0
	make_group "$folder" $(($1 << 10))
	(ulimit -c 0 && echo $BASHPID >"$folder/cgroup.procs" && exec "${@:2}") || status=$?
	within 10 rmdir "$folder" || status=99
	return $status
}

find_groups() {
	local parent
	for parent in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		if [ -e "$parent/cgroup.procs" ] && make_group "$parent/patchmda-try.$$" 100000000; then
			rmdir "$parent/patchmda-try.$$"
			GROUPS_OF=$parent
			return
		fi
	done
}
# make_group FOLDER BYTES
make_group() {
	local file
	mkdir "$1" || return
	for file in memory.limit_in_bytes memory.max; do
		[ ! -e "$1/$file" ] || { echo "$2" >"$1/$file" && return; }
	done
	rmdir "$1"
	return 1
} 2>/dev/null
# A group for each, since what files of the one before have left there counts too.
group() {
	local folder=$GROUPS_OF/patchmda-test.$$ status=0
	make_group "$folder" $(($1 << 10))
	(ulimit -c 0 && echo $BASHPID >"$folder/cgroup.procs" && exec "${@:2}") || status=$?
	within 10 rmdir "$folder" || status=99
	return $status
}

# limits LEAST - those to try, in KiB, from the least with which it can begin
limits() {
	local kib
	for ((kib = $1; kib < MOST_KIB; kib = kib * ${STEP})); do
		echo $kib
	done
}

# ---- the ways in, each under a limit

# Sets `wrong`, and counts in `refused` and `taken`; LIMITER is address_space or group.
judge() {
	local id=$1 kib=$2 outcome=$3 before=$4
	case $outcome in
	taken)
		taken=$((taken + 1))
		is_whole "$id" || wrong+="$kib KiB: acknowledged, and not there whole; "
		;;
	refused)
		refused=$((refused + 1))
		[ "$(rows)" = "$before" ] || is_whole "$id" || wrong+="$kib KiB: refused, and half there; "
		;;
	*) wrong+="$kib KiB: $outcome; " ;;
	esac
}

# Status 137 is the kernel's SIGKILL, which nobody can do anything about; mail servers defer on it.
under_deliver() {
	local status=0
	"$LIMITER" "$1" patchmda deliver <"$T/mail" >"$T/said" 2>&1 || status=$?
	case $status in
	0) echo taken ;;
	75) echo refused ;;
	137) [ "$LIMITER" = group ] && echo refused || echo "status $status" ;;
	*) echo "status $status: $(head -c 200 "$T/said")" ;;
	esac
}

# The small twin sees that its child was killed, but the kernel may choose the twin.
under_twin() {
	local status=0
	"$LIMITER" "$1" patchmda-deliver --socket "$T/nowhere" <"$T/mail" >"$T/said" 2>&1 || status=$?
	case $status in
	0) echo taken ;;
	75) echo refused ;;
	137) [ "$LIMITER" = group ] && echo refused || echo "status $status" ;;
	*) echo "status $status: $(head -c 200 "$T/said")" ;;
	esac
}

under_lmtpd() {
	local reply
	LMTPD_PORT=$(free_port)
	: >"$LMTPD_LOG"
	"$LIMITER" "$1" patchmda lmtpd --listen "127.0.0.1:$LMTPD_PORT" --grace 2 >>"$LMTPD_LOG" 2>&1 &
	LMTPD_PID=$!
	# One that cannot even start takes no mail.
	within 20 eval "logged 'listening on' || ! kill -0 $LMTPD_PID"
	reply=$(hand "$T/mail" || true)
	pkill -KILL -P $LMTPD_PID || lmtpd_kill $LMTPD_PID
	wait $LMTPD_PID || true
	case $reply in
	2*) echo taken ;;
	4* | 354* | '') echo refused ;;
	*) echo "reply $reply" ;;
	esac
} 2>/dev/null

# Tells more statuses, since nobody keeps a mail on its word; killed is not done.
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

# under LIMITER WAY LEAST - at each limit, and then with enough
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
	is "$wrong" '' "$1, $way: whole or not at all"
	diag "$1, $way: $refused refused, $taken taken"
	isnt "$refused" 0 "$1, $way: there was too little memory, at times"
	isnt "$taken" 0 "$1, $way: and enough"
	wrong=
	for id in "${ids[@]}"; do
		make_mail "$id"
		patchmda deliver <"$T/mail" && is_whole "$id" || wrong+="$id; "
	done
	is "$wrong" '' "$1, $way: sent again, each is there once and whole"
}

# The least with which the dynamic linker can load it; below, it exits 127.
for ((kib = 20000; kib < 400000; kib = kib * 11 / 10)); do
	address_space $kib patchmda --version >/dev/null 2>&1 && break
done
if grep -q __asan_init "$BUILD/patchmda"; then
	skip "the sanitizers need more address space than there may be" 16
else
	under address_space deliver $kib
	under address_space twin 8000
	under address_space lmtpd $kib
	under address_space import $kib
fi
find_groups
if [ -z "$GROUPS_OF" ]; then
	skip "no memory cgroup can be made here" 16
else
	under group deliver 4000
	under group twin 2000
	under group lmtpd 2000
	under group import 4000
fi

done_testing
