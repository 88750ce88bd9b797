"""The doors of the types: what is accepted, what is refused and in which words, and that nothing changes later."""

import dataclasses
import math

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.errors import InputError, QueryError
from scenegraph3d.types import Camera, DepthMap, Detections, Image, Objects, Relation, Relations, SceneGraph, Seen, Up

BOX = np.array([[10.0, 10, 20, 20]])
ONE = {"label": "cup", "center_m": [0, 1, 0], "size_m": [0.1, 0.1, 0.1]}


def refuses(pattern, make, *args, **kwargs):
    with pytest.raises(InputError, match=pattern):
        make(*args, **kwargs)


# --- image and depth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rgb",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
        "x",
    ],
)
def test_an_image_is_uint8_rgb(rgb):
    refuses("image: expected", Image, rgb)


def test_depth_of_integers_says_to_divide_by_the_scale():
    refuses("floating-point values.*got dtype uint16.*divide", DepthMap, np.ones((4, 4), np.uint16))


@pytest.mark.parametrize(("value", "word"), [(np.nan, "1 NaN"), (np.inf, "1 infinite"), (-1.0, "1 negative")])
def test_depth_that_is_no_depth_is_refused_and_not_repaired(value, word):
    depth = np.ones((4, 4), np.float32)
    depth[1, 1] = value
    refuses(f"got {word}; mark holes with valid=", DepthMap, depth)
    marked = DepthMap(depth, valid=np.isfinite(depth) & (depth > 0))
    assert marked.valid.sum() == 15
    assert marked.values[1, 1] == 0


def test_depth_without_one_reading_is_refused():
    refuses("at least one pixel above 0", DepthMap, np.zeros((4, 4), np.float32))


def test_depth_kinds_are_three():
    refuses(
        "depth kind: expected one of metric, relative, inverse_relative, got 'metres'",
        DepthMap,
        np.ones((2, 2)),
        "metres",
    )


# --- camera -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "pattern"),
    [
        ((0, 500, 320, 240), "fx and fy above 0"),
        ((500, -1, 320, 240), "fx and fy above 0"),
        ((500, 500, 900, 240), "principal point: expected a point inside the 640 x 480 image"),
        ((math.nan, 500, 320, 240), "fx: expected a finite number"),
        (("wide", 500, 320, 240), "fx: expected a finite number of pixels, got 'wide'"),
    ],
)
def test_intrinsics_that_cannot_be(numbers, pattern):
    refuses(pattern, Camera, *numbers, 640, 480)


@pytest.mark.parametrize("matrix", [np.diag([1.0, 1, -1, 1]), 2 * np.eye(4), np.zeros((4, 4)), np.full((4, 4), np.nan)])
def test_a_pose_is_a_rotation_and_a_translation(matrix):
    refuses("world_from_camera: expected", Camera, 500, 500, 320, 240, 640, 480, world_from_camera=matrix)


def test_a_default_camera_says_that_it_is_assumed():
    camera = Camera.from_fov(640, 480)
    assert (camera.intrinsics_source, camera.pose_source) == ("assumed", "assumed")
    assert math.degrees(2 * math.atan(320 / camera.fx)) == pytest.approx(60)
    refuses("give radians", Camera.from_fov, 640, 480, 60.0)


# --- detections ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "pattern"),
    [
        ({"xyxy_px": [[10, 10, 10, 20]]}, "left < right and top < bottom.*COCO"),
        ({"xyxy_px": [[10, 10, 20]]}, r"xyxy_px: expected shape \[N, 4\], got shape \(1, 3\)"),
        ({"xyxy_px": [[10, 10, 20, math.inf]]}, "finite numbers"),
        ({"label": ["cup", "mug"]}, "1 labels, one per box"),
        ({"label": "cup"}, "a sequence of strings"),
        ({"label": [""]}, "non-empty strings"),
        ({"score": [1.5]}, r"values in \[0, 1\]"),
        ({"mask": np.zeros((1, 30, 30), bool)}, r"mask 0 \(cup\): expected at least one pixel, got an empty mask"),
        ({"mask": np.ones((1, 30, 30))}, "bool of shape"),
        ({"attributes": ["red"]}, "one mapping per object"),
    ],
)
def test_detections_that_cannot_be(arguments, pattern):
    refuses(pattern, Detections, **{"xyxy_px": BOX, "label": ["cup"], **arguments})


