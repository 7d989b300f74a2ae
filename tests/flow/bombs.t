#!/usr/bin/env bash
# bombs.t - mail made to use up time or memory uses a bounded amount of both, and is stored or held
#
# Each bomb has BOMB_MIB megabytes (2; `BOMB_MIB=60 tests/run bombs` is the long form) and is delivered under
# limits of address space and CPU time; growth-1.t and growth-2.t measure the parsing of many other bombs. Each
# thread of an import reserves 64 MiB of address space for malloc, which it hardly uses. The sanitizers
# need more address space than the limit.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

need perl /usr/bin/python3 xz
BOMB_MIB=${BOMB_MIB:-2}
CPU_SECS=$((5 + BOMB_MIB))
ADDRESS_SPACE_KIB=$((600000 + BOMB_MIB * 12000))
! is_sanitized || ADDRESS_SPACE_KIB=unlimited

pg_start
ready_db bombs
LIST=bombs.example.org
patchmda project add bombs --list-id bombs.example.org --list-email list@bombs.example.org >/dev/null
patchmda project add explosive --list-id explosive.example.org --subject-match '(a+)+$' >/dev/null
sql "update patchwork_project set use_tags = true" \
	"insert into patchwork_tag (name, pattern, abbrev, show_column) values
		('Twice', '^(a+)+\$', '1', true), ('Word', '\\w+@d:', '2', true),
		('Blank', '\\s*[a-c]d:', '3', true), ('Real', '^Acked-by:', '4', true)" >/dev/null

# make_bomb NAME - prints a bomb: one for the patterns of projects and tags, or one of tests/bombs
make_bomb() {
	local bytes=$((BOMB_MIB << 20))
	local header=$((bytes < 1 << 20 ? bytes : 1 << 20))
	case $1 in
	subject-pattern) pattern_mail explosive "$(printf '%*s' $header '' | tr ' ' a)b" ;;
	short-subject-pattern) pattern_mail explosive "$(printf '%5000s' '' | tr ' ' a)b" ;;
	word-tag) pattern_mail bombs x && printf '%*sxd:\n\n' $bytes '' | tr ' ' a && a_diff ;;
	blank-tag) pattern_mail bombs x && printf 'y%*sxd:\n\n' $bytes '' && a_diff ;;
	*) "$ROOT/tests/bombs" "$1" $bytes | sed "s/^Message-Id: <bomb@example.org>/Message-Id: <$1@x.org>/" ;;
	esac
}

# pattern_mail LIST TITLE - prints the headers of a mail whose message id is that of the current bomb
pattern_mail() {
	printf '%s\n' 'From: Ada <ada@x.org>' "Message-Id: <$bomb@x.org>" "List-Id: <$1.example.org>" "Subject: [PATCH] $2" ''
}

a_diff() {
	printf '%s\n' '--- a/f' '+++ b/f' '@@ -1 +1 @@' -a +b
}

limited() {
	(ulimit -v "$ADDRESS_SPACE_KIB" -t "$CPU_SECS" && "$@")
}

# found NAME - prints how the bomb was stored
found() {
	sql "select coalesce((select 'patch' from patchwork_patch where msgid = '<$1@x.org>'),
		(select 'comment' from patchwork_patchcomment where msgid = '<$1@x.org>'),
		(select 'held' from patchmda.held where position('<$1@x.org>'::bytea in message) > 0),
		'nothing')"
}

# Mail that is not a patch and refers to nothing is not stored.
declare -A expected=([too-many-headers]=held [subject-pattern]=held [short-subject-pattern]=held
	[quotes]=comment [parts]=patch [files]=patch [tags]=patch [word-tag]=patch [blank-tag]=patch)
patch 'Ada <ada@x.org>' '[PATCH] parent' parent@example.org | patchmda deliver
for bomb in hyphens words headers too-many-headers subject-pattern short-subject-pattern references parts \
	same-parameter-sets base64 quotes files tags word-tag blank-tag; do
	make_bomb $bomb >"$T/bomb"
	exits 0 "$bomb: $(($(stat -c %s "$T/bomb") >> 10)) KiB" limited patchmda deliver <"$T/bomb"
	is "$(found $bomb)" "${expected[$bomb]-nothing}" "$bomb: stored, held or ignored"
done
# Of a larger number of tags, only the first ones are counted (pattern.h).
[ "$BOMB_MIB" -gt 2 ] ||
	is "$(sql "select count from patchwork_patchtag where tag_id = (select id from patchwork_tag where name = 'Real')")" \
		$(((BOMB_MIB << 20) / 12)) 'all tags were counted'

# A chain of replies that arrives in reverse order.
chain() {
	local n
	for ((n = 600; n > 0; n--)); do
		echo 'From a@b.c Thu Jan  1 00:00:00 1970'
		mail -r "<chain-$((n - 1))@x.org>" 'Ada <ada@x.org>' 'Re: [PATCH] chain' "chain-$n@x.org"
		echo
	done
	echo 'From a@b.c Thu Jan  1 00:00:00 1970'
	patch 'Ada <ada@x.org>' '[PATCH] chain' chain-0@x.org
}
chain >"$T/chain"
exits 0 'a chain of replies, in reverse order' limited patchmda import --quiet "$T/chain"
is "$(sql "select count(*) from patchwork_patchcomment where msgid like '<chain-%'")" 600 'all are comments'

# Compressed archives: unpacked, the first is a hundred times as large as the part of a mail that is kept.
(
	echo 'From a@b.c Thu Jan  1 00:00:00 1970'
	head -c $((300 << 20)) /dev/zero
) | xz -0 >"$T/zeros.xz"
exits 0 "$(($(stat -c %s "$T/zeros.xz") >> 10)) KiB of xz are 300 MiB of zeros" \
	limited patchmda import --quiet "$T/zeros.xz"
like "$(cat "$T/out")" '1 messages.* 1 held' 'one message, whose first part is held'
perl -e 'for (1 .. 40000) { print "From a\@b.c Thu Jan  1 00:00:00 1970\nFrom: a\@b.c\nSubject: x\n",
	"Message-Id: <$_\@many>\nList-Id: <bombs.example.org>\n\n", "x" x 5000, "\n\n" }' | xz -0 >"$T/many.xz"
exits 0 "$(($(stat -c %s "$T/many.xz") >> 10)) KiB of xz are 200 MiB of mail" \
	limited patchmda import --quiet --dry-run "$T/many.xz"
like "$(cat "$T/out")" '^40000 messages' 'all are read'

done_testing
