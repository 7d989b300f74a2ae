# systemd.sh - a private systemd for the scripts in tests/flow, with the units as they are installed
#
#	. "$(dirname "$0")/../systemd.sh"
#	systemd_needed
#	pg_start own
#	ready_db units
#	machine_start
#	inside systemctl start patchmda.socket
#
# It runs in namespaces on a copy of the system that is deleted afterwards: an overlay over the running
# system, with the files of `make install`. The database is at libpq's default address, and the user patchmda
# may connect. No other units are started, and no setting of the kernel is changed: /proc/sys is read-only.

MACHINE=$T/machine
MACHINE_PID=
MACHINE_CGROUP=

# systemd_needed - skips the script if systemd cannot be run
systemd_needed() {
	need systemctl systemd-sysusers unshare nsenter make
	[ "$(id -u)" -eq 0 ] || skip_all "only root can start a systemd"
	MACHINE_CGROUP=$(findmnt -nt cgroup2 -o TARGET | head -n 1)/patchmda-test.$$
	mkdir "$MACHINE_CGROUP" 2>/dev/null || skip_all "no control group of our own"
	at_exit machine_stop
	mkdir "$MACHINE"
	unshare --mount --pid --ipc --uts --cgroup --fork bash -ec '
		mount -t tmpfs tmpfs "$1" && mkdir "$1"/{upper,work,root}
		mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"' \
		- "$MACHINE" 2>/dev/null || skip_all "no overlay in a namespace of our own"
}

# Hides the units of the host that would be started by default.
machine_empty() {
	local dir
	mkdir "$MACHINE/empty"
	for dir in "$MACHINE/root"/usr/lib/systemd/{system-generators,system/*.wants}; do
		mount --bind "$MACHINE/empty" "$dir"
	done
	mount -t tmpfs tmpfs "$MACHINE/root/etc/systemd/system"
	mkdir "$MACHINE/root/etc/systemd/system/basic.target.wants"
	ln -s /lib/systemd/system/systemd-journald.service "$MACHINE/root/etc/systemd/system/basic.target.wants"
}

machine_devices() {
	local name
	mount -t tmpfs tmpfs "$MACHINE/root/dev"
	for name in null zero full random urandom tty; do
		: >"$MACHINE/root/dev/$name"
		mount --bind "/dev/$name" "$MACHINE/root/dev/$name"
	done
	mkdir "$MACHINE/root/dev"/{shm,pts,mqueue}
	mount -t tmpfs tmpfs "$MACHINE/root/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$MACHINE/root/dev/pts"
	ln -s pts/ptmx "$MACHINE/root/dev/ptmx"
	ln -s /proc/self/fd "$MACHINE/root/dev/fd"
}

# Installs patchmda in the way that README.md describes. The script writes the settings in /etc/patchmda.
machine_install() {
	MAKEFLAGS= make -C "$ROOT" --no-print-directory BUILD="$BUILD" install \
		PREFIX=/usr DESTDIR="$MACHINE/root" >"$T/install"
	mkdir -p "$MACHINE/root"/{etc/patchmda,etc/credstore,run/postgresql,var/spool/postfix/private}
	mount --bind "$PGHOST" "$MACHINE/root/run/postgresql"
	# There may be no Postfix on this machine.
	echo 'g postfix -' >"$MACHINE/root/usr/lib/sysusers.d/postfix.conf"
	chroot "$MACHINE/root" systemd-sysusers postfix.conf patchmda.sysusers.conf 2>/dev/null
}

# Becomes the first process of the machine.
machine_boot() {
	mount -t tmpfs tmpfs "$MACHINE"
	mkdir "$MACHINE"/{upper,work,root}
	mount -t overlay overlay \
		-o "lowerdir=/,upperdir=$MACHINE/upper,workdir=$MACHINE/work" "$MACHINE/root"
	mount -t proc proc "$MACHINE/root/proc"
	mount --bind "$MACHINE/root/proc/sys" "$MACHINE/root/proc/sys"
	mount -o remount,bind,ro "$MACHINE/root/proc/sys"
	mount -t sysfs sysfs "$MACHINE/root/sys"
	mount -t cgroup2 cgroup2 "$MACHINE/root/sys/fs/cgroup"
	mount -t tmpfs tmpfs "$MACHINE/root/run"
	mount -t tmpfs tmpfs "$MACHINE/root/tmp"
	machine_devices
	machine_empty
	machine_install
	# The root of a service with a mount namespace of its own is that of the namespace, not that of chroot(2).
	cd "$MACHINE/root"
	pivot_root . mnt
	umount -l /mnt
	# Otherwise services do not see the directory where systemd mounts their credentials.
	mount --make-rshared /
	exec env -i container=patchmda-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		/lib/systemd/systemd --unit=basic.target
}

# machine_start - returns when the machine is up
machine_start() {
	local parent
	chmod o+x "$PGHOST"
	(
		trap - EXIT ERR
		echo "$BASHPID" >"$MACHINE_CGROUP/cgroup.procs"
		export -f machine_boot machine_devices machine_empty machine_install
		export MACHINE T
		exec unshare --mount --pid --ipc --uts --cgroup --fork --kill-child \
			bash -ec machine_boot
	) >"$T/machine.log" 2>&1 &
	parent=$!
	at_exit machine_kill $parent
	until within 1 machine_is_up $parent; do
		[ -d "/proc/$parent" ] && continue
		diag "$(cat "$T/machine.log")"
		return 1
	done
}

machine_is_up() {
	MACHINE_PID=$(cat "/proc/$1/task/$1/children")
	MACHINE_PID=${MACHINE_PID%% *}
	[ "$(cat "/proc/$MACHINE_PID/comm")" = systemd ] &&
		[ "$(inside systemctl is-system-running)" = running ]
}

machine_kill() {
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# Removes the control group. The processes in it have ended, or are about to end.
machine_stop() {
	local i
	for ((i = 0; i < 100; i++)); do
		find "$MACHINE_CGROUP" -depth -type d -exec rmdir {} \; 2>/dev/null
		[ -d "$MACHINE_CGROUP" ] || return 0
		sleep 0.05
	done
}

# inside COMMAND... - runs the command on the machine, as root
inside() {
	nsenter -t "$MACHINE_PID" -m -p -i -u -C -r env -i TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# edit PATH - writes standard input to this file on the machine
edit() {
	inside sh -c 'mkdir -p "$(dirname "$0")" && cat >"$0"' "$1"
}
