"""Depth without a unit becomes metres: known scales and shifts come back, and evidence that is none is refused."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.depth.calibrate import (
    calibrate_by_camera_height,
    calibrate_by_length,
    calibrate_by_pixels,
    calibrate_by_sensor,
)
from scenegraph3d.depth.files import disparity_to_depth, read_depth
from scenegraph3d.errors import InputError
from scenegraph3d.lift.gravity import estimate_up
from scenegraph3d.types import Camera, DepthMap
from tests.geometry.raycast import BACK_WALL, FLOOR, Box, look

DATA = Path(os.environ.get("SCENEGRAPH3D_DATA", Path(__file__).parents[3] / "shared" / "data"))
WORLD = (FLOOR, BACK_WALL, Box("crate", (0.3, 2.4, 0.3), (0.6, 0.6, 0.6)))


def scene():
    """Metres of a room with a crate, every pixel with a reading."""
    depth = look(WORLD, pitch_deg=20).depth
    assert (depth > 0).all()
    return depth


def sparse(metres, count, *, wrong=0.0, noise=0.0, seed=0):
    """A sensor's readings at `count` pixels, a share of them anywhere between 0.3 and 10 m."""
    rng = np.random.default_rng(seed)
    places = rng.choice(metres.size, count, replace=False)
    out = np.zeros(metres.size, np.float32)
    out[places] = metres.ravel()[places] * (1 + noise * rng.normal(size=count))
    bad = places[: round(wrong * count)]
    out[bad] = rng.uniform(0.3, 10, len(bad))
    return DepthMap(out.reshape(metres.shape))


def inverse_map(metres, scale, shift, **more):
    """What a network would say: `scale` times 1 / depth plus `shift`."""
    seen = metres > 0
    values = scale / np.where(seen, metres, 1) + shift
    return DepthMap(values.astype(np.float32), "inverse_relative", seen & (values > 0), **more)


def relative_error(found, metres):
    both = found.valid & (metres > 0)
    return np.abs(found.values[both] / metres[both] - 1)


# --- a sensor -------------------------------------------------------------------------------------------------


@given(
    scale=st.floats(0.01, 1000),
    shift=st.floats(0, 20),
    wrong=st.sampled_from([0.0, 0.2, 0.4]),
    count=st.sampled_from([60, 400, 20_000]),
)
def test_scale_and_shift_of_inverse_depth_come_back(scale, shift, wrong, count):
    metres = scene()
    depth = inverse_map(metres, scale, shift * scale / 10)
    found = calibrate_by_sensor(depth, sparse(metres, count, wrong=wrong))
    assert found.kind == "metric"
    assert np.median(relative_error(found, metres)) < 1e-3
    assert relative_error(found, metres).max() < 5e-3


def test_noise_and_a_fifth_of_wrong_readings_leave_half_a_percent():
    metres = scene()
    for seed in range(5):
        depth = inverse_map(metres, 3.0, 0.4)
        found = calibrate_by_sensor(depth, sparse(metres, 400, wrong=0.2, noise=0.02, seed=seed))
        assert np.median(relative_error(found, metres)) < 0.005


def test_a_shift_below_zero_comes_back_where_there_are_values():
    metres = scene()
    depth = inverse_map(metres, 2.0, -0.7)
    found = calibrate_by_sensor(depth, sparse(metres, 5000))
    assert 0.2 < depth.valid.mean() < 0.8
    np.testing.assert_array_equal(found.valid, depth.valid)
    assert relative_error(found, metres).max() < 1e-3


def test_what_lies_beyond_infinity_is_a_hole():
    metres = scene()
    values = 1 / metres
    values[:20] = 0.001
    sensor = metres.copy()
    sensor[:20] = 0
    shifted = DepthMap((values + 5).astype(np.float32), "inverse_relative")
    found = calibrate_by_sensor(shifted, DepthMap(sensor))
    assert not found.valid[:20].any()
    assert found.valid[20:].all()


@given(scale=st.floats(1e-3, 1e3), wrong=st.sampled_from([0.0, 0.2, 0.4]), count=st.sampled_from([20, 400]))
def test_the_scale_of_relative_depth_comes_back(scale, wrong, count):
    metres = scene()
    depth = DepthMap((metres / scale).astype(np.float32), "relative", source="net")
    found = calibrate_by_sensor(depth, sparse(metres, count, wrong=wrong))
    assert relative_error(found, metres).max() < 1e-3