def test_detections_may_be_none_at_all():
    assert len(Detections([], [])) == 0


# --- objects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        ({"size_m": [0.1, -0.1, 0.1]}, r"size_m of object 0 \(cup\): expected full lengths above 0"),
        ({"size_m": [0.0, 0.0, 0.1]}, "full lengths above 0"),
        ({"size_m": [0.1, 0.1]}, r"size_m of object 0: expected shape \[3\], got shape \(2,\)"),
        ({"center_m": [0, math.nan, 0]}, "finite numbers"),
        ({"center_m": "here"}, "center_m of object 0: expected numbers"),
        ({"yaw_rad": "left"}, "yaw_rad: expected numbers"),
        ({"score": 2}, r"values in \[0, 1\]"),
        ({"kind": "thing"}, "expected one of object, surface"),
        ({"colour": "red"}, r"unknown \['colour'\]"),
        ({"label": " "}, "non-empty strings"),
    ],
)
def test_rows_that_are_no_boxes(change, pattern):
    refuses(pattern, Objects.from_rows, [{**ONE, **change}])


def test_a_row_needs_its_three_keys():
    refuses(r"missing \['size_m'\]", Objects.from_rows, [{"label": "cup", "center_m": [0, 0, 0]}])


def test_ids_are_distinct():
    refuses(r"distinct whole numbers, got repeated \[7\]", Objects.from_rows, [{**ONE, "id": 7}, {**ONE, "id": 7}])


def test_a_row_reads_like_an_object():
    cup = Objects.from_rows([{**ONE, "id": 5, "attributes": {"color": "red"}}])[0]
    assert (cup.id, cup.label, cup.size_m, cup.attributes["color"], str(cup)) == (
        5,
        "cup",
        (0.1, 0.1, 0.1),
        "red",
        "cup#5",
    )


