"""Boxes that were seen one by one go back on what they stand on, along their lines of sight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.lift.resting import RestingSettings, resting
from scenegraph3d.types import Camera, Objects

EYE_M = 1.5
TABLE = ((0.2, 2.5, 0.37), (1.6, 1.0, 0.74), 0.3)
MUG = ((0.1, 2.4, 0.79), (0.1, 0.1, 0.1), 0.0)


def camera(turn=0.0):
    pose = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, EYE_M], [0, 0, 0, 1]])
    c, s = np.cos(turn), np.sin(turn)
    world = np.eye(4)
    world[:2, :2] = [[c, -s], [s, c]]
    return Camera.from_fov(256, 256, 1.0, source="given").with_pose(world @ pose, "given")


def things(*boxes, turn=0.0):
    center, size, yaw = (np.array([box[k] for box in boxes], dtype=np.float64) for k in range(3))
    c, s = np.cos(turn), np.sin(turn)
    center[:, :2] = center[:, :2] @ np.array([[c, -s], [s, c]]).T
    return Objects(tuple(f"thing {k}" for k in range(len(boxes))), center, size, yaw + turn)


def seen_at(box, ratio):
    """The box as a network sees it whose distance is off by a ratio."""
    eye = np.array([0.0, 0.0, EYE_M])
    return (tuple(eye + ratio * (np.array(box[0]) - eye)), *box[1:])


@given(st.floats(0.85, 1.2), st.floats(-3, 3))
def test_a_mug_seen_too_near_or_too_far_goes_back_on_its_table(ratio, turn):
    found = resting(things(TABLE, seen_at(MUG, ratio), turn=turn), camera(turn))
    np.testing.assert_allclose(found.center_m, things(TABLE, MUG, turn=turn).center_m, atol=1e-9)


def test_a_stack_is_put_up_from_below():
    crate = ((0.1, 2.4, 0.84), (0.3, 0.3, 0.2), 0.0)
    cup = ((0.1, 2.4, 0.99), (0.1, 0.1, 0.1), 0.0)
    found = resting(things(seen_at(cup, 1.08), TABLE, seen_at(crate, 0.92)), camera())
    np.testing.assert_allclose(found.center_m, things(cup, TABLE, crate).center_m, atol=1e-9)


@pytest.mark.parametrize(
    "other",
    [
        ((0.1, 2.4, 1.9), (0.1, 0.1, 0.1), 0.0),  # hangs high above
        ((-1.2, 2.4, 0.05), (0.1, 0.1, 0.1), 0.0),  # beside it
        ((0.1, 2.4, 0.79), (2.5, 2.0, 0.1), 0.0),  # larger than it
    ],
)
def test_what_does_not_rest_on_it_stays(other):
    before = things(TABLE, other)
    np.testing.assert_array_equal(resting(before, camera()).center_m, before.center_m)


def test_at_eye_level_it_is_moved_straight_down():
    shelf, box = ((0.0, 2.0, 0.7), (0.8, 0.4, 1.4), 0.0), ((0.1, 2.0, 1.55), (0.1, 0.1, 0.2), 0.0)
    found = resting(things(shelf, box), camera())
    np.testing.assert_allclose(found.center_m[1], (0.1, 2.0, 1.5))


def test_no_change_is_allowed_where_none_is_set():
    before = things(TABLE, seen_at(MUG, 1.1))
    found = resting(before, camera(), RestingSettings(most_change=0.0))
    np.testing.assert_array_equal(found.center_m, before.center_m)
