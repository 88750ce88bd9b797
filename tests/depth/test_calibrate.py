"""Depth without a unit becomes metres: known scales and shifts come back, and evidence that is none is refused."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.depth.calibrate import CameraHeight, KnownLength, SensorDepth, calibrate
from scenegraph3d.depth.files import disparity_to_depth, read_depth
from scenegraph3d.errors import InputError
from scenegraph3d.lift.gravity import estimate_up
from scenegraph3d.types import Camera, DepthMap
from tests.geometry.raycast import BACK_WALL, FLOOR, SIDE_WALL, Box, look

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


def by_sensor(depth, sensor):
    return calibrate(depth, Camera.from_fov(depth.width, depth.height), None, SensorDepth(sensor))


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
    found = by_sensor(depth, sparse(metres, count, wrong=wrong))
    assert found.kind == "metric"
    assert np.median(relative_error(found, metres)) < 1e-3
    assert relative_error(found, metres).max() < 5e-3


def test_noise_and_a_fifth_of_wrong_readings_leave_half_a_percent():
    metres = scene()
    for seed in range(5):
        depth = inverse_map(metres, 3.0, 0.4)
        found = by_sensor(depth, sparse(metres, 400, wrong=0.2, noise=0.02, seed=seed))
        assert np.median(relative_error(found, metres)) < 0.005


@given(shift=st.floats(0, 2), seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_fifty_points_of_which_a_third_is_wrong_are_enough(shift, seed):
    view, _ = seen()
    depth = guessed(view, 3.0, shift, seed=seed)
    found = by_sensor(depth, sparse(view.depth, 50, wrong=0.3, noise=0.01, seed=seed))
    assert np.median(relative_error(found, view.depth)) < 0.02


def test_a_shift_below_zero_comes_back_where_there_are_values():
    metres = scene()
    depth = inverse_map(metres, 2.0, -0.7)
    found = by_sensor(depth, sparse(metres, 5000))
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
    found = by_sensor(shifted, DepthMap(sensor))
    assert not found.valid[:20].any()
    assert found.valid[20:].all()


@given(scale=st.floats(1e-3, 1e3), wrong=st.sampled_from([0.0, 0.2, 0.4]), count=st.sampled_from([20, 400]))
def test_the_scale_of_relative_depth_comes_back(scale, wrong, count):
    metres = scene()
    depth = DepthMap((metres / scale).astype(np.float32), "relative", source="net")
    found = by_sensor(depth, sparse(metres, count, wrong=wrong))
    assert relative_error(found, metres).max() < 1e-3


def test_one_sensor_point_is_enough_for_a_scale():
    metres = scene()
    found = by_sensor(DepthMap(metres.astype(np.float32) / 7.31, "relative"), sparse(metres, 1))
    assert relative_error(found, metres).max() < 1e-6


def test_the_source_says_how_and_the_rest_is_kept():
    metres = scene()
    depth = DepthMap((metres / 7.31).astype(np.float32), "relative", source="net", focal_px=321.0)
    found = by_sensor(depth, sparse(metres, 412))
    assert found.source == "net: relative, scaled by 7.31 from 412 of 412 sensor points"
    assert found.focal_px == 321.0
    inverse = by_sensor(inverse_map(metres, 4.0, 2.0, source="net"), sparse(metres, 412))
    assert inverse.source == ("net: inverse_relative, fitted as 1 / (0.25 * value -0.5) from 412 of 412 sensor points")


def test_the_same_input_gives_the_same_bytes():
    metres = scene()
    depth, sensor = inverse_map(metres, 3.0, 0.4), sparse(metres, 400, wrong=0.2, noise=0.02)
    first, second = (by_sensor(depth, sensor) for _ in range(2))
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
        by_sensor(depth, sensor)


# --- the camera's height, one length ---------------------------------------------------------------------------

ROOM = (
    FLOOR,
    BACK_WALL,
    SIDE_WALL,
    Box("table", (0.6, 2.2, 0.70), (1.0, 0.8, 0.06), 0.3),
    Box("crate", (-0.3, 2.9, 0.2), (0.5, 0.5, 0.4), 0.9),
)
EYE_M = 1.4


def seen(pitch=25.0, roll=-6.0, boxes=ROOM):
    """A view of a room, and its camera."""
    view = look(boxes, pitch_deg=pitch, roll_deg=roll, height=EYE_M)
    return view, Camera(*view.intrinsics)


def guessed(view, scale, shift, noise=0.005, seed=0):
    """Inverse relative depth with noise as a share of its range, clipped where it is farthest and nearest."""
    holes = view.depth == 0
    inverse = 1 / np.where(holes, 1, view.depth)
    low, high = np.percentile(inverse[~holes], [2, 99])
    noisy = inverse.clip(low, high) + noise * (high - low) * np.random.default_rng(seed).normal(size=inverse.shape)
    values = (scale * (noisy + shift)).clip(1e-6).astype(np.float32)
    return DepthMap(values, "inverse_relative", ~holes, source="net")


def length_between(view, pixels):
    fx, fy, cx, cy = view.intrinsics[:4]
    ends = [np.array([(u - cx) / fx, (v - cy) / fy, 1]) * view.depth[v, u] for u, v in pixels]
    return float(np.linalg.norm(ends[0] - ends[1]))


@given(
    scale=st.floats(0.01, 1000),
    shift=st.floats(0.0, 3.0),
    pitch=st.sampled_from([8.0, 20.0, 40.0]),
    roll=st.sampled_from([-12.0, 0.0, 7.0]),
)
@settings(max_examples=25)
def test_the_floor_and_the_cameras_height_give_scale_and_shift(scale, shift, pitch, roll):
    view, camera = seen(pitch, roll)
    depth = guessed(view, scale, shift)
    found = calibrate(depth, camera, view.up, CameraHeight(EYE_M))
    assert found.kind == "metric"
    assert np.median(relative_error(found, view.depth)) < 0.01
    assert found.source.startswith("net: inverse_relative, fitted as 1 / (")


@given(scale=st.floats(0.01, 1000), shift=st.floats(0.0, 3.0), pitch=st.sampled_from([8.0, 20.0, 40.0]))
@settings(max_examples=15)
def test_the_floor_gives_the_shift_and_a_length_the_scale(scale, shift, pitch):
    view, camera = seen(pitch)
    depth = guessed(view, scale, shift, noise=0.002)
    pixels = ((40, 200), (290, 150))
    found = calibrate(depth, camera, view.up, KnownLength(length_between(view, pixels), pixels))
    assert np.median(relative_error(found, view.depth)) < 0.02
    assert "the shift from a floor on" in found.source


def test_a_negative_shift_leaves_part_of_the_map_and_is_found():
    view, camera = seen()
    depth = guessed(view, 2.0, -0.25)
    assert 0.3 < (depth.values > 1e-5).mean() < 0.95
    clipped = DepthMap(depth.values, "inverse_relative", depth.values > 1e-5)
    found = calibrate(clipped, camera, view.up, CameraHeight(EYE_M))
    assert np.median(relative_error(found, view.depth)) < 0.02


def test_scale_and_shift_of_the_map_change_nothing():
    view, camera = seen()
    plain = guessed(view, 1.0, 0.5)
    other = DepthMap(plain.values * 40 + 100, "inverse_relative")
    first, second = (calibrate(depth, camera, view.up, CameraHeight(EYE_M)) for depth in (plain, other))
    np.testing.assert_allclose(first.values, second.values, rtol=5e-3)


def test_an_up_that_is_a_degree_off_costs_some_percent():
    view, camera = seen(pitch=25.0, roll=0.0)
    wrong = look(ROOM, pitch_deg=26.0, height=EYE_M).up
    found = calibrate(guessed(view, 3.0, 0.4), camera, wrong, CameraHeight(EYE_M))
    assert 0.005 < np.median(relative_error(found, view.depth)) < 0.06


@pytest.mark.parametrize("kind", ["relative", "metric"])
def test_depth_that_is_off_by_a_factor_is_scaled_to_the_cameras_height(kind):
    view, camera = seen()
    depth = DepthMap((0.2 * view.depth).astype(np.float32), kind)
    found = calibrate(depth, camera, view.up, CameraHeight(EYE_M))
    assert relative_error(found, view.depth).max() < 5e-3
    assert found.source.startswith(f"sensor: {kind}, scaled by 5")
    assert "from the height of 1.4 m over a floor on" in found.source


def test_a_table_is_no_floor_while_the_floor_shows_beside_it():
    table = Box("table", (0, 1.6, 0.70), (2.4, 1.6, 0.06))
    view, camera = seen(pitch=35.0, roll=0.0, boxes=(FLOOR, BACK_WALL, table))
    assert (view.owner == 2).sum() > 1.5 * (view.owner == 0).sum() > 0
    found = calibrate(guessed(view, 3.0, 0.4), camera, view.up, CameraHeight(EYE_M))
    assert np.median(relative_error(found, view.depth)) < 0.02


def test_without_up_the_height_is_of_a_level_camera_and_the_shift_0():
    view, camera = seen(pitch=0.0, roll=0.0, boxes=(FLOOR, Box("crate", (0.3, 4.0, 0.3), (0.6, 0.6, 0.6))))
    depth = guessed(view, 3.0, 0.0, noise=0.0)
    found = calibrate(depth, camera, None, CameraHeight(EYE_M))
    assert np.median(relative_error(found, view.depth)) < 0.01
    assert "its shift taken as 0, from the height of 1.4 m of a camera taken to be level" in found.source


@pytest.mark.parametrize("up", [None, "known"])
def test_a_length_where_no_floor_tells_the_shift_takes_it_as_0(up):
    view, camera = seen(pitch=-10.0, boxes=(BACK_WALL, SIDE_WALL))
    depth = guessed(view, 3.0, 0.0, noise=0.0)
    pixels = ((20, 60), (300, 150))
    known = KnownLength(length_between(view, pixels), pixels)
    found = calibrate(depth, camera, view.up if up else None, known)
    assert np.median(relative_error(found, view.depth)) < 0.01
    assert ", its shift taken as 0, from" in found.source


@pytest.mark.parametrize(
    "view", [seen(-10.0, 0.0, (BACK_WALL, SIDE_WALL))[0], seen(20.0, 0.0, (Box("wall", (0, 3, 0), (99, 0.1, 99)),))[0]]
)
@pytest.mark.parametrize("kind", ["metric", "inverse_relative"])
def test_a_height_over_a_floor_that_is_not_seen_is_refused(view, kind):
    depth = guessed(view, 3.0, 0.5) if kind == "inverse_relative" else DepthMap(view.depth)
    with pytest.raises(InputError, match="camera height: expected a floor in the picture, got none"):
        calibrate(depth, Camera(*view.intrinsics), view.up, CameraHeight(EYE_M))


def test_two_pixels_and_their_distance_give_metres():
    view, camera = seen()
    depth = DepthMap((view.depth * 0.2).astype(np.float32), "relative", source="net")
    pixels = ((20, 200), (300, 30))
    truth = length_between(view, pixels)
    found = calibrate(depth, camera, view.up, KnownLength(truth, pixels))
    assert relative_error(found, view.depth).max() < 1e-6
    assert found.source == f"net: relative, scaled by 5 from {truth:g} m between two pixels"


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_length_that_is_none_is_refused(bad):
    with pytest.raises(InputError, match="height_m: expected a number above 0"):
        CameraHeight(bad)
    with pytest.raises(InputError, match="length_m: expected a number above 0"):
        KnownLength(bad, ((0, 0), (1, 1)))


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
        calibrate(DepthMap(values, "relative"), Camera.from_fov(4, 3), None, KnownLength(1.0, pixels))


def test_pixels_beyond_the_horizon_are_refused():
    view, camera = seen(pitch=25.0, roll=0.0)
    values = guessed(view, 1.0, 0.5, noise=0.0).values.copy()
    values[:3] = 0.1
    with pytest.raises(InputError, match="pixels on this side of the horizon"):
        calibrate(DepthMap(values, "inverse_relative"), camera, view.up, KnownLength(1.0, ((20, 0), (40, 200))))


def test_a_camera_of_another_size_is_refused():
    known = KnownLength(1.0, ((0, 0), (1, 1)))
    with pytest.raises(InputError, match="the camera's size, 640 x 480, got 4 x 3"):
        calibrate(DepthMap(np.ones((3, 4))), Camera.from_fov(640, 480), None, known)


# --- real frames ----------------------------------------------------------------------------------------------


def _motorcycle():
    disparity = np.load(DATA / "photos" / "motorcycle_disp.npz")
    values = disparity[disparity.files[0]].astype(np.float64)
    truth = disparity_to_depth(values, focal_px=994.978, baseline_m=0.193001, doffs_px=31.086)
    seen = np.isfinite(values)
    return DepthMap(np.where(seen, values, 0).astype(np.float32), "inverse_relative", seen), truth


def _frame(path):
    """A sensor's frame as inverse relative depth from 0 to 1, with noise of 0.3 % of that range."""
    truth = read_depth(path, 1000.0)
    inverse = np.divide(1.0, truth.values, out=np.zeros(truth.values.shape), where=truth.valid)
    low, high = inverse[truth.valid].min(), inverse[truth.valid].max()
    noise = 0.003 * np.random.default_rng(0).normal(size=inverse.shape)
    values = (inverse - low) / (high - low) + noise
    return DepthMap(values.clip(1e-3).astype(np.float32), "inverse_relative", truth.valid), truth


