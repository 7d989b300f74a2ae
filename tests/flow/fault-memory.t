#!/usr/bin/env bash
# fault-memory.t - too little memory by a limit of address space, at which allocations fail and GLib aborts: under
# each of many limits, each way of delivery stores the complete mail or leaves it to the mail server; with enough
# memory all mail is stored once
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../memory.sh"
need pkill
pg_start
memory_start memory

address_space() {
	(ulimit -c 0 && ulimit -v "$1" && exec "${@:2}")
}

# Find the least memory with which the dynamic linker can load the program; with less, it exits 127.
for ((kib = 20000; kib < 400000; kib = kib * 11 / 10)); do
	address_space $kib patchmda --version >/dev/null 2>&1 && break
done
if is_sanitized; then
	skip "the sanitizers need more address space than the limits" 16
else
	under address_space deliver $kib
	under address_space thin 8000
	under address_space lmtpd $kib
	under address_space import $kib
fi

done_testing
