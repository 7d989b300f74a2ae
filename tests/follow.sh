# follow.sh - a git server on loopback that may die in the middle of a fetch; after lib.sh and git.sh
#
#	serve "$T/up"
#	patchmda follow --once "$url/list" "$T/list"
#	server_stop

# serve FOLDER [BYTES|stall] - serves the repositories below the folder at $url.  With BYTES the server is
# killed after that number of bytes of the first pack; with `stall` a pack never ends.
serve() {
	serve_port=${serve_port-$(free_port)}
	url=git://127.0.0.1:$serve_port
	cat >"$T/pack-objects" <<-END
	#!/bin/sh
	case \$LIMIT in
	'') exec "\$@" ;;
	stall) "\$@" | head -c 2000; echo \$\$ >"$T/stalled"; exec sleep 1000 ;;
	*) "\$@" | head -c \$LIMIT; touch "$T/died"; kill -KILL \$(cat "$T/daemon.pid"); kill -KILL \$PPID ;;
	esac
	END
	chmod +x "$T/pack-objects"
	at_exit server_stop
	git config -f "$T/server.config" uploadpack.packObjectsHook "$T/pack-objects"
	git config -f "$T/server.config" safe.directory '*'
	rm -f "$T/died" "$T/stalled"
	LIMIT=${2-} GIT_CONFIG_GLOBAL=$T/server.config git daemon --reuseaddr --listen=127.0.0.1 --port="$serve_port" \
		--base-path="$1" --export-all --pid-file="$T/daemon.pid" "$1" >"$T/daemon.out" 2>&1 &
	serve_pid=$!
	until_true answers "$serve_port"
}

answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

server_stop() {
	kill "$(cat "$T/daemon.pid")" 2>/dev/null || true
	let_go "$serve_pid"
	[ ! -s "$T/stalled" ] || kill "$(cat "$T/stalled")" 2>/dev/null || true
}
