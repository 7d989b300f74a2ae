"""cases - small hostile threads, made at random, for `run`

A case is a list of mails and, for each, the lists it is posted to (0, 1 or both).  Every text of a case may contain
TOKEN, which `render` replaces by a different word for each permutation, so that thousands of them fit into one
database.  Message ids sort by the text before the token, so the token does not change any order.

Two kinds are not made, because the specification leaves their result to the order of arrival: two different mails
with one id, and comments that refer to each other in a cycle (`has_reply_cycle` detects them, and the driver
leaves them out).
"""
import calendar
import random
import re
import time

TOKEN = "@TOKEN@"
EPOCH = calendar.timegm((2026, 3, 2, 9, 0, 0))
MINUTE = 60

DIFF = """diff --git a/{0} b/{0}
--- a/{0}
+++ b/{0}
@@ -1,2 +1,2 @@
 same
-old {1}
+new {1}
"""


class Mail:
    """One mail; `refs` are local ids (a letter or two), nearest first."""

    def __init__(self, id, author, subject, at, refs=(), body="Words.", diff=None, lists=(0,), headers=()):
        self.id, self.author, self.subject, self.at = id, author, subject, at
        self.refs, self.body, self.diff = list(refs), body, diff
        self.lists, self.headers = tuple(lists), list(headers)
        self.bare = ()              # the headers whose ids have no brackets
        self.has_separator = True   # the line --- before the diff

    def is_comment(self):
        """Whether it is a comment, if it is stored at all."""
        if (self.diff and not self.is_interdiff()) or not self.body:
            return False
        if re.match(r"re[:\s]", self.subject, re.I) or (self.refs and re.match(r"fwd?[:\s]", self.subject, re.I)):
            return True
        return not self.is_numbered_0()

    def is_numbered_0(self):
        # A bracket that starts with another one ends at the first "]".
        return re.search(r"\[.*\b0/\d", self.subject) is not None and not re.match(r"\[+1\.4\]", self.subject)

    def is_interdiff(self):
        """Whether it is a cover letter although it shows a diff."""
        return self.diff and not self.has_separator and self.is_numbered_0()

    def text(self):
        if self.diff is None:
            return self.body
        return self.body + ("\n---\n" if self.has_separator else "\n\n") + DIFF.format(self.diff, self.id)

    def render(self, token, which):
        def msgid(local, header):
            return ("%s.%s@x.example" if header in self.bare else "<%s.%s@x.example>") % (local, TOKEN)
        lines = ["From: " + self.author, "Subject: " + self.subject, "Message-Id: " + msgid(self.id, "Message-Id"),
                 "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(EPOCH + self.at)),
                 "List-Id: <%s%s.lists.example>" % (TOKEN, "ab"[which])]
        if self.refs:
            lines.append("In-Reply-To: " + msgid(self.refs[0], "In-Reply-To"))
        if len(self.refs) > 1:
            lines.append("References: " + "\n ".join(msgid(r, "References") for r in reversed(self.refs)))
        lines += self.headers
        return ("\n".join(lines) + "\n\n" + self.text() + "\n").replace(TOKEN, token).encode()

    def __repr__(self):
        return "%-2s +%5d %-34s %-38s <- %-12s %s%s%s" % (
            self.id, self.at, self.author.replace("@" + TOKEN + ".example", "@"), self.subject,
            " ".join(self.refs), "diff" if self.diff else "" if self.body else "empty",
            " lists %s" % (self.lists,) if self.lists != (0,) else "",
            " %r" % self.headers if self.headers else "")


def has_reply_cycle(mails):
    """Whether comments refer to each other in a cycle: their parents depend on the order then."""
    refs = {m.id: set(m.refs) - {m.id} for m in mails if m.is_comment()}
    while True:
        free = [m for m in refs if not refs[m] & refs.keys()]
        if not free:
            return bool(refs)
        for m in free:
            del refs[m]


