#!/usr/bin/env bash
# inject.t - text from mail is only data for the database, the terminal and the log
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"

pg_start
ready_db inject
LIST=known.example.org
patchmda project add known --list-id known.example.org --list-email list@known.example.org >/dev/null

# ---- SQL

evil="x'); drop table patchwork_patch cascade; --"
copy=$'\\.\ttab\\N\\\\\\t{"a","b"}%s%n$1;:name'
from="\"$evil\" <o'neil@x.org>"
patch "$from" "[PATCH] $evil" "$evil@x.org" >"$T/sql"
sed -i "1i X-Patchwork-State: $evil\nX-Patchwork-Delegate: $evil" "$T/sql"
exits 0 'SQL in every header' patchmda deliver <"$T/sql"
is "$(sql "select name, msgid from patchwork_patch")" "$evil|<$evil@x.org>" 'is text'
is "$(sql "select email from patchwork_person")" "o'neil@x.org" 'so is an apostrophe in an address'
mail -r "<$evil@x.org>" "$from" "Re: [PATCH] $evil" "re-$evil@x.org" "$evil" | patchmda deliver
is "$(sql "select content from patchwork_patchcomment")" "$evil" 'and in a body'
mail -h "X-Odd: $copy" "Ada <ada@x.org>" "[PATCH 0/1] $copy" "copy@x.org" "$copy" >"$T/copy"
exits 0 'the escapes of COPY, arrays and formats' patchmda deliver <"$T/copy"
is "$(sql "select content from patchwork_cover")" "$copy" 'are text'
like "$(sql "select headers from patchwork_cover")" 'X-Odd: \\\.' 'in headers, too'
LIST="$evil" mail "$from" 'x' "list-$evil@x.org" >"$T/list"
exits 0 'SQL in a list id' patchmda deliver <"$T/list"
is "$(sql "select list_ids[1] from patchmda.held")" "$evil" 'is held as it is'
exits 0 'SQL in a list id on the command line' patchmda deliver --list-id "$evil" <"$T/list"
exits 0 'SQL in the list id of a project' patchmda project add odd --list-id "$evil"
is "$(sql "select count(*) from patchwork_project where listid = \$\$$evil\$\$")" 1 'is stored as it is'

# ---- terminals

# ESC, BEL, CSI in one character, BS and DEL; two marks, an override and an isolate of the writing direction.
escapes=$'\033[31mred\033]0;title\a\302\233[1m\b\177\330\234\342\200\216\342\200\256\342\201\246'
harmless() {
	unlike "$(cat "$T/out" "$T/err")" $'\033|\a|\b|\177|\302\233|\330\234|\342\200\216|\342\200\256|\342\201\246' "$1"
}
LIST="esc${escapes}.example.org"
mail "Eve <eve@x.org>" "[PATCH 0/1] $escapes" "held$escapes@x.org" >"$T/held"
exits 0 'escape sequences in held mail' patchmda deliver <"$T/held"
exits 0 'held list' patchmda held
harmless 'prints none'
sed '1i From a@b.c Thu Jan  1 00:00:00 1970' "$T/held" >"$T/mbox"
exits 0 'import --create-projects' patchmda import --create-projects "$T/mbox"
harmless 'prints none'
exits 0 'project list' patchmda project list
harmless 'prints none'

# The names of the list and of the file are in messages.
sql "create function refuse() returns trigger language plpgsql as 'begin raise exception ''not today''; end'" \
	"create trigger refuse before insert on patchwork_project for each row execute function refuse()"
