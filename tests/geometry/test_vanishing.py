"""Vanishing directions: segments that are projections of parallel lines point to where their direction vanishes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.geometry.segments import Segments
from scenegraph3d.geometry.vanishing import sightlines

K = np.array([[500.0, 0, 320], [0, 520.0, 240], [0, 0, 1]])
directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


def seen(start, end):
    """Segments of 3D lines, both ends in front of the camera."""
    pixels = [points @ K.T / points[:, 2:] for points in (start, end)]
    return sightlines(Segments(pixels[0][:, :2], pixels[1][:, :2]), K)


@given(directions, st.integers(0, 99))
def test_parallel_lines_are_at_no_angle_to_their_direction(direction, seed):
    direction = np.array(direction) / np.linalg.norm(direction)
    start = np.random.default_rng(seed).uniform([-2, -2, 4], [2, 2, 9], (20, 3))
    lines = seen(start, start + direction)
    long_enough = lines.angle_rad > 1e-3
    assert np.abs(lines.normal[long_enough] @ direction).max(initial=0) < 1e-6
    assert lines.off(direction[None])[long_enough].max(initial=0) < 1e-3
    assert lines.off(-direction[None]) == pytest.approx(lines.off(direction[None]))


@given(st.floats(-80, 80))
def test_in_the_middle_of_the_picture_angles_are_those_of_the_picture(lean_deg):
    lean = np.radians(lean_deg)
    step = 20 * np.array([[np.sin(lean), -np.cos(lean)]])
    middle = np.array([[320.0, 240.0]])
    square = np.array([[500.0, 0, 320], [0, 500.0, 240], [0, 0, 1]])
    lines = sightlines(Segments(middle - step, middle + step), square)
    assert lines.off(np.array([[0.0, -1, 0]]))[0, 0] == pytest.approx(abs(lean), abs=1e-6)
    assert lines.angle_rad[0] == pytest.approx(2 * np.arctan(20 / 500))


def test_a_direction_through_the_segment_itself_is_no_division_by_zero():
    lines = seen(np.array([[0.0, 0, 4]]), np.array([[1.0, 0, 4]]))
    assert np.isfinite(lines.off(lines.middle)).all()
    assert len(sightlines(Segments(np.zeros((0, 2)), np.zeros((0, 2))), K)) == 0
