"""Palette: finishes and paints of many shades whose colour names stay plain."""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import PROTOTYPE, Finish


@dataclass(frozen=True)
class Jitter:
    """How far a thing's colour strays from its name's prototype, in sRGB.

    Attributes:
        brightness: spread of the factor on all channels, log scale.
        channel: spread of each channel.
        range: darkest and brightest that a channel can be.
        clearer: the prototype of another name is at least so many times as far away as the own one.
    """

    brightness: float = 0.10
    channel: float = 0.03
    range: tuple[float, float] = (0.02, 0.98)
    clearer: float = 2.0


JITTER = Jitter()


def linear(srgb: np.ndarray) -> np.ndarray:
    """Linear light of sRGB values in [0, 1] (IEC 61966-2-1)."""
    out: np.ndarray = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return out


def plain(three: np.ndarray) -> tuple[float, float, float]:
    """Three plain numbers."""
    a, b, c = three.tolist()
    return (a, b, c)


def sample_finish(rng: np.random.Generator, color: str, material: str) -> Finish:
    """A shade of `color` that nobody would call by another of the basic names."""
    own = PROTOTYPE[color]
    others = [other for name, other in PROTOTYPE.items() if name != color]
    while True:
        noise = rng.normal(size=4)
        factor = math.exp(JITTER.brightness * noise[3])
        shade = np.clip(factor * (own + JITTER.channel * noise[:3]), *JITTER.range)
        if JITTER.clearer * math.dist(shade, own) <= min(math.dist(shade, other) for other in others):
            return Finish(color, plain(linear(shade)), material)
