"""Detections from a card: real ONNX files through onnxruntime, and hand-made outputs with known answers."""

import json

import numpy as np
import pytest
from scipy.special import expit, softmax

import scenegraph3d as sg3
from scenegraph3d.detect import Detector, detector, heads
from scenegraph3d.detect.onnx import LABEL_LISTS, DetectSpec, OnnxDetector, chosen
from scenegraph3d.errors import InputError, SchemaError
from tests.models import tiny_onnx

LABELS = ["cup", "chair", "lamp"]
GREY = sg3.Image(np.full((32, 32, 3), 90, dtype=np.uint8))


@pytest.fixture
def make(tmp_path):
    """A detector of a model, with a section `detect` and fields of the input."""

    def load(model, section, **fields):
        section = {"labels": LABELS, **section}
        return OnnxDetector(tiny_onnx.card(tmp_path, model, {"detect": section}, input=fields))

    return load


@pytest.fixture
def says(make, tmp_path):
    """A detector that says the same of every 32 x 32 picture."""

    def load(section, **outputs):
        return make(tiny_onnx.constant(tmp_path / "says.onnx", outputs), section)

    return load


def bright(size, box):
    width, height = size
    x0, y0, x1, y1 = box
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    rgb[y0:y1, x0:x1] = 255
    return sg3.Image(rgb)


@pytest.mark.parametrize("head", ["yolov5", "yolov8", "detr"])
@pytest.mark.parametrize("fit", ["resize", "letterbox"])
@pytest.mark.parametrize("place", ["center", "top_left"])
@pytest.mark.parametrize(
    ("size", "box"),
    [((211, 137), (31, 57, 90, 120)), ((137, 211), (3, 100, 58, 207)), ((91, 63), (40, 10, 71, 33))],
)
def test_a_box_comes_back_at_its_place(make, tmp_path, head, fit, place, size, box):
    scores, form = {
        "yolov5": ([1, 0.2, 0.9, 0.1], "rows"),
        "yolov8": ([0.2, 0.9, 0.1], "columns"),
        "detr": ([0, 9, 0, 0], "shares"),
    }[head]
    model = tiny_onnx.bright_box(tmp_path / "box.onnx", width=192, height=160, scores=scores, form=form)
    found = make(model, {"head": head}, fit=fit, place=place, pad=0).detect(bright(size, box))
    assert found.label == ("chair",)
    np.testing.assert_allclose(found.xyxy_px, [box], atol=1)


def test_it_is_a_detector_found_by_name_and_it_builds(make, tmp_path):
    model = tiny_onnx.bright_box(tmp_path / "box.onnx", width=96, height=64, scores=[0.1, 0.2, 0.8], form="columns")
    make(model, {"head": "yolov8"})
    found = detector(f"onnx:{tmp_path / 'card.json'}")
    assert isinstance(found, Detector)
    depth = np.full((137, 211), 3.0, np.float32)
    depth[57:120, 31:90] = 2.0
    scene = sg3.build(bright((211, 137), (31, 57, 90, 120)), depth=depth, detections=found, up=[0, -1, 0])
    assert scene.objects.label == ("lamp",)
    assert scene.source["detections"] == "onnx:box.onnx"
    assert scene.objects.score[0] == pytest.approx(0.8)


