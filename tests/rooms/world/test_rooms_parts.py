"""Solids: what their builders make, and how far they reach, beside meshes of another library."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from scenegraph3d.rooms.world.parts import (
    Paint,
    Part,
    Shape,
    box,
    cone,
    cylinder,
    ellipsoid,
    extents,
    frustum,
    placed,
    pot,
    sphere,
    torus,
    turned,
)
from tests.rooms.part_meshes import mesh_of

PAINT = Paint((0.5, 0.4, 0.3))
AT = (0.3, -0.2, 0.7)
AROUND = 96
SAG = 1 - math.cos(math.pi / AROUND)  # how far an arc's chord stays below it, over the radius

# A part, its volume, and its full lengths along the axes.
SOLIDS = {
    "box": (box((0.2, 0.3, 0.4), AT, PAINT), 0.2 * 0.3 * 0.4, (0.2, 0.3, 0.4)),
    "ellipsoid": (ellipsoid((0.2, 0.3, 0.4), AT, PAINT), math.pi / 6 * 0.2 * 0.3 * 0.4, (0.2, 0.3, 0.4)),
    "sphere": (sphere(0.2, AT, PAINT), 4 / 3 * math.pi * 0.2**3, (0.4, 0.4, 0.4)),
    "frustum": (frustum(0.1, 0.2, 0.6, AT, PAINT), math.pi * 0.2 * (0.01 + 0.02 + 0.04), (0.4, 0.4, 0.6)),
    "cylinder": (cylinder(0.1, 0.5, AT, PAINT), math.pi * 0.01 * 0.5, (0.2, 0.2, 0.5)),
    "cone": (cone(0.3, 0.4, AT, PAINT), math.pi * 0.09 * 0.4 / 3, (0.6, 0.6, 0.4)),
    "pot": (pot(0.2, 0.2, 0.5, 0.05, AT, PAINT), math.pi * (0.04 * 0.5 - 0.0225 * 0.45), (0.4, 0.4, 0.5)),
    "torus": (torus(0.3, 0.05, AT, PAINT), 2 * math.pi**2 * 0.3 * 0.0025, (0.7, 0.7, 0.1)),
}


@pytest.mark.parametrize("name", SOLIDS)
def test_a_builder_makes_the_solid_that_it_names(name: str) -> None:
    part, volume, size = SOLIDS[name]
    assert mesh_of(part, AROUND).volume == pytest.approx(volume, rel=3e-3)
    lowest, highest = extents(part)
    np.testing.assert_allclose(highest - lowest, size, atol=1e-12)
    np.testing.assert_allclose((lowest + highest) / 2, AT, atol=1e-12)


@pytest.mark.parametrize("name", SOLIDS)
def test_extents_are_those_of_a_mesh_at_any_turn(name: str) -> None:
    part, _, size = SOLIDS[name]
    turns = Rotation.random(20, rng=np.random.default_rng(0)).as_matrix()
    for turn in turns:
        moved = part.moved(placed((1.0, 2.0, 3.0), turn))
        bounds = mesh_of(moved, AROUND).bounds
        lowest, highest = extents(moved)
        slack = np.concatenate([bounds[0] - lowest, highest - bounds[1]])
        assert slack.min() > -1e-9, "a mesh whose corners are on the surface reached out of the extents"
        assert slack.max() < (1e-9 if part.shape is Shape.BOX else 2 * SAG * max(size))


def test_extents_of_a_leaning_frustum_know_its_wide_end() -> None:
    """Laid on its side, a cone that pointed up points along x, and reaches out of z by the radius of its wide end."""
    lowest, highest = extents(frustum(0.3, 0.1, 1.0, (0, 0, 0), PAINT, turned("y", math.pi / 2)))
    np.testing.assert_allclose(lowest, (-0.5, -0.3, -0.3), atol=1e-12)
    np.testing.assert_allclose(highest, (0.5, 0.3, 0.3), atol=1e-12)
    lean = math.radians(30)
    lowest, highest = extents(frustum(0.3, 0.1, 1.0, (0, 0, 0), PAINT, turned("y", lean)))
    assert highest[0] == pytest.approx(max(0.5 * 0.5 + 0.1 * math.cos(lean), -0.5 * 0.5 + 0.3 * math.cos(lean)))
    assert lowest[0] == pytest.approx(-0.5 * 0.5 - 0.3 * math.cos(lean))


@pytest.mark.parametrize("axis", ["x", "y", "z"])
@pytest.mark.parametrize("angle", [-2.0, 0.3, math.pi / 2, 3.0])
def test_turns_are_right_handed(axis: str, angle: float) -> None:
    np.testing.assert_allclose(turned(axis, angle), Rotation.from_euler(axis, angle).as_matrix(), atol=1e-15)


def test_a_placed_part_turns_before_it_moves() -> None:
    pose = placed((1.0, 2.0, 3.0), turned("z", math.pi / 2))
    np.testing.assert_allclose(pose @ (1, 0, 0, 1), (1, 3, 3, 1), atol=1e-15)
    np.testing.assert_array_equal(placed(AT)[:3, :3], np.eye(3))


def test_moving_and_painting_change_that_alone() -> None:
    part = box((0.1, 0.2, 0.3), AT, PAINT, turned("x", 0.4))
    move = placed((0.1, 0.0, -0.3), turned("z", 1.1))
    moved = part.moved(move)
    np.testing.assert_allclose(moved.thing_from_part, move @ part.thing_from_part)
    assert (moved.shape, moved.size_m, moved.paint) == (part.shape, part.size_m, PAINT)
    red = Paint((0.6, 0.0, 0.0))
    painted: Part = part.painted(red)
    assert painted.paint is red
    assert painted.size_m == part.size_m
    np.testing.assert_array_equal(painted.thing_from_part, part.thing_from_part)
