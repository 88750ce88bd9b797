"""Household: things that lie about a home.

Each maker draws natural proportions, metres, from its generator and returns a `Thing`.
"""

import math

import numpy as np

from ..finish import Finish
from ..parts import Paint, Part, box, cylinder, ellipsoid, placed, sphere, turned
from ..room import Rest, Thing
from .assembly import OVERHEAD_M, PAPER, RUBBER, WITHIN_M, coat, dark, light, set_down
from .category import Category

FORWARD = turned("y", math.pi / 2)  # lays a cylinder along x
SIDEWAYS = turned("x", math.pi / 2)  # lays a cylinder along y


def _book_parts(length: float, width: float, thick: float, cover: float, paint: Paint) -> list[Part]:
    """A closed book that lies with its back along -x, from z = 0: covers, back, pages."""
    lip = 0.004
    return [
        box((width, length, cover), (0, 0, cover / 2), paint),
        box((width, length, cover), (0, 0, thick - cover / 2), paint),
        box((cover, length, thick), (cover / 2 - width / 2, 0, thick / 2), paint),
        box((width - cover - lip, length - 2 * lip, thick - 2 * cover), ((cover - lip) / 2, 0, thick / 2), PAPER),
    ]


def _book(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    length = rng.uniform(0.15, 0.30)
    width, thick = length * rng.uniform(0.62, 0.78), rng.uniform(0.015, 0.060)
    cover = rng.uniform(0.0025, 0.004)
    if rng.random() < 0.8:
        rest = Rest((0, 0, thick), (width / 2, length / 2), OVERHEAD_M)
        return Thing("book", finish, tuple(_book_parts(length, width, thick, cover, paint)), (rest,))
    thick = max(thick, 0.025)
    upright = placed((0, 0, length / 2), turned("x", math.pi / 2)) @ placed((0, 0, -thick / 2))
    parts = [part.moved(upright) for part in _book_parts(length, width, thick, cover, paint)]
    return Thing("book", finish, tuple(parts))


def _laptop(rng: np.random.Generator, finish: Finish) -> Thing:
    paint, black = coat(rng, finish), dark(finish)
    width = rng.uniform(0.29, 0.38)
    depth = width * rng.uniform(0.64, 0.72)
    thick, lid = rng.uniform(0.014, 0.022), rng.uniform(0.006, 0.010)
    opened = math.radians(rng.uniform(95, 125))
    high = depth * 0.97
    hinge = placed((-depth / 2, 0, thick)) @ placed((0, 0, 0), turned("y", math.pi / 2 - opened))
    parts = [
        box((depth, width, thick), (0, 0, thick / 2), paint),
        box((0.40 * depth, 0.84 * width, 0.002), (-0.16 * depth, 0, thick), black),
        box((lid, width, high), (-lid / 2, 0, high / 2), paint).moved(hinge),
        box((0.002, 0.84 * width, 0.74 * high), (0, 0, 0.53 * high), black).moved(hinge),
    ]
    if rng.random() < 0.5:
        parts.append(box((0.22 * depth, 0.30 * width, 0.002), (0.26 * depth, 0, thick), black))
    return set_down("laptop", finish, parts, front_known=True)


def _ball_parts(rng: np.random.Generator, radius: float, finish: Finish) -> list[Part]:
    """A ball: plain, dotted, or with one or two bands around it."""
    paint, trim = coat(rng, finish), (light(finish), dark(finish))[rng.integers(2)]
    kind = rng.random()
    if kind < 0.45:
        return [sphere(radius, (0, 0, radius), paint)]
    if kind < 0.7 and finish.material != "wood":
        dotted = Paint(paint.rgb, paint.material, "dots", trim.rgb, radius * rng.uniform(0.5, 0.8))
        return [sphere(radius, (0, 0, radius), dotted)]
    turn = turned("z", rng.uniform(0, math.pi)) @ turned("y", rng.uniform(-0.6, 0.6))
    half = rng.uniform(0.10, 0.17)
    wide = 1.004 * radius * math.sqrt(1 - half**2)
    band = cylinder(wide, 2 * half * radius, (0, 0, radius), trim, turn)
    return [sphere(radius, (0, 0, radius), paint), band]


def _ball_top(rng: np.random.Generator, finish: Finish) -> Thing:
    return set_down("ball", finish, _ball_parts(rng, rng.uniform(0.03, 0.12), finish))


def _ball_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    return set_down("ball", finish, _ball_parts(rng, rng.uniform(0.08, 0.15), finish))


def _closed_box(rng: np.random.Generator, size: tuple[float, float, float], finish: Finish) -> Thing:
    """A body and a lid that reaches a little over it."""
    paint = coat(rng, finish)
    x, y, z = size
    over = 0.003 + 0.012 * min(x, y)
    lid = z * rng.uniform(0.18, 0.30)
    parts = (
        box((x - 2 * over, y - 2 * over, z - lid), (0, 0, (z - lid) / 2), paint),
        box((x, y, lid), (0, 0, z - lid / 2), paint),
    )
    return Thing("box", finish, parts, (Rest((0, 0, z), (x / 2, y / 2), OVERHEAD_M),))


def _open_box(rng: np.random.Generator, size: tuple[float, float, float], finish: Finish) -> Thing:
    """A bottom, four walls, and sometimes two flaps that hang out."""
    paint = coat(rng, finish)
    x, y, z = size
    wall = 0.003 + 0.012 * min(x, y)
    parts = [
        box((x, y, wall), (0, 0, wall / 2), paint),
        box((wall, y, z - wall), ((x - wall) / 2, 0, (z + wall) / 2), paint),
        box((wall, y, z - wall), ((wall - x) / 2, 0, (z + wall) / 2), paint),
        box((x - 2 * wall, wall, z - wall), (0, (y - wall) / 2, (z + wall) / 2), paint),
        box((x - 2 * wall, wall, z - wall), (0, (wall - y) / 2, (z + wall) / 2), paint),
    ]
    if finish.material != "metal" and rng.random() < 0.5:
        flap = 0.42 * y
        for side in (1, -1):
            lean = -side * math.radians(rng.uniform(40, 115))
            edge = placed((0, side * (y / 2 - wall / 2), z - wall / 2), turned("x", lean))
            parts.append(box((x - 2 * wall, wall, flap), (0, 0, flap / 2), paint).moved(edge))
    rest = Rest((0, 0, wall), (x / 2 - wall, y / 2 - wall), WITHIN_M, inside=True)
    return set_down("box", finish, parts, (rest,))


def _box_of(rng: np.random.Generator, longest: float, finish: Finish) -> Thing:
    make = _open_box if rng.random() < 0.5 else _closed_box
    y = longest * rng.uniform(0.65, 1.0)
    return make(rng, (longest, y, y * rng.uniform(0.55, 0.95)), finish)


def _box_top(rng: np.random.Generator, finish: Finish) -> Thing:
    return _box_of(rng, rng.uniform(0.12, 0.35), finish)


def _box_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    return _box_of(rng, rng.uniform(0.32, 0.60), finish)


def _hands(rng: np.random.Generator, face: float, front: float, middle: float) -> list[Part]:
    """Two hands on a face of radius `face` whose surface is at x = front, its middle at z = middle."""
    out = []
    for length, width in ((0.52 * face, 0.11 * face), (0.80 * face, 0.08 * face)):
        pose = placed((front, 0, middle), turned("x", rng.uniform(0, 2 * math.pi)))
        out.append(box((0.003, width, length), (0, 0, 0.42 * length), RUBBER).moved(pose))
    return out


def _clock(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    radius = rng.uniform(0.06, 0.12)
    deep = radius * rng.uniform(0.45, 0.75)
    face = radius * rng.uniform(0.64, 0.72)
    white = Paint((0.87, 0.87, 0.85))
    kind = rng.integers(3)
    if kind == 0:
        middle = 1.12 * radius
        feet = [sphere(0.16 * radius, (0, s * 0.55 * radius, 0.16 * radius), paint) for s in (1, -1)]
        case = [cylinder(radius, deep, (0, 0, middle), paint, FORWARD), *feet]
        if rng.random() < 0.6:
            case += [
                ellipsoid((0.5 * radius,) * 3, (0, s * 0.62 * radius, middle + 0.86 * radius), paint) for s in (1, -1)
            ]
    elif kind == 1:
        middle = radius * rng.uniform(1.0, 1.3)
        case = [
            box((deep, 2 * radius, middle), (0, 0, middle / 2), paint),
            cylinder(radius, deep, (0, 0, middle), paint, FORWARD),
        ]
    else:
        middle = radius
        case = [box((deep, 2 * radius, 2 * radius), (0, 0, radius), paint)]
    front = deep / 2
    dial = cylinder(face, 0.006, (front, 0, middle), white, FORWARD)
    parts = [*case, dial, *_hands(rng, face, front + 0.003, middle)]
    return set_down("clock", finish, parts, front_known=True)


def _toy_car(rng: np.random.Generator, finish: Finish) -> Thing:
    paint, glass = coat(rng, finish), dark(finish)
    length = rng.uniform(0.10, 0.22)
    width, wheel = length * rng.uniform(0.42, 0.52), length * rng.uniform(0.10, 0.13)
    body = length * rng.uniform(0.16, 0.22)
    floor = 0.7 * wheel
    cabin, at = ((0.48, -0.06), (0.30, 0.14), (0.72, -0.06))[rng.integers(3)]
    high = length * rng.uniform(0.12, 0.18)
    roof = floor + body + high
    parts = [
        box((length, width, body), (0, 0, floor + body / 2), paint),
        box((cabin * length, 0.84 * width, high), (at * length, 0, roof - high / 2), glass),
        box((0.94 * cabin * length, 0.88 * width, 0.35 * high), (at * length, 0, roof - 0.1 * high), paint),
    ]
    for x in (0.30, -0.30):
        for side in (1, -1):
            spot = (x * length, side * (width / 2 - 0.3 * wheel), wheel)
            parts.append(cylinder(wheel, 0.9 * wheel, spot, RUBBER, SIDEWAYS))
    return Thing("toy car", finish, tuple(parts), front_known=True)


def _speaker_of(rng: np.random.Generator, height: float, width: float, finish: Finish) -> Thing:
    """A box with round cones in its front, the lowest the widest."""
    paint, cone = coat(rng, finish), dark(finish)
    deep = width * rng.uniform(0.8, 1.1)
    parts = [box((deep, width, height), (0, 0, height / 2), paint)]
    woofer, tweeter = width * rng.uniform(0.34, 0.40), width * rng.uniform(0.15, 0.20)
    cones = [(woofer, 1.35 * woofer), (tweeter, height - 1.8 * tweeter)]
    if height > 2.6 * width:
        cones.insert(1, (0.8 * woofer, 3.3 * woofer))
    front = deep / 2
    for radius, z in cones:
        parts.append(cylinder(radius, 0.04 * width, (front, 0, z), cone, FORWARD))
        parts.append(ellipsoid((0.12 * radius, 0.7 * radius, 0.7 * radius), (front + 0.02 * width, 0, z), paint))
    rest = Rest((0, 0, height), (deep / 2, width / 2), OVERHEAD_M)
    return set_down("speaker", finish, parts, (rest,), front_known=True)


def _speaker_top(rng: np.random.Generator, finish: Finish) -> Thing:
    height = rng.uniform(0.15, 0.35)
    return _speaker_of(rng, height, height * rng.uniform(0.55, 0.70), finish)


def _speaker_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    height = rng.uniform(0.70, 1.10)
    return _speaker_of(rng, height, height * rng.uniform(0.22, 0.32), finish)


HOUSEHOLD: tuple[Category, ...] = (
    Category("book", make_top=_book, materials=("plastic",)),
    Category("laptop", make_top=_laptop, materials=("metal", "plastic")),
    Category("ball", make_floor=_ball_floor, make_top=_ball_top),
    Category("box", make_floor=_box_floor, make_top=_box_top),
    Category("clock", make_top=_clock),
    Category("toy car", make_top=_toy_car),
    Category("speaker", make_floor=_speaker_floor, make_top=_speaker_top, materials=("wood", "plastic")),
)
