"""Arranging: things come into a room one by one, each where it is seen, fits and makes sense."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from .placing import (
    Boxes,
    Spots,
    between_walls,
    overlapping,
    parts_overlap,
    spots_of_middles,
    spots_on_rest,
)
from .room import FLOOR, Placed, Rest, Thing, Walls
from .viewpoint import Seen, View, covered

_INSIDE = 3.0  # how much more likely than a top of the same size the inside of something is used


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

    def put(self, thing: Thing, spots: Spots, needs: Needs, support: int = FLOOR, inside: bool = False) -> bool:
        """Put `thing` at one of `spots` that will do, the first ones first; False where none will.

        Small things keep the whole box of one another clear; under and between furniture only its parts count.
        """
        boxes = spots.boxes(thing)
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
            item = Placed(thing, _point(spots.position_m[row]), float(spots.yaw_rad[row]), support, inside)
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
        spots = spots_on_rest(rng, thing, holder, slot.rest, yaw)
        if spots is None or (slot.rest.inside and not self._looked_into(thing, slot)):
            return False
        return self.put(thing, spots, needs, slot.holder, slot.rest.inside)

    def slots_of(self, index: int) -> list[Slot]:
        """The rests of a thing that are in the picture, with their weights."""
        item = self.things[index]
        if not item.thing.rests:
            return []
        middles = np.array([rest.center_m for rest in item.thing.rests])
        halves = np.array([(*rest.half_m, 0.0) for rest in item.thing.rests])
        corners = np.array([(0, 0, 0), (1, 1, 0), (1, -1, 0), (-1, 1, 0), (-1, -1, 0)])
        own = middles[:, None] + 0.7 * halves[:, None] * corners
        pose = item.world_from_thing
        across, down, depth = self.view.project(own @ pose[:3, :3].T + pose[:3, 3])
        shown = ((np.abs(across) < 0.95) & (np.abs(down) < 0.95) & (depth > 0.2)).mean(axis=1)
        sides = 2 * np.sqrt(halves[:, 0] * halves[:, 1])
        above = self.view.height_m - item.position_m[2] - middles[:, 2]
        out = []
        for rest, share, side, over in zip(item.thing.rests, shown, sides, above, strict=True):
            if share > 0 and (rest.inside or over > 0.05):
                out.append(Slot(index, rest, float(share * side) * (_INSIDE if rest.inside else 1.0)))
        return out

    def _looked_into(self, thing: Thing, slot: Slot) -> bool:
        """Whether the eye sees into a container over its rim, or through its open front."""
        holder = self.things[slot.holder]
        x, y = holder.position_m[:2]
        away = math.hypot(x, y)
        if holder.thing.front_known:
            facing = -(x * math.cos(holder.yaw_rad) + y * math.sin(holder.yaw_rad)) / max(away, 1e-9)
            return facing > 0.4
        rim = holder.position_m[2] + float(holder.thing.extents_m[1, 2])
        top = holder.position_m[2] + slot.rest.center_m[2] + float(thing.extents_m[1, 2])
        width = 2 * max(slot.rest.half_m)
        return (self.view.height_m - rim) / max(away, 1e-9) * width >= rim - top

    def _turns(
        self, rng: np.random.Generator, thing: Thing, holder: Placed, rest: Rest, tries: int
    ) -> Float64[np.ndarray, " k"]:
        """Turns in the world that make sense: fronts towards the eye or the open side, the rest mostly askew."""
        if thing.front_known:
            to_eye = math.atan2(-holder.position_m[1], -holder.position_m[0])
            ahead = holder.yaw_rad if rest.inside and holder.thing.front_known else to_eye
            return ahead + rng.normal(0, 0.6, tries)
        quarter = holder.yaw_rad + math.pi / 2 * rng.integers(0, 4, tries)
        askew = rng.uniform(-math.pi, math.pi, tries)
        return np.where(rng.random(tries) < 0.5, quarter + rng.normal(0, 0.08, tries), askew)

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
        self.boxes = Boxes(
            np.concatenate([self.boxes.middle_m, box.middle_m]),
            np.concatenate([self.boxes.half_m, box.half_m]),
            np.concatenate([self.boxes.yaw_rad, box.yaw_rad]),
        )
        self.span = np.concatenate([self.span, seen.span[[row]]])
        self.distance_m = np.append(self.distance_m, seen.distance_m[row])
        self.share = np.append(self.share, seen.share[row])


def _visible(seen: Seen, needs: Needs) -> np.ndarray:
    large = np.greater_equal(np.maximum(seen.width, seen.height), needs.size) & (seen.width >= needs.width)
    out: np.ndarray = large & (seen.share >= needs.share) & (seen.nearest_m >= needs.nearest_m)
    return out


def _point(position_m: np.ndarray) -> tuple[float, float, float]:
    x, y, z = position_m.tolist()
    return (x, y, z)


def spots_at_walls(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> Spots:
    """Places with the back to a wall that the camera may see, the front into the room."""
    half = (thing.extents_m[1] - thing.extents_m[0]) / 2
    inward = np.array([math.pi, -math.pi / 2, 0.0, math.pi / 2])  # of the walls at +x, +y, -x, -y of the room
    ahead = -np.sin(inward + walls.yaw_rad)  # how much each wall is in front of the camera
    odds = np.where(ahead > -0.3, 0.4 + ahead, 0.0)
    pick = rng.choice(4, count, p=odds / odds.sum())
    along_x = pick % 2 == 0
    side = np.where(pick < 2, 1.0, -1.0)
    deep, wide = np.array(walls.half_m), np.array(walls.half_m)[::-1]
    off = side * (np.where(along_x, deep[0], deep[1]) - half[0] - rng.uniform(0.0, 0.06, count))
    slide = rng.uniform(-1, 1, count) * np.maximum(np.where(along_x, wide[0], wide[1]) - half[1], 0)
    own = np.where(along_x[:, None], np.stack([off, slide], axis=1), np.stack([slide, off], axis=1))
    return spots_of_middles(thing, _from_walls(own, walls), 0.0, inward[pick] + walls.yaw_rad)


def spots_in_view(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int) -> Spots:
    """Places on the floor in front of the camera; fronts look more or less at it."""
    steep = view.pitch_rad + view.fov_rad / 2
    first = max(0.5, view.height_m / math.tan(steep)) if steep > 0 else 1.0
    flat = view.pitch_rad - view.fov_rad / 2
    last = view.height_m / math.tan(flat) if flat > 0 else math.inf
    last = max(first + 0.5, min(last, 2 * max(walls.half_m)))
    away = rng.uniform(first, last, count)
    across = rng.uniform(-0.9, 0.9, count) * away * math.tan(view.fov_rad / 2)
    return spots_of_middles(thing, np.stack([across, away], axis=1), 0.0, _loose_turns(rng, thing, walls, count))


def spots_around(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int, spread: float) -> Spots:
    """Places around the point that the camera is aimed at, within `spread` of the thing's half lengths."""
    half = (thing.extents_m[1] - thing.extents_m[0])[:2] / 2
    middle = np.array(view.target_m[:2]) + rng.uniform(-spread, spread, (count, 2)) * half.min()
    return spots_of_middles(thing, middle, 0.0, _loose_turns(rng, thing, walls, count))


