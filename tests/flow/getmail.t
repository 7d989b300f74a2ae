#!/usr/bin/env bash
# getmail.t - README's recipe, run by a real getmail with a small POP3 server
. "$(dirname "$0")/../lib.sh"
need getmail /usr/bin/python3
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../readme.sh"
LIST=ring.example.org
pg_start own
ready_db getmail
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# A mailbox is the files of a directory; DELE deletes them at the end of the session.
cat >"$T/pop3.py" <<'END_PYTHON'
import os, socketserver, sys

class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        folder = sys.argv[2]
        names = sorted(os.listdir(folder))
        deleted = set()
        self.say("+OK")
        for line in self.rfile:
            verb, *rest = line.decode().split()
            verb = verb.upper()
            if verb in ("UIDL", "LIST") and not rest:
                self.say("+OK")
                for i, name in enumerate(names):
                    size = os.path.getsize(os.path.join(folder, name))
                    self.say(f"{i + 1} {name if verb == 'UIDL' else size}")
                self.say(".")
            elif verb == "RETR":
                self.say("+OK")
                with open(os.path.join(folder, names[int(rest[0]) - 1])) as mail:
                    for text in mail.read().splitlines():
                        self.say("." + text if text.startswith(".") else text)
                self.say(".")
            elif verb == "DELE":
                deleted.add(names[int(rest[0]) - 1])
                self.say("+OK")
            elif verb == "QUIT":
                for name in deleted:
                    os.remove(os.path.join(folder, name))
                self.say("+OK")
                break
            elif verb in ("USER", "PASS", "NOOP", "RSET", "STAT"):
                self.say(f"+OK {len(names)} 0")
            else:
                self.say("-ERR")

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
END_PYTHON

# getmail does not run programs as root, so root becomes the user that may connect to the database.
owner=$(stat -c %U "$PGHOST")
as_owner() {
	if [ "$(id -u)" -ne 0 ] || [ "$owner" = root ]; then
		"$@"
	else
		setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
	fi
}

port=$(free_port)
mkdir "$T/mailbox" "$T/bin" "$T/rc"
chmod 755 "$T"
cp "$BUILD/patchmda" "$T/bin"
/usr/bin/python3 "$T/pop3.py" "$port" "$T/mailbox" 2>"$T/pop3.err" &
at_exit kill $!
within $PATIENCE_SECS bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"

database="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
recipe getmail 's/pop\.example\.org/127.0.0.1/' "s/^username.*/&\nport = $port/" \
	"s,/usr/local/bin/,$T/bin/," "s,dbname=patchwork,$database," \
	's/read_all = false/&\ndelete = true/' >"$T/rc/getmailrc"
[ "$owner" = root ] || chown -R "$owner" "$T/rc"

fetch() {
	as_owner env HOME="$T/rc" getmail --getmaildir "$T/rc" --rcfile "$T/rc/getmailrc"
}

patch 'Ada <ada@x.org>' '[PATCH 1/2] by pop' 1@x.org >"$T/mailbox/1"
patch 'Ada <ada@x.org>' '[PATCH 2/2] by pop' 2@x.org >"$T/mailbox/2"
ok "fetches" fetch
is "$(sql "select count(*) from patchwork_patch where name like '%by pop'")" 2 "all is stored"
is "$(ls "$T/mailbox")" '' "and deleted from the server"
is "$(sql "select count(*) from patchwork_patch where headers ~ 'Subject: ' and headers !~ 'Delivered-To|Received|getmail'")" 2 \
	"the headers are not changed"

patch 'Ada <ada@x.org>' '[PATCH] later' 3@x.org >"$T/mailbox/3"
pg_stop
fetch >"$T/out" 2>&1 || true # its status depends on the version
like "$(cat "$T/out")" '4\.4\.1 patchmda' "without a database, the reason is reported"
is "$(ls "$T/mailbox")" 3 "the mail stays on the server"
pg_restart
ok "and is fetched when the database runs again" fetch
is "$(sql "select count(*) from patchwork_patch where name = 'later'")" 1 "once"
done_testing
