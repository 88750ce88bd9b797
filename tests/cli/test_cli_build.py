"""build: files in, files out; and every bad input is one line that leaves nothing behind."""

import json

import numpy as np
import pytest
from PIL import Image

import scenegraph3d as sg3


def refused(result, code, *phrases):
    """One line on stderr, nothing on stdout."""
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("error: ")
    for phrase in phrases:
        assert phrase in lines[0]


def replaced(words, option, value):
    """The words with another value after an option."""
    words = list(words)
    words[words.index(option) + 1] = value
    return words


def without(words, option):
    """The words without an option and its value."""
    at = words.index(option)
    return [*words[:at], *words[at + 2 :]]


def test_a_frame_with_boxes_becomes_a_graph_and_a_picture(run, frame, build_words):
    result = run(*build_words)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "2 objects" in result.stdout
    assert "camera given, up given" in result.stdout
    scene = sg3.load(frame / "scene.json")
    assert scene.objects.label == ("cup", "chair")
    assert scene.match("cup", "left_of", "chair")
    assert scene.objects[0].center_m[0] == pytest.approx((35 - 80) / 120 * 2, abs=0.05)
    with Image.open(frame / "overlay.png") as picture:
        assert picture.size == (640, 480)


def test_json_output_says_the_same(run, frame, build_words):
    facts = json.loads(run(*build_words, "--json").stdout)
    assert facts["files"] == [str(frame / "scene.json"), str(frame / "overlay.png")]
    assert facts["objects"] == 2
    assert facts["scale"] == "metric"


def test_a_field_of_view_gives_the_camera_of_that_focal_length(run, frame, build_words):
    words = [*without(build_words, "--intrinsics"), "--fov", "90"]
    assert run(*words).exit_code == 0
    camera = sg3.load(frame / "scene.json").camera
    assert camera.fx == pytest.approx(80.0)
    assert camera.intrinsics_source == "given"


def test_without_a_camera_one_is_assumed_and_said(run, build_words):
    assert "camera assumed" in run(*without(build_words, "--intrinsics")).stdout


def test_without_detections_objects_come_from_the_depth(run, frame, build_words):
    assert run(*without(build_words, "--detections")).exit_code == 0
    labels = sg3.load(frame / "scene.json").objects.label
    assert sum(label.startswith("object") for label in labels) == 2


def test_the_same_input_gives_the_same_bytes(run, frame, build_words):
    run(*build_words)
    first = (frame / "scene.json").read_bytes(), (frame / "overlay.png").read_bytes()
    run(*build_words)
    assert ((frame / "scene.json").read_bytes(), (frame / "overlay.png").read_bytes()) == first


def test_a_detection_without_depth_is_skipped_aloud(run, frame, build_words):
    depth_mm = np.array(Image.open(frame / "depth.png"))
    depth_mm[40:80, 20:50] = 0
    Image.fromarray(depth_mm).save(frame / "depth.png")
    result = run(*build_words)
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: detection 0 (cup) skipped: ")
    assert len(result.stderr.splitlines()) == 1
    assert json.loads(run(*build_words, "--json").stdout)["skipped"][0]["label"] == "cup"


@pytest.mark.parametrize(
    ("option", "value", "phrase"),
    [
        ("--intrinsics", "120,120,79.5", "expected 4 numbers with commas, fx,fy,cx,cy, got '120,120,79.5'"),
        ("--intrinsics", "a,b,c,d", "expected 4 numbers"),
        ("--intrinsics", "nan,120,79.5,59.5", "expected 4 numbers"),
        ("--intrinsics", "0,120,79.5,59.5", "focal length: expected fx and fy above 0"),
        ("--intrinsics", "120,120,500,59.5", "principal point: expected a point inside the 160 x 120 image"),
        ("--up", "0,0,0", "expected a direction"),
        ("--up", "1,0", "expected 3 numbers with commas, x,y,z"),
        ("--depth-scale", "0", "expected a number above 0"),
        ("--depth-scale", "-1000", "expected a number above 0"),
        ("--depth-scale", "nan", "expected a number above 0"),
        ("--depth-scale", "metres", "not a valid float"),
        ("--depth", "nowhere.png", "'nowhere.png' does not exist"),
        ("--detections", "nowhere.json", "'nowhere.json' does not exist"),
        ("-o", "nowhere/scene.json", "make the folder first"),
        ("--overlay", "nowhere/overlay.png", "make the folder first"),
        ("--overlay", "overlay.jpg", "a name that ends in .png"),
    ],
)
def test_a_wrong_option_is_refused_before_the_work(run, frame, build_words, option, value, phrase):
    before = sorted(frame.iterdir())
    refused(run(*replaced(build_words, option, value)), 2, phrase, option)
    assert sorted(frame.iterdir()) == before