def encoded(boxes, strides, side):
    """YOLOX's rows for boxes (x0, y0, x1, y1) of one label each, every one in the cell of its centre."""
    rows = []
    for stride in strides:
        grid = np.full((side // stride, side // stride, 8), -1.0)
        grid[..., 4:] = 0
        for level, label, (x0, y0, x1, y1) in boxes:
            if level == stride:
                x, y = (x0 + x1) / 2 / stride, (y0 + y1) / 2 / stride
                cell = grid[int(y), int(x)]
                cell[:2] = x % 1, y % 1
                cell[2:4] = np.log([(x1 - x0) / stride, (y1 - y0) / stride])
                cell[4:5], cell[5 + label] = 0.9, 0.8
        rows.append(grid.reshape(-1, 8))
    return np.concatenate(rows)[None]


@pytest.mark.parametrize("strides", [(8, 16, 32), (4, 16)])
def test_yolox_grids_are_decoded(says, strides):
    boxes = [(strides[0], 1, (1.5, 3, 12, 10)), (strides[-1], 2, (2, 6, 31, 30)), (16, 0, (17, 2, 30, 21.25))]
    found = says({"head": "yolox", "strides": list(strides)}, output=encoded(boxes, strides, 32)).detect(GREY)
    assert sorted(found.label) == sorted(LABELS)
    np.testing.assert_allclose(found.score, 0.72, rtol=1e-6)
    for _, label, box in boxes:
        row = found.label.index(LABELS[label])
        np.testing.assert_allclose(found.xyxy_px[row], box, atol=1e-4)


def test_yolov8_is_read_in_either_order(says):
    columns = np.array([[16, 8], [16, 8], [10, 6], [8, 6], [0.9, 0.1], [0.1, 0.7], [0, 0]])[None]
    for output in (columns, columns.transpose(0, 2, 1)):
        found = says({"head": "yolov8"}, output=output).detect(GREY)
        assert found.label == ("cup", "chair")
        np.testing.assert_allclose(found.xyxy_px, [[11, 12, 21, 20], [5, 5, 11, 11]])


@pytest.mark.parametrize(("activation", "function"), [("softmax", softmax), ("sigmoid", expit)])
def test_detr_scores_are_those_of_scipy(says, activation, function):
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 4, (1, 30, 3 + (activation == "softmax")))
    centers = np.stack(np.meshgrid(np.arange(6), np.arange(5)), axis=-1).reshape(1, 30, 2) / 6 + 0.1
    boxes = np.concatenate([centers, np.full((1, 30, 2), 0.1)], axis=2)
    section = {"head": "detr", "activation": activation, "min_score": 0.4}
    found = says(section, pred_boxes=boxes, logits=logits).detect(GREY)
    probability = (function(logits[0], axis=1) if activation == "softmax" else function(logits[0]))[:, :3]
    best = probability.max(axis=1)
    order = [row for row in np.argsort(-best) if best[row] >= 0.4]
    assert len(order) > 5
    np.testing.assert_allclose(found.score, best[order], rtol=1e-5)
    assert found.label == tuple(LABELS[k] for k in probability[order].argmax(axis=1))
    expected = np.concatenate([centers[0] - 0.05, centers[0] + 0.05], axis=1)[order] * 32
    np.testing.assert_allclose(found.xyxy_px, expected, atol=1e-4)


def test_detr_outputs_may_have_other_names(says):
    outputs = {"places": [[[0.5, 0.5, 0.5, 0.5]]], "classes": [[[9.0, 0, 0, 0]]], "masks": np.zeros((1, 2))}
    found = says({"head": "detr", "boxes": "places", "scores": "classes"}, **outputs).detect(GREY)
    np.testing.assert_allclose(found.xyxy_px, [[8, 8, 24, 24]], atol=1e-5)


def test_thresholds_are_the_cards(says):
    rows = [
        [16, 16, 20, 20, 0.9, 0, 0],
        [17, 16, 20, 20, 0.8, 0, 0],
        [16, 16, 20, 20, 0, 0.7, 0],
        [5, 5, 4, 4, 0, 0, 0.2],
    ]
    output = np.array(rows).T[None]
    labels = lambda **section: says({"head": "yolov8", **section}, output=output).detect(GREY).label  # noqa: E731
    assert labels() == ("cup",)
    assert says({"head": "yolov8"}, output=output).detect(GREY).attributes == ({"also": ["chair"]},)
    assert labels(duplicate_iou=1) == ("cup", "chair")
    assert labels(nms_iou=0.95, duplicate_iou=1) == ("cup", "cup", "chair")
    assert labels(min_score=0.1) == ("cup", "lamp")
    assert labels(min_score=0.95) == ()


def test_boxes_are_cut_off_at_the_border_and_dropped_beyond_it():
    boxes = np.array([[-5, -5, 10, 10], [28, 5, 40, 12], [31.5, 0, 40, 9], [np.nan, 0, 4, 4], [0, 20, np.inf, 30]])
    cut = np.clip(boxes, 0, [32, 32, 32, 32])
    found = chosen(cut, np.array([[0.9], [0.8], [0.7], [0.6], [0.5]]), DetectSpec("yolov8", ("cup",)))
    np.testing.assert_array_equal(found.xyxy_px, [[0, 0, 10, 10], [28, 5, 32, 12], [0, 20, 32, 30]])


def test_thousands_of_candidates_are_compared_best_first():
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 500, (8000, 2))
    boxes = np.concatenate([corner, corner + 3], axis=1)
    score = rng.permutation(8000)[:, None] / 8000
    found = chosen(boxes, score, DetectSpec("yolov8", ("cup",)))
    assert 900 < len(found) <= 1000
    assert found.score.min() >= 7000 / 8000


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_boxes_that_are_no_numbers_are_left_out_in_silence(says, value):
    row = [[value] * 4 + [0.9, 0, 0], [16, 16, 8, 8, 0.9, 0, 0], [16, 16, 8, value, 0.1, 0, 0.1]]
    assert len(says({"head": "yolov8"}, output=np.array(row).T[None]).detect(GREY)) == 1
    boxes, logits = np.full((1, 2, 4), value), np.full((1, 2, 4), value)
    assert len(says({"head": "detr"}, pred_boxes=boxes, logits=logits).detect(GREY)) == 0


def test_sizes_that_overflow_are_left_out_in_silence(says):
    row = [[0, 0, 800, 0, 1, 1, 0, 0], *[[0] * 8] * 20]
    assert len(says({"head": "yolox"}, output=np.array([row], dtype=float)).detect(GREY)) == 1
    assert len(says({"head": "yolox"}, output=np.array([row], dtype=float) * np.nan).detect(GREY)) == 0


