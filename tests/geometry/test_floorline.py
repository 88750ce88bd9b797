"""The floor's line: the slope and shift of affine maps of inverse depth, against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.geometry.floorline import floor_line
from tests.geometry.raycast import BACK_WALL, FLOOR, SIDE_WALL, Box, look

K = np.array([[200.0, 0, 79.5], [0, 210.0, 59.5], [0, 0, 1]])
X, Y = np.meshgrid((np.arange(160) - K[0, 2]) / K[0, 0], (np.arange(120) - K[1, 2]) / K[1, 1])


def pitched(pitch_deg, roll_deg=0.0):
    pitch, roll = np.radians([pitch_deg, roll_deg])
    return np.array([np.sin(roll) * np.cos(pitch), -np.cos(roll) * np.cos(pitch), -np.sin(pitch)])


def drop_of(up):
    return -(X * up[0] + Y * up[1] + up[2])


@given(
    pitch=st.floats(5, 60),
    roll=st.floats(-20, 20),
    height=st.floats(0.2, 20),
    scale=st.floats(0.01, 100),
    shift=st.floats(-5, 5),
)
@settings(max_examples=40)
def test_a_plane_up_to_its_horizon_gives_scale_over_height_and_shift(pitch, roll, height, scale, shift):
    drop = drop_of(pitched(pitch, roll))
    values = np.where(drop > 0.02, scale * (drop / height + shift), np.nan)
    found = floor_line(values, K, pitched(pitch, roll), shifted=True)
    assert found.slope == pytest.approx(scale / height, rel=1e-3)
    assert found.shift == pytest.approx(scale * shift, abs=1e-3 * scale / height)
    assert found.share > 0.5


@given(height=st.floats(0.2, 20), pitch=st.floats(5, 60))
@settings(max_examples=20)
def test_without_a_shift_the_slope_is_one_over_the_height(height, pitch):
    drop = drop_of(pitched(pitch))
    found = floor_line(np.where(drop > 0.02, drop / height, np.nan), K, pitched(pitch), shifted=False)
    assert found.slope == pytest.approx(1 / height, rel=1e-6)
    assert found.shift == 0


def inverse(view):
    return np.where(view.depth > 0, 1 / np.where(view.depth > 0, view.depth, 1), np.nan)


def matrix(view):
    fx, fy, cx, cy = view.intrinsics[:4]
    return np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]])


def test_walls_and_a_table_leave_the_floor():
    table = Box("table", (0.2, 2.0, 0.70), (1.6, 0.9, 0.06), 0.3)
    view = look((FLOOR, BACK_WALL, SIDE_WALL, table), pitch_deg=30, roll_deg=8)
    found = floor_line(3 * inverse(view) + 2, matrix(view), view.up, shifted=True)
    assert found.slope == pytest.approx(3 / 1.4, rel=0.01)
    assert found.shift == pytest.approx(2, abs=0.01)
    assert found.share == pytest.approx((view.owner == 0).mean(), abs=0.06)


@pytest.mark.parametrize(
    "view",
    [
        look((BACK_WALL, SIDE_WALL), pitch_deg=5, heading_deg=20),
        look((Box("ceiling", (0, 4, 2.6), (20, 20, 0.1)), BACK_WALL), pitch_deg=-20),
        look((Box("wall ahead", (0, 3, 0), (99, 0.1, 99)),), pitch_deg=20),
    ],
    ids=["walls", "ceiling", "wall ahead"],
)
@pytest.mark.parametrize("shifted", [True, False])
def test_where_no_floor_is_seen_there_is_none(view, shifted):
    assert floor_line(inverse(view), matrix(view), view.up, shifted=shifted) is None


def test_maps_that_say_nothing_have_no_floor():
    for values in (np.full((120, 160), np.nan), np.full((120, 160), 2.0)):
        assert floor_line(values, K, pitched(20), shifted=True) is None
    noise = np.random.default_rng(0).uniform(1, 2, (120, 160))
    assert floor_line(noise, K, pitched(20), shifted=True) is None
