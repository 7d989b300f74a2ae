#!/usr/bin/env bash
# fault-memory.t - too little memory, by a limit of address space (allocations fail, and GLib aborts): at each
# of many limits every way of delivery stores the whole mail or leaves it with the mail server, and with
# enough memory all mail is stored once
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

# The least with which the dynamic linker can load it; below, it exits 127.
for ((kib = 20000; kib < 400000; kib = kib * 11 / 10)); do
	address_space $kib patchmda --version >/dev/null 2>&1 && break
done
if is_sanitized; then
	skip "the sanitizers need more address space than there may be" 16
else
	under address_space deliver $kib
	under address_space thin 8000
	under address_space lmtpd $kib
	under address_space import $kib
fi

done_testing
