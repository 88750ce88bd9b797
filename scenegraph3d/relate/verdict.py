"""Verdict: a measured quantity against a threshold with a grey zone: true, false or too close to call."""

from dataclasses import dataclass

import numpy as np

_STEEPNESS = float(np.log(9.0))
_NINE_OF_TEN = 1.2816  # standard deviations
_NO_ZONE = 1e-200


@dataclass(frozen=True, eq=False)
class Verdict:
    """P answers.

    Attributes:
        strength: [P] the quantity, counted from the middle of the grey zone in halves of it: 1 at the threshold for
            true, -1 at the threshold for false, infinite where there is neither grey zone nor noise.
        margin: [P] by how much the quantity clears the threshold for true, in its own unit; true where above 0.
    """

    strength: np.ndarray
    margin: np.ndarray

    @property
    def true(self) -> np.ndarray:
        """[P] bool."""
        return self.margin > 0

    def score(self, rows: np.ndarray) -> np.ndarray:
        """How sure the answers in `rows` are, in [0, 1]: a logistic curve, 0.9 at the threshold for true, 0.5 in the
        middle of the grey zone and 0.1 at the threshold for false."""
        return 1.0 / (1.0 + np.exp(np.clip(-_STEEPNESS * self.strength[rows], -500, 500)))

    def __and__(self, other: "Verdict") -> "Verdict":
        """Both: the weaker strength. The margin stays this one's where both are true, else it is the failing one's."""
        other_fails = (other.margin <= 0) & (other.margin < self.margin)
        return Verdict(np.minimum(self.strength, other.strength), np.where(other_fails, other.margin, self.margin))

    def __or__(self, other: "Verdict") -> "Verdict":
        """Either: the stronger strength. The margin stays this one's where this one is true, else it is the greater."""
        take_other = (self.margin <= 0) & (other.margin > self.margin)
        return Verdict(np.maximum(self.strength, other.strength), np.where(take_other, other.margin, self.margin))

    def but_not(self, excluded: np.ndarray) -> "Verdict":
        """False where `excluded`."""
        margin = np.where(excluded, np.minimum(self.margin, 0.0), self.margin)
        return Verdict(np.where(excluded, -np.inf, self.strength), margin)


def above(
    quantity: np.ndarray, true: np.ndarray | float, false: np.ndarray | float, noise: np.ndarray | float = 0.0
) -> Verdict:
    """True where `quantity` is above `true`, false where below `false` (`false` <= `true`).

    `noise` is the standard deviation of the quantity: it widens the grey zone to both sides, so that what is true
    would still be measured as more likely true than not in about nine of ten repeats.
    """
    half = np.hypot(0.5 * (true - false), _NINE_OF_TEN * noise)
    excess = quantity - 0.5 * (true + false)
    return Verdict(excess / np.maximum(half, _NO_ZONE), excess - half)


def below(
    quantity: np.ndarray, true: np.ndarray | float, false: np.ndarray | float, noise: np.ndarray | float = 0.0
) -> Verdict:
    """True where `quantity` is below `true`, false where above `false` (`false` >= `true`)."""
    return above(-quantity, -true, -false, noise)
