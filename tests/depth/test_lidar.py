"""Laser points to a sparse depth map."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.depth import depth_from_points
from scenegraph3d.errors import InputError
from scenegraph3d.types import Camera

CAMERA = Camera(50.0, 60.0, 15.5, 11.5, 32, 24)


@given(seed=st.integers(0, 2**32 - 1))
def test_each_pixel_holds_its_nearest_point(seed):
    points = np.random.default_rng(seed).uniform([-4, -3, -5], [4, 3, 12], size=(400, 3))
    expected = np.full((24, 32), np.inf)
    for x, y, z in points:
        if z > 0:
            u, v = round(50 * x / z + 15.5), round(60 * y / z + 11.5)
            if 0 <= u < 32 and 0 <= v < 24:
                expected[v, u] = min(expected[v, u], z)
    depth = depth_from_points(points, CAMERA)
    np.testing.assert_allclose(depth.values, np.where(np.isinf(expected), 0, expected), rtol=1e-6)
    assert depth.kind == "metric"
    assert depth.source == "lidar"


def test_points_that_cannot_be_used_are_refused():
    with pytest.raises(InputError, match=r"expected shape \[N, 3\] in the camera frame, got shape \(5, 4\)"):
        depth_from_points(np.ones((5, 4)), CAMERA)
    with pytest.raises(InputError, match="finite"):
        depth_from_points(np.array([[0, 0, np.nan]]), CAMERA)
    with pytest.raises(InputError, match="at least one inside the image, got none of 3"):
        depth_from_points(np.array([[0, 0, -1.0], [90, 0, 1], [0, 90, 1]]), CAMERA)
