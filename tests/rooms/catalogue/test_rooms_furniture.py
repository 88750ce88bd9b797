"""Furniture, looked at from outside: each thing as triangle meshes that another library builds and casts rays at."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.rooms.catalogue import CATALOGUE
from scenegraph3d.rooms.catalogue.furniture import FURNITURE
from scenegraph3d.rooms.world.finish import COLORS, PROTOTYPE, Finish
from scenegraph3d.rooms.world.room import Rest, Thing
from tests.rooms.part_meshes import meshes_of

open3d = pytest.importorskip("open3d")

# Lowest and highest natural height and width (longest of x and y) in metres, from furniture makers' norms and shops.
NATURAL = {
    "table": ((0.68, 0.78), (0.75, 1.8)),
    "desk": ((0.7, 0.8), (1.0, 1.7)),
    "chair": ((0.75, 1.05), (0.38, 0.7)),
    "stool": ((0.4, 0.8), (0.28, 0.55)),
    "sofa": ((0.65, 0.95), (1.3, 2.3)),
    "bed": ((0.8, 1.2), (1.9, 2.25)),
    "shelf": ((0.85, 2.0), (0.55, 1.2)),
    "cabinet": ((0.65, 2.0), (0.6, 1.6)),
    "lamp": ((1.3, 1.8), (0.3, 0.65)),
    "top lamp": ((0.3, 0.55), (0.12, 0.5)),
    "plant": ((0.5, 1.4), (0.15, 1.1)),
    "top plant": ((0.15, 0.4), (0.05, 0.4)),
    "bin": ((0.25, 0.6), (0.12, 0.42)),
    "tv": ((0.6, 1.6), (0.5, 1.1)),
    "top tv": ((0.3, 0.8), (0.5, 1.1)),
}
SEAT = {"chair": (0.4, 0.5), "stool": (0.4, 0.8), "sofa": (0.36, 0.48)}
MAKERS = {category.label: category.make_floor for category in FURNITURE} | {
    f"top {category.label}": category.make_top for category in FURNITURE if category.make_top
}
kinds = pytest.mark.parametrize("kind", MAKERS)
FROM_EVERYWHERE = [(turn, rise) for turn in range(0, 360, 45) for rise in (10, 35)]


def finish_of(kind: str, seed: int) -> Finish:
    category = CATALOGUE[kind.removeprefix("top ")]
    color = category.colors[seed % len(category.colors)]
    linear = tuple(((value + 0.055) / 1.055) ** 2.4 for value in PROTOTYPE[color])
    return Finish(color, linear, category.materials[seed % len(category.materials)])


@cache
def made(kind: str, seed: int) -> Thing:
    return MAKERS[kind](np.random.default_rng(seed), finish_of(kind, seed))


def things(kind: str, count: int = 24) -> Iterator[Thing]:
    return (made(kind, seed) for seed in range(count))


@cache
def scene_of(thing: Thing) -> "open3d.t.geometry.RaycastingScene":
    scene = open3d.t.geometry.RaycastingScene(nthreads=1)
    for solid in meshes_of(thing, 48):
        corners = open3d.core.Tensor(np.asarray(solid.vertices, dtype=np.float32))
        scene.add_triangles(corners, open3d.core.Tensor(np.asarray(solid.faces, dtype=np.uint32)))
    return scene


def first_hits(scene, origins: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance to what each ray meets first, and the index of the part, -1 for none."""
    rays = np.concatenate([origins, np.broadcast_to(directions, origins.shape)], axis=1).astype(np.float32)
    answer = scene.cast_rays(open3d.core.Tensor(rays), nthreads=1)
    part = answer["geometry_ids"].numpy().astype(np.int64)
    distance = answer["t_hit"].numpy()
    return distance, np.where(np.isfinite(distance), part, -1)


def seen(thing: Thing, views: list[tuple[float, float]], side: int = 24) -> np.ndarray:
    """Number of rays of parallel views that meet each part, [views, parts].

    A view is degrees around the thing, 0 looks at its front, and degrees above the horizon.
    """
    turn, rise = np.radians(np.array(views)[:, :, None]).transpose(1, 0, 2)  # (views, 1)
    towards = np.hstack([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)])[:, None]
    right = np.hstack([-np.sin(turn), np.cos(turn), 0 * turn])[:, None]
    up = np.cross(towards, right)
    reach = np.linalg.norm(np.ptp(thing.extents_m, axis=0)) / 2
    a, b = (grid.reshape(1, -1, 1) for grid in np.meshgrid(*[np.linspace(-reach, reach, side)] * 2))
    origins = thing.extents_m.mean(axis=0) + 2 * reach * towards + a * right + b * up
    _, part = first_hits(scene_of(thing), origins.reshape(-1, 3), np.repeat(-towards[:, 0], side**2, axis=0))
    return np.array([np.bincount(row[row >= 0], minlength=len(thing.parts)) for row in part.reshape(len(views), -1)])