def test_more_wrong_use(run, frame, build_words):
    refused(run(*build_words, "--fov", "60"), 2, "--intrinsics or --fov, got both")
    refused(run(*without(build_words, "--intrinsics"), "--fov", "200"), 2, "between 0 and 180")
    refused(run(*without(build_words, "-o")), 2, "missing option '-o'", "scenegraph3d build --help")
    refused(run(*build_words, "--colour"), 2, "no such option", "--colour")
    refused(run(*replaced(build_words, "-o", frame)), 2, "expected the name of a file")
    refused(run(*replaced(build_words, "-o", frame / "color.png")), 2, "no input too")
    refused(run("build", frame / "gone.png", "-o", frame / "scene.json"), 2, "does not exist")


def write_depth(frame, array):
    Image.fromarray(array).save(frame / "depth.png")


def bad_size(frame):
    write_depth(frame, np.full((60, 80), 2000, dtype=np.uint16))


def bad_dtype(frame):
    write_depth(frame, np.full((120, 160), 200, dtype=np.uint8))


def no_reading(frame):
    write_depth(frame, np.zeros((120, 160), dtype=np.uint16))


def truncated_image(frame):
    data = (frame / "color.png").read_bytes()
    (frame / "color.png").write_bytes(data[: len(data) // 2])


def no_image(frame):
    (frame / "color.png").write_text("not a picture")


def outside(frame):
    rows = [{"label": "cup", "xyxy_px": [500, 40, 550, 80]}]
    (frame / "boxes.json").write_text(json.dumps({"detections": rows}))


def flat_box(frame):
    rows = [{"label": "cup", "xyxy_px": [50, 40, 20, 80]}]
    (frame / "boxes.json").write_text(json.dumps({"detections": rows}))


def mask_of_another_size(frame):
    mask = {"size": [60, 80], "counts": [100, 200, 4500]}
    rows = [{"label": "cup", "xyxy_px": [20, 40, 50, 80], "mask": mask}]
    (frame / "boxes.json").write_text(json.dumps({"detections": rows}))


def no_json(frame):
    (frame / "boxes.json").write_text('{"detections": [')


def no_depth_anywhere(frame):
    depth_mm = np.array(Image.open(frame / "depth.png"))
    depth_mm[40:80] = 0
    write_depth(frame, depth_mm)


@pytest.mark.parametrize(
    "spoil",
    [
        bad_size,
        bad_dtype,
        no_reading,
        truncated_image,
        no_image,
        outside,
        flat_box,
        mask_of_another_size,
        no_json,
        no_depth_anywhere,
    ],
)
def test_a_bad_file_is_one_line_and_leaves_what_was_there(run, frame, build_words, spoil):
    spoil(frame)
    (frame / "scene.json").write_text("what was there")
    before = sorted(frame.iterdir())
    refused(run(*build_words), 1)
    assert sorted(frame.iterdir()) == before
    assert (frame / "scene.json").read_text() == "what was there"


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_depth_that_is_no_length_is_refused(run, frame, build_words, value):
    depth_m = np.full((120, 160), 2.0, dtype=np.float32)
    depth_m[3, 4] = value
    np.save(frame / "depth.npy", depth_m)
    words = replaced(without(build_words, "--depth-scale"), "--depth", frame / "depth.npy")
    refused(run(*words), 1, "depth")


def test_a_picture_without_depth_says_what_to_do(run, build_words):
    words = without(without(build_words, "--depth"), "--depth-scale")
    refused(run(*words, "--preset", "indoor"), 1, "depth-anything", "hf download")


def test_a_full_disk_leaves_nothing(run, frame, build_words, monkeypatch):
    import errno
    import os

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    before = sorted(frame.iterdir())
    refused(run(*build_words), 1, "No space left on device")
    assert sorted(frame.iterdir()) == before


def test_a_coco_file_of_several_pictures_needs_the_name_of_one(run, frame, build_words):
    document = {
        "images": [
            {"id": 1, "file_name": "color.png", "width": 160, "height": 120},
            {"id": 2, "file_name": "other.png", "width": 160, "height": 120},
        ],
        "categories": [{"id": 7, "name": "cup"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 7, "bbox": [20, 40, 30, 40]},
            {"id": 2, "image_id": 2, "category_id": 7, "bbox": [100, 40, 40, 40]},
        ],
    }
    (frame / "boxes.json").write_text(json.dumps(document))
    refused(run(*build_words), 1, "picture")
    assert run(*build_words, "--coco-image", "color.png").exit_code == 0
    assert len(sg3.load(frame / "scene.json").objects) == 1
