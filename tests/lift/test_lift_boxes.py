"""Boxes without masks: the thing is told from walls, from what passes before it, and from its neighbours."""

import numpy as np
import pytest

from scenegraph3d.lift import lift
from scenegraph3d.types import DepthMap, Detections
from tests.geometry.raycast import Box, structured_light
from tests.lift.pictures import Picture, iou

WALL = Box("wall", (0.0, 3.65, 1.5), (12.0, 0.1, 3.0))
SIDE = Box("wall", (1.3, 0.0, 1.5), (0.1, 12.0, 3.0))


def whole_box(picture: Picture, thing: Box) -> np.ndarray:
    """[1, 4] the box that the whole thing would have in the picture, hidden or not."""
    corners = np.array(np.meshgrid(*[[-0.5, 0.5]] * 3)).reshape(3, -1).T * thing.size
    c, s = np.cos(thing.yaw), np.sin(thing.yaw)
    world = corners @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + thing.center
    camera = (world - picture.camera.center_m) @ picture.camera.world_from_camera[:3, :3]
    pixels = (camera / camera[:, 2:]) @ picture.camera.matrix.T
    return np.concatenate([pixels[:, :2].min(axis=0), pixels[:, :2].max(axis=0) + 1])[None]


@pytest.mark.parametrize("yaw", [0.0, 0.3])
@pytest.mark.parametrize("gap", [0.02, 0.1])
def test_a_thing_that_stands_at_a_wall_is_not_the_wall(yaw, gap):
    reach = 0.45 * np.cos(yaw) + 0.9 * np.sin(yaw)
    cabinet = Box("cabinet", (0.2, 3.6 - gap - reach / 2, 0.5), (0.9, 0.45, 1.0), yaw)
    picture = Picture(cabinet, WALL, SIDE, height=1.5, pitch_deg=18.0)
    noisy = DepthMap(structured_light(picture.view.depth, seed=1).astype(np.float32))
    found = lift(Detections(whole_box(picture, cabinet), ("cabinet",)), noisy, picture.camera).objects
    assert iou(found, 0, cabinet) > 0.7
    assert np.linalg.norm(found.center_m[0, :2] - cabinet.center[:2]) < 0.08


def test_a_thing_among_neighbours_with_fronts_in_one_plane_keeps_its_front():
    middle = Box("gizmo", (0.0, 3.0, 0.45), (0.6, 0.5, 0.9))
    sides = [Box("gizmo", (x, 3.0, 0.45), (0.6, 0.5, 0.9)) for x in (-0.65, 0.65)]
    picture = Picture(middle, *sides, height=1.5, pitch_deg=18.0)
    found = lift(Detections(whole_box(picture, middle), ("gizmo",)), picture.depth, picture.camera).objects
    assert iou(found, 0, middle) > 0.85


def test_a_flat_thing_on_a_wall_is_found():
    picture_frame = Box("gizmo", (0.1, 3.59, 1.4), (0.8, 0.02, 0.6))
    picture = Picture(picture_frame, WALL, height=1.4, pitch_deg=0.0)
    found = lift(Detections(whole_box(picture, picture_frame), ("picture",)), picture.depth, picture.camera).objects
    assert np.linalg.norm(found.center_m[0] - picture_frame.center) < 0.06
    np.testing.assert_allclose(np.sort(found.size_m[0])[1:], [0.6, 0.8], atol=0.06)


def test_what_shows_above_and_below_a_board_before_it_is_one_thing():
    stand = Box("nightstand", (0.0, 3.2, 0.3), (0.5, 0.42, 0.6))
    board = Box("board", (0.0, 2.0, 0.62), (3.0, 0.4, 0.04))
    picture = Picture(stand, board, height=1.2, pitch_deg=14.0)
    shown = np.flatnonzero(picture.mask(0).any(axis=1))
    assert np.diff(shown).max() > 5
    found = lift(Detections(whole_box(picture, stand), ("nightstand",)), picture.depth, picture.camera).objects
    assert found.seen.occluded[0]
    assert found.seen.size_m[0, 2] > 0.5
    assert iou(found, 0, stand) > 0.75


def test_what_the_box_of_another_explains_better_is_the_others():
    back, front = Box("gizmo", (0.25, 3.6, 0.6), (0.7, 0.5, 1.2)), Box("crate", (0.1, 2.4, 0.41), (1.0, 0.5, 0.82))
    picture = Picture(back, front, height=1.2, pitch_deg=10.0)
    boxes = np.concatenate([whole_box(picture, back), whole_box(picture, front)])
    shown = np.count_nonzero(picture.mask(0)) / np.prod(boxes[0, 2:] - boxes[0, :2])
    assert 0.2 < shown < 0.6
    found = lift(Detections(boxes, ("gizmo", "crate")), picture.depth, picture.camera).objects
    assert np.linalg.norm(found.center_m[0, :2] - back.center[:2]) < 0.25
    assert iou(found, 1, front) > 0.85


def test_the_layer_at_whose_depth_the_box_is_of_the_usual_size_is_the_thing():
    car, panel = Box("car", (0.0, 11.0, 0.75), (1.7, 4.0, 1.5)), Box("panel", (-0.12, 4.0, 1.05), (0.5, 0.05, 0.9))
    picture = Picture(car, panel, height=1.5, pitch_deg=0.0)
    box = whole_box(picture, car)
    hidden = 1 - np.count_nonzero(picture.mask(0)) / np.prod(box[0, 2:] - box[0, :2])
    assert hidden > 0.5
    found = lift(Detections(box, ("car",)), picture.depth, picture.camera).objects
    assert found.seen.center_m[0, 1] == pytest.approx(9.0, abs=0.2)


def test_a_level_higher_than_the_foot_is_not_the_support():
    low = Box("gizmo", (0.0, 2.8, 0.25), (0.5, 0.4, 0.5))
    steps = [Box("step", (x, 2.4, 0.125), (0.8, 1.6, 0.25)) for x in (-0.68, 0.68)]
    picture = Picture(low, *steps, height=1.5, pitch_deg=25.0)
    found = lift(Detections(whole_box(picture, low), ("gizmo",)), picture.depth, picture.camera).objects
    assert found.size_m[0, 2] == pytest.approx(0.5, abs=0.03)
    assert iou(found, 0, low) > 0.8


def test_readings_of_which_no_two_hang_together_are_skipped_and_said():
    thing = Box("gizmo", (0.0, 2.5, 0.4), (0.8, 0.5, 0.8))
    picture = Picture(thing, height=1.2, pitch_deg=14.0)
    box = whole_box(picture, thing)
    depth = np.zeros_like(picture.view.depth)
    v, u = np.argwhere(picture.mask(0))[:: np.count_nonzero(picture.mask(0)) // 60].T
    depth[v, u] = np.geomspace(1.0, 40.0, len(v))[np.random.default_rng(0).permutation(len(v))]
    crate = Box("crate", (0.9, 2.5, 0.3), (0.4, 0.4, 0.6))
    beside = Picture(thing, crate, height=1.2, pitch_deg=14.0)
    depth[beside.mask(1)] = beside.view.depth[beside.mask(1)]
    boxes = np.concatenate([box, whole_box(beside, crate)])
    lifted = lift(Detections(boxes, ("gizmo", "crate")), DepthMap(depth), picture.camera)
    assert lifted.objects.label == ("crate",)
    assert "that hang together" in lifted.skipped[0].reason