def is_named(thing: Thing) -> np.ndarray:
    """Which parts show the thing's colour: its own hue at about its own brightness, or black for a black thing."""
    own = np.array(thing.finish.rgb)
    rgb = np.array([part.paint.rgb for part in thing.parts])
    hue = np.abs(np.cross(rgb, own)).max(axis=1) < 1e-9
    near = np.abs(np.log2(rgb.sum(axis=1) / own.sum())) < 0.5
    return (hue & near) | ((thing.finish.color == "black") & (rgb.max(axis=1) < 0.02))


def grid_of(rest: Rest, steps: int = 9) -> np.ndarray:
    """Points all over a rest, its corners and edges with it."""
    x, y = np.meshgrid(*(np.linspace(-half, half, steps) for half in rest.half_m))
    return np.stack([x.ravel(), y.ravel(), np.zeros(steps**2)], axis=1) + rest.center_m


def test_twelve_categories_stand_on_the_floor_and_three_of_them_on_tops_too():
    assert [category.label for category in FURNITURE] == [kind for kind in NATURAL if not kind.startswith("top ")]
    assert all(category.make_floor for category in FURNITURE)
    assert [category.label for category in FURNITURE if category.make_top] == ["lamp", "plant", "tv"]


@kinds
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_thing_stands_on_its_plane_in_the_middle_of_its_footprint_at_a_natural_size(kind, seed):
    thing = MAKERS[kind](np.random.default_rng(seed), finish_of(kind, seed))
    lowest, highest = thing.extents_m
    assert lowest[2] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose((lowest + highest)[:2], 0, atol=1e-9)
    height, width = NATURAL[kind]
    assert height[0] - 1e-9 <= highest[2] <= height[1] + 1e-9
    assert width[0] <= max((highest - lowest)[:2]) <= width[1]
    assert thing.label == kind.removeprefix("top ")
    assert thing.finish == finish_of(kind, seed)


@kinds
def test_the_parts_as_meshes_reach_from_the_plane_to_the_things_height(kind):
    for thing in things(kind, 10):
        corners = np.concatenate([solid.vertices for solid in meshes_of(thing)])
        np.testing.assert_allclose([corners.min(0), corners.max(0)], thing.extents_m, atol=2e-3)
        assert corners[:, 2].min() == pytest.approx(0, abs=1e-9)


@kinds
def test_the_same_draws_make_the_same_thing(kind):
    again = MAKERS[kind](np.random.default_rng(5), finish_of(kind, 5))
    assert again.rests == made(kind, 5).rests
    assert [part.size_m for part in again.parts] == [part.size_m for part in made(kind, 5).parts]
    assert [part.paint for part in again.parts] == [part.paint for part in made(kind, 5).parts]


@kinds
def test_a_rest_is_a_surface_with_the_free_height_that_it_claims(kind):
    for thing in things(kind):
        scene = scene_of(thing)
        lowest, highest = thing.extents_m
        for rest in thing.rests:
            points = grid_of(rest)
            assert min(rest.half_m) > 0.04
            assert (points >= lowest - 1e-9).all()
            assert (points <= highest + 1e-9).all()
            start = points + np.array([0, 0, rest.headroom_m - 1e-3])
            fall, _ = first_hits(scene, start, np.array([0, 0, -1.0]))
            np.testing.assert_allclose(fall, rest.headroom_m - 1e-3, atol=2e-4)


@kinds
def test_nothing_sticks_sideways_into_the_room_above_a_rest(kind):
    for thing in things(kind, 20):
        scene = scene_of(thing)
        for rest in thing.rests:
            rows = np.linspace(5e-3, rest.headroom_m - 5e-3, 15)
            along = [rest.center_m[1] + share * rest.half_m[1] for share in (-0.98, -0.5, 0.0, 0.5, 0.98)]
            start = np.array(
                [(rest.center_m[0] - rest.half_m[0], y, rest.center_m[2] + z) for y in along for z in rows]
            )
            free, _ = first_hits(scene, start, np.array([1.0, 0, 0]))
            assert (free > 2 * rest.half_m[0]).all()


def test_what_people_put_things_on_or_in_has_a_rest():
    for kind in ("table", "desk", "chair", "stool", "sofa", "bed", "shelf"):
        assert all(thing.rests for thing in things(kind)), kind
    for kind in ("cabinet", "bin"):
        assert 0 < sum(bool(thing.rests) for thing in things(kind)) < 24
    for kind, (lowest, highest) in SEAT.items():
        assert all(lowest <= rest.center_m[2] <= highest for thing in things(kind) for rest in thing.rests)


