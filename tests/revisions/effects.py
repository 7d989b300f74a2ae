"""effects - states and relations that follow from versions (spec/revisions.md, 4), simple and slow

The functions below take the series of a database (model.World) and the predecessor and rule of each, and determine
which patches are superseded, and which are related, in a project with the level `supersede` whose users have changed
nothing.
"""
import model


def is_partial(s, previous, rule):
    """`v5.1`, or a reply without a cover letter that lacks patches, or has one patch of several."""
    lacks = len(s.patches) < s.total
    return s.minor > 0 or (s.cover is None and rule == "reply" and
                           (lacks or (s.total == 1 and len(previous.patches) > 1)))


def is_ready(s, now):
    if not s.patches or s.date > now + 86400:
        return False
    return len(s.patches) >= s.total or s.date < now - 3600


def likeness(p, o):
    a, b = model.files_of(p["diff"]), model.files_of(o["diff"])
    return len(a & b) / max(1, len(a | b))


def same_hash(p, o):
    return p["hash"] == o["hash"] not in (None, model.HASH_OF_NOTHING)


def same_title(p, o):
    return model.title_of(p["name"]) == model.title_of(o["name"]) != ""


def pairs(newer, older):
    """Equal hashes, then equal titles, then the most similar files if only one patch has them."""
    found, left = [], list(older)

    def take(p, o):
        found.append((p["id"], o["id"]))
        left.remove(o)

    rest = list(newer)
    for is_same in (same_hash, same_title):
        for p in list(rest):
            o = next((o for o in left if is_same(p, o)), None)
            if o:
                take(p, o)
                rest.remove(p)
    for p in rest:
        most = max((likeness(p, o) for o in left), default=0)
        best = [o for o in left if likeness(p, o) == most]
        if most > 0 and len(best) == 1:
            take(p, best[0])
    return found


def closure(items, links):
    """The set of connected items of each item."""
    sets = {i: {i} for i in items}
    for a, b in links:
        if sets[a] is not sets[b]:
            sets[a] |= sets[b]
            for i in sets[b]:
                sets[i] = sets[a]
    return sets


def is_later(s, o, previous):
    """Whether s supersedes o, of the same chain."""
    if s is o or s.date < o.date:
        return False
    before = s
    while before is not None and before is not o:
        before = previous[before.id][0]
    return s.rank > o.rank or before is o


def effects(world, now):
    """The ids of superseded patches, and the set of ids of related patches for each patch of such a set."""
    previous = {s.id: world.predecessor(s) if s.first else (None, None) for s in world.series}
    links = [(s, o) for s in world.series for o in [previous[s.id][0]] if o]
    chains = closure([s.id for s in world.series], [(s.id, o.id) for s, o in links])
    groups = closure([p["id"] for s in world.series for p in s.patches],
                     [pair for s, o in links for pair in pairs(s.patches, o.patches)])
    by_id = {s.id: s for s in world.series}
    superseded = set()
    for o in world.series:
        for s in (by_id[i] for i in chains[o.id]):
            if is_ready(s, now) and is_later(s, o, previous):
                ids = {p["id"] for p in s.patches}
                superseded |= {p["id"] for p in o.patches
                               if not is_partial(s, *previous[s.id]) or groups[p["id"]] & ids}
    return superseded, {i: group for i, group in groups.items() if len(group) > 1}
