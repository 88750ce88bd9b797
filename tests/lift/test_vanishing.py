"""A guessed camera is corrected by edges whose vanishing points are known in closed form."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.geometry.segments import Segments
from scenegraph3d.lift.vanishing import VanishingSettings, calibrated, seen_through_edges
from scenegraph3d.types import Camera, DepthMap, Image, Up

WIDTH, HEIGHT = 320, 240
LONGEST_PX = 60.0


def up_of(pitch, roll):
    """Up, in the frame of a camera that looks down by `pitch` and is then turned clockwise by `roll`."""
    level = np.array([0.0, -math.cos(pitch), -math.sin(pitch)])
    c, s = math.cos(roll), math.sin(roll)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ level


def camera(focal_px, source="estimated"):
    return Camera.from_focal(WIDTH, HEIGHT, focal_px, source)


def edges(focal_px, up, turns, seed, each=8):
    """Short edges at random places of the picture that point to where upright lines vanish, and level ones of frames
    that are turned by `turns`."""
    random = np.random.default_rng(seed)
    ahead = np.array([0.0, 0.0, 1.0]) - up * up[2]
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, up)
    ways = [up]
    for turn in turns:
        ways += [math.cos(turn) * ahead + math.sin(turn) * right, math.sin(turn) * ahead - math.cos(turn) * right]
    start, end = [], []
    for way in ways:
        for pixel in random.uniform((0, 0), (WIDTH, HEIGHT), (each, 2)):
            ray = np.array([(pixel[0] - (WIDTH - 1) / 2) / focal_px, (pixel[1] - (HEIGHT - 1) / 2) / focal_px, 1.0])
            # Where a point of the line moves to in the picture: the derivative of x / z and y / z along `way`.
            moved = focal_px * (way[:2] - ray[:2] * way[2])
            half = moved / np.linalg.norm(moved) * random.uniform(10, LONGEST_PX / 2)
            start.append(pixel - half)
            end.append(pixel + half)
    return Segments(np.array(start), np.array(end))


def off_deg(one, other):
    return math.degrees(math.acos(min(float(one @ other), 1.0)))


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0.1, 0.6),
    st.floats(-0.08, 0.08),
    st.floats(0.65, 1.4),
    st.floats(-0.08, 0.08),
    st.floats(-0.03, 0.03),
    st.floats(-0.15, 0.15),
    st.floats(0.3, 1.2),
    st.integers(0, 1000),
)
def test_edges_put_a_wrong_guess_right(pitch, roll, focal, pitch_off, roll_off, ln_off, turn, seed):
    focal_px, up = focal * WIDTH, up_of(pitch, roll)
    guess = camera(focal_px * math.exp(ln_off))
    found = calibrated(guess, up_of(pitch + pitch_off, roll + roll_off), edges(focal_px, up, [turn], seed))
    assert off_deg(found.up, up) < 0.7
    assert guess.fx * found.zoom == pytest.approx(focal_px, rel=0.05)
    assert found.explained > 0.9


def test_things_that_are_turned_otherwise_do_not_mislead_it():
    up = up_of(0.3, 0.02)
    found = calibrated(camera(330.0), up_of(0.35, 0.0), edges(300.0, up, [0.5, 1.1, 0.9], seed=3))
    assert off_deg(found.up, up) < 0.7
    assert 330 * found.zoom == pytest.approx(300, rel=0.05)


def test_edges_that_point_anywhere_leave_the_guess_near_where_it_was():
    """Within the spreads of the guess, most of the time, and with little explained, always."""
    guess, up, found = camera(300.0), up_of(0.3, 0.0), []
    for seed in range(20):
        random = np.random.default_rng(seed)
        middle, angle = random.uniform((0, 0), (WIDTH, HEIGHT), (60, 2)), random.uniform(0, math.pi, 60)
        half = 15 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        found.append(calibrated(guess, up, Segments(middle - half, middle + half)))
    assert np.median([off_deg(one.up, up) for one in found]) < math.degrees(VanishingSettings.pitch_spread_rad)
    assert np.median([abs(math.log(one.zoom)) for one in found]) < VanishingSettings.focal_spread
    assert max(one.explained for one in found) < 0.25


@pytest.mark.parametrize("count", [0, 2])
def test_without_edges_the_guess_stays(count):
    some = edges(300.0, up_of(0.3, 0), [0.5], seed=1)
    up = up_of(0.2, 0.05)
    found = calibrated(camera(250.0), up, Segments(some.start_px[:count], some.end_px[:count]))
    np.testing.assert_allclose(found.up, up, atol=1e-12)
    assert (found.zoom, found.explained) == (1.0, 0.0)


def test_a_focal_length_that_is_certain_stays():
    up = up_of(0.3, 0.02)
    found = calibrated(
        camera(300.0), up_of(0.26, 0.0), edges(300.0, up, [0.5], seed=2), VanishingSettings(focal_spread=0.0)
    )
    assert found.zoom == 1.0
    assert off_deg(found.up, up) < 0.4


def grid_picture(focal_px, pitch):
    """A tiled floor and a wall of upright stripes, drawn by casting a ray through each pixel."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    ray = np.stack(
        [(columns - (WIDTH - 1) / 2) / focal_px, (rows - (HEIGHT - 1) / 2) / focal_px, np.ones((HEIGHT, WIDTH))],
        axis=-1,
    )
    c, s = math.cos(pitch), math.sin(pitch)
    x, y, z = ray[..., 0], -(s * ray[..., 1]) + c * ray[..., 2], -(c * ray[..., 1]) - s * ray[..., 2]
    to_floor, to_wall = np.where(z < 0, -1.5 / np.minimum(z, -1e-9), np.inf), 4.0 / y
    on_floor = to_floor < to_wall
    distance = np.minimum(to_floor, to_wall)
    tile = np.floor(x * distance / 0.6) + np.where(on_floor, np.floor(y * distance / 0.6), 0)
    grey = np.where(tile % 2 == 0, 200, 60) - np.where(on_floor, 0, 30)
    return Image(np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)), (distance * ray[..., 2]).astype(np.float32)


def test_depth_grows_with_the_focal_length_and_keeps_it_where_the_camera_is_known():
    image, depth_m = grid_picture(300.0, 0.35)
    said = Up(tuple(up_of(0.4, 0.01)), "estimator", 0.8)
    depth = DepthMap(depth_m, source="network", focal_px=270.0, up=said)
    seen = seen_through_edges(depth, said, image, camera(270.0))
    assert off_deg(np.array(seen.up.camera), up_of(0.35, 0.0)) < 0.6
    assert seen.focal_px == pytest.approx(300.0, rel=0.04)
    np.testing.assert_allclose(seen.values, depth_m * seen.focal_px / 270.0, rtol=1e-6)
    assert seen.up.source == "edges"
    assert 0.8 < seen.up.confidence <= 1
    known = seen_through_edges(depth, said, image, camera(300.0, "exif"))
    assert known.focal_px == 270.0
    np.testing.assert_array_equal(known.values, depth_m)
    assert off_deg(np.array(known.up.camera), up_of(0.35, 0.0)) < 0.4
