"""Ultralytics is not among the tests' libraries: a module with its documented interface stands in for it."""

import logging
import sys
import types

import numpy as np
import pytest
import torch

from scenegraph3d.detect import detector
from scenegraph3d.detect.base import VocabularyDetector
from scenegraph3d.detect.ultralytics import UltralyticsDetector
from scenegraph3d.errors import InputError, MissingExtraError, ModelError
from scenegraph3d.types import Image

NAMES = {0: "person", 1: "Bicycle", 2: "car"}
BOXES = [[10, 20, 110, 95], [-20, 5, 50, 60], [30, 30, 30.5, 60], [150, 30, 400, 300]]
SCORES, CLASSES = [0.6, 0.9, 0.8, 0.7], [0, 2, 2, 1]


@pytest.fixture
def library(monkeypatch):
    """A module called ultralytics; what it was asked is in its `asked`."""
    module = types.ModuleType("ultralytics")
    module.asked = {}
    log = logging.getLogger("ultralytics")
    log.setLevel(logging.INFO)

    class YOLO:
        def __init__(self, model, task=None, verbose=False):
            if "broken" in model:
                raise RuntimeError("INVALID_PROTOBUF")
            module.asked |= {"model": model, "task": task}
            self.task, self.names = task, NAMES

        def predict(self, source, **options):
            log.warning("0: 640x640 2 cars, 12.3ms")
            module.asked |= {"source": source, **options}
            rows = [i for i, number in enumerate(CLASSES) if number in options["classes"]]
            boxes = types.SimpleNamespace(
                xyxy=torch.tensor(BOXES)[rows], conf=torch.tensor(SCORES)[rows], cls=torch.tensor(CLASSES)[rows].float()
            )
            masks = None
            if self.task == "segment" and rows:
                data = torch.zeros(len(rows), *source.shape[:2])
                for row, i in enumerate(rows):
                    x0, y0, x1, y1 = (max(0, int(value)) for value in BOXES[i])
                    data[row, y0 + 2 : y1, x0:x1] = 1
                masks = types.SimpleNamespace(data=data)
            return [types.SimpleNamespace(boxes=boxes, masks=masks, names=NAMES)]

    module.YOLO = YOLO
    monkeypatch.setitem(sys.modules, "ultralytics", module)
    return module


@pytest.fixture
def image():
    return Image(np.random.default_rng(0).integers(0, 256, (161, 203, 3)).astype(np.uint8))


def exported(folder, name="yolo11n.onnx"):
    path = folder / name
    path.write_bytes(b"")
    return path


def test_boxes_come_sorted_cut_off_and_without_flat_ones(library, image, tmp_path, capfd):
    found = detector(f"ultralytics:{exported(tmp_path)}", device="cpu")
    got = found.detect(image)
    assert got.label == ("car", "Bicycle", "person")
    np.testing.assert_array_equal(got.xyxy_px, [[0, 5, 50, 60], [150, 30, 203, 161], [10, 20, 110, 95]])
    np.testing.assert_allclose(got.score, [0.9, 0.7, 0.6], atol=1e-6)
    assert got.mask is None
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("ultralytics").level == logging.INFO


def test_the_network_gets_blue_first_and_the_settings(library, image, tmp_path):
    UltralyticsDetector(exported(tmp_path), "cpu").detect(image)
    np.testing.assert_array_equal(library.asked["source"], image.rgb[..., ::-1])
    assert (library.asked["conf"], library.asked["task"], library.asked["device"]) == (0.25, "detect", "cpu")
    assert library.asked["retina_masks"] is True


def test_masks_have_tight_boxes(library, image, tmp_path):
    got = UltralyticsDetector(exported(tmp_path, "yolo11n-seg.onnx"), "cpu").detect(image)
    assert library.asked["task"] == "segment"
    assert got.mask.shape == (3, 161, 203)
    np.testing.assert_array_equal(got.xyxy_px, [[0, 7, 50, 60], [150, 32, 203, 161], [10, 22, 110, 95]])


def test_finding_asks_the_network_for_those_classes_alone(library, image, tmp_path):
    whole = UltralyticsDetector(exported(tmp_path), "cpu")
    assert isinstance(whole, VocabularyDetector)
    asked = whole.finding(["bicycle", " Person"])
    assert asked.detect(image).label == ("Bicycle", "person")
    assert library.asked["classes"] == [0, 1]
    assert (asked.vocabulary, whole.vocabulary) == (("person", "Bicycle"), ("person", "Bicycle", "car"))
    with pytest.raises(InputError, match="did you mean 'car'"):
        whole.finding(["carr"])
    with pytest.raises(InputError, match="at least one"):
        whole.finding([])


def test_nothing_found_is_an_empty_answer(library, image, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "CLASSES", [9, 9, 9, 9])
    assert UltralyticsDetector(exported(tmp_path), "cpu").detect(image).mask is None
    assert UltralyticsDetector(exported(tmp_path, "a-seg.onnx"), "cpu").detect(image).mask.shape == (0, 161, 203)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yolo11n.pt", r"a pickle, which can run any code; .*yolo export model=\S*yolo11n.pt format=onnx"),
        ("yolo11n.torchscript", "a pickle"),
        ("notes.txt", r"an exported network: \.onnx"),
        ("broken.onnx", "INVALID_PROTOBUF"),
    ],
)
def test_other_files_are_refused(library, tmp_path, name, text):
    with pytest.raises(ModelError if name == "broken.onnx" else InputError, match=text):
        UltralyticsDetector(exported(tmp_path, name), "cpu")
    assert library.asked == {}


def test_a_file_that_is_not_there_and_a_library_that_is_not(library, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="no file"):
        UltralyticsDetector(tmp_path / "none.onnx")
    with pytest.raises(InputError, match=r"such as ultralytics:yolo11n\.onnx"):
        detector("ultralytics")
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    with pytest.raises(MissingExtraError, match=r"scenegraph3d\[ultralytics\]"):
        UltralyticsDetector(exported(tmp_path))