sed "s/^List-Id: .*/List-Id: <new$escapes.example.org>/; s/^Message-Id: <held/Message-Id: <new/i" "$T/mbox" >"$T/new"
exits 75 'import --create-projects for a list that the database refuses' patchmda import --create-projects "$T/new"
like "$(cat "$T/err")" 'creating a project for new.*: not today' 'names the list'
harmless 'prints none'
sql "drop trigger refuse on patchwork_project"
{
	printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nnonsense\n\n'
	cat "$T/new"
	printf 'From ada@x.org Thu Jan  1 00:00:00 1970\nis a line of the text\n'
} >"$T/file$escapes"
exits 0 'import of a file with escapes in its name' patchmda import "$T/file$escapes"
like "$(cat "$T/err")" "$T/file.*: held: " 'names the file of a held mail'
like "$(cat "$T/out")" "taken for text: 1; the first is in $T/file" 'and of a line that looks like a separator'
harmless 'prints none'
exits 65 'user token' patchmda user token "none$escapes"
like "$(cat "$T/err")" "patchmda user token none.*: there is no user 'none" 'names the user'
harmless 'without escapes'
git init -q "$T/repository"
exits 65 'commits' patchmda commits "$T/repository" "none$escapes..HEAD"
like "$(cat "$T/err")" "git log failed in .*: fatal: bad revision 'none" 'prints the error of git'
harmless 'and no escapes'
LIST=known.example.org
patch "E$escapes <esc@x.org>" "[PATCH] $escapes" "esc$escapes@x.org" | patchmda deliver
for what in patches covers series; do
	exits 0 "list $what" patchmda list $what
	harmless 'prints none'
done
mail -r "<esc$escapes@x.org>" "E <esc@x.org>" 'Re: x' re-esc@x.org | patchmda deliver
exits 65 'show of a comment' patchmda show '<re-esc@x.org>'
harmless 'prints none'

# ---- the log

lmtpd_start
forged=$'x@x.org> ok\n<6>patchmda: all is well\033[2J'
# A folded header, and one with a bare CR and escapes.
printf 'From: Ada <ada@x.org>\nSubject: x\nMessage-Id:\n <log-1@x.org\r\n all is forged>\nList-Id: <known.example.org>\n\nx\n' | lmtp >/dev/null
mail 'Ada <ada@x.org>' '[PATCH] x' "log-2$escapes" | lmtp >/dev/null
mail 'nobody' '[PATCH] x' "log-3$escapes" | lmtp >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] x' log-4@x.org | lmtp "p+list$escapes@here" >/dev/null
printf 'LHLO x%s\nMAIL FROM:<%s>\nRCPT TO:<p+%s@x>\nFOO %s\nQUIT\n' "$escapes" "$escapes" "$escapes" "$escapes" |
	talk >"$T/replies"
# An error of the database that quotes mail.
sql "create function quote() returns trigger language plpgsql as 'begin raise exception ''%'', new.name; end'" \
	"create trigger quote before insert on patchwork_patch for each row
		when (new.name like '%quoted%') execute function quote()"
patch 'Ada <ada@x.org>' "[PATCH] quoted$escapes" log-5@x.org | lmtp >/dev/null
ok 'an error that quotes mail is logged' within $PATIENCE_SECS logged 'deferred: .*quoted'
lmtpd_stop
cp "$LMTPD_LOG" "$T/out"
: >"$T/err"
harmless 'no escape sequence gets into the log'
is "$(grep -c 'all is forged' "$LMTPD_LOG")" "$(grep -c 'log-1@x.org.*all is forged' "$LMTPD_LOG")" \
	'nor a line of its own'
ok 'escape sequences in the log are readable' grep -q 'log-2\\x1b' "$LMTPD_LOG"
unlike "$(cat "$T/replies")" $'\033' 'and none into a reply'

httpd_start
perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!";
	print $s "GET /asked$ARGV[1] HTTP/1.0\r\nHost: x\r\n\r\n";
	print <$s>' "$HTTPD_SOCKET" "$escapes" >"$T/replies"
like "$(cat "$T/replies")" '^HTTP/1' 'a request with escape sequences has a response'
httpd_stop
cp "$HTTPD_LOG" "$T/out"
ok 'and is in the log of httpd' grep -q '/asked' "$HTTPD_LOG"
harmless 'without escapes'

# The output of deliver goes to the mail server's log, in one line.
exits 75 'an error that quotes mail' patchmda deliver --waiting-days "1$forged" <"$T/sql"
is "$(wc -l <"$T/err")" 1 'is one line'
harmless 'without escapes'
patch 'Ada <ada@x.org>' "[PATCH] quoted$escapes" log-6@x.org >"$T/quoted"
exits 75 'an error of the database that quotes mail' patchmda deliver <"$T/quoted"
like "$(cat "$T/err")" 'quoted' 'is printed by deliver'
harmless 'without escapes'
mbox "$T/quoted" >"$T/mbox"
exits 75 'the same error' patchmda import "$T/mbox"
like "$(cat "$T/err")" 'quoted' 'is printed by import'
harmless 'without escapes'

done_testing
