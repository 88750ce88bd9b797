"""Extremes: whether a thing is the largest, the nearest or the leftmost of several, three-valued."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..types import SceneGraph
from .sizes import EXTREMES, measured

NEARLY = 0.05  # of the larger size, or metres of places: what differs by less cannot be told apart
_SAID: Mapping[str, str] = {
    **dict.fromkeys(("biggest", "greatest"), "largest"),
    **dict.fromkeys(("littlest", "tiniest"), "smallest"),
    **dict.fromkeys(("closest", "foremost"), "nearest"),
    **dict.fromkeys(("furthest", "remotest"), "farthest"),
}
_PLACES = ("elevation", "right", "ahead", "range")


def is_extreme(word: str) -> bool:
    """Whether an adjective says that a thing is first of several in size or place."""
    return _SAID.get(word, word) in EXTREMES


def extreme(scene: SceneGraph, row: int, word: str, among: Sequence[int]) -> bool | None:
    """Whether the row is first among others; None where another one is as good as equal.

    Args:
        scene: whose boxes are measured.
        row: of the scene's objects.
        word: one that `is_extreme`.
        among: rows that it is compared with.
    """
    what, sign = EXTREMES[_SAID.get(word, word)]
    values = sign * measured(scene, what)
    others = [other for other in among if other != row]
    if not others:
        return True
    lead = float(values[row] - max(values[other] for other in others))
    unit = 1.0 if what in _PLACES else float(np.abs(values[[row, *others]]).max())
    return None if abs(lead) < NEARLY * unit else lead > 0
