#!/usr/bin/env bash
# improvements.t - patchmda's improvements over the reference that are visible in rows: first the result of the
# reference, which tests/foreign-parser imitates, then that of patchmda. For improvements that a single mail shows
# see tests/corpus/D*.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

ada='Ada <ada@x.org>'
ben='Ben <ben@x.org>'

# Mails are written to $T/ID. as_reference and as_patchmda store those that their arguments name, in an empty
# database.
database() {
	patchwork_db "improvements_$1"
	patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
}
as_reference() {
	local id
	database reference
	for id; do
		patchmda parse "$T/$id" >"$T/$id.json"
		THINK=0 "$ROOT/tests/foreign-parser" ring "$T/$id.json" >>"$T/foreign"
	done
}
as_patchmda() {
	local id
	database patchmda
	for id; do
		patchmda deliver <"$T/$id"
	done
}
comments() {
	sql "select trim(p.msgid, '<>') || ' ' || trim(c.msgid, '<>') from patchwork_patchcomment c
		join patchwork_patch p on p.id = patch_id order by c.msgid collate \"C\""
}
series() {
	sql "select format('v%s/%s %s %s', version, total, to_char(s.date at time zone 'UTC', 'HH24:MI'),
			(select string_agg(number || ':' || split_part(trim(msgid, '<>'), '@', 1), ' ' order by number)
				from patchwork_patch where series_id = s.id))
		from patchwork_series s order by 1"
}

pg_start

# ---- D1

patch "$ada" '[PATCH] x' d1@x >"$T/mail"
sed -i 's/^Some words.*/From here on it wraps./' "$T/mail"
mbox "$T/mail" >"$T/mbox"
sed '1d; $d' "$T/mbox" >"$T/taken-apart"
content="select (regexp_match(content, '(\S*From here)'))[1] from patchwork_patch"
database patchmda
patchmda deliver <"$T/taken-apart"
is "$(sql "$content")" ">From here" "D1: the reference does not unquote lines of an mbox"
database patchmda
patchmda import --quiet "$T/mbox" >/dev/null
is "$(sql "$content")" "From here" "D1: an mbox is read as mboxrd"

# ---- D2

patch "$ada" '[PATCH] x' d2@x >"$T/patch"
mail -r '<d2@x>' -d 1 "$ben" 'Re: [PATCH] x' d2r@x >"$T/reply"
as_reference reply patch
is "$(comments)" "" "D2: the reference drops a reply that comes before its parent"
as_patchmda reply patch
is "$(comments)" "d2@x d2r@x" "D2: it is kept and attached when the parent comes"

# ---- D3

printf 'Subject: [PATCH] no sender\nMessage-Id: <d3@x>\nList-Id: <%s>\n\nx\n' $LIST >"$T/invalid"
database patchmda
patchmda deliver <"$T/invalid"
is "$(sql "select count(*) from (select from patchwork_patch union all select from patchwork_cover) m")" 0 \
	"D3: the reference does not store a mail without a sender"
is "$(sql "select msgid, reason <> '' from patchmda.held")" "<d3@x>|t" "D3: it is held, with the reason"
patchmda held show "$(sql "select id from patchmda.held")" >"$T/held"
ok "D3: complete" cmp "$T/held" "$T/invalid"

# ---- D5

for n in 1 2; do
	patch "$ada" "[PATCH $n/2] x" "d5.$n@x" >"$T/d5.$n"
	patchmda parse "$T/d5.$n" >"$T/d5.$n.json"
done
database reference
psql -Xq -c "insert into patchwork_person (email, name) values ('ada@x.org', 'Ada')"
doubled=0
for ((race = 0; race < 40 && doubled == 0; race++)); do
	sql "delete from patchwork_event" "delete from patchwork_patch" "delete from patchwork_seriesreference" \
		"delete from patchwork_series"
	at=$((${EPOCHREALTIME/./} + 300000))
	at=${at:0:-6}.${at: -6}
	for n in 1 2; do
		AT=$at THINK=0.1 "$ROOT/tests/foreign-parser" ring "$T/d5.$n.json" >>"$T/foreign" &
	done
	wait
	doubled=$(($(sql "select count(*) from patchwork_series") - 1))
done
is "$doubled" 1 "D5: two processes of the reference create two series for the patches of one"
database patchmda
for ((race = 0; race < 20; race++)); do
	for n in 1 2; do
		sed "s/d5/d5-$race/; s/ada@/ada$race@/" "$T/d5.$n" | patchmda deliver &
	done
	wait
done
is "$(sql "select count(*) from patchwork_series")|$(sql "select count(*) from patchwork_patch")" "20|40" \
	"D5: two processes of patchmda create one series"

# ---- D7

mail "$ada" '[PATCH 0/2] set' v0@x >"$T/v0"
patch -r '<v0@x>' -d 1 "$ada" '[PATCH 1/2] one' v1@x >"$T/v1"
patch -r '<v0@x> <w0@x>' -d 62 "$ada" '[PATCH v2 2/2] two' w2@x >"$T/w2"
as_reference v0 v1 w2
is "$(series)" "v1/2 09:00 1:v1 2:w2" "D7: the reference puts a v2 patch that precedes its cover letter into v1"
as_patchmda v0 v1 w2
is "$(series)" $'v1/2 09:00 1:v1\nv2/2 10:02 2:w2' "D7: patchmda creates a series v2"

