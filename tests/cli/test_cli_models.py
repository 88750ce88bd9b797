"""build with models: a picture alone becomes a graph, and what is wrong with a model is one line."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

import scenegraph3d as sg3
from tests.models import tiny_onnx


@pytest.fixture
def photo(tmp_path):
    """photo.png, 96 x 64, grey with a bright box; depth.json and boxes.json, the cards of two networks that see it."""
    rgb = np.full((64, 96, 3), 60, dtype=np.uint8)
    rgb[20:50, 30:60] = 255
    rgb[20:50, 30:60, 0] = 40
    Image.fromarray(rgb).save(tmp_path / "photo.png")
    depth = tiny_onnx.first_channel(tmp_path / "depth.onnx", shape=(1, 3, 64, 96))
    section = {"depth": {"kind": "metric", "unit_m": 0.05}}
    tiny_onnx.card(tmp_path, depth, section, input={"scale": 1}).rename(tmp_path / "depth.json")
    boxes = tiny_onnx.bright_box(tmp_path / "boxes.onnx", width=96, height=64, scores=[0.2, 0.9], form="columns")
    section = {"detect": {"head": "yolov8", "labels": ["cup", "chair"]}}
    tiny_onnx.card(tmp_path, boxes, section).rename(tmp_path / "boxes.json")
    return tmp_path


@pytest.fixture
def words(photo):
    """The words of a build that works."""
    models = ("--depth-model", f"onnx:{photo / 'depth.json'}", "--detector", f"onnx:{photo / 'boxes.json'}")
    return ["build", photo / "photo.png", *models, "--up", "0,-1,0", "-o", photo / "scene.json"]


def refused(result, code, *phrases):
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for phrase in phrases:
        assert phrase in result.stderr


def test_a_photo_alone_becomes_a_graph(run, photo, words):
    result = run(*words, "--json")
    assert result.stderr == ""
    assert json.loads(result.stdout)["scale"] == "metric"
    scene = sg3.load(photo / "scene.json")
    assert scene.objects.label == ("chair",)
    assert scene.source["detections"] == "onnx:boxes.onnx"
    assert scene.source["depth"] == "onnx:depth.onnx"
    camera = scene.camera
    middle = (np.array([45.0, 35.0]) - 0.5 - (camera.cx, camera.cy)) / (camera.fx, camera.fy)
    x, y, _ = scene.objects.center_m[0]
    assert x / y == pytest.approx(middle[0], abs=0.03)
    assert y == pytest.approx(40 * 0.05, abs=0.3)


def test_the_same_photo_gives_the_same_bytes(run, photo, words):
    run(*words)
    first = (photo / "scene.json").read_bytes()
    run(*words)
    assert (photo / "scene.json").read_bytes() == first


def replaced(words, option, value):
    words = list(words)
    words[words.index(option) + 1] = value
    return words


@pytest.mark.parametrize("option", ["--depth-model", "--detector"])
def test_a_bad_model_is_a_bad_value(run, photo, words, option):
    refused(run(*replaced(words, option, "onxn:card.json")), 2, option, "did you mean 'onnx'?")
    refused(run(*replaced(words, option, "onnx")), 2, option, "give it after a colon")
    refused(run(*replaced(words, option, "onnx:gone.json")), 2, option, "gone.json", "a file that can be read")
    other = {"--depth-model": "boxes.json", "--detector": "depth.json"}[option]
    refused(run(*replaced(words, option, f"onnx:{photo / other}")), 2, option, other)
    assert not (photo / "scene.json").exists()


def test_a_model_and_a_file_are_one_too_many(run, photo, words):
    refused(run(*words, "--depth", photo / "photo.png"), 2, "--depth", "--depth-model, got both")
    refused(run(*words, "--depth-scale", "1000"), 2, "--depth-model, got both")
    refused(run(*words, "--detections", photo / "boxes.json"), 2, "--detector, got both")
    refused(run(*words, "--coco-image", "photo.png"), 2, "--detector, got both")


def test_a_card_is_not_written_over(run, photo, words):
    refused(run(*replaced(words, "-o", photo / "boxes.json")), 2, "no input too")


def test_without_onnxruntime_the_extra_is_named(run, words, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    refused(run(*words), 1, "pip install 'scenegraph3d[onnx]'")
