"""Frames against SciPy's rotations and the conventions of the library."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from scenegraph3d.geometry import frames

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
def test_quaternions_are_scipys(seed):
    wxyz = np.random.default_rng(seed).normal(size=4)
    expected = Rotation.from_quat(wxyz, scalar_first=True).as_matrix()
    np.testing.assert_allclose(frames.rotation_from_quaternion(wxyz), expected, atol=1e-12)


@given(pitch=st.floats(-1.4, 1.4), roll=st.floats(-1.0, 1.0))
def test_the_world_has_gravity_down_and_the_camera_looks_along_y(pitch, roll):
    camera_from_world = Rotation.from_euler("zx", [roll, math.pi / 2 + pitch]).as_matrix()
    rotation = frames.world_rotation_from_up(camera_from_world @ [0.0, 0, 1])
    assert frames.is_rotation(rotation, 1e-9)
    np.testing.assert_allclose(rotation @ camera_from_world @ [0, 0, 1], [0, 0, 1], atol=1e-9)
    x, y, _ = rotation @ [0.0, 0, 1]
    assert abs(x) < 1e-9
    assert y > 0


@pytest.mark.parametrize("up", [[0, 0, 1.0], [0, 0, -1.0]])
def test_straight_down_or_up_still_gives_a_world(up):
    rotation = frames.world_rotation_from_up(np.array(up))
    assert frames.is_rotation(rotation, 1e-9)
    np.testing.assert_allclose(rotation @ [0, -1.0, 0], [0, 1, 0], atol=1e-9)


def test_a_level_camera_is_level():
    np.testing.assert_allclose(
        frames.world_rotation_from_up(np.array([0.0, -1, 0])), frames.LEVEL_WORLD_FROM_CAMERA[:3, :3], atol=1e-12
    )


def test_a_reflection_and_a_stretch_are_no_rotations():
    assert not frames.is_rotation(np.diag([1.0, 1, -1]))
    assert not frames.is_rotation(np.diag([1.0, 1, 1.1]))


@given(seed=seeds)
def test_transforms_invert(seed):
    rng = np.random.default_rng(seed)
    transform = frames.rigid(Rotation.random(rng=rng).as_matrix(), rng.normal(size=3))
    points = rng.normal(size=(5, 3))
    there = frames.transform_points(transform, points)
    np.testing.assert_allclose(frames.transform_points(frames.invert(transform), there), points, atol=1e-12)


@given(seed=seeds)
def test_ground_axes_lie_on_the_ground_at_right_angles(seed):
    pose = frames.rigid(Rotation.random(rng=np.random.default_rng(seed)).as_matrix(), np.zeros(3))
    right, heading = frames.ground_axes(pose)
    assert right[2] == heading[2] == 0
    np.testing.assert_allclose([right @ right, heading @ heading, right @ heading], [1, 1, 0], atol=1e-9)
    np.testing.assert_allclose(np.cross(right, heading), [0, 0, 1], atol=1e-9)
    assert heading @ pose[:3, 2] >= -1e-9


@given(angle=st.floats(-50, 50))
def test_wrapped_yaws_are_the_same_turn(angle):
    wrapped = frames.wrap_yaw(np.array([angle]))[0]
    assert -math.pi < wrapped <= math.pi
    np.testing.assert_allclose([math.cos(wrapped), math.sin(wrapped)], [math.cos(angle), math.sin(angle)], atol=1e-9)
