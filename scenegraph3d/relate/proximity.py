"""touching, near, far_from, next_to: by the gap between surfaces, whatever the size of the room."""

import numpy as np

from . import verdict
from .claims import Claims, both_ways
from .measure import Measured
from .rules import RelationRules


def proximity(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims for both orders of each pair; all four relations are symmetric."""
    gap = {"gap_m": m.gap_m}
    return [
        claim
        for word, answer, evidence in (
            ("touching", verdict.below(m.gap_m, *rules.touching_gap_m, noise=m.gap_noise_m), gap),
            ("near", verdict.below(m.gap_m, *rules.near_gap_m, noise=m.gap_noise_m), gap),
            ("far_from", verdict.above(m.gap_m, *rules.far_gap_m, noise=m.gap_noise_m), gap),
            ("next_to", _next_to(m, rules), {"gap_m": m.ground_gap_m, "shared_height": m.shared_height_of_lower}),
        )
        for claim in both_ways(word, word, "world", (m.i, m.j), answer, evidence)
    ]


def _next_to(m: Measured, rules: RelationRules) -> verdict.Verdict:
    extent = rules.next_to_size * m.objects.size_m[:, :2].max(axis=1)
    true, false = rules.next_to_gap_m
    reach = np.clip(np.maximum(extent[m.i], extent[m.j]), rules.next_to_floor_m, true)
    beside = verdict.below(m.ground_gap_m, reach, reach * false / true, m.gap_noise_m)
    level = verdict.above(m.shared_height_of_lower, *rules.next_to_height)
    return (beside & level).but_not(m.shared_of_smaller > rules.on_overlap[0])