@pytest.mark.parametrize(
    ("section", "shape", "said"),
    [
        ({"head": "yolox"}, (1, 21, 9), "expected [1, N, 8], got shape [1, 21, 9]"),
        ({"head": "yolox"}, (1, 20, 8), "expected 21 cells of strides 8, 16, 32 in 32 x 32, got 20 rows"),
        ({"head": "yolov5"}, (1, 8, 21), "expected [1, N, 8]"),
        ({"head": "yolov8"}, (1, 8, 21), "expected [1, N, 7]"),
        ({"head": "yolov8"}, (2, 7, 21), "expected [1, N, 7]"),
        ({"head": "yolov8"}, (1, 1, 7, 21), "expected [1, N, 7]"),
    ],
)
def test_an_output_that_does_not_fit_the_head_is_refused(says, section, shape, said):
    with pytest.raises(InputError, match=r"card\.json: output for the head ") as error:
        says(section, output=np.zeros(shape)).detect(GREY)
    assert said in str(error.value)


def test_outputs_that_do_not_fit_detr_are_refused(says):
    for boxes, logits in (((1, 5, 4), (1, 5, 3)), ((1, 5, 4), (1, 6, 4)), ((1, 5, 5), (1, 5, 4))):
        with pytest.raises(InputError, match="the head detr"):
            says({"head": "detr"}, pred_boxes=np.zeros(boxes), logits=np.zeros(logits)).detect(GREY)
    with pytest.raises(InputError, match=r"detect\.boxes: expected one of output, got 'pred_boxes'"):
        says({"head": "detr"}, output=np.zeros((1, 5, 4)))


def test_scores_that_are_no_probabilities_are_refused(says):
    with pytest.raises(InputError, match="export the network with its sigmoid"):
        says({"head": "yolov8"}, output=np.full((1, 7, 9), 4.0)).detect(GREY)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"head": "yolo"}, "detect.head: expected one of yolox, yolov5, yolov8, detr"),
        ({"head": "yolov8", "strides": [8]}, "detect.strides: expected no such field"),
        ({"head": "detr", "output": "x"}, "detect.output: expected no such field"),
        ({"head": "detr", "activation": "tanh"}, "detect.activation: expected one of softmax, sigmoid"),
        ({"head": "yolox", "strides": [8, 0]}, "detect.strides: expected a list of whole numbers above 0"),
        ({"head": "yolox", "labels": "coco"}, "detect.labels: expected a list of texts, or one of coco80"),
        ({"head": "yolox", "labels": ["cup", ""]}, "detect.labels[1]: expected text"),
        ({"head": "yolox", "labels": []}, "detect.labels: expected a list of texts"),
        ({"head": "yolox", "min_score": 1.5}, "detect.min_score: expected a number from 0 to 1"),
        ({"head": "yolox", "nms": 0.5}, "did you mean 'nms_iou'"),
    ],
)
def test_a_wrong_section_is_refused(says, section, said):
    with pytest.raises(SchemaError, match=r"card\.json: detect") as error:
        says(section, output=np.zeros((1, 21, 8)))
    assert said in str(error.value)


def test_a_name_without_a_card_says_how():
    with pytest.raises(InputError, match=r"onnx:card\.json"):
        detector("onnx")


def test_the_bundled_list_is_coco_s(says):
    names = json.loads(LABEL_LISTS["coco80"].read_text())
    assert len(names) == len(set(names)) == 80
    assert (names[0], names[2], names[41], names[56], names[60], names[79]) == (
        *("person", "car", "cup", "chair", "dining table", "toothbrush"),
    )
    output = np.zeros((1, 84, 1))
    output[0, :4, 0], output[0, 4 + 41, 0] = 16, 0.9
    assert says({"head": "yolov8", "labels": "coco80"}, output=output).detect(GREY).label == ("cup",)


def test_sigmoid_does_not_warn_at_its_ends():
    _, score = heads.detr(np.zeros((1, 2, 4)), np.array([[[-1e4], [1e4]]]), 1, (8, 8), softmax=False)
    np.testing.assert_array_equal(score, [[0], [1]])


def test_labels_that_are_asked_for_are_given_alone(tmp_path):
    boxes = tiny_onnx.bright_box(tmp_path / "boxes.onnx", width=96, height=64, scores=[0.2, 0.9], form="columns")
    card = tiny_onnx.card(tmp_path, boxes, {"detect": {"head": "yolov8", "labels": ["cup", "chair"]}})
    rgb = np.full((64, 96, 3), 60, dtype=np.uint8)
    rgb[20:50, 30:60] = 255
    image = sg3.Image(rgb)
    whole = OnnxDetector(card)
    assert whole.vocabulary == ("cup", "chair")
    assert whole.finding(["Chair"]).detect(image).label == whole.detect(image).label == ("chair",)
    assert whole.finding(["cup"]).detect(image).label == ()
    with pytest.raises(InputError, match=r"2 classes of onnx:boxes\.onnx, got 'chairs'; did you mean 'chair'"):
        whole.finding(["chairs"])
