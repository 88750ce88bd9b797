"""Palette: one colour per label, the same in every picture as far as a scene's other labels allow."""

import zlib
from collections.abc import Iterable

Color = tuple[int, int, int]

# Bright enough for a dark backing and apart from one another, also for most colour-blind readers.
COLORS: tuple[Color, ...] = (
    (255, 99, 72),
    (46, 204, 113),
    (52, 152, 255),
    (255, 205, 40),
    (232, 110, 255),
    (0, 214, 214),
    (255, 150, 30),
    (160, 230, 60),
    (255, 120, 180),
    (140, 140, 255),
    (230, 230, 230),
    (214, 160, 110),
    (120, 200, 255),
    (255, 230, 140),
)


def colors_of(labels: Iterable[str]) -> dict[str, Color]:
    """A colour for every distinct label: its place in the palette, or the next free one if that is taken."""
    taken: dict[int, str] = {}
    out = {}
    for label in sorted(set(labels)):
        home = zlib.crc32(label.lower().encode()) % len(COLORS)
        steps = (home + step for step in range(len(COLORS)))
        place = next((p % len(COLORS) for p in steps if p % len(COLORS) not in taken), home)
        taken.setdefault(place, label)
        out[label] = COLORS[place]
    return out
