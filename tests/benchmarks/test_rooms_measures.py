"""How rooms are scored: closed forms, the truth judged against itself, and rules against a cast of the room."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rooms_cases import Known, views
from rooms_floors import Average, average, best_cut, floor_depth_m, picture_floors, quantities_2d, relation_floors
from rooms_judge import Judged, judged, summary
from rooms_measures import (
    FALSE,
    IGNORED,
    PREDICATES,
    angle_deg,
    average_precision,
    box_ious,
    boxes_found,
    depth_errors,
    f1,
    fov_deg,
    in_world_of,
    match_masks,
    relation_counts,
    relation_table,
)

import scenegraph3d as sg3
from scenegraph3d.geometry.boxes import Boxes
from scenegraph3d.geometry.frames import rigid, transform_points
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.rendering.render import cast
from scenegraph3d.rooms.splits import HELD_OUT_COLORS
from scenegraph3d.rooms.world.parts import turned
from scenegraph3d.rooms.world.room import FLOOR

SIZES = ((96, 72), (96, 96))


@pytest.fixture(scope="module")
def known() -> list[Known]:
    return views("indoor", "demo", 6, SIZES)


def strip(*runs: tuple[int, int], width: int = 12) -> np.ndarray:
    """Masks of one row that hold the pixels from, and before, two columns."""
    columns = np.arange(width)
    return np.array([[(columns >= first) & (columns < end)] for first, end in runs])


# --- masks ---------------------------------------------------------------------------------------------------------


def test_each_thing_is_matched_once_by_the_best_score() -> None:
    instance = np.array([[0] * 4 + [-1] * 2 + [1] * 4 + [-2] * 2], dtype=np.int32)
    mask = strip((0, 3), (0, 4), (6, 10), (4, 6))
    found = match_masks(mask, np.array([0.9, 0.8, 0.7, 0.6]), instance, np.array([0, 1]))
    assert found.tolist() == [0, FALSE, 1, FALSE]
    found = match_masks(mask, np.array([0.8, 0.9, 0.7, 0.6]), instance, np.array([0, 1]))
    assert found.tolist() == [FALSE, 0, 1, FALSE]


def test_half_in_common_is_enough_and_less_is_not() -> None:
    instance = np.array([[0] * 4 + [-1] * 8], dtype=np.int32)
    assert match_masks(strip((0, 2)), np.ones(1), instance, np.array([0])).tolist() == [0]
    assert match_masks(strip((0, 1)), np.ones(1), instance, np.array([0])).tolist() == [FALSE]
    assert match_masks(strip((0, 9)), np.ones(1), instance, np.array([0])).tolist() == [FALSE]


def test_rows_are_those_of_the_truth_and_what_is_hardly_seen_is_ignored_once() -> None:
    instance = np.array([[0] * 4 + [2] * 4 + [5] * 4], dtype=np.int32)
    found = match_masks(
        strip((0, 4), (4, 8), (8, 12), (0, 3)), np.array([0.9, 0.8, 0.7, 0.6]), instance, np.array([2, 5])
    )
    assert found.tolist() == [IGNORED, 0, 1, FALSE]


def test_what_is_in_the_truth_comes_before_what_is_hardly_seen() -> None:
    instance = np.array([[0] * 4 + [1] * 4 + [-1] * 4], dtype=np.int32)
    assert match_masks(strip((0, 8)), np.ones(1), instance, np.array([1])).tolist() == [0]
    assert match_masks(strip((0, 8)), np.ones(1), instance, np.array([0])).tolist() == [0]


def test_nothing_found_and_nothing_there() -> None:
    instance = np.full((1, 12), -1, dtype=np.int32)
    assert match_masks(strip((0, 4)), np.ones(1), instance, np.zeros(0, dtype=np.int64)).tolist() == [FALSE]
    assert match_masks(np.zeros((0, 1, 12), dtype=bool), np.ones(0), instance, np.zeros(0, dtype=np.int64)).shape == (
        0,
    )


@pytest.mark.parametrize(
    ("hits", "truths", "expected"),
    [
        ([True, True], 2, 1.0),
        ([True, False, True], 2, (51 + 50 * 2 / 3) / 101),  # precision 1 to recall 0.5, then 2/3
        ([False, True], 1, 0.5),
        ([True, False, False], 4, 26 / 101),  # recall stops at 0.25
        ([False, False], 3, 0.0),
        ([], 3, 0.0),
    ],
)
def test_average_precision(hits: list[bool], truths: int, expected: float) -> None:
    falling = np.linspace(1, 0.5, len(hits))
    assert average_precision(falling, np.array(hits, dtype=bool), truths) == pytest.approx(expected, abs=1e-12)
    shuffled = np.random.default_rng(0).permutation(len(hits))
    hit = np.array(hits, dtype=bool)[shuffled]
    assert average_precision(falling[shuffled], hit, truths) == pytest.approx(expected, abs=1e-12)


# --- boxes ---------------------------------------------------------------------------------------------------------


def moved(scene: sg3.SceneGraph, yaw_rad: float, offset_m: tuple[float, float, float]) -> sg3.SceneGraph:
    """The same scene in a world that is turned about z and moved."""
    new_from_old = rigid(turned("z", yaw_rad), np.array(offset_m))
    objects = replace(
        scene.objects,
        center_m=transform_points(new_from_old, scene.objects.center_m),
        yaw_rad=scene.objects.yaw_rad + yaw_rad,
    )
    return replace(
        scene, objects=objects, camera=scene.camera.with_pose(new_from_old @ scene.camera.world_from_camera, "given")
    )


@given(st.floats(-3, 3), st.tuples(*[st.floats(-5, 5)] * 3))
def test_where_the_built_world_lies_changes_nothing(
    known: list[Known], yaw_rad: float, offset_m: tuple[float, float, float]
) -> None:
    truth = known[0].truth
    boxes = in_world_of(truth, moved(truth, yaw_rad, offset_m))
    assert np.allclose(boxes.center_m, truth.objects.center_m, atol=1e-9)
    assert np.allclose(np.cos(boxes.yaw_rad - truth.objects.yaw_rad), 1, atol=1e-9)
    assert np.allclose(np.diag(box_ious(boxes, truth.objects.boxes)), 1, atol=1e-6)


def test_a_tilted_world_moves_centres_with_the_camera_and_leaves_boxes_upright(known: list[Known]) -> None:
    truth = known[0].truth
    tilt = rigid(turned("x", 0.1), np.zeros(3))
    tilted = replace(truth, camera=truth.camera.with_pose(tilt @ truth.camera.world_from_camera, "given"))
    boxes = in_world_of(truth, tilted)
    # What is at p in the tilted world is at the camera's own point for p, so turned back by the tilt.
    assert np.allclose(boxes.center_m, truth.objects.center_m @ tilt[:3, :3], atol=1e-12)
    assert np.array_equal(boxes.size_m, truth.objects.size_m)


def test_overlap_of_boxes_side_by_side() -> None:
    unit, size = Boxes(np.zeros((1, 3)), np.ones((1, 3)), np.zeros(1)), np.ones((3, 3))
    others = Boxes(np.array([[0, 0, 0], [0.5, 0, 0], [2, 0, 0]], dtype=float), size, np.zeros(3))
    assert box_ious(unit, others)[0] == pytest.approx([1, 1 / 3, 0])
    assert box_ious(others, unit).shape == (3, 1)


def test_each_true_box_needs_a_built_one_of_its_own() -> None:
    assert boxes_found(np.array([[0.9, 0.0], [0.8, 0.0]]), 0.25) == 1
    assert boxes_found(np.array([[0.9, 0.8], [0.7, 0.0]]), 0.25) == 2  # the first gives its best away
    assert boxes_found(np.array([[0.25, 0.0]]), 0.25) == 0
    assert boxes_found(np.zeros((0, 4)), 0.25) == 0


# --- relations -----------------------------------------------------------------------------------------------------


def table(count: int, **pairs: list[tuple[int, int]]) -> np.ndarray:
    out = np.zeros((len(PREDICATES), count, count), dtype=bool)
    for name, rows in pairs.items():
        for subject, reference in rows:
            out[PREDICATES.index(name), subject, reference] = True
    return out


def test_directions_are_the_viewers_alone() -> None:
    rows = [
        {"label": "chair", "center_m": [0, 3, 0.5], "size_m": [0.5, 0.5, 1], "yaw_rad": 0.0, "front_known": True},
        {"label": "ball", "center_m": [1, 3, 0.1], "size_m": [0.2, 0.2, 0.2]},
    ]
    scene = sg3.relate(rows, sg3.Camera.from_fov(64, 64))
    said = relation_table(scene.relations, 2)
    # The ball is in front of the chair, which faces +x, but to its right for the viewer.
    assert {(row.predicate, row.frame) for row in scene.relations if row.subject == 1} >= {("in_front_of", "object")}
    assert said[PREDICATES.index("right_of"), 1, 0]
    assert not said[PREDICATES.index("in_front_of")].any()


def test_counts_strictly_and_among_what_was_matched() -> None:
    true = table(3, on=[(0, 1)], near=[(0, 1), (1, 0), (1, 2), (2, 1)])
    # Built 0 is nothing, 1 is the truth's 1, 2 is the truth's 0, 3 is hardly seen.
    said = table(4, on=[(2, 1), (0, 1)], near=[(1, 2), (2, 1), (1, 0), (0, 1), (3, 1), (1, 3)], inside=[(1, 2)])
    strict, matched = relation_counts(said, true, np.array([FALSE, 1, 0, IGNORED]))
    rows = {name: (strict[k].tolist(), matched[k].tolist()) for k, name in enumerate(PREDICATES)}
    assert rows["on"] == ([1, 2, 1], [1, 1, 1])
    assert rows["near"] == ([2, 4, 4], [2, 2, 2])
    assert rows["inside"] == ([0, 1, 0], [0, 1, 0])
    assert rows["left_of"] == ([0, 0, 0], [0, 0, 0])


def test_f1_is_the_harmonic_mean_and_unknown_of_nothing() -> None:
    assert f1(np.array([[3, 4, 6], [0, 5, 0], [0, 0, 0]]))[:2] == pytest.approx([2 / (4 / 3 + 6 / 3), 0.0])
    assert np.isnan(f1(np.array([0, 0, 0])))


# --- depth and camera ----------------------------------------------------------------------------------------------


def test_depth_errors_of_a_common_factor() -> None:
    true = np.linspace(1, 4, 12).reshape(3, 4)
    assert depth_errors(true * 1.2, true) == pytest.approx((0.2, 1.0))
    assert depth_errors(true / 1.3, true) == pytest.approx((1 - 1 / 1.3, 0.0))
    half = np.where(np.arange(12).reshape(3, 4) % 2 == 0, true, true * 2)
    assert depth_errors(half, true) == pytest.approx((0.5, 0.5))


@given(st.floats(1e-6, 179.9))
def test_angles_small_and_large(angle: float) -> None:
    radians = np.radians(angle)
    assert angle_deg([2, 0, 0], [np.cos(radians), np.sin(radians), 0]) == pytest.approx(angle, rel=1e-6)


def test_field_of_view_is_that_of_the_longer_side() -> None:
    assert fov_deg(sg3.Camera.from_fov(64, 128, np.radians(70))) == pytest.approx(70)
    assert fov_deg(sg3.Camera.from_fov(128, 64, np.radians(70))) == pytest.approx(70)


# --- judged --------------------------------------------------------------------------------------------------------


def test_the_truth_is_faultless(known: list[Known]) -> None:
    rows = [judged(one, one.detections, moved(one.truth, 0.7, (1.0, 2.0, 0.0)), one.depth_m) for one in known]
    found = summary(rows)
    ones = ("mask_ap50", "mask_recall", "category_accuracy", "color_accuracy", "material_accuracy", "delta")
    assert {name: found[name] for name in (*ones, "box_iou_0.25", "box_iou_0.25_with_label")} == dict.fromkeys(
        (*ones, "box_iou_0.25", "box_iou_0.25_with_label"), 1.0
    )
    zeros = ("abs_rel", "center_error_m", "up_deg", "fov_deg", "not_built")
    assert {name: found[name] for name in zeros} == dict.fromkeys(zeros, 0.0)
    assert found["relations"]["macro_f1"] == found["relations_of_matched"]["macro_f1"] == 1.0
    assert found["objects"] == sum(len(one.truth.objects) for one in known)
    for name in PREDICATES:
        said = [row for one in known for row in one.truth.relations if row.predicate == name]
        assert found["relations"][name]["true"] == sum(row.frame != "object" for row in said)


def without(known: Known, row: int) -> Judged:
    """The truth without one of its objects, judged."""
    objects = known.truth.objects
    keep = np.flatnonzero(np.arange(len(objects)) != row)
    rest = sg3.Objects(
        tuple(objects.label[k] for k in keep), objects.center_m[keep], objects.size_m[keep], objects.yaw_rad[keep]
    )
    scene = sg3.relate(rest, known.truth.camera)
    return judged(known, known.detections.where(keep), replace(scene, up=known.truth.up))


def test_what_is_not_found_is_missing(known: list[Known]) -> None:
    one = known[0]
    count = len(one.truth.objects)
    true = relation_table(one.truth.relations, count)
    found = without(one, 0)
    missing = true[:, 0].sum(axis=1) + true[:, :, 0].sum(axis=1)
    assert (found.hit.all(), len(found.hit), found.boxes, found.labelled) == (True, count - 1, count - 1, count - 1)
    assert np.array_equal(found.strict[:, 2] - found.strict[:, 0], missing)
    assert np.array_equal(found.matched[:, 0], found.matched[:, 2])
    assert missing.sum() > 0


def test_labels_colors_and_skipped_detections(known: list[Known]) -> None:
    one = known[0]
    count = len(one.truth.objects)
    attributes = ({"color": "none", "material": one.truth.objects[0].attributes["material"]},)
    found = replace(
        one.detections,
        label=("thing", *one.detections.label[1:]),
        attributes=attributes + one.detections.attributes[1:],
    )
    seen = judged(one, found, replace(one.truth, objects=replace(one.truth.objects, label=found.label)))
    assert seen.right[0].tolist() == [False, False, True]
    assert seen.right[1:].all()
    assert (seen.boxes, seen.labelled) == (count, count - 1)
    kept = np.arange(1, count)
    objects = one.truth.objects
    rest = sg3.Objects(objects.label[1:], objects.center_m[kept], objects.size_m[kept], objects.yaw_rad[kept])
    scene = replace(sg3.relate(rest, one.truth.camera), up=one.truth.up, source={"skipped": [{"index": 0}]})
    skipped, left_out = judged(one, one.detections, scene), without(one, 0)
    assert np.array_equal(skipped.strict, left_out.strict)
    assert skipped.hit.sum() == count
    assert max(skipped.center_error_m) < 1e-12


def test_colors_that_were_never_trained_on_are_told_apart() -> None:
    """What only held-out rooms show is counted by itself, and faults there are faults of nothing else."""
    rooms = views("indoor", "heldout", 4, SIZES)
    never = [
        np.array([pair in HELD_OUT_COLORS for pair in zip(colors, one.truth.objects.label, strict=True)])
        for one in rooms
        for colors in [[row["color"] for row in one.truth.objects.attributes]]
    ]
    assert all(
        np.array_equal(judged(one, one.detections, None).unseen, rows) for one, rows in zip(rooms, never, strict=True)
    )
    one, rows = next(pair for pair in zip(rooms, never, strict=True) if pair[1].any())
    wrong = [{**row, "color": "none"} if new else row for row, new in zip(one.detections.attributes, rows, strict=True)]
    found = summary([judged(one, replace(one.detections, attributes=tuple(wrong)), None)])
    assert found["unseen"] == rows.sum()
    assert (found["unseen_color_accuracy"], found["unseen_category_accuracy"]) == (0, 1)
    assert found["color_accuracy"] == pytest.approx(1 - rows.mean(), abs=1e-4)


def test_who_finds_what_is_hardly_seen_is_neither_praised_nor_blamed(known: list[Known]) -> None:
    one, objects = known[0], known[0].truth.objects
    kept = np.arange(1, len(objects))
    seen = sg3.Objects(
        objects.label[1:],
        objects.center_m[kept],
        objects.size_m[kept],
        objects.yaw_rad[kept],
        attributes=objects.attributes[1:],
        id=objects.id[kept],
    )
    less = replace(one, truth=replace(sg3.relate(seen, one.truth.camera), up=one.truth.up))
    found = judged(less, one.detections, one.truth)
    assert (len(found.score), found.hit.all(), found.objects, found.boxes) == (len(kept), True, len(kept), len(kept))
    assert np.array_equal(found.strict[:, 1], found.strict[:, 0])
    assert np.array_equal(found.strict[:, 2], found.strict[:, 0])


def test_no_graph_is_a_graph_without_anything(known: list[Known]) -> None:
    one = known[0]
    found = judged(one, one.detections, None, one.depth_m)
    assert found.strict[:, :2].sum() == 0
    assert found.strict[:, 2].sum() > 0
    assert (found.boxes, found.up_deg, found.hit.all(), found.f1) == (0, None, True, 0.0)
    both = summary([found, judged(one, one.detections, one.truth)])
    assert both["not_built"] == 1
    assert both["box_iou_0.25"] == 0.5
    assert both["up_deg"] == 0.0


# --- floors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(96, 72), (72, 96)])
def test_a_bare_floor_is_as_far_as_rays_say(size: tuple[int, int]) -> None:
    room = sample_room(7).with_things(())
    shown = cast(room, size)
    camera = room.camera(*size)
    exact = Average(
        1.0, 1e6, camera.center_m[2], room.world_from_camera[2, :3], fov_deg(camera), np.zeros(9, bool), np.zeros(9)
    )
    floor = shown.instance[0].numpy() == FLOOR
    depth = floor_depth_m(exact, *size)
    assert floor.any()
    assert np.abs(depth / shown.depth_m[0].numpy() - 1)[floor].max() < 1e-4
    assert floor_depth_m(replace(exact, wall_m=1.5), *size).max() == 1.5


def test_floors_of_pictures_that_are_all_alike_have_no_error(known: list[Known]) -> None:
    one = known[0]
    flat = replace(one, depth_m=np.full_like(one.depth_m, 2.0))
    found = picture_floors([flat], average([flat]))
    assert found["training mean: abs_rel"] == pytest.approx(0, abs=1e-6)
    assert found["constant: up_deg"] == pytest.approx(0, abs=1e-6)
    assert found["constant: fov_deg"] == pytest.approx(0, abs=1e-9)
    other = picture_floors(known, average(known))
    assert other["training mean: abs_rel"] > 0.1
    assert other["constant: fov_deg"] > 1


def test_boxes_in_a_picture() -> None:
    # 0: a bowl; 1: an apple in it; 2: a book far right and lower; 3: a lamp above the bowl.
    xyxy = np.array([[10, 20, 30, 30], [15, 21, 20, 26], [60, 30, 70, 45], [12, 2, 28, 12]], dtype=float)
    said = dict(zip(PREDICATES, quantities_2d(xyxy), strict=True))
    assert said["inside"][1, 0] == 1
    assert said["inside"][0, 1] == pytest.approx(25 / 200)
    assert said["left_of"][0, 2] == pytest.approx(45 / 20) == -said["right_of"][0, 2]
    assert said["in_front_of"][2, 0] == pytest.approx(15 / 15) == -said["behind"][2, 0]
    assert said["above"][3, 0] == 1 == said["below"][0, 3]
    assert said["above"][0, 3] == 0
    assert said["on"][3, 0] == 0
    assert said["on"][1, 0] == 0
    assert said["near"][0, 1] == 0
    assert said["near"][0, 2] == pytest.approx(-30 / np.sqrt((200 + 150) / 2))
    wide_over_narrow = np.array([[0, 0, 40, 10], [10, 20, 20, 30]], dtype=float)
    assert dict(zip(PREDICATES, quantities_2d(wide_over_narrow), strict=True))["above"].tolist() == [[0, 1], [0, 0]]
    resting = np.array([[10, 20, 30, 40], [5, 10, 15, 25]], dtype=float)
    assert dict(zip(PREDICATES, quantities_2d(resting), strict=True))["on"].tolist() == [[0, 0], [0.5, 0]]


def test_the_cut_that_tells_best() -> None:
    value = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    assert 0.3 < best_cut(value, value > 0.5) <= 0.7
    # Saying yes to all: F1 of 4 in 5; any other cut loses more than it gains.
    assert best_cut(np.arange(5.0), np.array([True, True, False, True, True])) == 0


def test_rules_on_the_rooms_that_they_were_made_of(known: list[Known]) -> None:
    like = average(known)
    counts = relation_floors(known, like)
    true = sum(relation_table(one.truth.relations, len(one.truth.objects)).sum(axis=(1, 2)) for one in known)
    assert all(np.array_equal(rows[:, 2], true) for rows in counts.values())
    pairs = sum(len(one.truth.objects) * (len(one.truth.objects) - 1) for one in known)
    majority = counts["majority"]
    assert np.array_equal(majority[:, 1], np.where(2 * true > pairs, pairs, 0))
    assert np.array_equal(majority[:, 0], np.where(2 * true > pairs, true, 0))
    assert (np.nan_to_num(f1(counts["2D boxes"])) >= np.nan_to_num(f1(majority))).all()
