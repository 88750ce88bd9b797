"""Sampled rooms: nothing cuts anything, things rest where they should, a person could hold the camera."""

import math
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.rooms.catalogue import CATALOGUE, LABELS
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.world.finish import COLORS, MATERIALS, PROTOTYPE
from scenegraph3d.rooms.world.parts import PATTERNS
from scenegraph3d.rooms.world.room import FLOOR, Placed, Room, solids
from tests.rooms.layout.solid_points import all_points, in_material, surface

PRESETS = ("indoor", "tabletop")
MANY = 120
SOME = 50  # where every point of every part is looked at
DEEP_M = 0.001


@cache
def rooms(preset: str) -> tuple[Room, ...]:
    """Rooms to train on and, one in five, of held-out combinations."""
    return tuple(sample_room(20_000 + i if i % 5 == 0 else 1_000_000 + i, preset) for i in range(MANY))


def pairs(preset: str) -> list[tuple[Room, Placed]]:
    return [(room, item) for room in rooms(preset) for item in room.things]


def in_frame(item: Placed, points: np.ndarray) -> np.ndarray:
    """World points [n, 3] in a thing's frame."""
    c, s = math.cos(item.yaw_rad), math.sin(item.yaw_rad)
    x, y, z = (points - np.array(item.position_m)).T
    return np.stack([c * x + s * y, c * y - s * x, z], axis=1)


def box_corners(item: Placed) -> np.ndarray:
    """[8, 3] corners of a thing's box in the world, from its exact extents."""
    low, high = item.thing.extents_m
    own = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    c, s = math.cos(item.yaw_rad), math.sin(item.yaw_rad)
    turned = np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1], own[:, 2]], axis=1)
    return turned + np.array(item.position_m)


