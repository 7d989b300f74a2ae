#!/usr/bin/env bash
# fault-cgroup.t - too little memory by a cgroup's limit, at which the kernel kills processes: under each of many
# limits, each way of delivery stores the complete mail or leaves it to the mail server; with enough memory all
# mail is stored once
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../memory.sh"
need pkill
pg_start
memory_start cgroup

# The kernel's groups, version 1 or 2; GROUPS_OF is their directory, or empty.
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
# group KIB COMMAND... - runs it in a new group, because files that the previous command left would be counted
group() {
	local folder=$GROUPS_OF/patchmda-test.$$ status=0
	make_group "$folder" $(($1 << 10))
	(ulimit -c 0 && echo $BASHPID >"$folder/cgroup.procs" && exec "${@:2}") || status=$?
	within $PATIENCE_SECS rmdir "$folder" || status=99
	return $status
}

find_groups
if [ -z "$GROUPS_OF" ]; then
	skip "no memory cgroup can be created here" 16
else
	under group deliver 4000
	under group thin 2000
	under group lmtpd 2000
	under group import 4000
fi

done_testing