def test_one_sensor_point_is_enough_for_a_scale():
    metres = scene()
    found = calibrate_by_sensor(DepthMap(metres.astype(np.float32) / 7.31, "relative"), sparse(metres, 1))
    assert relative_error(found, metres).max() < 1e-6


def test_the_source_says_how_and_the_rest_is_kept():
    metres = scene()
    depth = DepthMap((metres / 7.31).astype(np.float32), "relative", source="net", focal_px=321.0)
    found = calibrate_by_sensor(depth, sparse(metres, 412))
    assert found.source == "net: relative, scaled by 7.31 from 412 of 412 sensor points"
    assert found.focal_px == 321.0
    inverse = calibrate_by_sensor(inverse_map(metres, 4.0, 2.0, source="net"), sparse(metres, 412))
    assert inverse.source == ("net: inverse_relative, fitted as 1 / (0.25 * value -0.5) from 412 of 412 sensor points")


def test_the_same_input_gives_the_same_bytes():
    metres = scene()
    depth, sensor = inverse_map(metres, 3.0, 0.4), sparse(metres, 400, wrong=0.2, noise=0.02)
    first, second = (calibrate_by_sensor(depth, sensor) for _ in range(2))
    assert first.values.tobytes() == second.values.tobytes()


@pytest.mark.parametrize(
    ("depth", "sensor", "pattern"),
    [
        (inverse_map(scene(), 2, 1), sparse(scene(), 9), "at least 10, got 9; give more sensor points"),
        (DepthMap(np.eye(4), "relative"), DepthMap(np.eye(4)[::-1].copy()), "at least 1, got 0"),
        (inverse_map(np.full((8, 8), 2.0), 2, 1), DepthMap(np.full((8, 8), 2.0)), "at different depths, got 2 to 2 m"),
        (inverse_map(np.full((240, 320), 2.0), 2, 1), sparse(scene(), 99), "at different depths"),
        (DepthMap(scene(), "inverse_relative"), DepthMap(1 / (9 - scene())), "values that shrink with distance"),
        (inverse_map(scene(), 2, 1), sparse(scene(), 4000, wrong=0.9), "50% of the points to agree to 10%, got"),
        (DepthMap(scene(), "relative"), sparse(scene()[::-1], 4000, wrong=0.8), "agree to 10%, got"),
        (DepthMap(scene(), "relative"), DepthMap(scene(), "relative"), "kind 'metric', got 'relative'"),
        (DepthMap(scene(), "relative"), DepthMap(np.ones((2, 3))), "the depth's size, 320 x 240, got 3 x 2"),
    ],
)
def test_points_that_settle_nothing_are_refused(depth, sensor, pattern):
    with pytest.raises(InputError, match=pattern):
        calibrate_by_sensor(depth, sensor)


# --- one length -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["relative", "inverse_relative", "metric"])
def test_the_camera_height_gives_metres(kind):
    view = look(WORLD, pitch_deg=20)
    values = (0.2 * view.depth) ** (-1 if kind == "inverse_relative" else 1)
    depth = DepthMap(values.astype(np.float32), kind)
    fx, fy, cx, cy, width, height = view.intrinsics
    grounded = estimate_up(depth, Camera(fx, fy, cx, cy, width, height))
    above = grounded.camera.center_m[2] - grounded.floor_height
    found = calibrate_by_camera_height(depth, height=above, height_m=1.4)
    assert found.kind == "metric"
    assert np.median(relative_error(found, view.depth)) < 0.01
    assert ("shift taken as 0" in found.source) == (kind == "inverse_relative")
    assert found.source.endswith("from the camera's height of 1.4 m")


def test_two_pixels_and_their_distance_give_metres():
    view = look(WORLD, pitch_deg=20)
    fx, fy, cx, cy, width, height = view.intrinsics
    depth = DepthMap((view.depth * 0.2).astype(np.float32), "relative", source="net")
    pixels = [[20, 200], [300, 30]]
    ends = [np.array([(u - cx) / fx, (v - cy) / fy, 1]) * view.depth[v, u] for u, v in pixels]
    truth = float(np.linalg.norm(ends[0] - ends[1]))
    found = calibrate_by_pixels(depth, Camera(fx, fy, cx, cy, width, height), pixels_px=pixels, length_m=truth)
    assert relative_error(found, view.depth).max() < 1e-6
    assert found.source == f"net: relative, scaled by 5 from {truth:g} m between two pixels"


