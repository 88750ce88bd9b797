"""on, under, above, below, inside, contains: by height and by what the footprints share.

One rule for a cup on a table, a table on a rug and a book on a book. Labels decide one thing alone: seats, beds and
tables are open (`RelationRules.open_labels`), so that nothing is inside them.
"""

import numpy as np

from .claims import Claims, both_ways
from .holders import Containers, Pairs, carried_by_another
from .measure import Measured
from .ordered import Ordered
from .rules import RelationRules
from .verdict import Verdict


def vertical(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims for both orders of each pair whose footprints meet; of others none of these relations is true."""
    m = m.at(np.flatnonzero(m.ground_gap_m == 0))
    is_open = _open(m, rules)
    pairs = [Ordered(m, rules, *order, is_open) for order in ((m.i, m.j), (m.j, m.i))]
    nested = pairs[0].inside.true | pairs[1].inside.true
    on = _on(m, rules, pairs, nested)
    met = nested | np.logical_or.reduce([pair.on_top.true | pair.on_seat.true for pair in pairs])
    out = []
    for k, pair in enumerate(pairs):
        order = pair.subject, pair.reference
        above = pair.above | pairs[1 - k].below_open.but_not(met)
        within = {"footprint": pair.shared, "height": pair.part_of_height}
        out += both_ways("inside", "contains", "world", order, pair.inside, within)
        out += both_ways("on", "under", "world", order, on[k], {"gap_m": pair.gap_m, "overlap": pair.shared})
        evidence = {"gap_m": pair.gap_m, "overlap": m.shared_of_smaller}
        out += both_ways("above", "below", "world", order, above, evidence)
    return out


def _open(m: Measured, rules: RelationRules) -> np.ndarray:
    labels, kinds = m.objects.label, m.objects.kind
    known = {label: rules.is_open(label) for label in set(labels)}
    depth_m = m.objects.size_m[:, :2].min(axis=1)
    return np.array(
        [
            known[label] and kind != "surface" and (depth <= rules.corner_depth_m or rules.is_open(label, float(depth)))
            for label, kind, depth in zip(labels, kinds, depth_m, strict=True)
        ],
        dtype=bool,
    )


def _on(m: Measured, rules: RelationRules, pairs: list[Ordered], nested: np.ndarray) -> list[Verdict]:
    """What each order's subject rests on: not on what it is in, hangs apart from, or only meets the box of."""
    touching = m.gap_m < rules.touching_gap_m[0]
    inside = _joined([_true(pair, pair.inside) for pair in pairs])
    enclosed = _joined([_true(pair, pair.enclosed) for pair in pairs])
    containers = Containers(enclosed, (m.i[touching], m.j[touching]), len(m.objects))
    far = [np.abs(pair.gap_m) > rules.touching_gap_m[0] for pair in pairs]
    barred = [nested | (far[k] & containers.apart(pair.subject, pair.reference)) for k, pair in enumerate(pairs)]
    tops = [pair.on_top.but_not(barred[k]) for k, pair in enumerate(pairs)]
    seats = [pair.on_seat.but_not(barred[k] | tops[0].true | tops[1].true) for k, pair in enumerate(pairs)]
    held = _joined([inside, *(_true(pair, top) for pair, top in zip(pairs, tops, strict=True))])
    rows = [np.flatnonzero(seat.true) for seat in seats]
    seated = _joined([_true(pair, seat) for pair, seat in zip(pairs, seats, strict=True)])
    elsewhere = np.split(carried_by_another(m, seated, held), [len(rows[0])])
    for k in (0, 1):
        carried = np.zeros(len(m.i), dtype=bool)
        carried[rows[k][elsewhere[k]]] = True
        seats[k] = seats[k].but_not(carried)
    return [top | seat for top, seat in zip(tops, seats, strict=True)]


def _true(pair: Ordered, verdict: Verdict) -> Pairs:
    return pair.subject[verdict.true], pair.reference[verdict.true]


def _joined(parts: list[Pairs]) -> Pairs:
    return np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts])
