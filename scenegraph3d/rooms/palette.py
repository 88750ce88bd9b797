"""Palette: finishes and paints of many shades whose colour names stay plain."""

from dataclasses import dataclass

import numpy as np

from .finish import PROTOTYPE, Finish

_NAMES = tuple(PROTOTYPE)
_SRGB = np.array([PROTOTYPE[name] for name in _NAMES])


@dataclass(frozen=True)
class Jitter:
    """How far a thing's colour strays from its name's prototype, in sRGB.

    Attributes:
        brightness: spread of the factor on all channels, log scale.
        channel: spread of each channel.
        clearer: the prototype of another name is at least so many times as far away as the own one.
    """

    brightness: float = 0.10
    channel: float = 0.03
    clearer: float = 2.0


JITTER = Jitter()


def linear(srgb: np.ndarray) -> np.ndarray:
    """Linear light of sRGB values in [0, 1] (IEC 61966-2-1)."""
    out: np.ndarray = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return out


def as_rgb(linear_rgb: np.ndarray) -> tuple[float, float, float]:
    """Three plain numbers."""
    r, g, b = linear_rgb.tolist()
    return (r, g, b)


def sample_finish(rng: np.random.Generator, color: str, material: str) -> Finish:
    """A shade of `color` that nobody would call by another of the basic names."""
    own = _SRGB[_NAMES.index(color)]
    others = np.delete(_SRGB, _NAMES.index(color), axis=0)
    shades = np.exp(rng.normal(0, JITTER.brightness, (8, 1))) * (own + rng.normal(0, JITTER.channel, (8, 3)))
    shades = np.concatenate([np.clip(shades, 0.02, 0.98), own[None]])  # the prototype itself is always clear
    away = np.linalg.norm(shades[:, None] - others, axis=-1).min(axis=1)
    clear = away >= JITTER.clearer * np.linalg.norm(shades - own, axis=1)
    return Finish(color, as_rgb(linear(shades[int(np.argmax(clear))])), material)