def _real(name):
    """Inverse relative depth, the truth, and a camera."""
    if name == "motorcycle":
        depth, truth = _motorcycle()
        return depth, truth, Camera(994.978, 994.978, 311.193, 254.877, depth.width, depth.height)
    depth, truth = _frame(DATA / name)
    focal = (518.8579, 519.46961, 325.58245, 253.73617) if name.startswith("nyu") else (525, 525, 319.5, 239.5)
    return depth, truth, Camera(*focal, depth.width, depth.height)


real_frames = pytest.mark.parametrize("name", ["motorcycle", "redwood/depth/00000.png", "nyu/depth.png"])
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the sample data are not here")


def _median_error(found, truth):
    return np.median(relative_error(found, np.where(truth.valid, truth.values, 0)))


@needs_data
@real_frames
@pytest.mark.parametrize("count", [50, 500])
def test_real_frames_come_back_from_few_sensor_points_of_which_a_third_is_wrong(name, count):
    depth, truth, _ = _real(name)
    rng = np.random.default_rng(1)
    places = rng.choice(np.flatnonzero(truth.valid & depth.valid), count, replace=False)
    readings = np.zeros(truth.values.size)
    readings[places] = truth.values.ravel()[places]
    bad = places[: count * 3 // 10]
    readings[bad] = rng.uniform(0.5, 8, len(bad))
    found = by_sensor(depth, DepthMap(readings.reshape(truth.values.shape)))
    assert _median_error(found, truth) < 0.02


@needs_data
@real_frames
def test_real_frames_come_back_from_the_cameras_height_or_a_length_where_up_is_known(name):
    depth, truth, camera = _real(name)
    grounded = estimate_up(truth, camera)
    up, above = np.array(grounded.up.camera), float(grounded.camera.center_m[2])
    assert _median_error(calibrate(depth, camera, up, CameraHeight(above)), truth) < 0.02
    row, column = np.nonzero(truth.valid & depth.valid & (depth.values > np.median(depth.values[depth.valid])))
    pixels = ((float(column[0]), float(row[0])), (float(column[-1]), float(row[-1])))
    ends = [
        np.array([(u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, 1]) * truth.values[int(v), int(u)]
        for u, v in pixels
    ]
    known = KnownLength(float(np.linalg.norm(ends[0] - ends[1])), pixels)
    assert _median_error(calibrate(depth, camera, up, known), truth) < 0.02
