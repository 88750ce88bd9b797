"""Small things: sizes of real ones, places where others can be, colours that are seen, beside meshes of their parts."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import trimesh

from scenegraph3d.rooms.catalogue.category import Category
from scenegraph3d.rooms.catalogue.household import HOUSEHOLD
from scenegraph3d.rooms.catalogue.tableware import TABLEWARE
from scenegraph3d.rooms.world.finish import COLORS, MATERIALS, PROTOTYPE, Finish
from scenegraph3d.rooms.world.parts import Shape
from scenegraph3d.rooms.world.room import Rest, Thing
from tests.rooms.part_meshes import meshes_of, tops

SMALL = {category.label: category for category in (*TABLEWARE, *HOUSEHOLD)}
MAKERS: dict[str, tuple[Category, Callable[[np.random.Generator, Finish], Thing]]] = {
    f"{category.label} {where}": (category, make)
    for category in SMALL.values()
    for where, make in (("on top", category.make_top), ("on the floor", category.make_floor))
    if make is not None
}
SEEDS = range(60)

# Height, and the longer side of the footprint, of real ones, metres.
NATURAL = {
    "mug on top": ((0.08, 0.11), (0.08, 0.17)),
    "bowl on top": ((0.035, 0.14), (0.12, 0.27)),
    "bottle on top": ((0.20, 0.32), (0.055, 0.09)),
    "vase on top": ((0.15, 0.40), (0.07, 0.27)),
    "vase on the floor": ((0.45, 0.80), (0.20, 0.53)),
    "plate on top": ((0.012, 0.03), (0.18, 0.28)),
    "can on top": ((0.10, 0.13), (0.058, 0.075)),
    "teapot on top": ((0.12, 0.21), (0.21, 0.34)),
    "candle on top": ((0.08, 0.28), (0.045, 0.13)),
    "apple on top": ((0.06, 0.10), (0.07, 0.10)),
    "book on top": ((0.015, 0.30), (0.09, 0.30)),
    "laptop on top": ((0.16, 0.29), (0.28, 0.43)),
    "ball on top": ((0.06, 0.241), (0.06, 0.242)),
    "ball on the floor": ((0.16, 0.302), (0.16, 0.302)),
    "box on top": ((0.03, 0.36), (0.08, 0.50)),
    "box on the floor": ((0.10, 0.60), (0.30, 0.90)),
    "clock on top": ((0.11, 0.29), (0.11, 0.25)),
    "toy car on top": ((0.03, 0.11), (0.10, 0.22)),
    "speaker on top": ((0.15, 0.35), (0.08, 0.28)),
    "speaker on the floor": ((0.70, 1.10), (0.14, 0.38)),
}


def finish(color: str, material: str) -> Finish:
    r, g, b = (c**2.2 for c in PROTOTYPE[color])
    return Finish(color, (r, g, b), material)


def things(name: str, seeds: range = SEEDS) -> list[Thing]:
    """One thing per seed, through all colours and materials that it comes in."""
    category, make = MAKERS[name]
    looks = itertools.cycle(itertools.product(category.materials, category.colors))
    return [
        make(np.random.default_rng(seed), finish(look[1], look[0])) for seed, look in zip(seeds, looks, strict=False)
    ]


def test_sixteen_categories_with_names_that_exist() -> None:
    assert len(SMALL) == len(TABLEWARE) + len(HOUSEHOLD) == 16
    for category in SMALL.values():
        assert set(category.colors) <= set(COLORS)
        assert set(category.materials) <= set(MATERIALS)
    assert set(SMALL["apple"].colors) == {"red", "green", "yellow"}
    assert set(MAKERS) == set(NATURAL)


@pytest.mark.parametrize("name", MAKERS)
def test_a_thing_stands_on_zero_in_the_middle_and_is_as_large_as_real_ones(name: str) -> None:
    height, side = NATURAL[name]
    for thing in things(name):
        lowest, highest = thing.extents_m
        assert lowest[2] == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose((lowest + highest)[:2] / 2, 0, atol=1e-9)
        size = highest - lowest
        assert height[0] <= size[2] <= height[1]
        assert side[0] <= max(size[:2]) <= side[1]


@pytest.mark.parametrize("name", MAKERS)
def test_a_thing_is_what_it_was_asked_to_be(name: str) -> None:
    category, make = MAKERS[name]
    for thing, again in zip(things(name), things(name), strict=True):
        assert thing.label == category.label
        assert [part.paint for part in thing.parts] == [part.paint for part in again.parts]
        assert any(part.paint.rgb == thing.finish.rgb for part in thing.parts)
        assert all(part.paint.material == thing.finish.material for part in _named(thing))
        np.testing.assert_array_equal(thing.extents_m, again.extents_m)
    sizes = {thing.extents_m[1, 2] for thing in things(name)}
    assert len(sizes) == len(SEEDS)
    wood = make(np.random.default_rng(0), finish(category.colors[0], "wood"))
    assert {part.paint.pattern for part in _named(wood)} == {"grain"}


@pytest.mark.parametrize("name", MAKERS)
def test_its_parts_are_few_and_sound(name: str) -> None:
    for thing in things(name):
        assert 1 <= len(thing.parts) <= 8
        for part in thing.parts:
            a, b, c, wall = part.size_m
            assert min(a, b) > 0
            assert c > 0 or part.shape is Shape.TORUS
            assert wall < min(a, b, c) / 2 or wall == 0
            assert a > b or part.shape is not Shape.TORUS
            assert all(0 <= channel <= 1 for channel in (*part.paint.rgb, *part.paint.pattern_rgb))


@pytest.mark.parametrize("name", MAKERS)
def test_extents_are_those_of_meshes(name: str) -> None:
    for thing in things(name, range(8)):
        bounds = np.stack([mesh.bounds for mesh in meshes_of(thing, 64)])
        lowest, highest = thing.extents_m
        np.testing.assert_allclose(bounds[:, 0].min(axis=0), lowest, atol=0.002 * max(highest - lowest))
        np.testing.assert_allclose(bounds[:, 1].max(axis=0), highest, atol=0.002 * max(highest - lowest))


@pytest.mark.parametrize("name", MAKERS)
def test_a_thing_is_of_one_piece(name: str) -> None:
    """No part hangs in the air: the boxes around the parts are all joined."""
    for thing in things(name, range(20)):
        meshes = meshes_of(thing, 24)
        joined, rest = {0}, set(range(1, len(meshes)))
        while rest:
            near = {i for i in rest if any(_touch(meshes[i], meshes[k]) for k in joined)}
            assert near, f"{name}: parts {sorted(rest)} hang in the air"
            joined, rest = joined | near, rest - near


RESTING = ["bowl on top", "plate on top", "book on top", "box on top", "box on the floor", "speaker on top"]


@pytest.mark.parametrize("name", [*RESTING, "speaker on the floor"])
def test_a_place_to_rest_is_a_surface_with_nothing_above_it(name: str) -> None:
    found = 0
    for thing in things(name, range(30)):
        meshes = meshes_of(thing, 24)
        for rest in thing.rests:
            found += 1
            _check_rest(thing, rest, meshes)
    assert found >= 15


def test_where_others_can_be_in_and_on() -> None:
    made = {name: things(name, range(20)) for name in MAKERS}
    inside = {name: {rest.inside for thing in made[name] for rest in thing.rests} for name in made}
    assert {name for name, kinds in inside.items() if True in kinds} == {
        "bowl on top",
        "box on top",
        "box on the floor",
    }
    assert {name for name, kinds in inside.items() if False in kinds} == {
        "plate on top",
        "book on top",
        "box on top",
        "box on the floor",
        "speaker on top",
        "speaker on the floor",
    }


@pytest.mark.parametrize(("name", "deep"), [("mug on top", 0.9), ("vase on top", 0.03), ("vase on the floor", 0.03)])
def test_a_vessel_is_hollow(name: str, deep: float) -> None:
    for thing in things(name, range(20)):
        (vessel,) = (part for part in thing.parts if part.size_m[3] > 0)
        within = vessel.thing_from_part[:2, 3] + np.array([[0, 0], [0.5, 0.2], [-0.3, 0.6]]) * min(vessel.size_m[:2])
        assert tops(meshes_of(thing), within + 1e-5).max() < (1 - deep) * thing.extents_m[1, 2]


@pytest.mark.parametrize("name", MAKERS)
def test_the_named_colour_is_most_of_what_is_seen(name: str) -> None:
    for thing in things(name, range(6)):
        cloud = _cloud(thing)
        views = zip(np.arange(0.2, 6.2, 0.785), itertools.cycle((0.2, 0.6, 0.4)), strict=False)
        assert np.mean([_own_share(thing, cloud, turn, lift) for turn, lift in views]) > 0.6


@pytest.mark.parametrize("name", ["laptop on top", "clock on top", "speaker on top", "speaker on the floor"])
def test_a_front_shows_what_a_back_does_not(name: str) -> None:
    for thing in things(name, range(8)):
        cloud = _cloud(thing)
        assert thing.front_known
        assert _own_share(thing, cloud, 0.0, 0.2) < _own_share(thing, cloud, math.pi, 0.2) - 0.1


def test_a_laptop_is_open_by_95_to_125_degrees() -> None:
    for thing in things("laptop on top"):
        screen = thing.parts[2].thing_from_part[:3, 2]  # from the hinge up along the lid
        assert screen[1] == pytest.approx(0)
        assert 95 <= math.degrees(math.atan2(screen[2], screen[0])) <= 125


def _named(thing: Thing) -> list:
    return [part for part in thing.parts if part.paint.rgb == thing.finish.rgb]


def _touch(a: trimesh.Trimesh, b: trimesh.Trimesh) -> bool:
    return bool((a.bounds[0] <= b.bounds[1] + 1e-6).all() and (b.bounds[0] <= a.bounds[1] + 1e-6).all())


def _check_rest(thing: Thing, rest: Rest, meshes: list[trimesh.Trimesh]) -> None:
    middle, half, z = np.array(rest.center_m[:2]), np.array(rest.half_m), rest.center_m[2]
    lowest, highest = thing.extents_m
    assert (lowest[:2] - 1e-9 <= middle - half).all()
    assert (middle + half <= highest[:2] + 1e-9).all()
    assert rest.headroom_m >= 0.2
    shares = np.array(list(itertools.product((-0.999, -0.613, 0.021, 0.587, 0.999), repeat=2)))
    np.testing.assert_allclose(tops(meshes, middle + shares * half), z, atol=1e-6)
    if not rest.inside:
        assert highest[2] < z + 0.025
        return
    steps = np.linspace(0, max(highest - lowest), 300)
    for angle in np.arange(0.1, 6.2, 0.785):
        walk = middle + steps[:, None] * np.array([math.cos(angle), math.sin(angle)])
        assert tops(meshes, walk).max() > z + 0.02, "no wall around a place that is inside"


def _cloud(thing: Thing) -> tuple[np.ndarray, np.ndarray]:
    """Points all over a thing's parts, and the part that each is of."""
    samples = [trimesh.sample.sample_surface(mesh, 2500, seed=i)[0] for i, mesh in enumerate(meshes_of(thing, 24))]
    return np.concatenate(samples), np.repeat(np.arange(len(samples)), 2500)


def _own_share(thing: Thing, cloud: tuple[np.ndarray, np.ndarray], turn: float, lift: float, cells: int = 24) -> float:
    """How much of a picture from afar shows the named colour, seen from the heading `turn` and `lift` above it."""
    towards = np.array([math.cos(lift) * math.cos(turn), math.cos(lift) * math.sin(turn), math.sin(lift)])
    right = np.array([-math.sin(turn), math.cos(turn), 0])
    points, owner = cloud[0] @ np.stack([right, np.cross(towards, right), towards]).T, cloud[1]
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    cell = ((points[:, :2] - low) / (high - low).max() * (cells - 1e-6)).astype(int)
    flat = cell[:, 0] * cells + cell[:, 1]
    order = np.lexsort((-points[:, 2], flat))
    _, first = np.unique(flat[order], return_index=True)
    named = np.array([part.paint.rgb == thing.finish.rgb for part in thing.parts])
    return float(named[owner[order][first]].mean())
