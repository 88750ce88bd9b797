"""Lift of ray-cast boxes, whose truth is known in closed form."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.errors import InputError
from scenegraph3d.geometry.frames import rigid, rotation_from_quaternion
from scenegraph3d.lift import COMMON_SIZES, SizePriors, lift
from scenegraph3d.types import DepthMap, Detections
from tests.geometry.raycast import Box
from tests.lift.pictures import Picture, iou

CABINET = Box("cabinet", (-0.6, 2.6, 0.5), (0.9, 0.5, 1.0), 0.4)
CARTON = Box("gizmo", (0.5, 2.2, 0.2), (0.4, 0.3, 0.4), -0.5)
ROOM = (CABINET, CARTON, Box("thing", (0.6, 3.6, 0.4), (0.5, 0.45, 0.8), 0.2))
FROM_ABOVE = {"height": 1.6, "pitch_deg": 28.0}


@pytest.mark.parametrize("masks", [True, False])
def test_boxes_seen_from_above_come_back(masks):
    picture = Picture(*ROOM, **FROM_ABOVE)
    lifted = lift(picture.detections(masks), picture.depth, picture.camera)
    assert lifted.skipped == ()
    assert lifted.objects.label == ("cabinet", "gizmo", "thing")
    for row, truth in enumerate(ROOM):
        assert iou(lifted.objects, row, truth) > 0.88
        assert np.linalg.norm(lifted.objects.center_m[row] - truth.center) < 0.025
        quarter = (lifted.objects.yaw_rad[row] - truth.yaw + np.pi / 4) % (np.pi / 2) - np.pi / 4
        assert abs(quarter) < np.radians(2)


@pytest.mark.parametrize("masks", [True, False])
def test_a_twentieth_of_the_depth_gives_nearly_the_same_boxes(masks):
    picture = Picture(*ROOM, **FROM_ABOVE)
    some = np.random.default_rng(5).random(picture.view.depth.shape) < 0.05
    full = lift(picture.detections(masks), picture.depth, picture.camera).objects
    sparse = lift(picture.detections(masks), DepthMap(picture.view.depth * some), picture.camera).objects
    np.testing.assert_allclose(sparse.center_m, full.center_m, atol=0.03)
    for row, truth in enumerate(ROOM):
        assert iou(sparse, row, truth) > 0.85


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_boxes_move_and_turn_with_the_camera(seed):
    rng = np.random.default_rng(seed)
    yaw = rng.uniform(-np.pi, np.pi)
    turn = rotation_from_quaternion(np.array([np.cos(yaw / 2), 0, 0, np.sin(yaw / 2)]))
    moved = rigid(turn, rng.normal(size=3) * 5)
    picture = Picture(*ROOM, **FROM_ABOVE)
    before = lift(picture.detections(), picture.depth, picture.camera).objects
    camera = picture.camera.with_pose(moved @ picture.camera.world_from_camera, "given")
    after = lift(picture.detections(), picture.depth, camera).objects
    np.testing.assert_allclose(after.center_m, before.center_m @ turn.T + moved[:3, 3], atol=0.02)
    np.testing.assert_allclose(np.sort(after.size_m[:, :2]), np.sort(before.size_m[:, :2]), atol=0.03)
    np.testing.assert_allclose(after.size_m[:, 2], before.size_m[:, 2], atol=1e-3)


def test_the_same_input_gives_the_same_boxes():
    picture = Picture(*ROOM, **FROM_ABOVE)
    first, second = (lift(picture.detections(), picture.depth, picture.camera).objects for _ in range(2))
    assert np.array_equal(first.center_m, second.center_m)
    assert np.array_equal(first.size_m, second.size_m)


def test_flying_pixels_do_not_inflate():
    picture = Picture(*ROOM, **FROM_ABOVE)
    depth = picture.view.depth.copy()
    own = picture.mask(1)
    rim = own & ~(np.roll(own, 1, 1) & np.roll(own, -1, 1))
    behind = 3.9
    depth[rim] = (depth[rim] + behind) / 2
    clean = lift(picture.detections(), picture.depth, picture.camera).objects
    flown = lift(picture.detections(), DepthMap(depth), picture.camera).objects
    np.testing.assert_allclose(flown.size_m[1], clean.size_m[1], atol=0.02)
    np.testing.assert_allclose(flown.center_m[1], clean.center_m[1], atol=0.02)


def test_a_mask_that_runs_over_the_edge_onto_the_wall_changes_little():
    wall = Box("wall", (0, 6.0, 1.5), (12, 0.1, 3))
    picture = Picture(CARTON, wall, **FROM_ABOVE | {"pitch_deg": 12.0})
    loose = picture.mask(0)
    for axis, step in ((0, -1), (1, -1), (1, 1)):
        for _ in range(3):
            loose = loose | np.roll(loose, step, axis)
    tight = picture.detections()
    bled = Detections(tight.xyxy_px[:1], ("gizmo",), mask=loose[None])
    truth = lift(tight, picture.depth, picture.camera).objects
    found = lift(bled, picture.depth, picture.camera).objects
    np.testing.assert_allclose(found.center_m[0], truth.center_m[0], atol=0.05)
    assert found.size_m[0].max() < 1.3 * truth.size_m[0].max()


def test_what_masks_share_belongs_to_the_smallest():
    pillow = Box("pillow", (0.0, 2.7, 0.56), (0.4, 0.3, 0.12), 0.0)
    bed = Box("slab", (0.0, 2.6, 0.25), (1.2, 1.0, 0.5), 0.0)
    picture = Picture(pillow, bed, **FROM_ABOVE)
    exact = picture.detections()
    both = exact.mask.copy()
    both[1] |= both[0]
    overlapping = lift(dataclasses.replace(exact, mask=both), picture.depth, picture.camera).objects
    apart = lift(exact, picture.depth, picture.camera).objects
    np.testing.assert_allclose(overlapping.center_m, apart.center_m, atol=1e-3)
    np.testing.assert_allclose(overlapping.size_m, apart.size_m, atol=1e-3)


def test_a_thin_thing_before_a_wall_is_found_in_its_box():
    wall = Box("wall", (0, 3.6, 1.5), (12, 0.1, 3))
    post = Box("post", (0.1, 2.6, 0.6), (0.12, 0.12, 1.2), 0.0)
    picture = Picture(post, wall, height=1.3, pitch_deg=14.0)
    own = picture.detections(masks=False)
    wide = own.xyxy_px[:1] + np.array([-18, -6, 18, 4])
    assert picture.mask(0).sum() < 0.4 * np.prod(wide[0, 2:] - wide[0, :2])
    found = lift(Detections(wide, ("post",)), picture.depth, picture.camera).objects
    front = np.array([0.1, 2.6 - 0.12 / 2, 0.6])
    assert (np.abs(found.center_m[0] - front) < [0.02, 0.06, 0.02]).all()
    np.testing.assert_allclose(found.size_m[0, [0, 2]], [0.12, 1.2], atol=0.03)


def test_a_rail_that_passes_through_the_box_is_not_the_thing_behind_it():
    rail = Box("rail", (0.0, 2.0, 0.62), (4.0, 0.05, 0.2))
    crate = Box("thing", (0.3, 3.4, 0.5), (0.6, 0.5, 1.0), 0.3)
    picture = Picture(crate, rail, height=1.5, pitch_deg=16.0)
    box = picture.detections(masks=False).xyxy_px[:1]
    found = lift(Detections(box, ("thing",)), picture.depth, picture.camera).objects
    assert np.linalg.norm(found.center_m[0, :2] - crate.center[:2]) < 0.1


def test_a_small_box_keeps_its_thing_from_the_box_around_it():
    shelf, vase = Box("shelf", (0, 3.0, 0.4), (1.4, 0.4, 0.8)), Box("gizmo", (0.4, 2.62, 0.25), (0.3, 0.3, 0.5))
    picture = Picture(shelf, vase, **FROM_ABOVE)
    both = picture.detections(masks=False)
    alone = Detections(both.xyxy_px[:1], ("shelf",))
    together = lift(both, picture.depth, picture.camera).objects
    assert np.linalg.norm(together.center_m[0] - shelf.center) < 0.05
    assert iou(together, 0, shelf) > 0.85 > iou(lift(alone, picture.depth, picture.camera).objects, 0, shelf)


def test_readings_that_do_not_hang_together_are_skipped_and_said():
    picture = Picture(CARTON, CABINET, **FROM_ABOVE)
    depth = picture.view.depth.copy()
    own = np.argwhere(picture.mask(0))
    depth[tuple(own.T)] = 0
    few = own[:: len(own) // 6][:6]
    depth[tuple(few.T)] = [1.0, 1.5, 2.2, 3.2, 4.5, 7.0]
    lifted = lift(picture.detections(), DepthMap(depth), picture.camera)
    assert lifted.objects.label == ("cabinet",)
    assert "1 depth points that hang together" in lifted.skipped[0].reason


def test_a_mask_under_another_is_skipped_and_said():
    picture = Picture(CARTON, **FROM_ABOVE)
    one = picture.detections()
    twice = Detections(np.repeat(one.xyxy_px, 2, axis=0), ("gizmo", "twin"), mask=np.repeat(one.mask, 2, axis=0))
    lifted = lift(twice, picture.depth, picture.camera)
    assert lifted.objects.label == ("gizmo",)
    assert [(s.index, s.label) for s in lifted.skipped] == [(1, "twin")]
    assert "no pixel of its own" in lifted.skipped[0].reason


def test_what_is_lifted_keeps_its_embedding():
    picture = Picture(*ROOM, **FROM_ABOVE)
    found = picture.detections()
    twice = Detections(
        np.vstack([found.xyxy_px[:1], found.xyxy_px]),
        ("twin", *found.label),
        mask=np.vstack([found.mask[:1], found.mask]),
        embedding=np.arange(8).reshape(4, 2),
    )
    lifted = lift(twice, picture.depth, picture.camera)
    kept = [row for row in range(4) if row not in {one.index for one in lifted.skipped}]
    assert len(kept) == 3
    np.testing.assert_array_equal(lifted.objects.embedding, twice.embedding[kept], strict=True)
    assert lift(found, picture.depth, picture.camera).objects.embedding is None


def test_a_mask_of_one_pixel_is_skipped_and_said():
    picture = Picture(CARTON, CABINET, **FROM_ABOVE)
    detections = picture.detections()
    masks = detections.mask.copy()
    v, u = np.argwhere(masks[0])[0]
    masks[0] = False
    masks[0, v, u] = True
    lifted = lift(dataclasses.replace(detections, mask=masks), picture.depth, picture.camera)
    assert lifted.objects.label == ("cabinet",)
    assert lifted.skipped[0].index == 0
    assert "1 depth points in 1 pixels" in lifted.skipped[0].reason


def test_a_box_outside_the_picture_is_skipped():
    picture = Picture(CARTON, **FROM_ABOVE)
    boxes = np.concatenate([picture.detections().xyxy_px, [[900.0, 10, 950, 60]]])
    lifted = lift(Detections(boxes, ("gizmo", "ghost")), picture.depth, picture.camera)
    assert [s.label for s in lifted.skipped] == ["ghost"]


def test_nothing_left_is_an_error_and_nothing_asked_is_not():
    picture = Picture(CARTON, **FROM_ABOVE)
    with pytest.raises(InputError, match="depth for at least one of 1, got none: ghost"):
        lift(Detections(np.array([[900.0, 10, 950, 60]]), ("ghost",)), picture.depth, picture.camera)
    none = lift(Detections(np.zeros((0, 4)), ()), picture.depth, picture.camera)
    assert len(none.objects) == 0
    assert none.skipped == ()


def test_the_border_of_the_picture_truncates():
    inside, cut = Box("thing", (0.0, 3.0, 0.3), (0.4, 0.4, 0.6)), Box("block", (-1.9, 3.0, 0.3), (0.8, 0.4, 0.6))
    picture = Picture(inside, cut, **FROM_ABOVE)
    objects = lift(picture.detections(), picture.depth, picture.camera).objects
    assert objects.seen.truncated.tolist() == [False, True]


@pytest.mark.parametrize(("blocker_y", "occluded"), [(1.6, True), (4.4, False)])
def test_only_something_nearer_occludes(blocker_y, occluded):
    thing = Box("thing", (0.0, 3.0, 0.4), (0.6, 0.5, 0.8), 0.3)
    post = Box("post", (0.12, blocker_y, 0.6), (0.15, 0.15, 1.2))
    picture = Picture(thing, post, height=1.3, pitch_deg=18.0)
    objects = lift(picture.detections(), picture.depth, picture.camera).objects
    assert bool(objects.seen.occluded[0]) is occluded


def test_the_floor_in_front_does_not_occlude():
    picture = Picture(CARTON, **FROM_ABOVE)
    objects = lift(picture.detections(), picture.depth, picture.camera).objects
    assert not objects.seen.occluded[0]


def test_a_surface_stays_a_thin_box_and_loses_the_key():
    top = Box("top", (0.2, 2.6, 0.7), (1.4, 0.8, 0.02), 0.3)
    picture = Picture(top, CARTON, **FROM_ABOVE)
    plain = picture.detections()
    rows = ({"kind": "surface", "color": "white"}, {})
    objects = lift(dataclasses.replace(plain, attributes=rows), picture.depth, picture.camera).objects
    assert objects.kind == ("surface", "object")
    assert objects.attributes[0] == {"color": "white"}
    assert objects.seen.completed[0] == ""
    assert objects.size_m[0, 2] < 0.02
    np.testing.assert_allclose(objects.center_m[0], [0.2, 2.6, 0.71], atol=0.02)


@pytest.mark.parametrize("kind", ["surface", "object"])
def test_a_mask_one_row_high_gives_a_box_with_area(kind):
    picture = Picture(CARTON, **FROM_ABOVE)
    whole = picture.detections()
    row = np.zeros_like(whole.mask)
    middle = int(np.median(np.nonzero(whole.mask[0])[0]))
    row[0, middle] = whole.mask[0, middle]
    line = dataclasses.replace(whole, mask=row, attributes=({"kind": kind},))
    objects = lift(line, picture.depth, picture.camera).objects
    assert (objects.size_m[0, :2] > 0).all()


def test_the_side_that_is_not_seen_is_filled_by_the_prior():
    fridge = Box("refrigerator", (0.0, 2.5, 0.85), (0.72, 0.68, 1.7))
    picture = Picture(fridge, height=1.0, pitch_deg=0.0)
    objects = lift(picture.detections(), picture.depth, picture.camera).objects
    assert objects.seen.completed[0] == "prior:refrigerator+support"
    assert objects.seen.size_m[0].min() < 0.05
    assert iou(objects, 0, fridge) > 0.85
    assert objects.seen.position_std_m[0].max() > 0.02


def test_the_users_own_prior_is_used():
    block = Box("pallet", (0.0, 2.5, 0.5), (1.2, 0.8, 1.0))
    picture = Picture(block, height=0.5, pitch_deg=0.0)
    own = SizePriors.from_sizes({"pallet": {"length_m": (1.2, 0.02), "width_m": (0.8, 0.02), "height_m": (1.0, 0.1)}})
    assert COMMON_SIZES.find("pallet") is None
    without = lift(picture.detections(), picture.depth, picture.camera).objects
    known = lift(picture.detections(), picture.depth, picture.camera, priors=own).objects
    assert without.seen.completed[0].startswith("proportion")
    assert known.seen.completed[0].startswith("prior:pallet")
    assert iou(known, 0, block) > 0.93 > iou(without, 0, block)


def test_depth_up_to_scale_takes_no_prior_and_scales_the_boxes():
    fridge = Box("refrigerator", (0.0, 2.5, 0.85), (0.72, 0.68, 1.7))
    picture = Picture(fridge, height=1.0, pitch_deg=0.0)
    one = lift(picture.detections(), DepthMap(picture.view.depth, kind="relative"), picture.camera).objects
    camera = picture.camera
    pose = camera.world_from_camera.copy()
    pose[:3, 3] *= 3
    bigger = DepthMap(picture.view.depth * 3, kind="relative")
    three = lift(picture.detections(), bigger, camera.with_pose(pose, "given")).objects
    assert "prior" not in one.seen.completed[0]
    np.testing.assert_allclose(three.center_m, 3 * one.center_m, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(three.size_m, 3 * one.size_m, rtol=1e-4, atol=1e-4)


def test_the_seen_box_keeps_what_was_seen():
    picture = Picture(CABINET, height=0.6, pitch_deg=0.0)
    objects = lift(picture.detections(), picture.depth, picture.camera).objects
    assert (objects.seen.size_m <= objects.size_m + 1e-9).all()
    assert objects.seen.n_points[0] > 500
    assert objects.seen.n_views.tolist() == [1]
    assert objects.size_m[0, 1] > objects.seen.size_m[0, 1] + 0.3


@pytest.mark.parametrize("what", ["depth", "mask", "kind"])
def test_input_that_does_not_fit_is_refused(what):
    picture = Picture(CARTON, **FROM_ABOVE)
    detections, depth = picture.detections(), picture.depth
    if what == "depth":
        depth = DepthMap(picture.view.depth[:-1])
        expected = r"depth: expected the camera's size, 320 x 240, got 320 x 239"
    elif what == "mask":
        detections = dataclasses.replace(detections, mask=detections.mask[:, :-1])
        expected = r"masks: expected 320 x 240 pixels as the depth, got 320 x 239"
    else:
        depth = DepthMap(picture.view.depth, kind="inverse_relative")
        expected = "depth kind: expected metric or relative, got inverse_relative"
    with pytest.raises(InputError, match=expected):
        lift(detections, depth, picture.camera)
