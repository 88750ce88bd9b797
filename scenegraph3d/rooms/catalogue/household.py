"""Household: things that lie about a home.

Each maker draws natural proportions from its generator and returns a `Thing`. Of a thing's sizes, those that end in
`_m` are metres; the others are shares of the length that their class names.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, ellipsoid, placed, sphere, turned
from ..world.room import Rest, Thing
from .category import Category
from .making import Range, between, chance, standing
from .trims import PAPER, coat, dark, light

FORWARD = turned("y", math.pi / 2)  # lays a cylinder along x
SIDEWAYS = turned("x", math.pi / 2)  # lays a cylinder along y, a box on its edge


@dataclass(frozen=True)
class BookSizes:
    """A book; `width` and the `title` on its back are shares of its length, `cover` of its thickness."""

    length_m: Range = (0.15, 0.30)
    width: Range = (0.62, 0.78)
    thick_m: Range = (0.015, 0.060)
    stands_m: float = 0.025
    cover: float = 0.12
    lip_m: float = 0.004
    title: Range = (0.2, 0.4)
    title_m: float = 0.001
    lying_share: float = 0.8
    headroom_m: float = 0.5


@dataclass(frozen=True)
class LaptopSizes:
    """A laptop; `depth` is a share of its width."""

    width_m: Range = (0.29, 0.38)
    depth: Range = (0.64, 0.72)
    base_m: Range = (0.014, 0.022)
    lid_m: Range = (0.006, 0.010)
    inlay_m: float = 0.002
    opened_deg: Range = (95, 125)
    pad_share: float = 0.5


@dataclass(frozen=True)
class BallSizes:
    """A ball; shares of its radius."""

    top_m: Range = (0.03, 0.12)
    floor_m: Range = (0.08, 0.15)
    dotted_share: float = 0.25
    banded_share: float = 0.3
    dots: Range = (0.5, 0.8)
    band: Range = (0.2, 0.3)
    proud: float = 1.006


@dataclass(frozen=True)
class BoxSizes:
    """A box; `width` is a share of its length, `height`, `lid` and `flap` of its width."""

    top_m: Range = (0.11, 0.35)
    floor_m: Range = (0.32, 0.60)
    width: Range = (0.65, 1.0)
    height: Range = (0.55, 0.95)
    lid: Range = (0.12, 0.22)
    wall: float = 0.012
    wall_m: float = 0.003
    open_share: float = 0.5
    flaps_share: float = 0.5
    flap: float = 0.28
    flap_deg: Range = (40, 115)
    on_headroom_m: float = 0.5
    in_headroom_m: float = 0.3


@dataclass(frozen=True)
class ClockSizes:
    """A table clock; shares of its radius."""

    radius_m: Range = (0.06, 0.12)
    deep: Range = (0.45, 0.75)
    face: Range = (0.64, 0.72)
    rise: Range = (1.0, 1.3)
    bells_share: float = 0.6
    dial_m: float = 0.006
    hand_m: float = 0.003


@dataclass(frozen=True)
class CarSizes:
    """A toy car; shares of its length. `cabins`: length of the cabin and where its middle is."""

    length_m: Range = (0.10, 0.22)
    width: Range = (0.42, 0.52)
    wheel: Range = (0.10, 0.13)
    body: Range = (0.16, 0.22)
    cabin: Range = (0.12, 0.18)
    cabins: tuple[Range, ...] = ((0.48, -0.06), (0.30, 0.14), (0.72, -0.06))


@dataclass(frozen=True)
class SpeakerSizes:
    """A speaker; `top_width` and `floor_width` are shares of its height, the others of its width."""

    top_m: Range = (0.15, 0.35)
    top_width: Range = (0.55, 0.70)
    floor_m: Range = (0.70, 1.10)
    floor_width: Range = (0.22, 0.32)
    deep: Range = (0.8, 1.1)
    woofer: Range = (0.34, 0.40)
    tweeter: Range = (0.15, 0.20)
    port: float = 0.14
    proud: float = 0.02
    slim: float = 2.6
    headroom_m: float = 0.5


BOOK, LAPTOP, BALL, BOX = BookSizes(), LaptopSizes(), BallSizes(), BoxSizes()
CLOCK, CAR, SPEAKER = ClockSizes(), CarSizes(), SpeakerSizes()


def make_book(rng: np.random.Generator, finish: Finish) -> Thing:
    """A closed book, its back towards -x: it lies, or stands on its lower edge."""
    paint = coat(rng, finish)
    length, lying = between(rng, BOOK.length_m), chance(rng, BOOK.lying_share)
    width, thick = length * between(rng, BOOK.width), between(rng, BOOK.thick_m)
    thick = thick if lying else max(thick, BOOK.stands_m)
    cover, lip = BOOK.cover * thick, BOOK.lip_m
    parts = (
        box((width, length, cover), (0, 0, cover / 2), paint),
        box((width, length, cover), (0, 0, thick - cover / 2), paint),
        box((cover, length, thick), ((cover - width) / 2, 0, thick / 2), paint),
        box((width - cover - lip, length - 2 * lip, thick - 2 * cover), ((cover - lip) / 2, 0, thick / 2), PAPER),
        box((BOOK.title_m, length * between(rng, BOOK.title), 0.6 * thick), (-width / 2, 0, thick / 2), light(finish)),
    )
    if lying:
        rest = Rest((0, 0, thick), (width / 2, length / 2), BOOK.headroom_m)
        return standing(Thing("book", finish, parts, (rest,)))
    upright = placed((0, 0, 0), SIDEWAYS)
    return standing(Thing("book", finish, tuple(part.moved(upright) for part in parts)))


def make_laptop(rng: np.random.Generator, finish: Finish) -> Thing:
    """An opened laptop: its user sits at +x."""
    paint, black = coat(rng, finish), dark(finish)
    width = between(rng, LAPTOP.width_m)
    depth = width * between(rng, LAPTOP.depth)
    base, lid, inlay = between(rng, LAPTOP.base_m), between(rng, LAPTOP.lid_m), LAPTOP.inlay_m
    opened = math.radians(between(rng, LAPTOP.opened_deg))
    hinge = placed((-depth / 2, 0, base), turned("y", math.pi / 2 - opened))
    parts = [
        box((depth, width, base), (0, 0, base / 2), paint),
        box((0.36 * depth, 0.80 * width, inlay), (-0.16 * depth, 0, base), black),
        box((lid, width, 0.97 * depth), (-lid / 2, 0, 0.485 * depth), paint).moved(hinge),
        box((inlay, 0.84 * width, 0.70 * depth), (0, 0, 0.52 * depth), black).moved(hinge),
    ]
    if chance(rng, LAPTOP.pad_share):
        parts.append(box((0.20 * depth, 0.28 * width, inlay), (0.26 * depth, 0, base), black))
    return standing(Thing("laptop", finish, tuple(parts), front_known=True))


def _ball(rng: np.random.Generator, radius: float, finish: Finish) -> Thing:
    """A ball: plain, dotted, or with a band around it."""
    paint, trim = coat(rng, finish), light(finish) if chance(rng, 0.5) else dark(finish)
    middle = (0, 0, radius)
    kind = rng.random()
    if kind < BALL.dotted_share and finish.material != "wood":
        spots = replace(paint, pattern="dots", pattern_rgb=trim.rgb, pattern_m=radius * between(rng, BALL.dots))
        return Thing("ball", finish, (sphere(radius, middle, spots),))
    parts = [sphere(radius, middle, paint)]
    if kind > 1 - BALL.banded_share:
        turn = turned("z", rng.uniform(0, math.pi)) @ turned("y", rng.uniform(-math.pi / 2, math.pi / 2))
        parts.append(cylinder(BALL.proud * radius, radius * between(rng, BALL.band), middle, trim, turn))
    return standing(Thing("ball", finish, tuple(parts)))


def make_ball_top(rng: np.random.Generator, finish: Finish) -> Thing:
    """A ball for a table."""
    return _ball(rng, between(rng, BALL.top_m), finish)


def make_ball_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    """A ball for the floor."""
    return _ball(rng, between(rng, BALL.floor_m), finish)


def _closed_box(rng: np.random.Generator, size: tuple[float, float, float], finish: Finish) -> Thing:
    """A body and a lid that reaches a little over it."""
    paint = coat(rng, finish)
    x, y, z = size
    over, lid = BOX.wall_m + BOX.wall * y, y * between(rng, BOX.lid)
    parts = (
        box((x - 2 * over, y - 2 * over, z - lid), (0, 0, (z - lid) / 2), paint),
        box((x, y, lid), (0, 0, z - lid / 2), paint),
    )
    return Thing("box", finish, parts, (Rest((0, 0, z), (x / 2, y / 2), BOX.on_headroom_m),))


def _open_box(rng: np.random.Generator, size: tuple[float, float, float], finish: Finish) -> Thing:
    """A bottom, four walls, and sometimes two flaps that hang out: things can be in it."""
    paint = coat(rng, finish)
    x, y, z = size
    wall = BOX.wall_m + BOX.wall * y
    parts = [box((x, y, wall), (0, 0, wall / 2), paint)]
    for side in (1, -1):
        parts.append(box((wall, y, z - wall), (side * (x - wall) / 2, 0, (z + wall) / 2), paint))
        parts.append(box((x - 2 * wall, wall, z - wall), (0, side * (y - wall) / 2, (z + wall) / 2), paint))
    if finish.material == "plastic" and chance(rng, BOX.flaps_share):
        flap = BOX.flap * y
        for side in (1, -1):
            lean = -side * math.radians(between(rng, BOX.flap_deg))
            edge = placed((0, side * (y - wall) / 2, z - wall / 2), turned("x", lean))
            parts.append(box((x - 2 * wall, wall, flap), (0, 0, flap / 2), paint).moved(edge))
    rest = Rest((0, 0, wall), (x / 2 - wall, y / 2 - wall), BOX.in_headroom_m, inside=True)
    return standing(Thing("box", finish, tuple(parts), (rest,)))


def _box(rng: np.random.Generator, length: float, finish: Finish) -> Thing:
    width = length * between(rng, BOX.width)
    make = _open_box if chance(rng, BOX.open_share) else _closed_box
    return make(rng, (length, width, width * between(rng, BOX.height)), finish)


def make_box_top(rng: np.random.Generator, finish: Finish) -> Thing:
    """A box for a table: things can be on it where it is closed, in it where it is open."""
    return _box(rng, between(rng, BOX.top_m), finish)


def make_box_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    """A box for the floor."""
    return _box(rng, between(rng, BOX.floor_m), finish)


def make_clock(rng: np.random.Generator, finish: Finish) -> Thing:
    """A table clock that shows its face towards +x: round on two feet or on a block, or with an arch on top."""
    paint = coat(rng, finish)
    radius = between(rng, CLOCK.radius_m)
    deep, rise = radius * between(rng, CLOCK.deep), radius * between(rng, CLOCK.rise)
    kind = rng.integers(3)
    if kind == 0:
        below = [sphere(0.16 * radius, (0, s * 0.55 * radius, rise - 0.97 * radius), paint) for s in (1, -1)]
        if chance(rng, CLOCK.bells_share):
            below += [sphere(0.26 * radius, (0, s * 0.62 * radius, rise + 0.86 * radius), paint) for s in (1, -1)]
    elif kind == 1:
        below = [box((1.2 * deep, 1.5 * radius, 0.3 * radius), (0, 0, rise - radius), paint)]
    else:
        below = [box((deep, 2 * radius, rise), (0, 0, rise / 2), paint)]
    case = cylinder(radius, deep, (0, 0, rise), paint, FORWARD)
    face = _face(rng, radius * between(rng, CLOCK.face), (deep / 2, 0, rise), finish)
    return standing(Thing("clock", finish, (case, *below, *face), front_known=True))


def _face(rng: np.random.Generator, radius: float, at: tuple[float, float, float], finish: Finish) -> list[Part]:
    """A dial that stands out from the case, its middle `at`, and two hands."""
    dial, hand = light(finish), dark(finish)
    if sum(dial.rgb) < sum(finish.rgb):
        dial, hand = hand, Paint(finish.rgb, finish.material)
    parts = [cylinder(radius, CLOCK.dial_m, at, dial, FORWARD)]
    pin = (at[0] + CLOCK.dial_m / 2, at[1], at[2])
    for length, width in ((0.56 * radius, 0.15 * radius), (0.80 * radius, 0.11 * radius)):
        pose = placed(pin, turned("x", rng.uniform(0, 2 * math.pi)))
        parts.append(box((CLOCK.hand_m, width, length), (0, 0, 0.42 * length), hand).moved(pose))
    return parts


def make_toy_car(rng: np.random.Generator, finish: Finish) -> Thing:
    """A toy car that would drive towards +x: a saloon, a pickup or a van."""
    paint, black = coat(rng, finish), dark(finish)
    length = between(rng, CAR.length_m)
    width, wheel = length * between(rng, CAR.width), length * between(rng, CAR.wheel)
    body, high = length * between(rng, CAR.body), length * between(rng, CAR.cabin)
    cabin, at = (length * share for share in CAR.cabins[rng.integers(len(CAR.cabins))])
    ground = 0.7 * wheel
    roof = ground + body + high
    parts = [
        box((length, width, body), (0, 0, ground + body / 2), paint),
        box((cabin, 0.84 * width, high), (at, 0, roof - high / 2), black),
        box((0.94 * cabin, 0.88 * width, 0.35 * high), (at, 0, roof - 0.1 * high), paint),
    ]
    for x in (0.30, -0.30):
        for side in (1, -1):
            spot = (x * length, side * (width / 2 - 0.3 * wheel), wheel)
            parts.append(cylinder(wheel, 0.9 * wheel, spot, black, SIDEWAYS))
    return Thing("toy car", finish, tuple(parts), front_known=True)


def _speaker(rng: np.random.Generator, height: float, width: float, finish: Finish) -> Thing:
    """A box with round cones in its front, the lowest the widest, and a port in its back."""
    paint, cone = coat(rng, finish), dark(finish)
    deep = width * between(rng, SPEAKER.deep)
    front, proud = deep / 2, SPEAKER.proud * width
    woofer, tweeter = width * between(rng, SPEAKER.woofer), width * between(rng, SPEAKER.tweeter)
    cones = [(woofer, 1.35 * woofer), (tweeter, height - 1.8 * tweeter)]
    if height > SPEAKER.slim * width:
        cones.append((0.8 * woofer, 3.3 * woofer))
    parts = [
        box((deep, width, height), (0, 0, height / 2), paint),
        cylinder(SPEAKER.port * width, 2 * proud, (-front, 0, 0.6 * height), cone, FORWARD),
    ]
    for radius, z in cones:
        parts.append(cylinder(radius, 2 * proud, (front, 0, z), cone, FORWARD))
        parts.append(ellipsoid((0.12 * radius, 0.7 * radius, 0.7 * radius), (front + proud, 0, z), paint))
    rest = Rest((0, 0, height), (deep / 2, width / 2), SPEAKER.headroom_m)
    return standing(Thing("speaker", finish, tuple(parts), (rest,), front_known=True))


def make_speaker_top(rng: np.random.Generator, finish: Finish) -> Thing:
    """A speaker for a shelf or a desk."""
    height = between(rng, SPEAKER.top_m)
    return _speaker(rng, height, height * between(rng, SPEAKER.top_width), finish)


def make_speaker_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    """A speaker that stands on the floor."""
    height = between(rng, SPEAKER.floor_m)
    return _speaker(rng, height, height * between(rng, SPEAKER.floor_width), finish)


HOUSEHOLD: tuple[Category, ...] = (
    Category("book", make_top=make_book, materials=("plastic",)),
    Category("laptop", make_top=make_laptop, materials=("metal", "plastic")),
    Category("ball", make_floor=make_ball_floor, make_top=make_ball_top),
    Category("box", make_floor=make_box_floor, make_top=make_box_top),
    Category("clock", make_top=make_clock),
    Category("toy car", make_top=make_toy_car),
    Category("speaker", make_floor=make_speaker_floor, make_top=make_speaker_top, materials=("wood", "plastic")),
)
