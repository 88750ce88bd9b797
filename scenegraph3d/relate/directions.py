"""left_of, right_of, in_front_of, behind: along the viewer's axes, the world's, or the reference object's own.

The axes are projected on the ground (as in CLEVR, Johnson et al. 2017), so a camera that looks down does not turn
"behind" into "above". Both may hold: a thing can be to the left and behind.
"""

import numpy as np

from . import verdict
from .claims import Claims, both_ways
from .measure import Measured
from .rules import RelationRules


def viewer_directions(m: Measured, rules: RelationRules, axes: np.ndarray, frame: str) -> list[Claims]:
    """Claims along fixed axes.

    Args:
        axes: [2, 2] rows: unit vectors on the ground to the right and straight ahead.
        frame: "viewer" or "world".
    """
    everything = np.arange(len(m.objects))
    out = []
    for k, (positive, negative) in enumerate((("right_of", "left_of"), ("behind", "in_front_of"))):
        along = m.offset_m[:, :2] @ axes[k]
        half = m.half_along_m(everything, axes[k])
        larger_half = np.maximum(half[m.i], half[m.j])
        for sign, word, inverse in ((1.0, positive, negative), (-1.0, negative, positive)):
            answer = _direction(sign * along, larger_half, axes[k], m, rules)
            evidence = {"offset_m": sign * along}
            out += both_ways(word, inverse, frame, (m.j, m.i), answer, evidence)
    return out


def own_directions(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims in the frame of the reference object's own front (its box's +x axis), only where the front is known.

    They have no inverse: that a lamp is in front of a chair says nothing about where the lamp's front is.
    """
    out = []
    fronts = m.objects.front_known
    for first, second, sign in ((m.j, m.i, 1.0), (m.i, m.j, -1.0)):
        known = np.flatnonzero(fronts[second])
        if len(known) == 0:
            continue
        part = m.at(known)
        subject, reference = first[known], second[known]
        front = m.axis[reference]
        left = np.stack([-front[:, 1], front[:, 0]], axis=1)
        offset = sign * part.offset_m[:, :2]
        half_reference = 0.5 * m.objects.size_m[reference]
        for axis, half, words in (
            (front, half_reference[:, 0], ("in_front_of", "behind")),
            (left, half_reference[:, 1], ("left_of", "right_of")),
        ):
            along = (offset * axis).sum(axis=1)
            larger_half = np.maximum(half, m.half_along_m(subject, axis))
            for side, word in zip((1.0, -1.0), words, strict=True):
                answer = _direction(side * along, larger_half, axis, part, rules)
                out.append(Claims(word, "object", subject, reference, answer, {"offset_m": side * along}))
    return out


def _direction(
    along: np.ndarray, larger_half: np.ndarray, axis: np.ndarray, m: Measured, rules: RelationRules
) -> verdict.Verdict:
    ground = np.hypot(m.offset_m[:, 0], m.offset_m[:, 1])
    threshold = np.maximum(rules.direction_min_m, rules.direction_size * larger_half)
    threshold = np.maximum(threshold, np.sin(rules.direction_angle_rad) * ground)
    answer = verdict.above(along, threshold, rules.direction_false * threshold, m.noise_along_m(axis))
    return answer.but_not(m.shared_of_smaller > rules.direction_overlap)
