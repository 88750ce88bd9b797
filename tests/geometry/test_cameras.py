"""Cameras: unprojection, projection and focal lengths in closed form."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.geometry import boxes, cameras
from scenegraph3d.geometry.frames import LEVEL_WORLD_FROM_CAMERA

K = np.array([[500.0, 0, 320], [0, 510, 240], [0, 0, 1]])
seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
def test_unprojected_pixels_project_to_themselves(seed):
    depth = np.random.default_rng(seed).uniform(0.2, 50, (6, 9))
    points = cameras.unproject(depth, K)
    np.testing.assert_array_equal(points[..., 2], depth)
    v, u = np.mgrid[:6, :9]
    np.testing.assert_allclose(
        cameras.project(points.reshape(-1, 3), K), np.stack([u.ravel(), v.ravel()], 1), atol=1e-9
    )


def test_the_point_one_focal_length_aside_is_at_45_degrees():
    np.testing.assert_allclose(cameras.unproject_pixels(np.array([[820, 240]]), np.array([2.0]), K), [[2, 0, 2]])


def test_what_is_behind_has_no_pixel():
    assert np.isnan(cameras.project(np.array([[0, 0, -1.0], [0, 0, 0]]), K)).all()


@given(seed=seeds)
def test_a_box_ahead_spans_its_corners(seed):
    rng = np.random.default_rng(seed)
    center, size, yaw = rng.uniform([-2, 5, -1], [2, 9, 1], (4, 3)), rng.uniform(0.2, 2, (4, 3)), rng.uniform(-3, 3, 4)
    found = cameras.project_box(boxes.Boxes(center, size, yaw), K, LEVEL_WORLD_FROM_CAMERA)
    x, y, z = boxes.corners(boxes.Boxes(center, size, yaw)).transpose(2, 0, 1)
    u, v = 500 * x / y + 320, 240 - 510 * z / y
    np.testing.assert_allclose(found, np.stack([u.min(1), v.min(1), u.max(1), v.max(1)], 1))


@given(seed=seeds)
def test_a_box_around_the_camera_plane_spans_what_is_ahead(seed):
    rng = np.random.default_rng(seed)
    center = np.array([[rng.uniform(1.5, 3), rng.uniform(-0.5, 0.5), 0.3]])
    size, yaw = np.array([[1.0, 4.0, 1.0]]), rng.uniform(-0.2, 0.2, 1)
    found = cameras.project_box(boxes.Boxes(center, size, yaw), K, LEVEL_WORLD_FROM_CAMERA)[0]
    local = rng.uniform(-0.5, 0.5, (4000, 3)) * size
    c, s = np.cos(yaw[0]), np.sin(yaw[0])
    points = local @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + center
    ahead = points[points[:, 1] > cameras.NEAR_M]
    u, v = 500 * ahead[:, 0] / ahead[:, 1] + 320, 240 - 510 * ahead[:, 2] / ahead[:, 1]
    assert found[0] <= u.min()
    assert found[1] <= v.min()
    assert found[2] >= u.max()
    assert found[3] >= v.max()
    near_right = center[0, 0] + 0.5 * np.cos(yaw[0]) + 2.5 * abs(np.sin(yaw[0]))
    assert found[2] <= 500 * near_right / cameras.NEAR_M + 320


def test_a_box_behind_has_no_bounds():
    behind = cameras.project_box(
        boxes.Boxes(np.array([[0, -5.0, 0]]), np.ones((1, 3)), np.zeros(1)), K, LEVEL_WORLD_FROM_CAMERA
    )
    assert np.isnan(behind).all()


def test_focal_lengths():
    assert cameras.focal_px_from_35mm(36.0, 3000, 2000) == pytest.approx(3000)
    assert cameras.focal_px_from_fov(math.pi / 2, 640.0) == pytest.approx(320)