# ---- D8

mail "$ada" '[PATCH 0/2] set' v0@x >"$T/v0"
mail -r '<v0@x>' -d 90 "$ada" '[PATCH v2 0/2] set' w0@x >"$T/w0"
mail -r '<v0@x>' -d 90 "$ada" '[PATCH 0/2] set' u0@x >"$T/u0"
database reference
patchmda parse "$T/v0" >"$T/v0.json"
# A known name, and references: the reference reads it as a comment (12.2).
patchmda parse "$T/u0" | sed 's/^\( *"kind": \)"cover"/\1"reply"/' >"$T/u0.json"
THINK=0 "$ROOT/tests/foreign-parser" ring "$T/v0.json" "$T/u0.json" >>"$T/foreign"
covers="select string_agg(trim(msgid, '<>'), ' ' order by id) from patchwork_cover"
is "$(sql "$covers")|$(sql "select count(*) from patchwork_covercomment")" "v0@x|1" \
	"D8: for the reference, a resent cover letter in reply to the first one is a comment"
as_patchmda v0 u0 w0
is "$(sql "$covers")|$(sql "select count(*) from patchwork_covercomment")" "v0@x u0@x w0@x|0" \
	"D8: it is a cover letter"

# ---- D10

patch "$ada" '[PATCH] x' d10@x >"$T/d10"
database patchmda
status=0
PGPORT=1 PGHOST=/nowhere patchmda deliver <"$T/d10" >"$T/out" 2>&1 || status=$?
isnt "$status" 1 "D10: the reference exits 1 if there is no database, and the mail bounces"
like "$status $(cat "$T/out")" '^75 4\.' "D10: patchmda asks the mail server to try again"
ok "D10: and the mail can be delivered again" patchmda deliver <"$T/d10"

# ---- D14

patch -d 0 "$ada" '[PATCH 1/2] one' a@x >"$T/a"
patch -d 15 'Ada L. <ada@x.org>' '[PATCH 2/2] two' b@x >"$T/b"
who="select name from patchwork_person"
as_reference a b
is "$(series)|$(sql "$who")" "v1/2 09:00 1:a 2:b|Ada L." "D14: the reference, in order"
as_reference b a
is "$(series)|$(sql "$who")" "v1/2 09:15 1:a 2:b|Ada" "D14: the reference, in another order: other rows"
as_patchmda a b
is "$(series)|$(sql "$who")" "v1/2 09:00 1:a 2:b|Ada L." "D14: patchmda, in order"
as_patchmda b a
is "$(series)|$(sql "$who")" "v1/2 09:00 1:a 2:b|Ada L." "D14: patchmda, in another order"

# ---- D18 to D20: the parts of a message that determine its series or parent

# as_reference_with FILTER ID... - as_reference, but jq's FILTER changes a message to what the reference reads in it
as_reference_with() {
	local filter=$1 id
	shift
	database reference
	for id; do
		patchmda parse "$T/$id" | jq "$filter" >"$T/$id.json"
		THINK=0 "$ROOT/tests/foreign-parser" ring "$T/$id.json" >>"$T/foreign"
	done
}

patch "$ada" '[PATCH 1/2] one' a1@x >"$T/a1"
patch -r '<a1@x>' -d 60 "$ada" '[PATCHv2 2/2] two' b2@x >"$T/b2"
as_reference_with '.version = 1' a1 b2
is "$(series)" 'v1/2 09:00 1:a1 2:b2' "D18: PATCHv2 is of version 1 in the reference"
as_patchmda a1 b2
is "$(series)" $'v1/2 09:00 1:a1\nv2/2 10:00 2:b2' "D18: it is of version 2"

patch "$ada" '[PATCH] one' a1@x >"$T/a1"
mail -r 'a1@x' "$ben" 'Re: [PATCH] one' r1@x $'Fine.\n\nReviewed-by: Ben <ben@x.org>' | sed '/^References/d' >"$T/r1"
as_reference_with 'if .kind == "reply" then .references = ["a1@x"] else . end' a1 r1
is "$(comments)" '' "D19: the reference finds no patch by an id without brackets"
as_patchmda a1 r1
is "$(comments)" 'a1@x r1@x' "D19: patchmda finds it"
is "$(sql "select count from patchwork_patchtag")" 1 "D19: and counts the tags of the reply"

for n in 1 2; do
	patch -r '<c0@x>' -d $n "$ada" "[for stable [1.4, 1.5] $n/2] part $n" c$n@x >"$T/c$n"
done
mail "$ada" '[for stable [1.4, 1.5] 0/2] parts' c0@x >"$T/c0"
as_reference_with '.number = null | .total = null | if .kind == "cover" then .kind = "reply" else . end' c0 c1 c2
is "$(series)" $'v1/1 09:01 1:c1\nv1/1 09:02 1:c2' "D20: the reference does not read the numbers after brackets in a bracket"
as_patchmda c0 c1 c2
is "$(series)" 'v1/2 09:00 1:c1 2:c2' "D20: patchmda does"
is "$(sql "select name from patchwork_series")" 'parts' "D20: and the series is named after its cover letter"

done_testing
