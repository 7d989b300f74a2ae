#!/usr/bin/python3
"""model - which series is the next version of which: the rule of spec/revisions.md, 3, simple and slow

The functions below take all series of a database, as series.sql prints them, and determine the predecessor of each and
the rule that finds it.  The result of the program (patchmda.revision) must be the same; tests/revisions/run and
tests/revisions/archives compare them.
"""
import email.errors
import email.header
import json
import re
import urllib.parse

DAY = 86400
RULES = ("change-id", "link", "reply", "title", "patches", "hash", "files", "takeover")
HASH_OF_NOTHING = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
WORD = re.compile(r"[^\W_]+")
CHANGE_ID = re.compile(r"^change-id:\s*(\S+)\s*$", re.I)
INTRODUCES = re.compile(
    r"(?<![^\W_])(v[0-9]+|versions?|previous(ly)?|supersedes?|links? to|changes since|changelog)(?![^\W_])", re.I)
SUPERSEDES = re.compile(r"supersedes:\s*(\S+)\s*$", re.I)
NUMBERS = re.compile(r"(v?)([0-9]{1,3})\.([0-9]{1,3})($|[.-].*)", re.I)
HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
SIGNED = re.compile(r"(?:from|signed-off-by|co-developed-by):([^\n]*)<([^<>\n]*)>[^>]*$", re.I)
DEPENDS = re.compile(r"(?<![^\W_])(based|rebase[sd]?|rebasing|depend(s|ed|ing|ent|ency|encies)?|prerequisites?)(?![^\W_])", re.I)
NEAR_LINES = 2              # ids are read from a line that introduces them, and from so many lines after it


def title_of(name):
    name = re.sub(r"^(re|fwd?)(:|\s)\s*", "", name, flags=re.I)
    while name.startswith("["):
        depth = 0
        for at, ch in enumerate(name):
            depth += (ch == "[") - (ch == "]")
            if not depth:
                break
        else:
            at = name.find("]")
            if at < 0:
                break
        name = name[at + 1:].lstrip()
    return " ".join(WORD.findall(name)).lower()


def sender_name(headers):
    """The name in the first From header of a mail."""
    found = re.search(r"^from:(.*(?:\n[ \t].*)*)", headers or "", re.I | re.M)
    try:
        text = str(email.header.make_header(email.header.decode_header(found.group(1)))) if found else ""
    except (email.errors.HeaderParseError, LookupError, UnicodeError):
        text = found.group(1)
    text = " ".join(text.split())
    address = re.search(r"<[^>]+>", text)
    if address:
        return re.sub(r'^"|"$', "", text[:address.start()].rstrip())
    named = re.search(r"\(([^)]+)\)", text)
    return named.group(1) if named else ""


def name_words(name):
    """Names without ` via LIST`, `(COMPANY)`, case and order of words; a single word is no name."""
    words = WORD.findall(re.sub(r"\([^)]*\)", " ", name.strip()[:255].rpartition(" via ")[0] or name.strip()[:255]))
    return " ".join(sorted(word.lower() for word in words)) if len(words) > 1 else ""


def bare_path(word):
    path = word.split("\t")[0].rstrip()
    return path[1:-1] if len(path) > 1 and path[0] == path[-1] == '"' else path