def test_an_objects_size_gives_metres():
    depth = DepthMap(np.array([[1.0, 2.0, 0.0]]), "relative")
    found = calibrate_by_length(depth, length=0.5, length_m=1.9)
    np.testing.assert_allclose(found.values, [[3.8, 7.6, 0.0]], rtol=1e-6)
    np.testing.assert_array_equal(found.valid, [[True, True, False]])
    assert found.source == "sensor: relative, scaled by 3.8 from a length of 1.9 m"


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_length_that_is_none_is_refused(bad):
    depth = DepthMap(np.ones((2, 2)), "relative")
    for name, call in (("length", calibrate_by_length), ("height", calibrate_by_camera_height)):
        for wrong in (name, f"{name}_m"):
            with pytest.raises(InputError, match=f"{wrong}: expected a number above 0"):
                call(depth, **{name: 1.0, f"{name}_m": 1.0, wrong: bad})


@pytest.mark.parametrize(
    ("pixels", "pattern"),
    [
        ([[0, 0], [9, 0]], "a pixel of the 4 x 3 picture, got column 9, row 0"),
        ([[0, 0], [1, -1]], "column 1, row -1"),
        ([[0, 0], [3, 2]], "pixel 3, 2: expected a depth reading, got a hole"),
        ([[1, 1], [1, 1]], "different points"),
        ([0, 0, 1, 1], "shape"),
    ],
)
def test_pixels_that_show_no_length_are_refused(pixels, pattern):
    values = np.ones((3, 4))
    values[2, 3] = 0
    with pytest.raises(InputError, match=pattern):
        calibrate_by_pixels(DepthMap(values, "relative"), Camera.from_fov(4, 3), pixels_px=pixels, length_m=1.0)


def test_a_camera_of_another_size_is_refused():
    with pytest.raises(InputError, match="the camera's size, 640 x 480, got 4 x 3"):
        calibrate_by_pixels(DepthMap(np.ones((3, 4))), Camera.from_fov(640, 480), pixels_px=np.eye(2), length_m=1.0)


# --- real frames ----------------------------------------------------------------------------------------------


def _motorcycle():
    disparity = np.load(DATA / "photos" / "motorcycle_disp.npz")
    values = disparity[disparity.files[0]].astype(np.float64)
    truth = disparity_to_depth(values, focal_px=994.978, baseline_m=0.193001, doffs_px=31.086)
    seen = np.isfinite(values)
    return DepthMap(np.where(seen, values, 0).astype(np.float32), "inverse_relative", seen), truth


def _as_a_network_would(path):
    """A sensor's frame as inverse relative depth from 0 to 1, with noise of 0.3 % of that range."""
    truth = read_depth(path, 1000.0)
    inverse = np.divide(1.0, truth.values, out=np.zeros(truth.values.shape), where=truth.valid)
    low, high = inverse[truth.valid].min(), inverse[truth.valid].max()
    noise = 0.003 * np.random.default_rng(0).normal(size=inverse.shape)
    values = (inverse - low) / (high - low) + noise
    return DepthMap(values.clip(1e-3).astype(np.float32), "inverse_relative", truth.valid), truth


@pytest.mark.skipif(not DATA.is_dir(), reason="the sample data are not here")
@pytest.mark.parametrize("name", ["motorcycle", "redwood/depth/00000.png", "nyu/depth.png"])
def test_real_frames_come_back_from_few_sensor_points_of_which_a_fifth_is_wrong(name):
    depth, truth = _motorcycle() if name == "motorcycle" else _as_a_network_would(DATA / name)
    rng = np.random.default_rng(1)
    places = rng.choice(np.flatnonzero(truth.valid), 500, replace=False)
    readings = np.zeros(truth.values.size)
    readings[places] = truth.values.ravel()[places]
    readings[places[:100]] = rng.uniform(0.5, 8, 100)
    found = calibrate_by_sensor(depth, DepthMap(readings.reshape(truth.values.shape)))
    assert np.median(relative_error(found, np.where(truth.valid, truth.values, 0))) < 0.02
