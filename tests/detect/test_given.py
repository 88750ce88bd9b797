"""Detections that the user has: every format gives the same, and what is wrong is named."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
import supervision
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from scenegraph3d.detect.given import (
    check_inside,
    decode_rle,
    encode_rle,
    from_document,
    from_kitti,
    from_supervision,
    rasterise,
    read_detections,
)
from scenegraph3d.errors import InputError
from scenegraph3d.types import Detections

WIDTH, HEIGHT = 20, 12
MASK = np.zeros((HEIGHT, WIDTH), dtype=bool)
MASK[3:8, 2:9] = True
MASK[5, 4] = False
CUP = {"label": "cup", "xyxy_px": [2, 3, 9, 8]}
SQUARE = [2, 3, 9, 3, 9, 8, 2, 8]


def _write(tmp_path, document):
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(document))
    return path


def _read(tmp_path, document, **options):
    return read_detections(_write(tmp_path, document), WIDTH, HEIGHT, **options)


# --- the small JSON -----------------------------------------------------------------------------------------


def test_the_small_json(tmp_path):
    plate = {"label": "plate", "xyxy_px": [0.5, 1, 19.5, 11], "score": 0.25, "attributes": {"color": "blue"}}
    found = _read(tmp_path, {"detections": [CUP, plate]})
    assert found.label == ("cup", "plate")
    np.testing.assert_array_equal(found.xyxy_px, [[2, 3, 9, 8], [0.5, 1, 19.5, 11]])
    assert found.score.tolist() == [1, 0.25]
    assert found.mask is None
    assert found.attributes == ({}, {"color": "blue"})


def test_no_detections_are_none(tmp_path):
    assert len(_read(tmp_path, {"detections": []})) == 0
    assert len(_read(tmp_path, {"annotations": []})) == 0


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (encode_rle(MASK), MASK),
        ({"size": [HEIGHT, WIDTH], "counts": supervision.mask_to_rle(MASK, compressed=True)}, MASK),
        (SQUARE, rasterise([SQUARE], WIDTH, HEIGHT)),
        ([SQUARE, [12, 1, 15, 1, 15, 4]], rasterise([SQUARE, [12, 1, 15, 1, 15, 4]], WIDTH, HEIGHT)),
        ([[2, 3], [9, 3], [9, 8], [2, 8]], rasterise([SQUARE], WIDTH, HEIGHT)),
    ],
    ids=["runs", "compressed", "polygon", "polygons", "points"],
)
def test_masks_in_every_form(tmp_path, mask, expected):
    found = _read(tmp_path, {"detections": [{**CUP, "mask": mask}]})
    np.testing.assert_array_equal(found.mask, expected[None])


def test_a_detection_without_a_mask_beside_one_with_gets_its_box(tmp_path):
    other = {"label": "plate", "xyxy_px": [10, 0, 15, 4]}
    found = _read(tmp_path, {"detections": [{**CUP, "mask": encode_rle(MASK)}, other]})
    box = np.zeros_like(MASK)
    box[0:4, 10:15] = True
    np.testing.assert_array_equal(found.mask, [MASK, box])


WRONG = {
    "no label": ({"xyxy_px": [2, 3, 9, 8]}, r"detections\[1\].label: .*no such field"),
    "unknown field": ({**CUP, "box": []}, r"detections\[1\].box: expected no such field"),
    "box of three": ({**CUP, "xyxy_px": [1, 2, 3]}, r"detections\[1\].xyxy_px: expected 4 numbers"),
    "text in a box": ({**CUP, "xyxy_px": [1, 2, 3, "4"]}, r"detections\[1\].xyxy_px\[3\]: expected a number, got '4'"),
    "box without area": ({**CUP, "xyxy_px": [5, 3, 2, 8]}, r"box 1 \(cup\): expected left < right"),
    "box to the right": ({**CUP, "xyxy_px": [20, 3, 29, 8]}, r"box 1 \(cup\): .*touches the 20 x 12"),
    "box above": ({**CUP, "xyxy_px": [2, -8, 9, 0]}, r"box 1 \(cup\): .*touches the 20 x 12"),
    "score beyond 1": ({**CUP, "score": 2}, "score"),
    "empty label": ({**CUP, "label": ""}, "label"),
    "mask of another size": (
        {**CUP, "mask": encode_rle(MASK.T)},
        r"detections\[1\].mask \(cup\): .*20 x 12, got 12 x 20",
    ),
    "empty mask": (
        {**CUP, "mask": encode_rle(MASK & False)},
        r"detections\[1\].mask \(cup\): expected at least one pixel",
    ),
    "polygon outside": (
        {**CUP, "mask": [30, 30, 40, 30, 40, 40]},
        r"detections\[1\].mask \(cup\): expected at least one",
    ),
    "polygon of two points": ({**CUP, "mask": [[1, 2, 3, 4]]}, r"detections\[1\].mask \(cup\)\[0\]: .*3 points"),
    "odd polygon": ({**CUP, "mask": [[1, 2, 3, 4, 5, 6, 7]]}, r"\[0\]: expected x and y"),
    "text in a polygon": ({**CUP, "mask": [[1, 2, 3, 4, 5, "6"]]}, r"\[0\]\[5\]: expected a number"),
    "a number as mask": ({**CUP, "mask": 3}, r"detections\[1\].mask \(cup\): expected RLE"),
    "runs too short": (
        {**CUP, "mask": {"size": [12, 20], "counts": [3, 4]}},
        "runs that fill 12 x 20 pixels, got runs of 7",
    ),
    "negative run": ({**CUP, "mask": {"size": [12, 20], "counts": [250, -10]}}, r"counts: expected lengths of runs"),
    "fraction as run": ({**CUP, "mask": {"size": [12, 20], "counts": [240.0]}}, r"counts: expected lengths of runs"),
    "no counts": ({**CUP, "mask": {"size": [12, 20]}}, r"mask \(cup\).counts: .*no such field"),
    "size of text": ({**CUP, "mask": {"size": "12", "counts": []}}, r"mask \(cup\).size: expected \[height, width\]"),
    "huge size": ({**CUP, "mask": {"size": [10**9, 10**9], "counts": [10**18]}}, "at most 150000000 pixels"),
    "bad character": ({**CUP, "mask": {"size": [12, 20], "counts": "8é"}}, "the character 'é'"),
    "text cut off": ({**CUP, "mask": {"size": [12, 20], "counts": "o"}}, "ends in the middle"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_detection_is_named(tmp_path, name):
    row, part = WRONG[name]
    with pytest.raises(InputError, match=part) as raised:
        _read(tmp_path, {"detections": [CUP, row]})
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", None),
        ("hello", "line 1: expected KITTI"),
        ("[]", "`detections`"),
        ("{}", "`detections`"),
        ('{"detections": 3}', "detections: expected a list"),
        ('{"detections": [], "other": 1}', "other: expected no such field"),
        ('{"detections": [{"label": "a", "xyxy_px": [NaN, 1, 2, 3]}]}', "NaN"),
        ("{" * 10, "strict JSON"),
        ("[" * 10**5, "levels of nesting"),
    ],
)
def test_what_is_no_detection_file_is_refused(tmp_path, text, part):
    (tmp_path / "a.txt").write_text(text)
    if part is None:
        assert len(read_detections(tmp_path / "a.txt", WIDTH, HEIGHT)) == 0
        return
    with pytest.raises(InputError, match=part):
        read_detections(tmp_path / "a.txt", WIDTH, HEIGHT)


def test_bytes_that_are_no_text_and_missing_files_are_refused(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x89PNG\xff")
    with pytest.raises(InputError, match="bytes that are no text"):
        read_detections(tmp_path / "a.bin", WIDTH, HEIGHT)
    with pytest.raises(InputError, match="No such file"):
        read_detections(tmp_path / "none", WIDTH, HEIGHT)


# --- COCO ---------------------------------------------------------------------------------------------------


def _coco():
    return {
        "images": [
            {"id": 4, "file_name": "train/a.jpg", "width": WIDTH, "height": HEIGHT},
            {"id": 7, "file_name": "train/b.jpg", "width": WIDTH, "height": HEIGHT},
        ],
        "categories": [{"id": 1, "name": "cup"}, {"id": 90, "name": "plate"}],
        "annotations": [
            {"id": 1, "image_id": 4, "category_id": 1, "bbox": [2, 3, 7, 5], "segmentation": [SQUARE], "iscrowd": 0},
            {
                "id": 2,
                "image_id": 4,
                "category_id": 90,
                "bbox": [0, 0, 20, 12],
                "segmentation": encode_rle(MASK),
                "iscrowd": 1,
            },
            {"id": 3, "image_id": 7, "category_id": 90, "bbox": [1, 1, 2, 2], "score": 0.5},
        ],
    }


@pytest.mark.parametrize("image", ["train/a.jpg", "a.jpg", 4, "4"])
def test_coco_of_one_picture_out_of_several(tmp_path, image):
    found = _read(tmp_path, _coco(), image=image)
    assert found.label == ("cup",)  # the crowd is left out
    np.testing.assert_array_equal(found.xyxy_px, [[2, 3, 9, 8]])
    assert found.mask.sum() == 35


def test_coco_of_one_picture_needs_no_name(tmp_path):
    document = _coco()
    document["images"] = document["images"][1:]
    found = _read(tmp_path, document)
    assert (found.label, found.score.tolist(), found.mask) == (("plate",), [0.5], None)
    del document["images"]
    document["annotations"] = document["annotations"][:1]
    assert _read(tmp_path, document).label == ("cup",)


@pytest.mark.parametrize(
    ("image", "change", "part"),
    [
        (None, lambda d: None, "one picture, got 2; say which"),
        ("train/c.jpg", lambda d: None, "no picture 'train/c.jpg'.*'train/a.jpg'"),
        (4, lambda d: d["images"][0].update(width=21), "picture train/a.jpg: .*20 x 12, got 21 x 12"),
        (4, lambda d: d["annotations"][1].pop("bbox"), r"annotations\[1\].bbox"),
        (4, lambda d: d["annotations"][2].pop("image_id"), r"annotations\[2\].image_id"),
        (7, lambda d: d["annotations"][2].update(category_id=5), "category_id: expected an id of `categories`, got 5"),
        (7, lambda d: d["annotations"][2].update(bbox=[1, 1, 0, 2]), r"box 0 \(plate\)"),
        (7, lambda d: d.update(categories=[{"id": 1}]), r"categories\[0\].name"),
        (4, lambda d: d["annotations"][0].update(segmentation=encode_rle(MASK[1:])), "20 x 12, got 20 x 11"),
    ],
)
def test_a_wrong_coco_file_is_refused_with_the_place(tmp_path, image, change, part):
    document = _coco()
    change(document)
    with pytest.raises(InputError, match=part):
        read_detections(_write(tmp_path, document), WIDTH, HEIGHT, image=image)


# --- KITTI --------------------------------------------------------------------------------------------------


def test_kitti_labels(tmp_path):
    text = (
        "Car 0.25 1 1.8 2 3 9.5 8 1.5 1.6 4 1 1.7 10 0.3\n"
        "DontCare -1 -1 -10 1 2 3 4 -1 -1 -1 -1000 -1000 -1000 -10\n"
        "Person_sitting 0 0 0 1 1 5 6 1 1 1 1 1 1 0 0.75\n"
    )
    (tmp_path / "000001.txt").write_text(text)
    found = read_detections(tmp_path / "000001.txt", WIDTH, HEIGHT)
    assert found.label == ("car", "person_sitting")
    np.testing.assert_array_equal(found.xyxy_px, [[2, 3, 9.5, 8], [1, 1, 5, 6]])
    assert found.score.tolist() == [1, 0.75]
    assert found.attributes == ({"truncated": 0.25, "occluded": 1}, {"truncated": 0.0, "occluded": 0})
    assert len(from_kitti("")) == 0
    with pytest.raises(InputError, match="box 0"):
        read_detections(tmp_path / "000001.txt", 2, 2)


# --- supervision --------------------------------------------------------------------------------------------


def test_supervision_detections_are_taken_as_they_are():
    theirs = supervision.Detections(
        xyxy=np.array([[2, 3, 9, 8]], dtype=np.float32),
        mask=MASK[None],
        confidence=np.array([0.5], dtype=np.float32),
        class_id=np.array([3]),
        data={"class_name": np.array(["cup"])},
    )
    ours = from_supervision(theirs)
    assert (ours.label, ours.score.tolist()) == (("cup",), [0.5])
    np.testing.assert_array_equal(ours.xyxy_px, [[2, 3, 9, 8]])
    np.testing.assert_array_equal(ours.mask, MASK[None])
    assert from_supervision(theirs, ["mug"]).label == ("mug",)


def test_supervision_without_names_masks_or_things():
    theirs = supervision.Detections(xyxy=np.array([[2.0, 3, 9, 8]]))
    with pytest.raises(InputError, match="pass labels"):
        from_supervision(theirs)
    ours = from_supervision(theirs, ["cup"])
    assert (ours.score.tolist(), ours.mask) == ([1], None)
    assert len(from_supervision(supervision.Detections.empty())) == 0
    with pytest.raises(InputError, match="an object with `xyxy`"):
        from_supervision(SimpleNamespace(boxes=[]))
    with pytest.raises(InputError, match="1 labels, one per box"):
        from_supervision(theirs, ["cup", "plate"])


# --- masks --------------------------------------------------------------------------------------------------

masks = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=30))


@given(masks)
def test_rle_comes_back_and_is_what_supervision_writes(mask):
    rle = encode_rle(mask)
    assert rle["counts"] == list(supervision.mask_to_rle(mask))
    np.testing.assert_array_equal(decode_rle(rle), mask)
    compressed = supervision.mask_to_rle(mask, compressed=True)
    np.testing.assert_array_equal(decode_rle({"size": list(mask.shape), "counts": compressed}), mask)


def test_compressed_runs_longer_than_five_bits_and_shorter_than_before():
    mask = np.zeros((300, 400), dtype=bool)
    mask[20:200, 30:333] = mask[250] = True
    text = supervision.mask_to_rle(mask, compressed=True)
    np.testing.assert_array_equal(decode_rle({"size": [300, 400], "counts": text}), mask)


corner = st.floats(-3, 15).map(lambda value: round(value, 6))  # shapely divides by the length of an edge
corners = st.lists(st.tuples(corner, corner), min_size=3, max_size=3)


@settings(max_examples=60)
@given(corners)
def test_a_polygon_covers_the_pixels_whose_centre_it_holds(points):
    mask = rasterise([[value for point in points for value in point]], 12, 10)
    assert mask.shape == (10, 12)
    x, y = np.meshgrid(np.arange(12) + 0.5, np.arange(10) + 0.5)
    polygon = shapely.Polygon(points)
    inside = shapely.contains_xy(polygon, x, y)
    edge = shapely.distance(polygon.exterior, shapely.points(x, y)) < 1e-9
    np.testing.assert_array_equal(mask[~edge], inside[~edge])


def test_polygons_of_whole_pixels_are_exact_and_holes_cross_even_and_odd():
    assert rasterise([[0, 0, 4, 0, 4, 3, 0, 3]], 6, 5).sum() == 12
    ring = [0, 0, 6, 0, 6, 6, 0, 6, 0, 0, 2, 2, 4, 2, 4, 4, 2, 4, 2, 2]
    assert rasterise([ring], 6, 6).sum() == 36 - 4
    assert rasterise([[0, 0, 4, 0, 4, 3, 0, 3], [2, 1, 6, 1, 6, 5, 2, 5]], 6, 5).sum() == 12 + 16 - 4
    assert rasterise([[-9, -9, 99, -9, 99, 99, -9, 99]], 6, 5).all()


# --- the picture's size -------------------------------------------------------------------------------------


def test_boxes_that_touch_the_picture_pass_and_others_are_named():
    check_inside(Detections(np.array([[-5.0, -5, 0.5, 0.5], [19.5, 11.5, 40, 40]]), ("a", "b")), WIDTH, HEIGHT)
    with pytest.raises(InputError, match=r"box 1 \(b\)"):
        check_inside(Detections(np.array([[0.0, 0, 1, 1], [0, 12, 4, 15]]), ("a", "b")), WIDTH, HEIGHT)
    with pytest.raises(InputError, match="masks: expected the picture's size 20 x 12, got 12 x 20"):
        check_inside(Detections(np.array([[0.0, 0, 1, 1]]), ("a",), mask=MASK.T[None]), WIDTH, HEIGHT)


def test_a_document_is_not_changed():
    document = _coco()
    before = json.dumps(document)
    from_document(document, WIDTH, HEIGHT, image=4)
    assert json.dumps(document) == before
