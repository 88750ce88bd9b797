"""Parts: the analytic solids that things are built of, in numbers alone.

A part's own frame has its origin in the middle of the part and z up. Its `size_m` means, by shape:

    box        x, y, z: full lengths
    ellipsoid  x, y, z: full axes
    frustum    radius at the bottom, radius at the top, height, wall: a cylinder, a cone or what lies between; with
               wall 0 it is solid, else it is a pot: open at the top, walls and bottom `wall` thick
    torus      radius of the ring's middle, radius of the tube, 0: a ring around z
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from jaxtyping import Float64

PATTERNS = ("plain", "stripes", "checks", "grain", "dots", "bricks", "planks", "noise")


class Shape(IntEnum):
    """What a part is."""

    BOX = 0
    ELLIPSOID = 1
    FRUSTUM = 2
    TORUS = 3


@dataclass(frozen=True)
class Paint:
    """What a part looks like.

    Attributes:
        rgb: linear-light reflectance in [0, 1].
        material: one of `finish.MATERIALS`: how it mirrors light.
        pattern: one of PATTERNS, drawn in the part's own frame, so that it turns with the part.
        pattern_rgb: the pattern's second colour.
        pattern_m: length of one repeat, metres.
    """

    rgb: tuple[float, float, float]
    material: str = "plastic"
    pattern: str = "plain"
    pattern_rgb: tuple[float, float, float] = (0.5, 0.5, 0.5)
    pattern_m: float = 0.1


@dataclass(frozen=True, eq=False)
class Part:
    """One solid of an assembly; see the module for `size_m`.

    Attributes:
        shape: which solid.
        size_m: four numbers, metres; those that the shape does not use are 0.
        thing_from_part: [4, 4] rigid transform from the part's own frame into the thing's.
        paint: what it looks like.
    """

    shape: Shape
    size_m: tuple[float, float, float, float]
    thing_from_part: Float64[np.ndarray, "4 4"]
    paint: Paint

    def painted(self, paint: Paint) -> "Part":
        """The same solid in another paint."""
        return replace(self, paint=paint)

    def moved(self, transform: Float64[np.ndarray, "4 4"]) -> "Part":
        """The same solid after a rigid `transform` of the frame that it stands in."""
        return replace(self, thing_from_part=transform @ self.thing_from_part)


def box(
    size_m: tuple[float, float, float], at: tuple[float, float, float], paint: Paint, turn: np.ndarray | None = None
) -> Part:
    """A box of full lengths `size_m` with its middle `at`, turned by the [3, 3] rotation `turn`."""
    return Part(Shape.BOX, (*size_m, 0.0), placed(at, turn), paint)


def ellipsoid(
    size_m: tuple[float, float, float], at: tuple[float, float, float], paint: Paint, turn: np.ndarray | None = None
) -> Part:
    """An ellipsoid of full axes `size_m` with its middle `at`."""
    return Part(Shape.ELLIPSOID, (*size_m, 0.0), placed(at, turn), paint)


def sphere(radius_m: float, at: tuple[float, float, float], paint: Paint) -> Part:
    """A ball."""
    return ellipsoid((2 * radius_m,) * 3, at, paint)


def frustum(
    bottom_m: float,
    top_m: float,
    height_m: float,
    at: tuple[float, float, float],
    paint: Paint,
    turn: np.ndarray | None = None,
) -> Part:
    """A solid with round ends of radius `bottom_m` and `top_m`, its middle `at`."""
    return Part(Shape.FRUSTUM, (bottom_m, top_m, height_m, 0.0), placed(at, turn), paint)


def cylinder(
    radius_m: float, height_m: float, at: tuple[float, float, float], paint: Paint, turn: np.ndarray | None = None
) -> Part:
    """A solid cylinder, its middle `at`."""
    return frustum(radius_m, radius_m, height_m, at, paint, turn)


def cone(
    radius_m: float, height_m: float, at: tuple[float, float, float], paint: Paint, turn: np.ndarray | None = None
) -> Part:
    """A solid cone with its point up, the middle of its height `at`."""
    return frustum(radius_m, 0.0, height_m, at, paint, turn)


def pot(
    bottom_m: float, top_m: float, height_m: float, wall_m: float, at: tuple[float, float, float], paint: Paint
) -> Part:
    """A hollow frustum, open at the top, with walls and bottom `wall_m` thick, the middle of its height `at`."""
    return Part(Shape.FRUSTUM, (bottom_m, top_m, height_m, wall_m), placed(at), paint)


def torus(
    ring_m: float, tube_m: float, at: tuple[float, float, float], paint: Paint, turn: np.ndarray | None = None
) -> Part:
    """A ring around its own z axis: `ring_m` to the middle of the tube, the tube `tube_m` in radius."""
    return Part(Shape.TORUS, (ring_m, tube_m, 0.0, 0.0), placed(at, turn), paint)


def placed(at: tuple[float, float, float], turn: np.ndarray | None = None) -> Float64[np.ndarray, "4 4"]:
    """The rigid transform that turns by `turn` [3, 3] and then moves to `at`, metres."""
    out = np.eye(4)
    out[:3, 3] = at
    if turn is not None:
        out[:3, :3] = turn
    return out


def turned(axis: str, angle_rad: float) -> Float64[np.ndarray, "3 3"]:
    """Rotation about the axis "x", "y" or "z", right-handed."""
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    out = np.eye(3)
    out[first, first] = out[second, second] = c
    out[first, second], out[second, first] = -s, s
    return out


def extents(part: Part) -> Float64[np.ndarray, "2 3"]:
    """Lowest and highest coordinates of a part along the axes of the frame that it stands in, [2, 3] metres, exact."""
    reaches = [(*_reach(part, *axis[:3]), axis[3]) for axis in part.thing_from_part[:3].tolist()]
    return np.array(
        [[middle - below for below, _, middle in reaches], [middle + above for _, above, middle in reaches]]
    )


def _reach(part: Part, x: float, y: float, z: float) -> tuple[float, float]:
    """How far a part reaches from its middle against and along a unit direction of its own frame."""
    a, b, c, _ = part.size_m
    if part.shape is Shape.BOX:
        reach = (abs(x) * a + abs(y) * b + abs(z) * c) / 2
        return reach, reach
    if part.shape is Shape.ELLIPSOID:
        reach = math.hypot(x * a, y * b, z * c) / 2
        return reach, reach
    across = math.sqrt(max(0.0, 1 - z * z))
    if part.shape is Shape.TORUS:
        return a * across + b, a * across + b
    end = z * c / 2
    return max(across * a + end, across * b - end), max(across * a - end, across * b + end)
