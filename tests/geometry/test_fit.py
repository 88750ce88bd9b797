"""Box fits against closed forms, shapely and invariances."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.errors import InputError
from scenegraph3d.geometry.boxes import Boxes, corners, inside
from scenegraph3d.geometry.fit import (
    BoxFitSettings,
    ClosenessSettings,
    box_at_yaw,
    closeness_yaws,
    fit_yaw_box,
    least_area_yaw,
)

SIZE = np.array([0.6, 0.4, 0.8])
EVERY_POINT = BoxFitSettings(min_points=10**9)
seeds = st.integers(0, 2**32 - 1)


def turned(local, yaw, center=(0.0, 0.0, 0.0)):
    c, s = np.cos(yaw), np.sin(yaw)
    return local @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + center


def surface(rng, count=5000, faces=(0, 1, 2, 3, 4, 5)):
    """Points spread evenly over faces of the box: 0, 1 are -x, +x, and so on."""
    area = np.repeat([SIZE[1] * SIZE[2], SIZE[0] * SIZE[2], SIZE[0] * SIZE[1]], 2)[list(faces)]
    face = rng.choice(faces, count, p=area / area.sum())
    out = rng.uniform(-0.5, 0.5, (count, 3))
    out[np.arange(count), face // 2] = face % 2 - 0.5
    return out * SIZE


@given(seed=seeds, yaw=st.floats(-1.5, 1.5))
def test_a_clean_full_box_comes_back_exactly(seed, yaw):
    center = np.random.default_rng(seed).normal(size=3) * 10
    box = fit_yaw_box(turned(surface(np.random.default_rng(seed)), yaw, center))
    np.testing.assert_allclose(box.size_m, SIZE, rtol=2e-3)
    np.testing.assert_allclose(box.center_m, center, atol=2e-3)
    assert box.yaw_rad == pytest.approx(yaw, abs=5e-3)


@given(seed=seeds)
def test_a_filled_box_loses_less_than_two_percent(seed):
    rng = np.random.default_rng(seed)
    box = fit_yaw_box(turned(rng.uniform(-0.5, 0.5, (5000, 3)) * SIZE, 0.4))
    assert abs(box.size_m.prod() / SIZE.prod() - 1) < 0.025


@pytest.mark.parametrize(("spread", "worst"), [(1.5, 0.1), (2.0, 0.05), (3.0, 0.05), (10.0, 0.05)])
def test_three_percent_of_gross_outliers_change_the_volume_little(spread, worst):
    errors = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        body = surface(rng, 4850)
        strays = rng.uniform(-0.5, 0.5, (150, 3)) * SIZE * spread
        box = fit_yaw_box(turned(np.concatenate([body, strays]), 0.4))
        errors.append(abs(box.size_m.prod() / SIZE.prod() - 1))
    assert np.median(errors) < 0.01
    assert max(errors) < worst


@given(seed=seeds, count=st.integers(3, 60))
def test_the_footprint_is_shapelys_least_rectangle(seed, count):
    cloud = np.random.default_rng(seed).normal(size=(count, 3)) * [3, 1, 1]
    box = fit_yaw_box(cloud, EVERY_POINT)
    expected = shapely.minimum_rotated_rectangle(shapely.MultiPoint(cloud[:, :2])).area
    assert box.size_m[0] * box.size_m[1] == pytest.approx(expected, rel=1e-6)
    assert box.size_m[2] == pytest.approx(np.ptp(cloud[:, 2]))
    assert inside(cloud, box.center_m, box.size_m * (1 + 1e-9) + 1e-9, box.yaw_rad).all()


@given(seed=seeds, turn=st.floats(-3, 3))
def test_the_fit_turns_and_moves_with_the_points(seed, turn):
    rng = np.random.default_rng(seed)
    cloud, shift = rng.normal(size=(40, 3)) * [3, 1, 1], rng.normal(size=3) * 5
    before, after = fit_yaw_box(cloud), fit_yaw_box(turned(cloud, turn, shift))
    np.testing.assert_allclose(after.size_m, before.size_m, rtol=1e-6)
    np.testing.assert_allclose(after.center_m, turned(before.center_m[None], turn, shift)[0], atol=1e-6)
    assert np.sin(after.yaw_rad - before.yaw_rad - turn) == pytest.approx(0, abs=1e-5)


@given(seed=seeds, yaw=st.floats(-10, 10))
def test_the_yaw_is_canonical(seed, yaw):
    box = box_at_yaw(np.random.default_rng(seed).normal(size=(20, 3)), yaw)
    assert box.size_m[0] >= box.size_m[1]
    assert -np.pi / 2 < box.yaw_rad <= np.pi / 2


def test_degenerate_points_give_flat_boxes():
    point = fit_yaw_box(np.array([[1.0, 2, 3]]))
    np.testing.assert_allclose(point.center_m, [1, 2, 3])
    np.testing.assert_array_equal(point.size_m, 0)
    same = fit_yaw_box(np.full((200, 3), 2.5))
    np.testing.assert_array_equal(same.size_m, 0)
    line = fit_yaw_box(np.linspace(0, 1, 200)[:, None] * [3.0, 4.0, 0])
    np.testing.assert_allclose(line.size_m, [5, 0, 0], atol=1e-9)
    assert line.yaw_rad == pytest.approx(np.arctan2(4, 3))
    wall = np.random.default_rng(0).uniform(0, 1, (30, 3)) * [2.0, 0, 1]
    np.testing.assert_allclose(fit_yaw_box(turned(wall, 0.3)).size_m[1], 0, atol=1e-9)
    upright = fit_yaw_box(np.linspace(0, 1, 20)[:, None] * [0, 0, 2.0])
    np.testing.assert_allclose(upright.size_m, [0, 0, 2], atol=1e-12)


@pytest.mark.parametrize("bad", [np.zeros((0, 3)), np.zeros((4, 2)), np.zeros(3), np.zeros((4, 3), dtype=int)])
def test_what_are_no_points_is_refused(bad):
    with pytest.raises(InputError, match=r"expected floats of shape \[N, 3\], N at least 1"):
        fit_yaw_box(bad)


def test_points_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match="1 rows with NaN or infinity"):
        fit_yaw_box(np.array([[0.0, 0, 0], [0, np.nan, 0]]))


@given(seed=seeds, yaw=st.floats(0.1, 1.4))
def test_two_sides_of_a_car_have_the_cars_yaw(seed, yaw):
    rng = np.random.default_rng(seed)
    along = np.concatenate([np.stack([rng.uniform(-2, 2, 90), np.full(90, -0.85)], 1)])
    back = np.stack([np.full(40, -2.0), rng.uniform(-0.85, 0.85, 40)], 1)
    local = np.concatenate([along, back]) + rng.normal(0, 0.02, (130, 2))
    xy = turned(np.c_[local, np.zeros(130)], yaw, (0.0, 12.0, 0))[:, :2]
    eye = turned(np.array([[-20.0, -15.0, 0]]), yaw, (0.0, 12.0, 0))[0, :2]
    best = closeness_yaws(xy, eye, ClosenessSettings(noise_m=0.02))[0]
    assert abs((best - yaw + np.pi / 4) % (np.pi / 2) - np.pi / 4) < np.radians(2)


def test_least_area_of_a_rectangle_is_its_side():
    footprint = corners(Boxes(np.zeros((1, 3)), SIZE[None], np.array([0.7])))[0, :4, :2]
    assert least_area_yaw(footprint) == pytest.approx(0.7)