def test_a_table_offers_all_of_its_top_but_a_rim():
    for thing in things("table"):
        (rest,) = thing.rests
        width = np.ptp(thing.extents_m, axis=0)[:2]
        rectangle = np.allclose(width - 2 * np.array(rest.half_m), 0.04)
        square_in_circle = np.allclose(np.hypot(*rest.half_m), width / 2 - 0.02)
        assert rectangle or square_in_circle
        assert rest.center_m[2] == pytest.approx(thing.extents_m[1, 2])


def test_things_are_inside_of_shelves_and_bins_and_on_everything_else():
    for kind in MAKERS:
        for thing in things(kind):
            top = thing.extents_m[1, 2]
            enclosed = [kind == "bin" or (kind == "shelf" and rest.center_m[2] < top - 0.01) for rest in thing.rests]
            assert [rest.inside for rest in thing.rests] == enclosed
    assert {sum(rest.inside for rest in thing.rests) for thing in things("shelf")} >= {2, 3, 4}


@kinds
def test_the_named_colour_is_most_of_what_is_seen(kind):
    leaves = "plant" in kind
    for thing in things(kind, 22):
        views = seen(thing, FROM_EVERYWHERE)
        share = (views * is_named(thing)).sum(axis=1) / views.sum(axis=1)
        assert share.mean() > (0.33 if leaves else 0.55)
        assert share.min() > (0.25 if leaves else 0.3)


@kinds
def test_a_wooden_thing_shows_its_grain_and_only_that_one(kind):
    for thing in things(kind, 22):
        exact = [part.paint for part in thing.parts if part.paint.rgb == thing.finish.rgb]
        grained = {paint for paint in exact if paint.pattern == "grain"}
        assert bool(grained) == (thing.finish.material == "wood")
        assert all(paint.material == "wood" and paint.pattern_rgb != paint.rgb for paint in grained)
        assert all(0.05 <= paint.pattern_m <= 0.15 for paint in grained)


@kinds
def test_a_category_comes_in_several_builds(kind):
    builds = {tuple(sorted(int(part.shape) for part in thing.parts)) for thing in things(kind)}
    assert len(builds) >= 2


def test_every_colour_can_be_had_of_everything():
    assert {color for category in FURNITURE for color in category.colors} == set(COLORS)


def highest_part_is_behind(thing: Thing) -> bool:
    """Whether the part that reaches highest is on the side of -x, seen from above."""
    lowest, highest = thing.extents_m
    x = np.linspace(lowest[0] + 0.01, highest[0] - 0.01, 30)
    start = np.stack([x, np.zeros(30), np.full(30, highest[2] + 0.5)], axis=1)
    fall, _ = first_hits(scene_of(thing), start, np.array([0, 0, -1.0]))
    return bool(x[np.argmin(fall)] < 0)


@pytest.mark.parametrize("kind", ["chair", "sofa", "bed"])
def test_backs_and_headboards_are_behind(kind):
    assert all(thing.front_known and highest_part_is_behind(thing) for thing in things(kind))


@pytest.mark.parametrize("kind", ["tv", "top tv"])
def test_a_screen_is_seen_from_the_front_alone(kind):
    for thing in things(kind):
        glass = np.array([max(part.paint.rgb) < 0.01 for part in thing.parts]) & [
            part.paint.rgb != thing.finish.rgb for part in thing.parts
        ]
        front, back = seen(thing, [(0, 0), (180, 0)])
        assert thing.front_known
        assert front[glass].sum() > 0.2 * front.sum()
        assert back[glass].sum() == 0


def test_a_shelf_with_a_back_is_open_towards_its_front_and_one_without_has_none():
    for thing in things("shelf"):
        scene = scene_of(thing)
        reach = thing.extents_m[1, 0]
        for rest in (rest for rest in thing.rests if rest.inside):
            middle = np.array([[0, rest.center_m[1], rest.center_m[2] + rest.headroom_m / 2]])
            ahead, _ = first_hits(scene, middle + np.array([2 * reach, 0, 0]), np.array([-1.0, 0, 0]))
            behind, _ = first_hits(scene, middle - np.array([2 * reach, 0, 0]), np.array([1.0, 0, 0]))
            assert ahead[0] > 2 * reach
            assert np.isfinite(behind[0]) == thing.front_known
    assert {thing.front_known for thing in things("shelf")} == {True, False}


@pytest.mark.parametrize("kind", ["cabinet", "desk"])
def test_knobs_are_in_front(kind):
    for thing in things(kind):
        knobs = [solid for solid in meshes_of(thing, 8) if np.prod(np.ptp(solid.vertices, axis=0)) < 2e-4]
        assert thing.front_known
        assert len(knobs) >= 2
        assert all(knob.vertices[:, 0].mean() > 0.5 * thing.extents_m[1, 0] for knob in knobs)


def test_what_looks_the_same_from_all_sides_has_no_front():
    assert not any(thing.front_known for kind in ("table", "stool", "lamp", "plant", "bin") for thing in things(kind))
