#!/usr/bin/env bash
# parse.t - `patchmda parse` of patches that were never sent, in the formats of git-format-patch, git-show and
# git-diff

. "$(dirname "$0")/../lib.sh"

DIFF='diff --git a/src/ring.c b/src/ring.c
index 1c2d3e4..5f60718 100644
--- a/src/ring.c
+++ b/src/ring.c
@@ -10,3 +10,3 @@ int ring_put(struct ring *r, int v)
 	r->slot[r->head] = v;
-	r->head++;
+	r->head = (r->head + 1) % r->size;
 	return 0;'
HASH=8e409b0d758ba5da93a943f3b24ee1d4c624e678

# members_of KEY... - prints these members of the output of `parse` for standard input, one on each line
members_of() {
	patchmda parse | jq -c "$(printf '.%s,' "$@" | sed 's/,$//')"
}

cat >"$T/formatted" <<END
From 7c1f8a3b2d4e5f60718293a4b5c6d7e8f9a0b1c2 Mon Sep 17 00:00:00 2001
From: =?UTF-8?q?Zo=C3=AB=20Quill?= <zoe@example.org>
Date: Wed, 4 Mar 2026 09:12:44 +0100
Subject: [PATCH v2 2/3] ring: wrap the
 write index
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

The index ran past the end of the ring.
---
 src/ring.c | 2 +-

$DIFF
-- 
2.47.2

END
cat >"$T/shown" <<END
commit 7c1f8a3b2d4e5f60718293a4b5c6d7e8f9a0b1c2 (HEAD -> main)
Author: Zoë Quill <zoe@example.org>
Date:   Wed Mar 4 09:12:44 2026 +0100

    ring: wrap the
    write index
    
    The index ran past the end of the ring.

$DIFF
END

is "$(members_of kind reason msgid list_ids <"$T/formatted")" \
	$'"invalid"\n"the message has no Message-Id header, or an empty one"\nnull\n[]' \
	'the output of git format-patch is invalid, with the reason'
is "$(members_of name version number total date submitter <"$T/formatted")" "$(cat <<'END'
"[v2,2/3] ring: wrap the write index"
2
2
3
"2026-03-04T08:12:44"
{"name":"Zoë Quill","email":"zoe@example.org"}
END
)" 'but its headers are read'
is "$(members_of content hash <"$T/formatted")" \
	'"The index ran past the end of the ring.\n---\n src/ring.c | 2 +-"'$'\n'"\"$HASH\"" 'and its body'
is "$(patchmda parse <"$T/formatted" | jq -r .diff)" "$DIFF" 'the diff too'
is "$(members_of 'headers | keys_unsorted | join(" ")' <"$T/formatted")" \
	'"From Date Subject MIME-Version Content-Type Content-Transfer-Encoding"' 'the headers are unchanged'
exits 0 'the exit status is 0' patchmda parse "$T/formatted"
is "$(printf '%s\n' 'X-Hop: a' 'x-hop: b' 'Subject: x' '' | members_of 'headers | ."X-Hop", ."x-hop"')" '["a","b"]
["a","b"]' 'a repeated header has a list of values, however it is spelt, as in the REST documents'

is "$(members_of kind name version date submitter headers content hash <"$T/shown")" "$(cat <<END
"invalid"
"ring: wrap the write index"
1
"2026-03-04T08:12:44"
{"name":"Zoë Quill","email":"zoe@example.org"}
null
"The index ran past the end of the ring."
"$HASH"
END
)" 'the output of git show is read'
is "$(patchmda parse <"$T/shown" | jq -r .diff)" "$DIFF" 'with its diff'
{
	cat "$T/shown"
	printf '\n'
	sed 's/^commit 7/commit 8/; s/    ring: .*/    another/' "$T/shown"
} >"$T/log"
is "$(members_of name hash <"$T/log")" "\"ring: wrap the write index\"
\"$HASH\"" 'git log -p: the first commit'
is "$(sed 's/^    ring: wrap the$/    Re: ring/; /^    write/d' "$T/shown" | members_of name hash)" "\"Re: ring\"
\"$HASH\"" 'a title that looks like a reply'
is "$(patchmda parse --link-name ring - < <(sed 's/    ring: wrap the/    [ring] wrap/; /^    write/d' "$T/shown") | jq -r .name)" \
	'wrap' 'the link name is not one of its prefixes'

is "$(printf '%s\n' "$DIFF" | members_of kind name version submitter content hash)" "$(cat <<END
"invalid"
null
null
null
""
"$HASH"
END
)" 'a plain diff'
is "$(printf 'Index: src/ring.c\n%s\n' "$DIFF" | sed '/^diff\|^index/d' | members_of hash 'diff[:18]')" "\"$HASH\"
\"Index: src/ring.c\\n\"" 'a diff of Subversion, whose first line looks like a header'
is "$(printf 'ring: wrap\n\nWords.\n%s\n' "$DIFF" | members_of content hash)" '"ring: wrap\n\nWords."'"
\"$HASH\"" 'a message that looks like a header, before a diff'
is "$(printf 'Subject: [PATCH] x\nMessage-Id: <1@x.org>\n\n%s\n' "$DIFF" | members_of reason msgid name submitter hash)" \
	"$(cat <<END
"the message has no From header, or an empty one"
"<1@x.org>"
"x"
null
"$HASH"
END
)" 'a mail without From'
is "$(printf 'From: nobody\nSubject: x\nMessage-Id: <1@x.org>\n\n%s\n' "$DIFF" | members_of reason submitter hash)" \
	"$(cat <<END
"the From header holds no valid address"
null
"$HASH"
END
)" 'a mail without an address in From'
is "$(printf 'From: A <a@x.org>\nMessage-Id: <1@x.org>\n\n%s\n' "$DIFF" | members_of reason name version prefixes submitter.email hash)" \
	"$(cat <<END
"the message has no Subject header"
null
null
null
"a@x.org"
"$HASH"
END
)" 'a mail without a Subject'

done_testing
