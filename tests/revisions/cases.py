"""cases - small hostile sets of series with versions, for tests/revisions/run

A case is a list of mails of people of its own.  The properties that the rule compares are often equal, sometimes
similar, in every combination.
"""
import random
import time

LIST = "ring.lists.example"
WORDS = ["ring", "wait", "for", "room", "instead", "of", "dropping", "stats:", "count", "in", "64", "bits", "Größe", "don't"]
FILES = ["src/ring.c", "src/ring.h", "src/stats.c", "doc/ring.txt", "tests/ring.t", "a b.c"]
NAMES = ["Ada %s", "%s", "Bo %s", "%s, BO", "Bo %s (Ring (x) Ltd)", "\"Ada %s via Ring\"", "Ada_%s",
         "=?utf-8?q?Ad=C3=A4?= %s", "Adä %s"]
START = 1700000000
DAY = 86400


def date_of(at):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))


def diff_of(r):
    if r.random() < 0.15:       # nothing of it is hashed
        return "diff --git a/%s b/moved/%s\nrename from %s\nrename to moved/%s\n" % ((r.choice(FILES[:5]),) * 4)
    out = ""
    for name in r.sample(FILES, r.choice((1, 1, 2, 3))):
        line = r.choice(("new", "newer", "-- a/x", "++ b/y"))
        out += ("diff --git a/%s b/%s\nindex %07x..%07x 100644\n--- a/%s\n+++ b/%s\n@@ -1,2 +1,2 @@\n same\n-old\n+%s\n"
                % (name, name, r.randrange(16), r.randrange(16), name, name, line))
    return out + r.choice(("", "", "diff --git a/x.png b/x.png\nindex 1111111..2222222\nGIT binary patch\n"))