class Maker:
    """Makes the mails of one case; every choice comes from `r`."""

    def __init__(self, r):
        self.r = r
        self.used = 0
        self.mails = []
        self.authors = r.choice((1, 1, 2, 2, 3))
        self.changes_names = r.random() < 0.4
        # A small choice, so that dates are often equal or near.
        self.clock = r.choice(((0,), (0, 0, 60), (0, 60, 600, 1199, 1200, 1201, 1260),
                               (0, 300, 1500, 3000, 86400), tuple(range(0, 4000, 97))))

    # ---- small choices

    def id(self):
        """Ids do not sort in order of creation, so the least one has to be searched for."""
        if not self.used:
            self.ids = ["%s%s" % (a, b) for a in "abcdefghijkl" for b in "kz"]
            self.r.shuffle(self.ids)
        self.used += 1
        return self.ids[self.used - 1]

    def time(self):
        return self.r.choice(self.clock)

    def author(self, who=None):
        r = self.r
        who = r.randrange(self.authors) if who is None else who
        address = ("ada", "bob", "cyd")[who] + "@" + TOKEN + ".example"
        if self.changes_names:
            if r.random() < 0.15:
                address = address.replace("ad", "Ad", 1).replace("bo", "bO", 1)
            form = r.randrange(6)
            if form == 0:
                return address
            if form == 1:
                return '"" <%s>' % address
            return "%s %s <%s>" % (("Ada", "Bob", "Cyd")[who], r.choice("KLM"), address)
        return "%s <%s>" % (("Ada", "Bob", "Cyd")[who], address)

    def prefix(self, version=1, number=None, total=None, more=""):
        parts = [p for p in ("PATCH", more, "v%d" % version if version > 1 else "",
                             "%d/%d" % (number, total) if number is not None else "") if p]
        return "[" + " ".join(parts) + "]"

    def words(self):
        r = self.r
        return r.choice(("Words.", "Fine.\n\nReviewed-by: Ada <a@x.org>",
                         "Acked-by: B\nTested-by: C\nTested-by: D", "Hm.\n-- \nAcked-by: cut off", "Yes, but."))

    # ---- mails

    def add(self, *args, **more):
        mail = Mail(*args, **more)
        self.mails.append(mail)
        return mail.id

    def patch(self, author, version, number, total, at, refs=(), more="", **kw):
        subject = self.prefix(version, number, total, more) + " change %s" % (number if number is not None else "it")
        return self.add(self.id(), author, subject, at, refs, self.words(), diff="f%s.c" % (number or 0), **kw)

    def cover(self, author, version, total, at, refs=(), title="the whole", **kw):
        subject = self.prefix(version, 0, total) + (" " + title if title else "")
        return self.add(self.id(), author, subject, at, refs, self.words(), **kw)

    def comment(self, refs, at=None, body=None, **kw):
        headers = ["X-Patchwork-Action-Required: yes"] if self.r.random() < 0.1 else []
        return self.add(self.id(), self.author(), self.r.choice(("Re: [PATCH] x", "re: y", "Re: [PATCH 0/2] z")),
                        self.time() if at is None else at, refs, self.words() if body is None else body,
                        headers=headers, **kw)

    def talk(self, refs=()):
        """A mail that is not stored, unless it is a reply to a stored one."""
        return self.add(self.id(), self.author(), self.r.choice(("Hello", "Re: Hello", "[ANNOUNCE] 1.0", "")),
                        self.time(), refs, self.words())

    # ---- threads

    def series(self, version=1, total=None, refs=(), at=None, who=None, threaded=None, cover=None):
        """A series as git send-email posts it, more or less; returns its ids, cover letter first."""
        r = self.r
        total = r.randint(1, 3) if total is None else total
        at = self.time() if at is None else at
        threaded = r.random() < 0.7 if threaded is None else threaded
        cover = r.random() < 0.6 if cover is None else cover
        step = r.choice((0, 1, 1, 60, 601))
        who = r.randrange(self.authors) if who is None else who
        ids = []
        if cover:
            title = r.choice(("the whole", "the whole", "", "t" * 280 if r.random() < 0.3 else "the whole"))
            ids.append(self.cover(self.author(who), version, total, at, refs, title))
        for n in range(1, total + 1):
            mine = [ids[-1] if r.random() < 0.2 else ids[0]] if threaded and ids else list(refs)
            if threaded and ids and refs and r.random() < 0.5:
                mine += list(refs)
            ids.append(self.patch(self.author(who), version, n, total, at + n * step, mine))
        return ids

    def versions(self):
        """v2 in reply to v1, its cover letter or one of its patches, soon after or long after."""
        r = self.r
        who = r.randrange(self.authors)
        at = self.time()
        total = r.randint(1, 2)
        one = self.series(1, total, at=at, who=who)
        gap = r.choice((0, 60, 1199, 1200, 1201, 5000))
        self.series(2, r.choice((total, total, r.randint(1, 3))), [r.choice(one)] if r.random() < 0.8 else [],
                    at=at + gap, who=who)

    def discussion(self):
        """Comments on comments, on cover letters, on two patches at once, and on nothing."""
        r = self.r
        ids = self.series(total=r.randint(1, 2))
        for _ in range(r.randint(1, 4)):
            kind = r.random()
            if kind < 0.15:
                self.comment([r.choice(ids), self.id()])
            elif kind < 0.3:
                ids.append(self.talk([r.choice(ids)] if r.random() < 0.5 else []))
            else:
                ids.append(self.comment(r.sample(ids, r.randint(1, min(3, len(ids)))),
                                        body="" if r.random() < 0.1 else None))

    def claimed(self):
        """Comments below a cover letter which a patch between claims."""
        r = self.r
        cover = self.cover(self.author(), 1, 2, self.time())
        chain = [cover]
        for _ in range(r.randint(2, 4)):
            refs = [chain[-1]] + (r.sample(chain[:-1], 1) if len(chain) > 1 and r.random() < 0.6 else [])
            if r.random() < 0.35:
                chain.append(self.patch(self.author(), 1, r.randint(1, 2), 2, self.time(), refs))
            else:
                chain.append(self.comment(refs))

    def unthreaded(self):
        """Series by marker alone, with ties and repeated numbers."""
        r = self.r
        total = r.choice((0, 1, 2, 3))
        for _ in range(r.randint(2, 5)):
            self.patch(self.author(), r.choice((1, 1, 2)), r.randint(0, 3), total, self.time(),
                       more=r.choice(("", "", "RFC", TOKEN + "a")))

    def lonely(self):
        """Patches without a marker beside marked ones of the same author."""
        r = self.r
        who = r.randrange(self.authors)
        for _ in range(r.randint(2, 4)):
            number, total = r.choice(((None, None), (None, None), (1, 1), (2, 1), (0, 1)))
            self.patch(self.author(who), r.choice((1, 1, 2)), number, total, self.time(),
                       [r.choice(self.mails).id] if self.mails and r.random() < 0.2 else [])

    def covers(self):
        """Several cover letters and patches that could belong to each."""
        r = self.r
        ids = []
        for _ in range(r.randint(2, 3)):
            ids.append(self.cover(self.author(), r.choice((1, 1, 2)), r.choice((1, 2, 2, 5)), self.time(),
                                  [r.choice(ids)] if ids and r.random() < 0.5 else [],
                                  r.choice(("one", "two", ""))))
        for _ in range(r.randint(1, 3)):
            self.patch(self.author(), r.choice((1, 1, 2)), r.randint(0, 3), r.choice((1, 2, 2)), self.time(),
                       r.sample(ids, r.randint(0, min(2, len(ids)))))

    def chaos(self):
        """Any mail refers to any other, to itself and to mail that never comes."""
        r = self.r
        count = r.randint(2, 6)
        ids = [self.id() for _ in range(count + 2)]
        if r.random() < 0.5:
            ids = ids[:-1]
        for mine in ids[:count]:
            refs = r.sample(ids, r.choice((0, 1, 1, 1, 2, 2, 3)) if len(ids) >= 3 else 1)
            kind = r.random()
            version, number, total = r.choice((1, 1, 2)), r.randint(0, 3), r.choice((1, 2, 2, 3))
            prefix = self.prefix(version, number, total) if r.random() < 0.85 else self.prefix(version)
            if kind < 0.5:
                self.add(mine, self.author(), prefix + " p", self.time(), refs, self.words(), diff="f.c")
            elif kind < 0.7:
                self.add(mine, self.author(), self.prefix(version, 0, total) + " c", self.time(), refs, self.words())
            elif kind < 0.75:
                self.add(mine, self.author(), r.choice(("Fwd: ", "Fw ")) + self.prefix(version, 0, total) + " c",
                         self.time(), refs, self.words())
            elif kind < 0.95:
                self.add(mine, self.author(), "Re: " + prefix, self.time(), refs, self.words())
            else:
                self.add(mine, self.author(), "talk", self.time(), refs, self.words())

    # ---- what is done to a thread afterwards

    def lose(self):
        if len(self.mails) > 2:
            self.mails.pop(self.r.randrange(len(self.mails)))

    def repeat(self):
        self.mails.append(self.r.choice(self.mails))

    def refer(self):
        """One more reference, which may close a cycle."""
        mail = self.r.choice(self.mails)
        other = self.r.choice(self.mails).id
        if other not in mail.refs:
            mail.refs.insert(self.r.randint(0, len(mail.refs)), other)

    def depend(self):
        """Depends-on lines, which may name later mail, comments, and mail that never comes."""
        ids = [m.id for m in self.mails] + [self.id()]
        able = [m for m in self.mails if not m.is_comment() and TOKEN not in m.body]
        for mail in self.r.sample(able, self.r.randint(min(1, len(able)), len(able))):
            named = self.r.sample(ids, self.r.randint(1, min(2, len(ids))))
            lines = "".join("Depends-on: <%s.%s@x.example>\n" % (n, TOKEN) for n in named)
            mail.body = lines + mail.body if mail.body else ""

    def glue(self):
        """Versions as PATCHv2, of some mails or of all (D18)."""
        for mail in self.some():
            mail.subject = re.sub(r"\[PATCH (?=v\d)", "[" + self.r.choice(("PATCH", "RFC-", "resend_", "Patch.")), mail.subject)

    def nest(self):
        """Brackets in the bracket, or around it (D20)."""
        inner = self.r.choice(("[PATCH for [1.4, 1.5]", "[stable [1.4]", "[[1.4] PATCH"))
        for mail in self.some():
            if self.r.random() < 0.2:
                mail.subject = re.sub(r"(\[[^]]*\])", r"[\1]", mail.subject, count=1)
            else:
                mail.subject = mail.subject.replace("[PATCH", inner, 1)

    def bare(self):
        """Ids without brackets (D19)."""
        for mail in self.some():
            mail.bare = tuple(h for h in ("Message-Id", "In-Reply-To", "References") if self.r.random() < 0.6)

    def interdiff(self):
        """Cover letters that show a diff, and patches without the line --- (D25)."""
        for mail in self.some():
            mail.has_separator = self.r.random() < 0.2
            if mail.is_numbered_0() and mail.body and self.r.random() < 0.8:
                mail.diff = "i.c"

    def some(self):
        return [m for m in self.mails if self.r.random() < 0.7] if self.r.random() < 0.5 else self.mails

    def shift(self):
        self.r.choice(self.mails).at = self.time()

    def same_time(self):
        at = self.time()
        for mail in self.mails:
            mail.at = at

    def crosspost(self):
        for mail in self.mails:
            if self.r.random() < 0.6:
                mail.lists = self.r.choice(((0, 1), (0, 1), (1,)))

    def empty(self):
        mail = self.r.choice(self.mails)
        mail.body, mail.diff = "", None

    def join_another(self):
        self.r.choice((self.unthreaded, self.lonely, self.covers, self.discussion))()


def make_case(seed):
    """The mails of one case, each with the lists it goes to."""
    while True:
        maker = Maker(random.Random(seed))
        r = maker.r
        r.choice((maker.versions, maker.discussion, maker.claimed, maker.unthreaded, maker.lonely, maker.covers,
                  maker.chaos, maker.chaos, maker.chaos, maker.series))()
        for _ in range(r.choice((0, 0, 1, 1, 2, 3))):
            r.choice((maker.lose, maker.lose, maker.repeat, maker.refer, maker.refer, maker.shift, maker.shift,
                      maker.same_time, maker.crosspost, maker.empty, maker.depend, maker.depend,
                      maker.glue, maker.nest, maker.bare, maker.interdiff))()
        if r.random() < 0.05:
            maker.join_another()
        if len(maker.mails) >= 2:
            return maker.mails
        seed = "%s again" % seed
