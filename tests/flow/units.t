#!/usr/bin/env bash
# units.t - systemd's analysis of the units, which are not run: confinement, validity, users, and completeness
. "$(dirname "$0")/../lib.sh"
need systemd-analyze systemd-sysusers
. "$ROOT/tests/readme.sh"
units=$T/root/usr/lib/systemd/system

# The units are in a tree of their own, as installed, with the commands that `verify` looks for.
mkdir -p "$units" "$T/root"/{usr/bin,etc,etc/systemd/system/patchmda.service.d}
cp "$ROOT"/systemd/*.service "$ROOT"/systemd/*.socket "$ROOT"/systemd/*.timer "$units"
sed -i "s,^ExecStart=patchmda ,ExecStart=/usr/bin/patchmda ," "$units"/*.service
for command in patchmda kill; do
	printf '#!/bin/sh\n' >"$T/root/usr/bin/$command"
done
ln -s usr/bin "$T/root/bin"
chmod +x "$T/root/usr/bin"/*

# ---- confinement

score() {
	systemd-analyze security --offline=true --root="$T/root" --no-pager "$1" 2>/dev/null |
		sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'
}
# exposed MAXIMUM UNIT NAME - tests that the exposure of the unit is at most MAXIMUM
exposed() {
	local exposure
	exposure=$(score "$2")
	ok "$3 (exposure ${exposure:-unknown})" \
		awk -v e="${exposure:-10}" -v most="$1" 'BEGIN { exit !(e <= most) }'
}
exposed 1.0 patchmda.service "patchmda.service is confined"
exposed 1.0 patchmda@one.service "patchmda@.service is, too"
exposed 1.0 patchmda-http.service "and patchmda-http.service"
exposed 1.0 patchmda-http@one.service "and patchmda-http@.service"
exposed 1.6 patchmda-follow@one.service "patchmda-follow@.service is confined, except for the network"
cp "$ROOT/systemd/patchmda-tcp.conf" "$T/root/etc/systemd/system/patchmda.service.d/"
exposed 1.2 patchmda.service "patchmda.service is confined with the drop-in for TCP"
isnt "$(score patchmda.service)" "$(score patchmda@one.service)" "the drop-in was read"
like "$(cat "$ROOT/README.md")" 'patchmda-tcp\.conf` to `/etc/systemd/system/patchmda\.service\.d/`' \
	"README describes it"
like "$(cat "$ROOT/daemon/commands/patchmda-lmtpd.8")" 'Pa patchmda-tcp.conf' "so does the manual page"

# ---- validity

verify() {
	systemd-analyze verify --man=no --recursive-errors=no --root="$T/root" "$@" 2>&1 || true
}
# The output shows a setting in a wrong section.  The exit status depends on the version.
sed '/^Restart=/d; s/^\[Unit\]/&\nRestart=always/' "$units/patchmda.service" >"$units/wrong.service"
like "$(verify wrong.service)" "Unknown key (name )?'Restart' in section" "systemd reports a setting in a wrong section"
rm "$units/wrong.service"
is "$(verify patchmda.socket patchmda.service patchmda@one.socket patchmda@one.service patchmda-http.socket \
	patchmda-http.service patchmda-http@one.socket patchmda-http@one.service)" '' \
	"systemd accepts the units, with the drop-in"
settings() {
	sed '/^#/d; s/ (%i)//; s,%i-http\.sock,http.sock,; s/-%i//; s/@%i//; s,%i\.conf,patchmda.conf,; s,%i\.sock,lmtp.sock,' \
		"$ROOT/systemd/$1"
}
for kind in service socket; do
	is "$(settings "patchmda@.$kind")" "$(settings "patchmda.$kind")" \
		"patchmda@.$kind differs from patchmda.$kind only by the instance"
	is "$(settings "patchmda-http@.$kind")" "$(settings "patchmda-http.$kind")" \
		"patchmda-http@.$kind differs from patchmda-http.$kind only by the instance"
done

# ---- completeness

# has UNIT SECTION LINE - passes if the line is in that section
has() {
	ok "$1: [$2] $3" awk -v section="[$2]" -v line="$3" '
		/^\[/ { here = $0 == section }
		here && $0 == line { found = 1 }
		END { exit !found }' "$ROOT/systemd/$1"
}
has patchmda.service Unit StartLimitIntervalSec=0
for line in Type=notify NotifyAccess=main Restart=always WatchdogSec=60 TimeoutStopSec=60 OOMPolicy=stop \
	LoadCredential=pgpass:patchmda.pgpass PrivateNetwork=yes MemoryDenyWriteExecute=yes User=patchmda; do
	has patchmda.service Service "$line"
done
has patchmda@.service Service LoadCredential=pgpass:patchmda-%i.pgpass
for line in Type=oneshot TimeoutStartSec=infinity StateDirectory=patchmda/follow/%i User=patchmda \
	LoadCredential=pgpass:patchmda-follow-%i.pgpass; do
	has patchmda-follow@.service Service "$line"
done
for line in OnActiveSec=1s OnUnitInactiveSec=5min RandomizedDelaySec=30s; do
	has patchmda-follow@.timer Timer "$line"
done
is "$(systemd-analyze timespan 5min | sed -n 's/.*Human: //p')" 5min "systemd understands 5min"
for line in Accept=no SocketMode=0660 SocketGroup=postfix SocketUser=patchmda; do
	has patchmda.socket Socket "$line"
done
# Shutdown takes the time of --stop, and then at most twice 5 s for the writer.
stop=$(patchmda lmtpd --help | sed -n 's/.*--stop SECONDS.*(\([0-9]*\))$/\1/p')
ok "TimeoutStopSec is longer than the shutdown of the daemon ($stop s)" test $((stop + 10)) -lt 60

# For Postfix's lmtp(8) in its chroot, the queue's directory is the root.
like "$(recipe postfix-lmtp-main)" ':unix:private/patchmda ' "in README's recipe, Postfix connects to a socket in private/"
has patchmda.socket Socket ListenStream=/var/spool/postfix/private/patchmda
! command -v postconf >/dev/null ||
	is "$(postconf -dh queue_directory)" /var/spool/postfix "this is in Postfix's queue directory"
has patchmda.socket Socket "ListenStream=$(patchmda-deliver --help | sed -n 's/.*--socket PATH.*(\(.*\))$/\1/p')"

# ---- the user

systemd-sysusers --root="$T/root" - <"$ROOT/systemd/patchmda.sysusers.conf"
like "$(cat "$T/root/etc/passwd")" \
	'^patchmda:[^:]*:[0-9]+:[0-9]+:Mail delivery agent for patches:/run/patchmda:/usr/sbin/nologin' \
	"sysusers creates the user, who cannot log in"
like "$(cat "$T/root/etc/group")" '^patchmda:' "and the group"
done_testing
