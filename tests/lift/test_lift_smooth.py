"""Smoothing and the ends of a seen box, on planes and boxes known in closed form."""

import numpy as np
import pytest

from scenegraph3d.geometry.fit import fit_yaw_box
from scenegraph3d.lift.ends import find_ends
from scenegraph3d.lift.regions import View
from scenegraph3d.lift.settings import LiftSettings, SmoothSettings
from scenegraph3d.lift.smooth import smoothed
from tests.geometry.raycast import Box
from tests.lift.pictures import Picture

PIXELS = np.argwhere(np.ones((30, 40), dtype=bool))
SIGMA = 0.01


def plane(slope):
    """Depth of a plane whose inverse depth changes by `slope` per row."""
    return 1 / (0.4 + slope * PIXELS[:, 0])


@pytest.mark.parametrize("slope", [0.0, 0.002, -0.004])
def test_a_plane_stays_and_its_noise_goes(slope):
    truth = plane(slope)
    np.testing.assert_allclose(smooth(truth), truth, rtol=1e-9)
    noisy = truth + np.random.default_rng(0).normal(0, SIGMA, len(truth))
    left = smooth(noisy) - truth
    assert np.std(left) < 0.4 * SIGMA
    assert abs(left.mean()) < 0.1 * SIGMA


def test_a_step_stays_a_step():
    truth = np.where(PIXELS[:, 1] < 20, 2.0, 2.3)
    np.testing.assert_allclose(smooth(truth), truth, atol=1e-9)


def test_readings_too_few_for_a_plane_stay_as_they_came():
    line = PIXELS[PIXELS[:, 0] == 3]
    z = 2 + np.random.default_rng(0).normal(0, SIGMA, len(line))
    np.testing.assert_array_equal(smoothed(z, line, line, np.full(len(z), SIGMA), SmoothSettings()), z)


def smooth(z):
    return smoothed(z, PIXELS, PIXELS, np.full(len(z), SIGMA), SmoothSettings())


def ends_of(picture):
    settings = LiftSettings()
    view = View.of(picture.depth, picture.camera, settings)
    points = view.world(np.argwhere(picture.mask(0)))
    box = fit_yaw_box(points)
    return box, find_ends(box, points, view, settings)


def test_from_above_the_view_is_free_past_every_side():
    box, ends = ends_of(Picture(Box("thing", (0.1, 2.3, 0.25), (0.6, 0.4, 0.5), 0.3), height=1.5, pitch_deg=28.0))
    assert box.size_m[1] > 0.35
    assert ends.free[:2].all()
    assert not ends.cut.any()


def test_from_the_front_the_far_end_is_not_free():
    box, ends = ends_of(Picture(Box("thing", (0.0, 2.3, 0.5), (0.8, 0.4, 1.0)), height=0.5, pitch_deg=0.0))
    assert box.size_m[1] < 0.05
    assert ends.free[0].all()
    assert not ends.free[1].all()


def test_the_border_cuts_the_end_that_leaves_the_picture():
    box, ends = ends_of(Picture(Box("block", (-1.9, 3.0, 0.3), (1.6, 0.4, 0.6)), height=1.4, pitch_deg=20.0))
    left = int(np.cos(box.yaw_rad) < 0)
    assert ends.cut[0, left]
    assert not ends.cut[0, 1 - left]
    assert ends.free[0, 1 - left]


def test_something_nearer_beside_the_end_leaves_it_open():
    thing, post = Box("thing", (0.0, 3.0, 0.4), (0.8, 0.5, 0.8)), Box("post", (0.45, 1.6, 0.6), (0.4, 0.1, 1.2))
    box, ends = ends_of(Picture(thing, post, height=1.3, pitch_deg=18.0))
    right = int(np.cos(box.yaw_rad) > 0)
    assert not ends.free[0, right]
    assert ends.free[0, 1 - right]
