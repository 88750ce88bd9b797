"""How far a depth reading is off."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class TriangulationNoise:
    """Standard deviation of structured light and stereo, which grows with the square of the depth.

    base_m + quadratic_per_m (z - best_at_m)^2, with the constants of Nguyen, Izadi and Lovell, "Modeling Kinect Sensor
    Noise" (2012), and nothing gained below `best_at_m`.

    Attributes:
        relative_limit: it is never taken to be more than this share of the depth.
    """

    base_m: float = 0.0012
    quadratic_per_m: float = 0.0019
    best_at_m: float = 0.4
    relative_limit: float = 0.02

    def std_m(self, z_m: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
        """Standard deviations at depths `z_m`, metres."""
        beyond = np.maximum(z_m - self.best_at_m, 0.0)
        return np.minimum(self.base_m + self.quadratic_per_m * beyond**2, self.relative_limit * z_m)