def pixels(room: Room, points: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """[n, 2] where world points are in a square picture whose sides run from 0 to `size`, and [n] their depth."""
    pose = room.world_from_camera
    camera = (points - pose[:3, 3]) @ pose[:3, :3]
    scale = size / 2 / math.tan(room.fov_rad / 2)
    return camera[:, :2] / camera[:, 2:] * scale + size / 2, camera[:, 2]


def share_seen(room: Room, item: Placed) -> float:
    """Share of a thing's surface points that are inside a square picture."""
    at, depth = pixels(room, all_points(item), 1)
    return float(((at >= 0) & (at <= 1)).all(axis=1)[depth > 0].sum() / len(depth))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_seed_gives_one_room(preset: str) -> None:
    for seed in (0, 5, 20_003, 1_000_007, 2**63 - 1):
        first, second = sample_room(seed, preset), sample_room(seed, preset)
        assert (first.seed, first.preset) == (seed, preset)
        assert first.walls == second.walls
        assert first.lights == second.lights
        assert first.fov_rad == second.fov_rad
        assert np.array_equal(first.world_from_camera, second.world_from_camera)
        assert [item.thing.finish for item in first.things] == [item.thing.finish for item in second.things]
        a, b = solids(first), solids(second)
        assert np.array_equal(a.world_from_part, b.world_from_part)
        assert np.array_equal(a.size_m, b.size_m)
        assert a.paint == b.paint


def test_another_seed_or_preset_gives_another_room() -> None:
    poses = {sample_room(seed, preset).world_from_camera.tobytes() for seed in range(5) for preset in PRESETS}
    assert len(poses) == 10


@pytest.mark.parametrize(("preset", "fewest", "most"), [("indoor", 2, 14), ("tabletop", 2, 6)])
def test_how_many_things_there_are(preset: str, fewest: int, most: int) -> None:
    counts = Counter(len(room.things) for room in rooms(preset))
    assert set(counts) == set(range(fewest, most + 1))


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_cuts_anything(preset: str) -> None:
    for room in rooms(preset)[:SOME]:
        assert cuts(room) == []


def cuts(room: Room) -> list[tuple[str, str]]:
    """Pairs of things of which the first has surface inside the second's material."""
    clouds = [all_points(item) for item in room.things]
    found = []
    for i, cloud in enumerate(clouds):
        for j, other in enumerate(room.things):
            low, high = clouds[j].min(axis=0), clouds[j].max(axis=0)
            near = cloud[((cloud > low) & (cloud < high)).all(axis=1)]
            if i != j and in_material(other, near, DEEP_M).any():
                found.append((room.things[i].thing.label, other.thing.label))
    return found


def test_a_thing_that_is_pushed_into_its_support_is_found() -> None:
    pushed = 0
    for room in rooms("indoor")[:SOME]:
        for i, item in enumerate(room.things):
            if item.support != FLOOR and room.things[item.support].thing.label in ("table", "desk"):
                x, y, z = item.position_m
                sunk = replace(item, position_m=(x, y, z - 0.008))
                things = (*room.things[:i], sunk, *room.things[i + 1 :])
                assert (item.thing.label, room.things[item.support].thing.label) in cuts(room.with_things(things))
                pushed += 1
                break
    assert pushed > 10


@pytest.mark.parametrize("preset", PRESETS)
def test_things_rest_exactly_on_what_they_say(preset: str) -> None:
    for room, item in pairs(preset):
        lowest = min(points[:, 2].min() for points in surface(item))
        corners = box_corners(item)
        assert lowest >= corners[:, 2].min() - 1e-9
        if item.support == FLOOR:
            assert abs(corners[:, 2].min()) < 1e-6
            assert not item.inside
            continue
        holder = room.things[item.support]
        own = in_frame(holder, corners)
        fitting = [
            rest
            for rest in holder.thing.rests
            if rest.inside == item.inside
            and abs(own[:, 2].min() - rest.center_m[2]) < 1e-6
            and own[:, 2].max() <= rest.center_m[2] + rest.headroom_m + 1e-9
            and (np.abs(own[:, :2] - np.array(rest.center_m[:2])) <= np.array(rest.half_m) + 1e-9).all()
        ]
        assert fitting, (room.seed, item.thing.label, holder.thing.label)


@pytest.mark.parametrize("preset", PRESETS)
def test_supports_come_before_what_they_hold(preset: str) -> None:
    for room in rooms(preset):
        for i, item in enumerate(room.things):
            assert item.support == FLOOR or 0 <= item.support < i


@pytest.mark.parametrize("preset", PRESETS)
def test_everything_is_between_the_walls(preset: str) -> None:
    for room in rooms(preset):
        walls = room.walls
        c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
        for points in (*(box_corners(item) for item in room.things), room.world_from_camera[None, :3, 3]):
            x, y = points[:, 0] - walls.center_m[0], points[:, 1] - walls.center_m[1]
            assert (np.abs(c * x + s * y) <= walls.half_m[0] + 1e-9).all()
            assert (np.abs(c * y - s * x) <= walls.half_m[1] + 1e-9).all()
            assert (points[:, 2] <= walls.height_m + 1e-9).all()
            assert (points[:, 2] >= -1e-9).all()
        assert all(3.0 <= 2 * half <= 8.0 for half in walls.half_m)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_person_could_hold_the_camera(preset: str) -> None:
    pitches = []
    for room in rooms(preset):
        pose = room.world_from_camera
        assert pose[:3, :3] @ pose[:3, :3].T == pytest.approx(np.eye(3), abs=1e-12)
        assert np.linalg.det(pose[:3, :3]) == pytest.approx(1)
        right, down, ahead = pose[:3, :3].T
        assert pose[:2, 3] == pytest.approx(0)
        assert 0.6 <= pose[2, 3] <= 2.2
        assert ahead[0] == pytest.approx(0, abs=1e-12)
        assert ahead[1] > 0
        pitch = math.degrees(math.asin(-ahead[2]))
        roll = math.degrees(math.atan2(-right[2], -down[2]))
        assert -5 - 1e-9 <= pitch <= 45 + 1e-9
        assert abs(roll) <= 5 + 1e-9
        assert 40 <= math.degrees(room.fov_rad) <= 85
        pitches.append(pitch)
    assert np.ptp(pitches) > 25


@pytest.mark.parametrize("preset", PRESETS)
def test_the_camera_keeps_away_from_things(preset: str) -> None:
    for room, item in pairs(preset):
        nearest = np.linalg.norm(all_points(item) - room.world_from_camera[:3, 3], axis=1).min()
        assert nearest >= 0.4


@pytest.mark.parametrize("preset", PRESETS)
def test_two_things_at_least_are_mostly_in_the_picture(preset: str) -> None:
    for room in rooms(preset):
        assert sum(share_seen(room, item) > 0.6 for item in room.things) >= 2


@pytest.mark.parametrize("preset", PRESETS)
def test_small_things_are_in_the_picture(preset: str) -> None:
    seen = [share_seen(room, item) for room, item in pairs(preset) if item.support != FLOOR]
    assert np.mean(np.array(seen) > 0.6) > 0.98
    assert min(seen) > 0.2


def test_things_on_a_table_top_are_large_enough_to_read() -> None:
    widths = []
    for room, item in pairs("tabletop"):
        at, _ = pixels(room, all_points(item), 64)
        widths.append(np.ptp(at[:, 0]))
    assert np.mean(np.array(widths) >= 7) > 0.85
    assert min(widths) > 3


def test_rooms_show_small_things_large_often() -> None:
    sides = []
    for room, item in pairs("indoor"):
        if CATALOGUE[item.thing.label].make_floor is None:
            at, _ = pixels(room, all_points(item), 1)
            sides.append(np.ptp(at, axis=0).max())
    assert np.mean(np.array(sides) > 0.1) > 0.25


@pytest.mark.parametrize("preset", PRESETS)
def test_every_category_colour_and_material_comes(preset: str) -> None:
    things = [item.thing for _, item in pairs(preset)]
    rare = {label for label in LABELS if CATALOGUE[label].make_top is None} if preset == "tabletop" else set()
    assert {thing.label for thing in things} | rare == set(LABELS)
    colors = Counter(thing.finish.color for thing in things)
    assert set(colors) == set(COLORS)
    assert min(colors.values()) > 0.04 * len(things)
    assert {thing.finish.material for thing in things} == set(MATERIALS)
    for thing in things:
        assert thing.finish.color in CATALOGUE[thing.label].colors
        assert thing.finish.material in CATALOGUE[thing.label].materials


def test_colours_are_what_they_are_called() -> None:
    names = list(PROTOTYPE)
    prototypes = np.array([PROTOTYPE[name] for name in names])
    for _, item in pairs("indoor"):
        light = np.array(item.thing.finish.rgb)
        srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        away = np.linalg.norm(prototypes - srgb, axis=1)
        own = away[names.index(item.thing.finish.color)]
        assert own == away.min()
        assert 2 * own <= np.sort(away)[1] + 1e-9


def test_things_are_on_in_and_beside_one_another() -> None:
    found = Counter((room.things[i.support].thing.label, i.inside) for room, i in pairs("indoor") if i.support != FLOOR)
    for holder in ("table", "desk", "cabinet", "bed", "sofa", "chair", "book", "box", "plate"):
        assert found[holder, False] > 0, holder
    for holder in ("bowl", "box", "shelf"):
        assert found[holder, True] > 5, holder
    assert sum(item.support == FLOOR for _, item in pairs("indoor")) > 3 * MANY


def test_furniture_stands_along_walls_and_seats_at_tables() -> None:
    backs, facing = [], []
    for room in rooms("indoor"):
        walls = room.walls
        c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
        for item in room.things:
            x, y = item.center_m[:2] - np.array(walls.center_m)
            gap = np.array(walls.half_m) - np.abs([c * x + s * y, c * y - s * x]) - item.size_m[0] / 2
            if item.thing.label in ("shelf", "cabinet", "bed"):
                backs.append(gap.min() < 0.1)
            tables = [t for t in room.things if t.thing.label in ("table", "desk")]
            if item.thing.label == "chair" and tables:
                offsets = [t.center_m[:2] - item.center_m[:2] for t in tables]
                nearest = min(offsets, key=lambda offset: float(np.linalg.norm(offset)))
                turn = item.yaw_rad - math.atan2(nearest[1], nearest[0])
                facing.append(math.cos(turn) > math.cos(math.radians(45)))
    assert np.mean(backs) > 0.4
    assert np.mean(facing) > 0.5


def test_walls_floors_and_lights_vary() -> None:
    patterns = {paint.pattern for room in rooms("indoor") for paint in (room.walls.floor, room.walls.wall)}
    assert patterns == set(PATTERNS)
    for room in (*rooms("indoor"), *rooms("tabletop")):
        assert 1 <= len(room.lights) <= 3
        for paint in (room.walls.floor, room.walls.wall, room.walls.ceiling):
            assert all(0 < value <= 1 for value in (*paint.rgb, *paint.pattern_rgb))


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "7", True, None])
def test_a_seed_is_a_whole_number_from_zero(seed: object) -> None:
    with pytest.raises(InputError, match="seed: expected"):
        sample_room(seed)


def test_a_seed_may_come_out_of_an_array() -> None:
    assert np.array_equal(sample_room(np.int64(7)).world_from_camera, sample_room(7).world_from_camera)
    assert type(sample_room(np.int64(7)).seed) is int


def test_an_unknown_preset_is_told_with_what_is_near() -> None:
    with pytest.raises(InputError, match=r"preset: expected .* did you mean 'tabletop'"):
        sample_room(0, "table top")
