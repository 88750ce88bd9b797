"""between: one thing in the middle of two others, seen from above.

After Sr3D (Achlioptas et al. 2020), where the hull of the two must cover most of the one. Here it is the width of that
hull at the place of the middle: the band that runs from the width of the one anchor to the width of the other, across
the line of their centres.
"""

from typing import TYPE_CHECKING

import numpy as np

from . import verdict
from .claims import Claims
from .measure import Measured
from .rules import RelationRules

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CHUNK = 16384


def between(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims (a, b, c): a is between b and c. Both orders of b and c are claimed."""
    close = np.flatnonzero(m.ground_gap_m < rules.between_reach_m)
    links = _links(m, rules, close)
    apart = close[m.ground_gap_m[close] > 0]
    chunks = np.array_split(apart, len(apart) // _CHUNK + 1)
    columns = zip(*(_middles(m, links, pair) for pair in chunks), strict=True)
    a, b, c, cover, offset = (np.concatenate(column) for column in columns)
    answer = verdict.above(cover, *rules.between_cover)
    evidence = {"cover": cover, "offset_m": offset}
    return [Claims("between", "world", a, x, answer, evidence, third=y) for x, y in ((b, c), (c, b))]


def _middles(m: Measured, links: "csr_array", pair: np.ndarray) -> tuple[np.ndarray, ...]:
    """Objects linked to both of a pair whose centre is in the band between them: a, b, c, cover, offset [T] each.

    Cover is the part of a's width inside the band, offset the metres from its centre to the line of the anchors'.
    """
    row, a = links[m.i[pair]].multiply(links[m.j[pair]]).nonzero()
    a = a.astype(np.int64)
    length = np.hypot(m.offset_m[pair, 0], m.offset_m[pair, 1])
    along = m.offset_m[pair, :2] / length[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    width_b, width_c = m.half_along_m(m.i[pair], across), m.half_along_m(m.j[pair], across)
    center, start = m.objects.center_m, m.objects.center_m[m.i[pair]]
    x, y = center[a, 0] - start[row, 0], center[a, 1] - start[row, 1]
    part = (x * along[row, 0] + y * along[row, 1]) / length[row]
    offset = np.abs(x * across[row, 0] + y * across[row, 1])
    band = width_b[row] + part * (width_c - width_b)[row]
    kept = np.flatnonzero((part > 0) & (part < 1) & (offset < band))
    a, row, offset, band = a[kept], row[kept], offset[kept], band[kept]
    half = m.half_along_m(a, across[row])
    cover = (np.minimum(offset + half, band) - np.maximum(offset - half, -band)) / (2 * half)
    return a, m.i[pair[row]], m.j[pair[row]], cover, offset


def _links(m: Measured, rules: RelationRules, pair: np.ndarray) -> "csr_array":
    """[N, N] sparse: true at (anchor, a) where `a` is level with the anchor and stands clear of it."""
    from scipy.sparse import csr_array

    i, j, count = m.i[pair], m.j[pair], len(m.objects)
    height = np.maximum(m.objects.size_m[:, 2], 1e-3)
    row, column = [], []
    for anchor, a in ((i, j), (j, i)):
        level = -m.vertical_gap_m[pair] >= rules.between_height * height[a]
        clear = m.shared_area_m2[pair] <= rules.between_overlap * m.area_m2[a]
        row.append(anchor[level & clear])
        column.append(a[level & clear])
    ends = np.concatenate(row), np.concatenate(column)
    return csr_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(count, count))
