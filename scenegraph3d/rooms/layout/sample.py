"""Rooms by seed: a camera that a person would hold, and in front of it things that rest where they would.

A room is made straight in the world frame, with the camera at (0, 0, height) heading along +y. What to look at and the
camera come first, then walls around both, then furniture, then small things on, in and beside it. Every thing is tried
at many spots at once and takes the first at which it is seen, hides nothing, cuts nothing and keeps to its support. A
room that did not come out well is thrown away and drawn again from the same stream, so a seed always gives one room.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from ...errors import InputError, message, suggestion
from ..catalogue import CATALOGUE
from ..splits import HELD_OUT_COLORS, HELD_OUT_RELATIONS, held_out, split_of, support_relations, whole
from ..world.finish import Finish
from ..world.room import Placed, Room, Thing
from .arranging import Arrangement, Needs, Slot
from .palette import sample_finish
from .placing import Boxes, half_m
from .spots import spots_around, spots_at_walls, spots_beside, spots_in_view
from .surroundings import sample_lights, sample_walls
from .viewpoint import LIMITS, View, aimed

Maker = Callable[[np.random.Generator, Finish], Thing]


@dataclass(frozen=True)
class Look:
    """A way to look at a room.

    Attributes:
        anchor: what the camera is aimed at: "top" of a piece of furniture, a whole "piece", or the "floor".
        away_m: distance to it: along the line of sight for a top, else along the floor.
        pitch_deg: of the line of sight, for a top.
        height_m: of the camera.
        fov_deg: of the camera.
        pieces: fewest and most floor-standing things, the anchor among them.
        aim: height that the camera is aimed at: share of a piece's own height, or metres over the floor.
    """

    anchor: str
    away_m: tuple[float, float]
    pitch_deg: tuple[float, float]
    height_m: tuple[float, float]
    fov_deg: tuple[float, float]
    pieces: tuple[int, int]
    aim: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Preset:
    """A kind of room.

    Attributes:
        count: fewest and most things.
        looks: ways to look, and how likely each is.
        pieces, small: what furniture and what small things must keep to; the anchor only needs `anchor_share`.
        anchor_share: least share of the anchor inside the picture.
        least_on_top: fewest small things where the camera is aimed at a top.
        clear: least width or height of the two things that can be seen best.
        floor: weight of the floor among the places for small things.
        quiet: mostly plain surroundings.
        refill: what a place's weight is multiplied by each time that it is chosen.
        goes_inside: things that are tried in a container before another place is.
        tries: spots that are tried at once for one thing.
    """

    count: tuple[int, int]
    looks: tuple[tuple[Look, float], ...]
    pieces: Needs
    small: Needs
    anchor_share: float
    least_on_top: int
    clear: float
    floor: float
    quiet: bool
    refill: float = 0.6
    goes_inside: int = 3
    tries: int = 24


PRESETS = {
    "indoor": Preset(
        count=(2, 14),
        looks=(
            (Look("floor", (1.8, 4.2), (0, 0), (1.2, 2.2), (55, 85), (3, 6), (0.0, 0.7)), 0.35),
            (Look("piece", (1.3, 3.0), (0, 0), (0.6, 1.9), (45, 80), (1, 4), (0.4, 0.9)), 0.30),
            (Look("top", (0.7, 1.5), (14, 45), (0, 0), (40, 75), (1, 3)), 0.35),
        ),
        pieces=Needs(share=0.5, size=0.08, cover=0.75),
        small=Needs(share=0.7, size=0.035, cover=0.6, middle=0.5),
        anchor_share=0.25,
        least_on_top=2,
        clear=0.08,
        floor=0.35,
        quiet=False,
    ),
    "tabletop": Preset(
        count=(2, 6),
        looks=(
            (Look("top", (0.62, 1.0), (18, 45), (0, 0), (40, 52), (1, 1)), 0.7),
            (Look("floor", (0.7, 0.95), (0, 0), (0.6, 0.8), (40, 52), (0, 0), (0.05, 0.05)), 0.15),
            (Look("floor", (2.2, 3.2), (0, 0), (1.0, 1.7), (42, 55), (2, 6), (0.0, 0.7)), 0.15),
        ),
        pieces=Needs(share=0.85, size=0.16, width=0.14, cover=0.35),
        small=Needs(share=0.9, size=0.13, width=0.13, cover=0.3, middle=1.0),
        anchor_share=0.2,
        least_on_top=1,
        clear=0.12,
        floor=0.6,
        quiet=True,
    ),
}

# How often furniture comes, what has a top to look at, and what stands along walls; 1 where nothing is said.
_PIECE_ODDS = {
    "table": 1.8,
    "desk": 1.4,
    "chair": 1.3,
    "sofa": 0.9,
    "bed": 0.8,
    "ball": 0.5,
    "box": 0.6,
    "vase": 0.5,
    "speaker": 0.6,
}
_TOP_ODDS = {"table": 5.0, "desk": 4.0, "cabinet": 2.0, "bed": 1.0, "sofa": 0.8, "stool": 0.7, "chair": 0.6, "box": 0.3}
_PLAIN_TOP_ODDS = {"table": 3.0, "desk": 2.0}
_WALL_SHARE = {"shelf": 0.95, "cabinet": 0.9, "tv": 0.9, "bed": 0.8, "desk": 0.7, "sofa": 0.7, "table": 0.15}
_WALL_SHARE |= {"chair": 0.2, "stool": 0.15, "ball": 0.1, "box": 0.4}
_OTHER_WALL_SHARE = 0.55
_SEAT_ODDS = {"chair": 3.0, "stool": 1.0}
_SEAT_NEXT = 0.35  # share of furniture that is a seat because there is a table or a desk
_SEATED_AT = ("table", "desk")
_AT_TABLE = 0.75  # share of seats that stand at a table or a desk where there is one

# What lies on the floor, on what is small itself, and on what is soft.
_FLOOR_ODDS = {"ball": 3.0, "box": 3.0, "toy car": 3.0, "book": 1.5, "speaker": 1.0, "plant": 1.0, "vase": 1.0}
_FLOOR_ODDS |= {
    "bowl": 0.7,
    "plate": 0.3,
    "bottle": 0.6,
    "can": 0.6,
    "mug": 0.4,
    "laptop": 0.4,
    "lamp": 0.3,
}
_CARGO_ODDS = {"apple": 2.0, "ball": 1.0, "candle": 1.0, "can": 1.0, "mug": 1.5, "toy car": 1.0, "book": 1.5}
_CARGO_ODDS |= {"bowl": 1.0, "clock": 0.7, "bottle": 0.5, "plate": 0.7, "box": 0.7, "vase": 0.5, "plant": 0.5}
_INSIDE_ODDS = {"apple": 3.0, "ball": 3.0, "toy car": 1.5, "can": 0.7, "mug": 0.5, "candle": 0.3}
_FULL = 0.03  # sum of the weights of all places below which a room has enough in it
_LARGE_M2 = 0.09  # a place at least so large takes any small thing, not only cargo
_SOFT = ("bed", "sofa", "chair")
_SOFT_ODDS = {"book": 3.0, "laptop": 2.0, "ball": 2.0, "box": 2.0, "toy car": 1.5, "plate": 0.7, "clock": 0.5}
_FEW_ODDS = 0.15  # on what is soft, of what is not named


@dataclass(frozen=True)
class Wish:
    """What the next thing must be, as far as it matters; None leaves it open."""

    label: str | None = None
    color: str | None = None
    holder: str | None = None
    inside: bool = False


def sample_room(seed: object, preset: str = "indoor") -> Room:
    """The room of a seed.

    Args:
        seed: a whole number from 0 to 2^63 - 1; its split says which combinations may come (see `splits`).
        preset: "indoor": rooms of 3 to 8 m with 2 to 14 things in view; "tabletop": 2 to 6 things on a table or a plain
            floor, near enough to be told apart in a picture of 64 x 64.

    Raises:
        InputError: the seed is no such number; the preset has no such name.
    """
    number, split = whole(seed), split_of(seed)
    if preset not in PRESETS:
        raise InputError(message("preset", "the name of a preset", repr(preset), suggestion(str(preset), PRESETS)))
    rng = np.random.default_rng([number, list(PRESETS).index(preset)])
    while True:
        room = _Sampler(rng, PRESETS[preset], split == "heldout").room(number, preset)
        if room is not None:
            return room


class _Sampler:
    """One go at a room."""

    def __init__(self, rng: np.random.Generator, preset: Preset, free: bool) -> None:
        self.rng = rng
        self.preset = preset
        self.free = free
        self.wishes: list[Wish] = []
        if free:
            self._wish_held_out()

    def room(self, seed: int, preset: str) -> Room | None:
        """The room, or None where it did not come out well."""
        rng, rules = self.rng, self.preset
        looks, odds = zip(*rules.looks, strict=True)
        look = looks[int(rng.choice(len(looks), p=odds))]
        target = int(rng.integers(rules.count[0], rules.count[1] + 1))
        anchor = self._anchor(look)
        view = self._view(look, anchor)
        size = 0.0 if anchor is None else math.hypot(*half_m(anchor)[:2])
        walls = sample_walls(rng, view, view.target_m[1] + size, rules.quiet)
        self.scene = Arrangement(view, walls)
        if anchor is not None and not self._put_anchor(anchor):
            return None
        on_top = rules.least_on_top if look.anchor == "top" else 0
        self._furnish(min(max(target - on_top, 1), int(rng.integers(look.pieces[0], look.pieces[1] + 1))))
        pieces = len(self.scene.things)
        self._clutter(max(target, pieces + on_top), look)
        things = tuple(self.scene.things)
        if len(things) < pieces + on_top or not self._good(things):
            return None
        lights, ambient = sample_lights(rng, view, walls, self.scene.boxes)
        return Room(seed, preset, things, walls, lights, ambient, view.world_from_camera, view.fov_rad)

    def _good(self, things: tuple[Placed, ...]) -> bool:
        if len(things) < self.preset.count[0] or (self.free and not held_out(things)):
            return False
        span = self.scene.span
        large = np.maximum(span[:, 2] - span[:, 0], span[:, 3] - span[:, 1]) / 2 >= self.preset.clear
        return int((large & (self.scene.share >= self.preset.small.share)).sum()) >= 2

    def _wish_held_out(self) -> None:
        """Ask for one of the combinations that no other split shows."""
        rng = self.rng
        if rng.random() < len(HELD_OUT_COLORS) / (len(HELD_OUT_COLORS) + len(HELD_OUT_RELATIONS)):
            color, label = sorted(HELD_OUT_COLORS)[rng.integers(len(HELD_OUT_COLORS))]
            self.wishes = [Wish(label, color)]
            return
        label, how, holder = sorted(HELD_OUT_RELATIONS)[rng.integers(len(HELD_OUT_RELATIONS))]
        self.wishes = [Wish(holder), Wish(label, holder=holder, inside=how == "inside")]

    def _wished(self, known: Mapping[str, Maker]) -> Wish:
        """The first open wish, where it is for one of the `known` categories and names no holder."""
        if not self.wishes:
            return Wish()
        return self.wishes[0] if self.wishes[0].label in known and self.wishes[0].holder is None else Wish()

    def _made(self, label: str, make: Maker, color: str | None) -> Thing:
        """One of a category, in a finish that the split allows."""
        rng, category = self.rng, CATALOGUE[label]
        colors = category.colors if self.free else _COLORS[label]
        name = color or colors[rng.integers(len(colors))]
        return make(rng, sample_finish(rng, name, category.materials[rng.integers(len(category.materials))]))

    def _anchor(self, look: Look) -> Thing | None:
        """What the camera is aimed at; None for the floor."""
        if look.anchor == "floor":
            return None
        wish = self._wished(_PIECES)
        if look.anchor == "top":
            odds = _PLAIN_TOP_ODDS if self.preset.quiet else _TOP_ODDS
            if wish.label not in odds:
                wish = Wish()
            label = wish.label or _drawn(self.rng, odds)
        else:
            label = wish.label or _drawn(self.rng, _ODDS_FLOOR)
        self._granted(wish, True)
        return self._made(label, _PIECES[label], wish.color)

    def _view(self, look: Look, anchor: Thing | None) -> View:
        rng = self.rng
        away, fov = rng.uniform(*look.away_m), rng.uniform(*look.fov_deg)
        if look.anchor == "top" and anchor is not None:
            top = max((rest.center_m[2] for rest in anchor.rests), default=float(anchor.extents_m[1, 2]))
            pitch = math.radians(rng.uniform(*look.pitch_deg))
            height = float(np.clip(top + away * math.sin(pitch), *LIMITS.height_m))
            return aimed(rng, height, away * math.cos(pitch), top, fov)
        aim = rng.uniform(*look.aim) * (1.0 if anchor is None else float(anchor.extents_m[1, 2]))
        return aimed(rng, rng.uniform(*look.height_m), away, aim, fov)

    def _put_anchor(self, anchor: Thing) -> bool:
        spots = spots_around(self.rng, anchor, self.scene.view, self.scene.walls, self.preset.tries)
        return self.scene.put(anchor, spots, replace(self.preset.pieces, share=self.preset.anchor_share))

    def _furnish(self, count: int) -> None:
        """Put floor-standing things until there are `count` of them, or a few did not find a place."""
        for _ in range(2 * count):
            if len(self.scene.things) >= count:
                return
            wish = self._wished(_PIECES)
            tables = [item for item in self.scene.things if item.thing.label in _SEATED_AT]
            seat = bool(tables) and self.rng.random() < _SEAT_NEXT
            label = wish.label or _drawn(self.rng, _SEAT_ODDS if seat else _ODDS_FLOOR)
            thing = self._made(label, _PIECES[label], wish.color)
            self._granted(wish, self.scene.put(thing, self._floor_spots(thing, tables), self.preset.pieces))

    def _floor_spots(self, thing: Thing, tables: list[Placed]) -> Boxes:
        rng, scene, tries = self.rng, self.scene, self.preset.tries
        free = spots_in_view(rng, thing, scene.view, scene.walls, tries)
        if thing.label in _SEAT_ODDS and tables and rng.random() < _AT_TABLE:
            return spots_beside(rng, thing, tables[rng.integers(len(tables))], tries).followed_by(free)
        wall = spots_at_walls(rng, thing, scene.walls, tries)
        first = rng.random() < _WALL_SHARE.get(thing.label, _OTHER_WALL_SHARE)
        return wall.followed_by(free) if first else free.followed_by(wall)

    def _clutter(self, count: int, look: Look) -> None:
        """Put small things on, in and beside what is there until there are `count` things in all."""
        rng, scene = self.rng, self.scene
        slots = [slot for index in range(len(scene.things)) for slot in scene.slots_of(index, self.preset.small)]
        weights = [slot.weight for slot in slots]
        floor = 0.0 if look.anchor == "top" else self.preset.floor
        for _ in range(2 * count):
            if len(scene.things) >= count or floor + sum(weights) < _FULL:
                return
            wish, pick = self._wished_slot(slots)
            if pick is None:
                pick = _index(rng, [*weights, floor])
            before = len(scene.things)
            done = self._lay(wish) if pick == len(slots) else self._fill(slots[pick], wish)
            if pick < len(slots):
                weights[pick] *= self.preset.refill
            else:
                floor *= self.preset.refill
            if done:
                fresh = scene.slots_of(before, self.preset.small)
                slots += fresh
                weights += [slot.weight for slot in fresh]

    def _wished_slot(self, slots: list[Slot]) -> tuple[Wish, int | None]:
        """What the next small thing must be, and the slot that the open wish names, if there is one."""
        wish = self._wished(_SMALL)
        if self.wishes and self.wishes[0].holder is not None:
            for index, slot in enumerate(slots):
                holder = self.scene.things[slot.holder].thing.label
                if holder == self.wishes[0].holder and slot.rest.inside == self.wishes[0].inside:
                    return self.wishes[0], index
        return wish, None

    def _lay(self, wish: Wish) -> bool:
        """Put one small thing on the floor."""
        label = wish.label or _drawn(self.rng, _ODDS_SMALL_FLOOR)
        thing = self._made(label, _SMALL[label], wish.color)
        spots = spots_in_view(self.rng, thing, self.scene.view, self.scene.walls, self.preset.tries)
        return self._granted(wish, self.scene.put(thing, spots, self.preset.small))

    def _fill(self, slot: Slot, wish: Wish) -> bool:
        """Put one small thing into a slot; containers get several goes, for much is too large for them."""
        rules = self.preset
        for _ in range(rules.goes_inside if slot.rest.inside else 1):
            label = wish.label or _drawn(self.rng, self._odds(slot))
            if not self.free and self._rests(label, slot) & HELD_OUT_RELATIONS:
                continue
            thing = self._made(label, _SMALL[label], wish.color)
            if self.scene.put_on(self.rng, thing, slot, rules.small, rules.tries):
                return self._granted(wish, True)
        return False

    def _rests(self, label: str, slot: Slot) -> set[tuple[str, str, str]]:
        return support_relations(label, slot.holder, slot.rest.inside, self.scene.things)

    def _granted(self, wish: Wish, done: bool) -> bool:
        """Strike off a wish that came true."""
        if done and wish.label is not None:
            self.wishes.pop(0)
        return done

    def _odds(self, slot: Slot) -> Mapping[str, float]:
        """How likely each category is in a slot."""
        if self.scene.things[slot.holder].thing.label in _SOFT:
            return _ODDS_SOFT
        if 4 * slot.rest.half_m[0] * slot.rest.half_m[1] > _LARGE_M2:
            return _ODDS_TOP
        return _INSIDE_ODDS if slot.rest.inside else _CARGO_ODDS


def _drawn(rng: np.random.Generator, odds: Mapping[str, float]) -> str:
    return list(odds)[_index(rng, list(odds.values()))]


def _index(rng: np.random.Generator, weights: Sequence[float]) -> int:
    edges = list(accumulate(weights))
    return bisect_right(edges, rng.random() * edges[-1])


_PIECES: dict[str, Maker] = {name: kind.make_floor for name, kind in CATALOGUE.items() if kind.make_floor}
_SMALL: dict[str, Maker] = {name: kind.make_top for name, kind in CATALOGUE.items() if kind.make_top}
_COLORS = {name: [c for c in kind.colors if (c, name) not in HELD_OUT_COLORS] for name, kind in CATALOGUE.items()}
_ODDS_FLOOR = {label: _PIECE_ODDS.get(label, 1.0) for label in _PIECES}
_ODDS_TOP = dict.fromkeys(_SMALL, 1.0)
_ODDS_SMALL_FLOOR = {label: _FLOOR_ODDS[label] for label in _ODDS_TOP if label in _FLOOR_ODDS}
_ODDS_SOFT = {label: _SOFT_ODDS.get(label, _FEW_ODDS) for label in _ODDS_TOP}
