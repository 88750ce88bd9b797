"""Claims: what a family of relations says about many pairs, before the true ones are kept."""

from dataclasses import dataclass

import numpy as np

from .verdict import Verdict


@dataclass(frozen=True, eq=False)
class Claims:
    """P claims of one predicate in one frame.

    Attributes:
        predicate, frame: as in `types.Relations`.
        subject, object: [P] rows of the scene's objects.
        verdict: how each fares.
        evidence: the measured numbers, each [P], by name.
        third: [P] rows of the third argument, or None.
    """

    predicate: str
    frame: str
    subject: np.ndarray
    object: np.ndarray
    verdict: Verdict
    evidence: dict[str, np.ndarray]
    third: np.ndarray | None = None


def both_ways(
    predicate: str,
    inverse: str,
    frame: str,
    pairs: tuple[np.ndarray, np.ndarray],
    verdict: Verdict,
    evidence: dict[str, np.ndarray],
) -> list[Claims]:
    """A claim about (a, b) and its inverse about (b, a), on the same evidence; symmetric ones are their own inverse."""
    a, b = pairs
    return [Claims(predicate, frame, a, b, verdict, evidence), Claims(inverse, frame, b, a, verdict, evidence)]
