"""Verdict: a measured quantity against a threshold with a grey zone: true, false or too close to call."""

from dataclasses import dataclass

import numpy as np

_STEEPNESS = float(np.log(9.0))


@dataclass(frozen=True, eq=False)
class Verdict:
    """P answers.

    Attributes:
        score: [P] how sure in [0, 1]: 0.9 at the threshold for true, 0.5 in the middle of the grey zone, 0.1 at the
            threshold for false (a logistic curve; a step where there is neither grey zone nor noise).
        margin: [P] by how much the quantity clears the threshold for true, in its own unit; true where above 0.
    """

    score: np.ndarray
    margin: np.ndarray

    @property
    def true(self) -> np.ndarray:
        """[P] bool."""
        return self.margin > 0

    def __and__(self, other: "Verdict") -> "Verdict":
        """Both: the lower score. The margin stays this one's where both are true, else it is the failing one's."""
        other_fails = (other.margin <= 0) & (other.margin < self.margin)
        return Verdict(np.minimum(self.score, other.score), np.where(other_fails, other.margin, self.margin))

    def but_not(self, excluded: np.ndarray) -> "Verdict":
        """False where `excluded`."""
        return Verdict(
            np.where(excluded, 0.0, self.score), np.where(excluded, np.minimum(self.margin, 0.0), self.margin)
        )


def above(
    quantity: np.ndarray, true: np.ndarray | float, false: np.ndarray | float, noise: np.ndarray | float = 0.0
) -> Verdict:
    """True where `quantity` is above `true`, false where below `false` (`false` <= `true`).

    `noise` is the standard deviation of the quantity: it widens the grey zone to both sides, so that what is true
    would still be measured as more likely true than not in about nine of ten repeats.
    """
    middle = 0.5 * (np.asarray(true) + np.asarray(false))
    half = np.hypot(0.5 * (np.asarray(true) - np.asarray(false)), 1.2816 * np.asarray(noise))
    excess = quantity - middle
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.where(half > 0, excess / half, np.where(excess > 0, np.inf, -np.inf))
    score = 1.0 / (1.0 + np.exp(np.clip(-_STEEPNESS * x, -500, 500)))
    return Verdict(score, excess - half)


def below(
    quantity: np.ndarray, true: np.ndarray | float, false: np.ndarray | float, noise: np.ndarray | float = 0.0
) -> Verdict:
    """True where `quantity` is below `true`, false where above `false` (`false` >= `true`)."""
    return above(-np.asarray(quantity), -np.asarray(true), -np.asarray(false), noise)
