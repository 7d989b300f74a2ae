#!/usr/bin/env bash
# bombs.t - mail made to use up time or memory ends in bounded both, and stored or held
#
# Each is BOMB_MIB megabytes (2; `BOMB_MIB=60 tests/run bombs` is the long form) and goes through
# deliver under a limit of address space; one that takes longer than deliver's own two minutes
# gets 75, and fails here.  The sanitizers need more address space than there may be.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

need perl xz
BOMB_MIB=${BOMB_MIB:-2}
ADDRESS_SPACE_KIB=$((500000 + BOMB_MIB * 12000))
grep -q __asan_init "$BUILD/patchmda" && ADDRESS_SPACE_KIB=unlimited

pg_start
ready_db bombs
LIST=bombs.example.org
patchmda project add bombs --list-id bombs.example.org --list-email list@bombs.example.org >/dev/null
patchmda project add explosive --list-id explosive.example.org --subject-match '(a+)+$' >/dev/null
sql "update patchwork_project set use_tags = true" \
	"insert into patchwork_tag (name, pattern, abbrev, show_column) values
		('Twice', '^(a+)+\$', '1', true), ('Word', '\\w+@d:', '2', true),
		('Blank', '\\s*[a-c]d:', '3', true), ('Real', '^Acked-by:', '4', true)" >/dev/null

# make_bomb NAME - header and body by a few lines of Perl; $n is how many bytes there may be
make_bomb() {
	perl -we '
	use strict;
	my ($name, $mib) = @ARGV;
	my $n = $mib << 20;
	my %h = (From => "Ada <ada\@x.org>", Subject => "[PATCH] $name", Extra => "", List => "bombs");
	my $body = "x\n";
	my $diff = "--- a/f\n+++ b/f\n\@\@ -1 +1 \@\@\n-a\n+b\n";
	my $head = $n < 1 << 20 ? $n : 1 << 20;		# headers of more than 2 MiB are held
	my $mixed = "Content-Type: multipart/mixed; boundary=";
	my %bombs = (
		nested => sub { $h{Extra} = "${mixed}b0\n";
			$body = join("", map { "--b$_\n${mixed}b" . ($_ + 1) . "\n\n" } 0 .. $n / 60) },
		"same-boundary" => sub { $h{Extra} = "${mixed}b\n"; $body = "--b\n${mixed}b\n\n" x ($n / 50) },
		parts => sub { $h{Extra} = "${mixed}b\n"; $body = "--b\n\n$diff\n" x ($n / 50) },
		attached => sub { $h{Extra} = "Content-Type: message/rfc822\n";
			$body = "Content-Type: message/rfc822\n\n" x ($n / 30) },
		headers => sub { $h{Extra} = "X: y\n" x ($head / 5) },
		"too-many-headers" => sub { $h{Extra} = "X: y\n" x 1000000 },
		froms => sub { $h{Extra} = "From: a\@b.c\n" x ($head / 12) },
		references => sub { $h{Extra} = "References:" . join("", map { " <$_\@x>\n" } 1 .. $head / 12) },
		"too-many-references" => sub { $h{Extra} = "References:" . join("", map { " <$_\@x>\n" } 1 .. 1000000) },
		"in-reply-to" => sub { $h{Extra} = "In-Reply-To: <a\@b>\n" x ($head / 20) },
		subject => sub { $h{Subject} = "[" x $n },
		"subject-pattern" => sub { $h{List} = "explosive"; $h{Subject} = "[PATCH] " . "a" x $head . "b" },
		"short-subject-pattern" => sub { $h{List} = "explosive"; $h{Subject} = "[PATCH] " . "a" x 5000 . "b" },
		brackets => sub { $h{Subject} = "[" x $head },
		prefixes => sub { $h{Subject} = "[a]" x ($head / 3) },
		words => sub { $h{Subject} = "[PATCH] " . "=?utf-8?q?a?= " x ($head / 14) },
		charsets => sub { $h{Subject} = "[PATCH] " . join(" ", map { "=?x-$_?b?YQ==?=" } 1 .. $head / 20) },
		"half-words" => sub { $h{Subject} = "[PATCH] " . "=?a?q?" x ($head / 6) },
		addresses => sub { $h{From} = "Ada via L <list\@bombs.example.org>"; $h{Extra} = "Cc: " . "a\@b," x ($head / 4) . "\n" },
		angles => sub { $h{From} = "<" x $head },
		vias => sub { $h{From} = " via " x ($head / 5) . "<list\@bombs.example.org>" },
		date => sub { $h{Extra} = "Date: " . "(" x $head . "\n" },
		parameters => sub { $h{Extra} = "Content-Type: text/plain" . "; a=b" x ($head / 5) . "\n" },
		"many-brackets" => sub { $body = "[" x $n },
		base64 => sub { $h{Extra} = "Content-Transfer-Encoding: base64\n"; $body = "QUFB" x ($n / 4) },
		qp => sub { $h{Extra} = "Content-Transfer-Encoding: quoted-printable\n"; $body = "=41" x ($n / 3) },
		uuencode => sub { $h{Extra} = "Content-Transfer-Encoding: x-uuencode\n"; $body = "begin 644 x\n" x ($n / 12) },
		charset => sub { $h{Extra} = "Content-Type: text/plain; charset=iso-2022-jp\n"; $body = "\e\$B\$\"\e(B" x ($n / 8) },
		"8-bit" => sub { $body = "\x80" x $n },
		nul => sub { $body = "\0" x $n },
		quotes => sub { $h{Subject} = "Re: $name"; $h{Extra} = "In-Reply-To: <parent\@x.org>\n"; $body = "> " x ($n / 2) },
		"quote-lines" => sub { $h{Subject} = "Re: $name"; $h{Extra} = "In-Reply-To: <parent\@x.org>\n"; $body = ">\n" x ($n / 2) },
		files => sub { $body = $diff x ($n / length $diff) },
		hunks => sub { $body = "--- a/f\n+++ b/f\n" . "\@\@ -1 +1 \@\@\n-a\n+b\n" x ($n / 18) },
		minus => sub { $body = "--- \n" x ($n / 5) },
		"huge-counts" => sub { $body = "--- a\n+++ b\n\@\@ -1,9999999999 +1,9999999999 \@\@\n" . " x\n" x ($n / 3) },
		pull => sub { $body = "The following changes since commit x:\n" . "are available in the git repository at:\n" x ($n / 41) },
		depends => sub { $body = "Depends-on: <a\@b>\n" x ($n / 18) },
		tags => sub { $body = "Acked-by: a\n" x ($n / 12) . $diff },
		"word-tag" => sub { $body = "a" x $n . "xd:\n\n$diff" },
		"blank-tag" => sub { $body = "y" . " " x $n . "xd:\n\n$diff" },
	);
	$bombs{$name}->();
	print "From: $h{From}\nSubject: $h{Subject}\nMessage-Id: <$name\@x.org>\n",
		"List-Id: <$h{List}.example.org>\n$h{Extra}\n$body";
	' "$1" "$BOMB_MIB"
}

