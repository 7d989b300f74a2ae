#!/usr/bin/env bash
# follow-both.t - the same list by LMTP and by `patchmda follow`: each mail is stored once, and `status --gaps` lists
# the mail that came only from the archive, whichever way was first

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../git.sh"

need git python3
pg_start
reference_start
LIST=tarn-devel.lists.example.org
url=file://$T/up

ready_db follow_both
patchmda project add tarn --list-id tarn-devel.lists.example.org >/dev/null
patchmda project add other --list-id other.lists.example.org >/dev/null
git init -q --bare "$T/up/both"
for name in mail-first archive-first archive-only mail-only; do
	patch 'Ada <ada@x.org>' "[PATCH] $name" "$name@x.org" >"$T/$name"
done
mail -r '<never@x.org>' 'Bob <bob@x.org>' 'Re: nothing' unrelated@x.org >"$T/unrelated"
mail 'Bob <bob@x.org>' 'Lunch' lunch@x.org >"$T/lunch"
mail 'Bob <bob@x.org>' 'Dinner' dinner@x.org >"$T/dinner"
lmtpd_start
# receive FILE... - delivers the files by LMTP
receive() {
	local file
	for file; do
		is "$(lmtp <"$file" | cut -d ' ' -f 1)" 250 "${file##*/} comes by LMTP"
	done
}
receive "$T/mail-first" "$T/mail-only" "$T/lunch"
for name in mail-first archive-first archive-only unrelated lunch dinner; do
	append "$T/up/both" "$T/$name"
done
exits 0 "an archive" patchmda follow --once "$url/both" "$T/m/both"
receive "$T/archive-first" "$T/unrelated"
is "$(sql "select string_agg(msgid, ' ' order by msgid) from patchwork_patch")" "<archive-first@x.org> <archive-only@x.org> <mail-first@x.org> <mail-only@x.org>" \
	"each mail is stored once, whichever way it came first, and gaps are filled"
exits 1 "--gaps" patchmda status --gaps
is "$(sed 1d "$T/out" | awk '{ print $1, $NF }' | LC_ALL=C sort)" "tarn <archive-only@x.org>
tarn <dinner@x.org>" "lists mail that came by no other way"
exits 0 "--gaps --since" patchmda status --gaps --since 2026-03-03
exits 0 "--gaps of another project" patchmda status --gaps --project other
exits 1 "--gaps of the project" patchmda status --gaps --project tarn --since 2026-03-01
receive "$T/archive-only"
mbox "$T/dinner" >"$T/dinner.mbox"
exits 0 "missing mail is imported from elsewhere" patchmda import "$T/dinner.mbox"
exits 0 "--gaps" patchmda status --gaps
like "$(cat "$T/out")" "All mail of the archives has also arrived by another way" "there are none any more"
lmtpd_stop

# All mail of a list in both ways: one after the other, and at the same time.
make_archive "$T/up/race" <"$sample"
# send_all - delivers the mails of the sample by LMTP, in one session, from the last to the first. The 13th is left
# out, because it has the Message-ID of the 12th: of two such mails the first that arrives is stored.
send_all() {
	local i
	{
		printf 'LHLO test\n'
		for ((i = 42; i >= 1; i--)); do
			[ $i -ne 13 ] || continue
			printf 'MAIL FROM:<>\nRCPT TO:<patches@here>\nDATA\n'
			messages $i $i | sed -e 1d -e '$ { /^$/d }' -e 's/^>\(>*From \)/\1/' -e 's/^\./../'
			printf '.\n'
		done
		printf 'QUIT\n'
	} | talk >"$T/replies"
}
all_accepted() {
	is "$(sift -c '^250 2.0.0' "$T/replies")" 41 "all mail is accepted over LMTP"
}
archived() {
	sql "select count(m) from patchmda.archived, unnest(msgids) m"
}
for order in lmtp-first archive-first both; do
	ready_db follow_race
	psql -Xq -d "import_reference_$$" -c 'copy patchwork_project to stdout' |
		psql -Xq -c 'copy patchwork_project from stdin'
	lmtpd_start
	case $order in
	lmtp-first)
		send_all
		all_accepted
		exits 0 "then the archive is followed" patchmda follow --once "$url/race" "$T/m/race"
		is "$(archived)" 0 "which has no new mail"
		;;
	archive-first)
		exits 0 "an archive" patchmda follow --once "$url/race" "$T/m/race"
		exits 1 "all its mail is a gap" patchmda status --gaps
		is "$(sed 1d "$T/out" | wc -l)" "$(archived)" "as many as are in the table"
		send_all
		all_accepted
		;;
	both)
		# Both wait for a lock, and then take turns, from the first and from the last mail.
		coproc HOLDER { psql -XqAt; }
		echo 'begin; lock table patchwork_patch; select 1;' >&"${HOLDER[1]}"
		read -r _ <&"${HOLDER[0]}"
		patchmda follow --once --batch 1 "$url/race" "$T/m/race" 2>"$T/log" &
		pid=$!
		send_all &
		sender=$!
		until_true sql_is "select count(*) from pg_locks where not granted" 2
		echo 'commit;' >&"${HOLDER[1]}"
		wait $sender
		wait $pid
		all_accepted
		ok "each way was first with some mail" sql_is \
			"select count(m) between 1 and 38 from patchmda.archived, unnest(msgids) m" t
		exec {HOLDER[1]}>&-
		;;
	esac
	lmtpd_stop
	facts >"$T/facts"
	is "$(without_held "$T/facts")" "$(cat "$T/reference.without")" "$order: the rows are those of the mailbox"
	exits 0 "$order: no mail is missing on either way" patchmda status --gaps
done

done_testing
