"""larger_than, smaller_than, taller_than, aligned_with: sizes and axes compared."""

import numpy as np

from . import verdict
from .claims import Claims, both_ways
from .measure import UP, Measured
from .rules import RelationRules


def comparison(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims for both orders of each pair."""
    size = np.maximum(m.objects.size_m, 1e-3)
    volume, height = np.log(size.prod(axis=1)), size[:, 2]
    high, low = np.log(rules.larger_ratio)
    out = []
    for a, b in ((m.i, m.j), (m.j, m.i)):
        ratio = volume[a] - volume[b]
        noise = 3 * np.hypot(m.length_noise[a], m.length_noise[b])
        larger = verdict.above(ratio, high, low, noise)
        out += both_ways("larger_than", "smaller_than", "world", (a, b), larger, {"log_volume_ratio": ratio})
        difference = height[a] - height[b]
        threshold = np.maximum(rules.taller_min_m, rules.taller_ratio * np.maximum(height[a], height[b]))
        noise = np.hypot(m.noise_along_m(UP), np.hypot(*(m.length_noise[k] * height[k] for k in (a, b))))
        taller = verdict.above(difference, threshold, -threshold, noise)
        out.append(Claims("taller_than", "world", a, b, taller, {"height_difference_m": difference}))
    return out


def alignment(m: Measured, rules: RelationRules) -> list[Claims]:
    """aligned_with: axes parallel modulo a quarter turn, and centres on one line along an axis of both boxes."""
    yaw = m.objects.yaw_rad
    turn = np.abs((yaw[m.j] - yaw[m.i] + np.pi / 4) % (np.pi / 2) - np.pi / 4)
    across = np.maximum(_across(m, yaw[m.i]), _across(m, yaw[m.j]))
    parallel = verdict.below(turn, *rules.aligned_angle_rad)
    in_line = verdict.below(across, *rules.aligned_offset_m, noise=m.gap_noise_m)
    evidence = {"offset_m": across, "angle_rad": turn}
    answer = (in_line & parallel).but_not(m.shared_of_smaller > rules.direction_overlap)
    return both_ways("aligned_with", "aligned_with", "world", (m.i, m.j), answer, evidence)


def _across(m: Measured, yaw: np.ndarray) -> np.ndarray:
    """[P] distance of the centres across the nearer of the two axes of a box turned by `yaw`."""
    x = np.cos(yaw) * m.offset_m[:, 0] + np.sin(yaw) * m.offset_m[:, 1]
    y = np.cos(yaw) * m.offset_m[:, 1] - np.sin(yaw) * m.offset_m[:, 0]
    return np.minimum(np.abs(x), np.abs(y))