limited() {
	(ulimit -v "$ADDRESS_SPACE_KIB" && "$@")
}

# found NAME - what has become of it
found() {
	sql "select coalesce((select 'patch' from patchwork_patch where msgid = '<$1@x.org>'),
		(select 'comment' from patchwork_patchcomment where msgid = '<$1@x.org>'),
		(select 'held' from patchmda.held where position('<$1@x.org>'::bytea in message) > 0),
		'nothing')"
}

# What is no patch and refers to nothing is not stored.
declare -A fate=([too-many-headers]=held [too-many-references]=held [subject]=held [angles]=held
	[subject-pattern]=held [short-subject-pattern]=held
	[quotes]=comment [quote-lines]=comment
	[parts]=patch [files]=patch [hunks]=patch [huge-counts]=patch [tags]=patch
	[word-tag]=patch [blank-tag]=patch)
patch 'Ada <ada@x.org>' '[PATCH] parent' parent@x.org | patchmda deliver
for bomb in nested same-boundary parts attached headers too-many-headers froms references \
	too-many-references in-reply-to subject subject-pattern short-subject-pattern brackets prefixes words charsets half-words addresses \
	angles vias date parameters many-brackets base64 qp uuencode charset 8-bit nul quotes quote-lines \
	files hunks minus huge-counts pull depends tags word-tag blank-tag; do
	make_bomb $bomb >"$T/bomb"
	exits 0 "$bomb: $(($(stat -c %s "$T/bomb") >> 10)) KiB" limited patchmda deliver <"$T/bomb"
	is "$(found $bomb)" "${fate[$bomb]-nothing}" "$bomb: stored, held or not ours"
done
# Of five million the first are (pattern.h).
[ "$BOMB_MIB" -gt 2 ] ||
	is "$(sql "select count from patchwork_patchtag where tag_id = (select id from patchwork_tag where name = 'Real')")" \
		$(((BOMB_MIB << 20) / 12)) 'the tags that there are were counted'

# A chain of answers that comes from its end.
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
exits 0 'a chain of answers, from its end' limited patchmda import --quiet "$T/chain"
is "$(sql "select count(*) from patchwork_patchcomment where msgid like '<chain-%'")" 600 'all are comments'

# Archives that grow when they are unpacked: a hundred times as large as what is kept of them.
(
	echo 'From a@b.c Thu Jan  1 00:00:00 1970'
	head -c $((300 << 20)) /dev/zero
) | xz -0 >"$T/zeros.xz"
exits 0 "$(($(stat -c %s "$T/zeros.xz") >> 10)) KiB of xz are 300 MiB of zeros" \
	limited patchmda import --quiet "$T/zeros.xz"
like "$(cat "$T/out")" '1 messages.* 1 held' 'one message, of which the front is held'
perl -e 'for (1 .. 40000) { print "From a\@b.c Thu Jan  1 00:00:00 1970\nFrom: a\@b.c\nSubject: x\n",
	"Message-Id: <$_\@many>\nList-Id: <bombs.example.org>\n\n", "x" x 5000, "\n\n" }' | xz -0 >"$T/many.xz"
exits 0 "$(($(stat -c %s "$T/many.xz") >> 10)) KiB of xz are 200 MiB of mail" \
	limited patchmda import --quiet --dry-run "$T/many.xz"
like "$(cat "$T/out")" '^40000 messages' 'all are read'

done_testing