def spots_beside(rng: np.random.Generator, thing: Thing, table: Placed, count: int) -> Spots:
    """Places of a seat at a table or a desk, the front towards it, perhaps pushed under it."""
    half = (thing.extents_m[1] - thing.extents_m[0]) / 2
    lowest, highest = table.thing.extents_m
    sides = rng.integers(0, 1 if table.thing.front_known else 4, count)
    along_x = sides % 2 == 0
    reach = np.where(along_x, highest[0] - lowest[0], highest[1] - lowest[1]) / 2
    width = np.where(along_x, highest[1] - lowest[1], highest[0] - lowest[0]) / 2
    out = reach + half[0] + rng.uniform(-0.3, 0.2, count)
    slide = rng.uniform(-0.6, 0.6, count) * np.maximum(width - half[1], 0)
    angle = table.yaw_rad + sides * math.pi / 2
    c, s = np.cos(angle), np.sin(angle)
    middle = table.center_m[:2] + np.stack([c * out - s * slide, s * out + c * slide], axis=1)
    return spots_of_middles(thing, middle, 0.0, angle + math.pi + rng.normal(0, 0.2, count))


def _loose_turns(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> np.ndarray:
    if thing.front_known:
        return -math.pi / 2 + rng.normal(0, 0.9, count)
    quarter = walls.yaw_rad + math.pi / 2 * rng.integers(0, 4, count)
    return np.where(rng.random(count) < 0.5, quarter, rng.uniform(-math.pi, math.pi, count))


def _from_walls(own: np.ndarray, walls: Walls) -> np.ndarray:
    """World x and y [k, 2] of points in the room's own frame."""
    c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
    return np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1]], axis=1) + np.array(walls.center_m)


def joined(first: Spots, second: Spots) -> Spots:
    """The spots of both, those of `first` first."""
    return Spots(np.concatenate([first.position_m, second.position_m]), np.concatenate([first.yaw_rad, second.yaw_rad]))
