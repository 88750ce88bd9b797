"""Detections that bring their own 3D boxes keep them, at the distance that the depth has."""

from dataclasses import replace

import numpy as np
import pytest

from scenegraph3d.geometry.frames import invert
from scenegraph3d.lift import lift
from scenegraph3d.types import Cuboids, DepthMap
from tests.geometry.raycast import Box
from tests.lift.pictures import Picture, iou

ROOM = (
    Box("cabinet", (-0.6, 2.6, 0.5), (0.9, 0.5, 1.0), 0.4),
    Box("gizmo", (0.5, 2.2, 0.2), (0.4, 0.3, 0.4), -0.5),
)


def turn(yaw):
    return np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1.0]])


@pytest.fixture
def picture():
    return Picture(*ROOM, height=1.6, pitch_deg=28.0)


def detections(picture, depth):
    found = picture.detections()
    camera_from_world = invert(picture.camera.world_from_camera)
    centers = np.array([box.center for box in ROOM])
    cuboids = Cuboids(
        center_m=centers @ camera_from_world[:3, :3].T + camera_from_world[:3, 3],
        size_m=np.array([box.size for box in ROOM]),
        camera_from_box=np.stack([camera_from_world[:3, :3] @ turn(box.yaw) for box in ROOM]),
        depth_m=np.array([np.median(depth[mask]) for mask in found.mask]),
        front_known=np.array([True, False]),
    )
    return replace(found, cuboids=cuboids)


def test_boxes_are_those_of_the_detector(picture):
    lifted = lift(detections(picture, picture.view.depth), picture.depth, picture.camera).objects
    for row, truth in enumerate(ROOM):
        np.testing.assert_allclose(lifted.size_m[row], truth.size)
        assert iou(lifted, row, truth) > 0.95
    assert lifted.front_known.tolist() == [True, False]
    assert lifted.seen.completed == ("detector", "detector")
    assert (lifted.seen.n_points > 100).all()


def test_other_depth_moves_them_along_their_line_of_sight(picture):
    found = detections(picture, picture.view.depth)
    eye = picture.camera.center_m
    once = lift(found, picture.depth, picture.camera).objects
    twice = lift(found, DepthMap(picture.view.depth * 2), picture.camera).objects
    np.testing.assert_allclose(twice.center_m - eye, 2 * (once.center_m - eye), rtol=2e-3)
    np.testing.assert_allclose(twice.size_m, once.size_m)


def test_what_was_seen_through_another_focal_length_is_where_the_picture_shows_it(picture):
    """A detector that takes the focal length for shorter sees everything farther from the optical axis."""
    true = detections(picture, picture.view.depth)
    short = 0.8
    stretch = np.array([1 / short, 1 / short, 1.0])
    center = true.cuboids.center_m * stretch
    cuboids = replace(true.cuboids, center_m=center, focal_px=short * picture.camera.fx)
    lifted = lift(replace(true, cuboids=cuboids), picture.depth, picture.camera).objects
    for row, truth in enumerate(ROOM):
        np.testing.assert_allclose(lifted.center_m[row], truth.center, atol=1e-6 + 0.02)
