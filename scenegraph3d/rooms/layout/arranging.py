"""Arranging: things come into a room one by one, each where it is seen, fits and makes sense."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from ..world.room import FLOOR, Placed, Rest, Thing, Walls
from .placing import Boxes, at_box, between_walls, boxes_on_rest, overlapping, parts_overlap
from .viewpoint import Seen, View, covered

_TINY = 1e-9
_REST_POINTS = 0.7 * np.array([(0, 0, 0), (1, 1, 0), (1, -1, 0), (-1, 1, 0), (-1, -1, 0)])  # in half lengths


@dataclass(frozen=True)
class SlotRules:
    """Where small things go.

    Attributes:
        inside: how much more likely than a top of the same size the inside of something is used.
        typical_m: size of a small thing, to tell whether it would be large enough in the picture.
        low_m: height of a low thing, to tell whether it would be seen over a container's rim.
        above_m: how much higher than a top the eye must be.
        facing: least cosine between an open front and the direction of the eye.
        front_turn_rad: spread of the turns of fronts towards the eye.
        square, square_turn_rad: share of things that lie in line with what they rest on, and how nearly.
    """

    inside: float = 3.0
    typical_m: float = 0.2
    low_m: float = 0.12
    above_m: float = 0.05
    facing: float = 0.4
    front_turn_rad: float = 0.6
    square: float = 0.5
    square_turn_rad: float = 0.08


SLOTS = SlotRules()


@dataclass(frozen=True)
class Needs:
    """What a thing must keep to in the picture and in the room.

    Attributes:
        share: least share of it inside the picture.
        size: least width or height, whichever is more, as a share of the picture's.
        width: least width, as a share of the picture's.
        cover: most that the span of one thing may cover of another's, unless one rests on the other.
        middle: how much spots near the middle of the picture come first, 0 not at all.
        nearest_m: least distance from the eye.
        gap_m: least gap to what is beside it.
        tests: how many pairs of things are tested part by part.
    """

    share: float = 0.7
    size: float = 0.03
    width: float = 0.0
    cover: float = 0.6
    middle: float = 0.0
    nearest_m: float = 0.4
    gap_m: float = 0.006
    tests: int = 4


@dataclass(frozen=True, eq=False)
class Slot:
    """A place of a thing of the room where others can be.

    Attributes:
        holder: index of the thing.
        rest: the place.
        weight: how likely it is used next.
    """

    holder: int
    rest: Rest
    weight: float


class Arrangement:
    """The things of a room so far, and how they are seen."""

    def __init__(self, view: View, walls: Walls) -> None:
        self.view = view
        self.walls = walls
        self.things: list[Placed] = []
        self.boxes = Boxes(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))
        self.span = np.zeros((0, 4))
        self.distance_m = np.zeros(0)
        self.share = np.zeros(0)

    def put(self, thing: Thing, boxes: Boxes, needs: Needs, support: int = FLOOR, inside: bool = False) -> bool:
        """Put `thing` at one of `boxes` that will do, the first ones first; False where none will.

        Small things keep the whole box of one another clear; under and between furniture only its parts count.
        """
        seen = self.view.seen(boxes)
        good = between_walls(boxes, self.walls) & _visible(seen, needs)
        holders = self._holders(support)
        if self.things:
            good &= self._uncovered(seen, holders, needs)
        if not good.any():
            return False
        rows = np.flatnonzero(good)
        off = np.abs(seen.span[rows, :2] + seen.span[rows, 2:]).max(axis=1) / 2
        rows = rows[np.argsort(needs.middle * off + rows / len(good))]
        hits = overlapping(boxes[rows], self.boxes, needs.gap_m)
        if support != FLOOR:
            hits[:, support] = False
        tests = needs.tests
        for row, hit in zip(rows.tolist(), hits, strict=True):
            item = at_box(thing, boxes, row, support, inside)
            for other in np.flatnonzero(hit):
                if self.things[other].support != FLOOR:
                    break
                tests -= 1
                if tests < 0:
                    return False
                if parts_overlap(item, self.things[other], needs.gap_m):
                    break
            else:
                self._add(item, boxes[[row]], seen, row)
                return True
        return False

    def put_on(self, rng: np.random.Generator, thing: Thing, slot: Slot, needs: Needs, tries: int) -> bool:
        """Put `thing` somewhere on or in the rest of a slot."""
        holder = self.things[slot.holder]
        yaw = self._turns(rng, thing, holder, slot.rest, tries)
        boxes = boxes_on_rest(rng, thing, holder, slot.rest, yaw)
        if boxes is None or not self._looked_into(holder, slot.rest, float(thing.extents_m[1, 2])):
            return False
        return self.put(thing, boxes, needs, slot.holder, slot.rest.inside)

    def slots_of(self, index: int, needs: Needs) -> list[Slot]:
        """The rests of a thing where others would be seen, with their weights."""
        item = self.things[index]
        if not item.thing.rests:
            return []
        middles = np.array([rest.center_m for rest in item.thing.rests])
        halves = np.array([(*rest.half_m, 0.0) for rest in item.thing.rests])
        pose = item.world_from_thing
        points = (middles[:, None] + halves[:, None] * _REST_POINTS) @ pose[:3, :3].T + pose[:3, 3]
        across, down, depth = self.view.project(points)
        apparent = SLOTS.typical_m / (2 * np.maximum(depth, SLOTS.typical_m) * math.tan(self.view.fov_rad / 2))
        shown = (np.abs(across) < 1) & (np.abs(down) < 1) & (depth > 0) & (apparent >= needs.size)
        weights = shown.mean(axis=1) * 2 * np.sqrt(halves[:, 0] * halves[:, 1])
        return [
            Slot(index, rest, weight * (SLOTS.inside if rest.inside else 1.0))
            for rest, weight in zip(item.thing.rests, weights.tolist(), strict=True)
            if weight and self._looked_into(item, rest, SLOTS.low_m)
        ]

    def _looked_into(self, holder: Placed, rest: Rest, height_m: float) -> bool:
        """Whether the eye sees what is `height_m` high on a top, behind the rim of a container or in an open front."""
        x, y, z = holder.position_m
        away = max(math.hypot(x, y), _TINY)
        if not rest.inside:
            return bool(self.view.height_m > z + rest.center_m[2] + SLOTS.above_m)
        if holder.thing.front_known:
            return -(x * math.cos(holder.yaw_rad) + y * math.sin(holder.yaw_rad)) / away > SLOTS.facing
        rim = z + float(holder.thing.extents_m[1, 2])
        hidden = rim - (z + rest.center_m[2] + height_m)
        return bool((self.view.height_m - rim) / away * 2 * max(rest.half_m) >= hidden)

    def _turns(
        self, rng: np.random.Generator, thing: Thing, holder: Placed, rest: Rest, tries: int
    ) -> Float64[np.ndarray, " k"]:
        """Turns in the world that make sense: fronts towards the eye or the open side, the rest mostly askew."""
        if thing.front_known:
            to_eye = math.atan2(-holder.position_m[1], -holder.position_m[0])
            ahead = holder.yaw_rad if rest.inside and holder.thing.front_known else to_eye
            return ahead + rng.normal(0, SLOTS.front_turn_rad, tries)
        quarter = holder.yaw_rad + math.pi / 2 * rng.integers(0, 4, tries)
        askew = rng.uniform(-math.pi, math.pi, tries)
        return np.where(rng.random(tries) < SLOTS.square, quarter + rng.normal(0, SLOTS.square_turn_rad, tries), askew)

    def _holders(self, support: int) -> list[int]:
        out = []
        while support != FLOOR:
            out.append(support)
            support = self.things[support].support
        return out

    def _uncovered(self, seen: Seen, holders: list[int], needs: Needs) -> Bool[np.ndarray, " k"]:
        """Whether each spot neither hides a thing nor is hidden by one; what holds it does not count."""
        nearer = seen.distance_m[:, None] < self.distance_m[None]
        of_theirs = covered(seen.span, self.span)
        of_ours = covered(self.span, seen.span).T
        worst = np.where(nearer, of_theirs, of_ours)
        worst[:, holders] = 0
        return ~np.any(worst > needs.cover, axis=1)

    def _add(self, item: Placed, box: Boxes, seen: Seen, row: int) -> None:
        self.things.append(item)
        self.boxes = self.boxes.followed_by(box)
        self.span = np.concatenate([self.span, seen.span[[row]]])
        self.distance_m = np.append(self.distance_m, seen.distance_m[row])
        self.share = np.append(self.share, seen.share[row])


def _visible(seen: Seen, needs: Needs) -> np.ndarray:
    large = np.greater_equal(np.maximum(seen.width, seen.height), needs.size) & (seen.width >= needs.width)
    out: np.ndarray = large & (seen.share >= needs.share) & (seen.nearest_m >= needs.nearest_m)
    return out
