#!/usr/bin/env bash
# follow-systemd.t - the units of `patchmda follow`, run by a real systemd, with README's settings: the timer starts
# the service, which clones an archive from a server and stores its mail
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../git.sh"
. "$(dirname "$0")/../follow.sh"
. "$(dirname "$0")/../readme.sh"
. "$(dirname "$0")/../systemd.sh"
systemd_needed
LIST=ltp.lists.linux.it
pg_start own
ready_db patchwork
patchmda project add ltp --list-id $LIST >/dev/null
git init -q --bare "$T/up/ltp/git/0.git"
patch 'Ada <ada@x.org>' '[PATCH] one' one@x.org | append "$T/up/ltp/git/0.git"
serve "$T/up"
ok "the machine boots" machine_start
{
	recipe follow-conf "s,https://lore.kernel.org,$url,"
	printf '%s\n' PGUSER=postgres ASAN_OPTIONS=detect_leaks=0
} | edit /etc/patchmda/follow-ltp.conf
ok "the recipe starts the timer" inside sh -c "$(recipe follow-timer)"
stored() {
	sql_is "select count(*) from patchwork_patch where msgid = '<$1@x.org>'" 1
}
journal() {
	inside journalctl -q --no-pager -o cat -u patchmda-follow@ltp.service
}
ok "the mail of the archive is stored" until_true stored one
ok "the mirror is in the state directory" inside test -d /var/lib/patchmda/follow/ltp/mirror/git/0.git
is "$(inside stat -c %U /var/lib/patchmda/follow/ltp/mirror)" patchmda "and belongs to the user patchmda"
like "$(inside systemctl list-timers --no-pager)" 'patchmda-follow@ltp.timer' "the timer is still active"
finished() {
	[ "$(inside systemctl show -P ActiveState patchmda-follow@ltp.service)" = inactive ]
}
until_true finished
is "$(inside systemctl show -P Result patchmda-follow@ltp.service)" success "the round has no errors"
patch 'Ada <ada@x.org>' '[PATCH] two' two@x.org | append "$T/up/ltp/git/0.git"
ok "another round" inside systemctl start patchmda-follow@ltp.service
ok "new mail is stored" stored two
server_stop
isnt "$(inside systemctl start patchmda-follow@ltp.service 2>&1)" '' "a round without the server fails"
like "$(journal)" 'git/0.git: fatal: ' "the journal has the reason"
like "$(sql "select failures from patchmda.followed")" '^[1-9]' "and status counts it"
done_testing