def test_nothing_can_be_changed_afterwards():
    scene = sg3.relate([ONE, {**ONE, "center_m": [1, 1, 0]}])
    with pytest.raises(ValueError, match="read-only"):
        scene.objects.center_m[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        scene.relations.score[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        scene.scale = "relative"


def test_the_callers_arrays_stay_the_callers():
    center = np.zeros((1, 3))
    objects = Objects(["cup"], center, np.ones((1, 3)))
    center[0] = 9
    assert objects.center_m[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("embedding", "pattern"),
    [
        (np.zeros((2, 3)), r"embedding: expected shape \[1, N\], got shape \(2, 3\)"),
        (np.zeros(3), r"embedding: expected shape \[1, N\], got shape \(3,\)"),
        (np.zeros((1, 0)), "embedding: expected 1 to 16384 numbers per object, got 0"),
        (np.zeros((1, 16385)), "embedding: expected 1 to 16384 numbers per object, got 16385"),
        ([[0, math.nan]], "embedding: expected finite numbers, got 1 NaN or infinite"),
        ([[0, 1e300]], "embedding: expected finite numbers, got 1 NaN or infinite"),
        ([["red"]], "embedding: expected numbers"),
    ],
)
def test_an_embedding_is_a_row_of_ordinary_numbers_for_each(embedding, pattern):
    refuses(pattern, Detections, BOX, ["cup"], embedding=embedding)
    refuses(pattern, Objects, ["cup"], np.zeros((1, 3)), np.ones((1, 3)), embedding=embedding)


def test_some_detections_are_rows_of_all():
    masks = np.eye(3, dtype=bool)[:, None]
    all_ = Detections(
        BOX + np.arange(3)[:, None], ["a", "b", "c"], [0.1, 0.2, 0.3], masks, [{"n": i} for i in range(3)], masks[:, 0]
    )
    for keep in (np.array([2, 0]), np.array([True, False, True])):
        some, rows = all_.where(keep), np.arange(3)[keep].tolist()
        assert some.label == tuple("abc"[row] for row in rows)
        assert [row["n"] for row in some.attributes] == rows
        for name in ("xyxy_px", "score", "mask", "embedding"):
            np.testing.assert_array_equal(getattr(some, name), getattr(all_, name)[rows])
            assert not getattr(some, name).flags.writeable
    assert Detections(BOX, ["a"]).where(np.array([0])).mask is None


def test_an_embedding_is_kept_in_single_precision():
    found = Detections(BOX, ["cup"], embedding=[[1, 0.1]])
    objects = Objects(["cup"], np.zeros((1, 3)), np.ones((1, 3)), embedding=found.embedding)
    np.testing.assert_array_equal(objects.embedding, np.array([[1, 0.1]], dtype=np.float32), strict=True)
    assert Detections(BOX, ["cup"]).embedding is None
    assert Objects.from_rows([ONE]).embedding is None


def test_seen_has_a_row_for_each_object():
    columns = {"xyxy_px": BOX, "n_points": [5], "n_views": [1], "center_m": [[0, 0, 0]], "size_m": [[1, 1, 1]]}
    seen = Seen(**columns, truncated=[False], occluded=[True], completed=["support"], position_std_m=[[0.01] * 3])
    assert Objects.from_rows([ONE]).seen is None
    refuses("seen: expected 2 rows, got 1", Objects, ["a", "b"], np.zeros((2, 3)), np.ones((2, 3)), seen=seen)


# --- scenes -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scene():
    rows = [
        {"label": "dining_table", "center_m": [0, 3, 0.4], "size_m": [1.6, 0.8, 0.8]},
        {"label": "Cup", "center_m": [-0.4, 3, 0.85], "size_m": [0.1, 0.1, 0.1]},
        {"label": "cup", "center_m": [0.4, 3, 0.85], "size_m": [0.1, 0.1, 0.1], "id": 12},
    ]
    return sg3.relate(rows)


def test_labels_match_in_any_case_and_ids_single_one_out(scene):
    assert len(scene.match("CUP", "on", "dining table")) == 2
    assert [m.subject.id for m in scene.match("cup#12", "on")] == [12]
    assert [m.subject.id for m in scene.match("#12", "on")] == [m.subject.id for m in scene.match(12, "on")] == [12]
    assert scene.match(scene.objects[2], "on") == scene.match(12, "on")
    assert scene.match(predicate="left of") == scene.match(predicate="left_of")


@pytest.mark.parametrize(
    ("call", "pattern"),
    [
        (lambda s: s.match("cop"), "no object 'cop' in this scene; did you mean '[Cc]up'"),
        (lambda s: s.match(predicate="lef_of"), "unknown predicate 'lef_of'; did you mean 'left_of'"),
        (lambda s: s.match(frame="veiwer"), "unknown frame 'veiwer'; did you mean 'viewer'"),
        (lambda s: s.distance("cup", "dining table"), "'cup' names 2 objects: Cup#1, cup#12; say which"),
        (lambda s: s.match(99), "no object 99"),
        (lambda s: s.match("#x"), "a whole number after #"),
    ],
)
def test_questions_that_cannot_be_answered_say_why(scene, call, pattern):
    with pytest.raises(QueryError, match=pattern):
        call(scene)


def test_a_relation_points_at_objects_that_are_there():
    objects = Objects.from_rows([ONE])
    relations = Relations.from_rows([Relation(0, "on", 1, "world", 1.0, 0.1, {})])
    refuses("rows 0 to 0 of the objects", SceneGraph, objects, relations)


def test_relations_go_from_rows_to_columns_and_back():
    rows = [
        Relation(0, "on", 1, "world", 0.9, 0.1, {"gap_m": 0.0, "overlap": 1.0}),
        Relation(1, "holds", 0, "object", 0.5, 0.0, {}),
        Relation(0, "between", 1, "world", 0.7, 0.2, {"cover": 0.6}, third=2),
    ]
    assert list(Relations.from_rows(rows)) == rows
    refuses("evidence of on", Relations.from_rows, [rows[0], dataclasses.replace(rows[0], evidence={"gap_m": 0.0})])
    refuses("frame: expected one of", Relations.from_rows, [dataclasses.replace(rows[0], frame="camera")])


def test_up_is_a_unit_vector_with_a_source():
    refuses("up: expected a unit vector", Up, (0.0, -2.0, 0.0))
    refuses("up source: expected one of", Up, source="guess")