def files_of(diff):
    """The paths in the file headers of a diff; lines of a hunk may look like headers."""
    out, old, new = set(), 0, 0
    for line in (diff or "").split("\n"):
        hunk = HUNK.match(line)
        if old > 0 or new > 0:
            if not line.startswith("\\"):
                old -= not line.startswith("+")
                new -= not line.startswith("-")
        elif hunk:
            old, new = (int(n) if n else 1 for n in hunk.groups())
        elif line.startswith(("--- ", "+++ ")):
            out.add(bare_path(line[4:]).partition("/")[2] if bare_path(line[4:]) != "/dev/null" else "")
        elif line.startswith("diff --git "):
            words = line[11:].rstrip()
            a, gap, b = words[:len(words) // 2], words[len(words) // 2:][:1], words[len(words) // 2 + 1:]
            if gap == " " and bare_path(a).partition("/")[2] == bare_path(b).partition("/")[2]:
                out.add(bare_path(b).partition("/")[2])
        else:
            moved = re.match(r"(?:rename|copy) (?:from|to) (.*)", line)
            if moved:
                out.add(bare_path(moved.group(1)))
    return out - {""}


def ids_in(text):
    """Message ids that addresses and `Supersedes:` name where a line near them introduces a version."""
    out, left = [], 0
    for line in text.split("\n"):
        found = SUPERSEDES.match(line)
        if found:
            out.append("<%s>" % bare_word(found.group(1)))
        if DEPENDS.search(line):
            left = 0
        elif INTRODUCES.search(line):
            left = NEAR_LINES + 1
        for word in re.split(r"[ \t\r]", line) if left > 0 else []:
            word = bare_word(word)
            for segment in re.split(r"[/?#&=]", word) if "://" in word else []:
                out.append("<%s>" % urllib.parse.unquote(segment, errors="replace"))
        left -= 1
    return list(dict.fromkeys(i for i in out if len(i) > 3 and "@" in i))[:32]


def bare_word(word):
    return word.strip("<>()[]\"',;.")


class Series:
    def __init__(self, row):
        self.__dict__.update(row)
        self.patches = self.patches or []
        first = self.cover or (self.patches[0] if self.patches else None)
        self.first = first
        self.minor, self.release = 0, None
        self.title = title_of(first["name"]) if first else ""
        text = (first["content"] or "") if first else ""
        found = [m.group(1) for m in map(CHANGE_ID.match, text.split("\n")) if m]
        self.change_id = found[-1] if found else None
        self.links = ids_in(text)
        self.sender = self.email.lower()
        self.name = name_words(sender_name(first["headers"])) if first else ""
        lines = (self.patches[0]["content"] or "").split("\n") if self.patches else []
        signed = [(m.group(1), m.group(2).strip()) for m in map(SIGNED.match, lines) if m and m.group(2).strip()]
        self.signers = {address.lower() for _, address in signed[:32]} - {self.sender}
        self.signers |= {name_words(name) for name, _ in signed[:32]} - {self.name, ""}
        self.refs = (first["refs"] or []) if first else []
        self.msgids = {p["msgid"] for p in self.patches} | ({self.cover["msgid"]} if self.cover else set())
        self.titles = {title_of(p["name"]) for p in self.patches} - {""}
        self.hashes = {p["hash"] for p in self.patches if p["hash"]} - {HASH_OF_NOTHING}
        self.files = set().union(*(files_of(p["diff"]) for p in self.patches)) if self.patches else set()
        prefixes = re.match(r"\[([^\]]*)\]", first["name"]) if first else None
        self.read_numbers(prefixes.group(1).split(",") if prefixes else [])
        self.rank = (self.version, self.minor)

    def read_numbers(self, prefixes):
        """`v5.1` is a version in part; `5.10`, `v4.19`, or `v6.1` beside a version name a release."""
        for v, major, minor, rest in (m.groups() for m in map(NUMBERS.match, prefixes) if m):
            major, minor = int(major), int(minor)
            if v and not rest and self.version == 1 and not self.minor and not (major >= 3 and minor >= 4):
                self.version, self.minor = major, minor
            elif self.release is None:
                self.release = (major, minor)

    def order(self):
        return self.date, self.first["msgid"] if self.first else ""


def share(a, b):
    return len(a & b) / max(1, len(a | b))


def is_same_person(s, o):
    return o.person == s.person or (s.name != "" and o.name == s.name)


def is_resend(s, o):
    """The same version again, or version 1 after any version."""
    return (o.rank == s.rank or o.rank > s.rank == (1, 0)) and is_same_person(s, o) and (
        s.title == o.title != "" and s.release == o.release and (not s.titles or not o.titles or bool(s.files & o.files)))


def matches(rule, s, o):
    """Whether the rule finds o for s, of which o is known to be an older version by numbers and dates."""
    same, days = is_same_person(s, o), (s.date - o.date) / DAY
    if rule == "change-id":
        return s.change_id is not None and s.change_id == o.change_id
    if rule == "takeover":
        return not same and is_takeover(s, o, days)
    if not same:
        return False
    if rule == "link":
        return o.first is not None and o.first["msgid"] in s.links
    if rule == "reply":
        return not o.msgids.isdisjoint(s.refs)
    if rule == "title":
        return s.title != "" and s.title == o.title and days <= 400
    if rule == "patches":
        few = min(len(s.titles), len(o.titles))
        return few > 0 and 2 * len(s.titles & o.titles) >= few and days <= 365
    if rule == "hash":
        return bool(s.hashes & o.hashes) and days <= 365
    words, theirs = set(s.title.split()), set(o.title.split())
    few, both, files = min(len(words), len(theirs)), len(words & theirs), share(s.files, o.files)
    if few == 0 or s.version - o.version > 2 or (s.signers and s.signers.isdisjoint(o.signers) and 2 * both <= few):
        return False
    return ((days <= 120 and files >= 0.6 and 3 * both >= few) or
            (days <= 14 and files >= 0.75 and both > 0 and 5 * both >= few) or
            (days <= 14 and files >= 0.5 and len(s.files & o.files) >= 3 and
             (2 * both >= few or (both > 0 and s.version == o.version + 1 > 2))) or
            (days <= 365 and files >= 0.2 and few >= 4 and 5 * both >= 4 * few))


def is_takeover(s, o, days):
    """s names o or its sender, and they have half of the patches of the larger series and a file, or most files."""
    many, files = max(len(s.titles), len(o.titles)), share(s.files, o.files)
    words, theirs = set(s.title.split()), set(o.title.split())
    is_linked = o.first is not None and o.first["msgid"] in s.links
    is_named = (is_linked or not o.msgids.isdisjoint(s.refs) or o.sender in s.signers or
                (o.name != "" and o.name in s.signers))
    return (s.rank > (1, 0) and is_named and o.rank < s.rank and s.release == o.release and days <= 365 and
            ((is_linked and (files > 0 or s.title == o.title != "")) or
             (2 * len(s.titles & o.titles) >= many > 0 and files > 0) or
             (files >= 0.6 and 2 * len(words & theirs) >= min(len(words), len(theirs)) > 0)))


def older(s, o):
    return (o is not s and o.project == s.project and o.date < s.date and
            (o.rank < s.rank or is_resend(s, o)) and
            (s.minor == 0 or o.version == s.version) and
            (s.release is None or o.release is None or s.release == o.release))


def near(rule, s, o):
    """What two series have in common by this rule."""
    if rule == "title":
        return not s.files.isdisjoint(o.files)
    both = {"patches": s.titles & o.titles, "hash": s.hashes & o.hashes, "files": set(s.title.split()) & set(o.title.split())}
    return len(both.get(rule, ()))


def predecessor(s, candidates, rules=RULES):
    for rule in rules:
        found = [o for o in candidates if older(s, o) and matches(rule, s, o)]
        if not found:
            continue
        lower = max((o for o in found if o.rank < s.rank), default=None, key=lambda o: (o.rank, near(rule, s, o), o.order()))
        again = max((o for o in found if o.rank >= s.rank), default=None, key=lambda o: (near(rule, s, o), o.order()))
        return (again if lower is None or again and again.date >= lower.date else lower), rule
    return None, None


class World:
    """All series of a database, with indexes for the candidates of each."""

    def __init__(self, rows):
        self.series = [Series(r) for r in rows]
        self.by_person, self.by_change, self.by_sender, self.by_msgid = {}, {}, {}, {}
        for s in self.series:
            self.by_person.setdefault((s.project, s.person), []).append(s)
            if s.change_id:
                self.by_change.setdefault((s.project, s.change_id), []).append(s)
            for sender in {s.sender, s.name} - {""}:
                self.by_sender.setdefault((s.project, sender), []).append(s)
            for msgid in s.msgids:
                self.by_msgid.setdefault((s.project, msgid), []).append(s)

    def candidates(self, s):
        others = [self.by_change.get((s.project, s.change_id), [])]
        others += [self.by_sender.get((s.project, sender), []) for sender in s.signers | {s.name}]
        others += [self.by_msgid.get((s.project, msgid), []) for msgid in s.links + s.refs]
        return self.by_person[s.project, s.person] + [o for some in others for o in some if o.person != s.person]

    def predecessor(self, s, rules=RULES):
        return predecessor(s, self.candidates(s), rules)


def load(lines):
    return World(json.loads(line) for line in lines if line.strip())
