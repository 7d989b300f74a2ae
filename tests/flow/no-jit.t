#!/usr/bin/env bash
# no-jit.t - if memory may not be made executable, PCRE2 runs without its JIT and the results are the same
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start

# A filter of system calls like that of systemd's MemoryDenyWriteExecute=: no mmap(2) of memory that is both
# writable and executable, no mprotect(2) to executable; then the program is run.
mkdir "$T/bin"
cat >"$T/bin/patchmda" <<'END'
#!/usr/bin/perl
# patchmda, without executable memory
use POSIX;
my %numbers = (x86_64 => [0xC000003E, 9, 10, 157], aarch64 => [0xC00000B7, 222, 226, 167]);
my ($arch, $mmap, $mprotect, $prctl) = @{ $numbers{(POSIX::uname())[4]} // exit 77 };
my ($load, $equal, $any, $and, $return) = (0x20, 0x15, 0x45, 0x54, 0x06);
my @filter = (
	[$load, 0, 0, 4],                      # the architecture
	[$equal, 0, 8, $arch],
	[$load, 0, 0, 0],                      # the call
	[$equal, 1, 0, $mmap],
	[$equal, 3, 5, $mprotect],
	[$load, 0, 0, 32],                     # its third argument: PROT_WRITE is 2, PROT_EXEC 4
	[$and, 0, 0, 6],
	[$equal, 3, 2, 6],
	[$load, 0, 0, 32],
	[$any, 1, 0, 4],
	[$return, 0, 0, 0x7fff0000],           # allow it
	[$return, 0, 0, 0x00050000 | 1],       # EPERM
);
my $filter = join '', map { pack 'SCCL', @$_ } @filter;
my $program = pack 'S x6 P', scalar @filter, $filter;
syscall($prctl, 38, 1, 0, 0, 0) == 0 or exit 77;        # PR_SET_NO_NEW_PRIVS
syscall($prctl, 22, 2, $program) == 0 or exit 77;       # PR_SET_SECCOMP
exec "$ENV{BUILD}/patchmda", @ARGV;
END
chmod +x "$T/bin/patchmda"
status=0
"$T/bin/patchmda" --version >"$T/version" 2>&1 || status=$?
[ $status -ne 77 ] || skip_all "no filter of system calls here"
is "$status|$(cat "$T/version")" "0|$(patchmda --version)" "the program starts"

# fill DATABASE - delivers mail by the daemon and by `deliver`; prints whether memory is both writable and
# executable
fill() {
	local i
	ready_db "$1"
	patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
	sql "insert into patchwork_tag (name, pattern, abbrev, show_column) values
		('Seen-by', '^Seen-by:', 'Z', true), ('Any-by', '^[a-z]+-by:', 'Y', true)"
	lmtpd_start
	for i in 1 2 3; do
		patch 'Ada <ada@x.org>' "[PATCH $i/3] one" "$i@x.org" | lmtp >/dev/null
		mail -r "<$i@x.org>" 'Bob <bob@x.org>' 'Re: [PATCH] one' "re.$i@x.org" \
			$'Seen-by: B <b@x.org>\nACKED-BY: \u00e4h <a@x.org>\nno Seen-by: here' | lmtp >/dev/null
	done
	count '^[^ ]* .wx' "/proc/$LMTPD_PID/maps"
	lmtpd_stop
	patch 'Ada <ada@x.org>' '[PATCH] direct' direct@x.org | sed 's/^Some words/Seen-by: A <a@x.org>/' |
		patchmda deliver
}

rows() {
	PGDATABASE=$1 sql "select p.msgid, t.name, pt.count, p.name from patchwork_patch p
		left join patchwork_patchtag pt on pt.patch_id = p.id
		left join patchwork_tag t on t.id = pt.tag_id order by 1, 2"
}

with=$(fill with)
PATH=$T/bin:$PATH
without=$(fill without)
[ "$with" -gt 0 ] || skip "this PCRE2 has no JIT"
[ "$with" -eq 0 ] || pass "with JIT there is memory both writable and executable"
is "$without" 0 "without JIT there is none"
is "$(rows without)" "$(rows with)" "the rows are the same"
is "$(rows without | grep -c 'Seen-by|1')" 4 "with their tags"
done_testing
