"""What the makers of small things share: paints that go with a finish, and an assembly set down on its origin."""

import numpy as np

from ..finish import Finish
from ..parts import Paint, Part, extents, placed
from ..room import Rest, Thing

OVERHEAD_M = 0.5  # free height that a closed top asks for
WITHIN_M = 0.3  # free height that an open container asks for: what is inside may look out over the rim
DIM = 0.08  # mean reflectance below which a thing is too dark for dark details to show
PALE = 0.55  # mean reflectance above which it is too light for light ones

STEEL = Paint((0.56, 0.57, 0.58), "metal")
RUBBER = Paint((0.03, 0.03, 0.03))
PAPER = Paint((0.82, 0.79, 0.70))


def coat(rng: np.random.Generator, finish: Finish) -> Paint:
    """The paint of what is named by the finish: grained where it is wood, else plain."""
    if finish.material != "wood":
        return Paint(finish.rgb, finish.material)
    red, green, blue = (float(c) for c in np.array(finish.rgb) * rng.uniform(0.45, 0.7))
    return Paint(finish.rgb, "wood", "grain", (red, green, blue), float(rng.uniform(0.02, 0.08)))


def dark(finish: Finish) -> Paint:
    """The paint of dark details: near black, and grey on a thing that is near black itself."""
    return Paint((0.25, 0.25, 0.26)) if np.mean(finish.rgb) < DIM else Paint((0.025, 0.025, 0.03))


def light(finish: Finish) -> Paint:
    """The paint of light details: near white, and grey on a thing that is near white itself."""
    return Paint((0.35, 0.35, 0.36)) if np.mean(finish.rgb) > PALE else Paint((0.85, 0.85, 0.83))


def set_down(
    label: str, finish: Finish, parts: list[Part], rests: tuple[Rest, ...] = (), *, front_known: bool = False
) -> Thing:
    """The thing made of `parts`, moved so that the middle of its footprint is the origin and its lowest point z = 0.

    Rests are given in the frame that the parts are given in, and move with them.
    """
    each = np.stack([extents(part) for part in parts])
    lowest, highest = each[:, 0].min(axis=0), each[:, 1].max(axis=0)
    x, y, z = -(lowest[0] + highest[0]) / 2, -(lowest[1] + highest[1]) / 2, -lowest[2]
    down = placed((x, y, z))
    moved = tuple(
        Rest((r.center_m[0] + x, r.center_m[1] + y, r.center_m[2] + z), r.half_m, r.headroom_m, r.inside) for r in rests
    )
    return Thing(label, finish, tuple(part.moved(down) for part in parts), moved, front_known)