class Case:
    def __init__(self, seed, token):
        self.r = random.Random("revisions %s" % seed)
        self.token, self.count, self.mails, self.series, self.patches = token, 0, [], [], []
        self.people = ["%s%d@x.example" % (token, i) for i in range(self.r.choice((1, 1, 2, 3)))]
        self.names = {person: self.r.choice(NAMES) for person in self.people}
        self.titles = [self.title() for _ in range(2)]
        self.diffs = [diff_of(self.r) for _ in range(3)]
        # Some are so young that versions without all patches are incomplete: their dates are half hours from now.
        self.start = START if self.r.random() < 0.8 else int(time.time()) - 1800 - 3600 * self.r.randrange(4)
        self.changes = ["%s-%d" % (token, i) for i in range(2)]
        for _ in range(self.r.randint(2, 6)):
            self.add_series()

    def named(self, person):
        """The person with a name, which others of the case may have, too."""
        names = NAMES if self.r.random() < 0.1 else [self.names[person]]
        return "%s <%s>" % (self.r.choice(names) % self.token, person)

    def title(self):
        return " ".join(self.r.sample(WORDS, self.r.randint(2, 6)))

    def pick_title(self):
        r = self.r
        title = r.choice(self.titles) if r.random() < 0.7 else self.title()
        return title.upper() if r.random() < 0.1 else title

    def add_mail(self, person, prefix, title, at, refs, body):
        self.count += 1
        msgid = "<%s.%d@x.example>" % (self.token, self.count)
        head = ["From: " + self.named(person), "Subject: [%s] %s" % (prefix, title), "Message-Id: " + msgid,
                "Date: " + date_of(at), "List-Id: <%s>" % LIST,
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
        if refs:
            head += ["In-Reply-To: " + refs[-1], "References: " + " ".join(refs)]
        self.mails.append(("\n".join(head) + "\n\n" + body).encode())
        return msgid

    def notes(self, taken):
        """The text of a first mail: a change-id, and links, mostly to existing mail."""
        r, out = self.r, []
        if r.random() < 0.25:
            out.append("change-id: " + r.choice(self.changes))
        ids = [i for s in self.series for i in s]
        if taken:
            out.append("- Link to v1: https://lore.example/r/" + taken[1:-1])
        if ids and r.random() < 0.4:
            firsts = [s[0] for s in self.series]
            linked = [r.choice(r.choice((firsts, firsts, ids))) for _ in range(r.choice((1, 1, 2)))]
            for msgid in linked:
                bare = msgid[1:-1].replace("@", r.choice(("@", "@", "%40")))
                out += r.choice((["Supersedes: " + msgid],
                                 ["- Link to v1: https://lore.example/r/" + bare],
                                 ["Changes since v1:", "- one", "https://lore.example/list/%s/T/#u" % bare],
                                 ["Changes since v1:", "- one", "- two", "- three", "https://lore.example/" + bare],
                                 ["Changes since v1:", "- Rebased on https://lore.example/r/" + bare],
                                 ["See https://lore.example/r/%s for that." % bare]))
        r.shuffle(out)
        return "Some words.\n" + "".join(line + "\n" for line in out)

    def signed(self, person):
        r = self.r
        form = r.choice(("Signed-off-by: Ada <%s>\n", "From: Ada <%s>\n", "co-developed-by: <%s> # x\n", "Cc: <%s>\n"))
        out = "".join(form % r.choice((other, other.upper())) for other in self.people if r.random() < 0.4)
        if r.random() < 0.3:
            out += "Signed-off-by: %s <%s@y.example>\n" % (r.choice(NAMES) % self.token, r.choice("ab"))
        return out

    def add_series(self):
        r = self.r
        person, version = r.choice(self.people), r.choice((1, 1, 2, 2, 3, 4, 5))
        at = self.start + r.randrange(6) * r.choice((0, 3600, DAY, 7 * DAY, 30 * DAY, 70 * DAY, 150 * DAY))
        total, cover = r.choice((1, 1, 2, 3)), r.random() < 0.5
        prefix = "PATCH" + ("" if version == 1 else r.choice((" v%d", " v%d", " v%d", " v%d.1")) % version)
        if r.random() < 0.2:
            prefix += r.choice((" 5.10", " 5.10.y", " v4.19", " 6.1-stable", " v2.0"))
        if r.random() < 0.1:
            prefix = "RESEND " + prefix
        refs = [r.choice([i for s in self.series for i in s])] if self.series and r.random() < 0.3 else []
        taken = r.choice(self.series)[0] if self.series and version > 1 and r.random() < 0.3 else None
        ids = []
        if self.patches and version > 1 and r.random() < 0.3:
            return self.add_takeover(person, prefix, at, refs)
        if cover:
            ids.append(self.add_mail(person, "%s 0/%d" % (prefix, total), self.pick_title(), at, refs, self.notes(taken)))
            refs = refs + [ids[0]]
        for n in range(1, total + 1):
            if r.random() < 0.1:
                continue
            text = self.notes(taken) if not ids else "Text.\n"
            title, diff = self.pick_title(), r.choice(self.diffs + [diff_of(r)])
            ids.append(self.add_mail(person, prefix if total == 1 and not cover else "%s %d/%d" % (prefix, n, total),
                                     title, at + n, refs, "%s%s---\n%s" % (text, self.signed(person), diff)))
            self.patches.append((person, title, diff))
            if not cover and n == 1:
                refs = refs + [ids[0]]
        if ids:
            self.series.append(ids)

    def add_takeover(self, person, prefix, at, refs):
        """A patch that somebody has sent before, mostly another person, whom it names, by address, name or both."""
        r = self.r
        author, title, diff = r.choice(self.patches)
        others = [other for other in self.people if other != author]
        line = r.choice((self.named(author), "Ada <%s>" % author, self.named(author).replace("@x.", "@z.")))
        text = "Text.\n" + r.choice(("", "Signed-off-by: %s\n" % line, "From: %s\n" % line)) + "---\n"
        self.series.append([self.add_mail(r.choice(others or [person]), prefix, title, at, refs, text + diff)])


def make(seed, token):
    return Case(seed, token).mails
