"""Cards: read strictly, and what is wrong is said with its place."""

import json

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.depth.onnx import OnnxDepth
from scenegraph3d.detect.onnx import OnnxDetector
from scenegraph3d.errors import InputError, SchemaError
from scenegraph3d.models.card import InputSpec, read_card
from tests.architecture.checks import ROOT, readme_blocks
from tests.models import tiny_onnx

PICTURE = sg3.Image(np.full((20, 30, 3), 90, dtype=np.uint8))


@pytest.fixture
def write(tmp_path):
    """Write a card beside a model file; `write(input={...})` lays fields over those of a card that is right."""
    (tmp_path / "model.onnx").write_bytes(b"")

    def card(**fields):
        document = {
            "model": "model.onnx",
            "input": {"fit": "resize", "channels": "rgb"},
            "depth": {"kind": "metric"},
            **fields,
        }
        path = tmp_path / "card.json"
        path.write_text(json.dumps({key: value for key, value in document.items() if value is not None}))
        return path

    return card


def test_the_least_card_has_the_usual_defaults(write, tmp_path):
    card = read_card(write(), "depth")
    assert card.model == tmp_path / "model.onnx"
    assert card.stage == {"kind": "metric"}
    spec = card.input
    assert (spec.name, spec.width, spec.height) == (None, None, None)
    assert (spec.place, spec.pad, spec.layout) == ("center", 114.0, "nchw")
    assert (spec.scale * 255, spec.mean, spec.std) == (1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert spec == InputSpec("resize", "rgb")


def test_every_field_arrives(write):
    fields = {"fit": "letterbox", "channels": "bgr", "name": "x", "width": 640, "height": 384, "place": "top_left"}
    numbers = {"pad": 0, "layout": "nhwc", "scale": 1, "mean": [1, 2, 3], "std": [4, 5, 6]}
    card = read_card(write(input=fields | numbers, about="ours"), "depth")
    assert card.about == "ours"
    values = numbers | {"mean": (1, 2, 3), "std": (4, 5, 6)}
    assert card.input == InputSpec(**fields, **values)


def test_a_model_may_be_anywhere(write, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "far.onnx").write_bytes(b"")
    assert read_card(write(model="other/far.onnx"), "depth").model == other / "far.onnx"
    assert read_card(write(model=str(other / "far.onnx")), "depth").model == other / "far.onnx"


def test_a_model_that_is_not_there_is_named(write):
    with pytest.raises(InputError, match=r"card.json: model: expected a file that is there, got '.*gone.onnx'"):
        read_card(write(model="gone.onnx"), "depth")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": None}, "model: expected a value"),
        ({"model": 3}, "model: expected text"),
        ({"input": None}, "input: expected a value"),
        ({"input": []}, "input: expected an object"),
        ({"input": {"channels": "rgb"}}, "input.fit: expected a value"),
        ({"input": {"fit": "resize"}}, "input.channels: expected a value"),
        ({"input": {"fit": "crop", "channels": "rgb"}}, "input.fit: expected one of resize, letterbox"),
        ({"input": {"fit": "resize", "channels": "bgrr"}}, "did you mean 'bgr'"),
        ({"input": {"fit": "resize", "channels": "rgb", "widht": 3}}, "did you mean 'width'"),
        ({"input": {"fit": "resize", "channels": "rgb", "width": 0}}, "input.width: expected pixels, from 1 to 8192"),
        ({"input": {"fit": "resize", "channels": "rgb", "height": 1e3}}, "input.height: expected a whole number"),
        ({"input": {"fit": "resize", "channels": "rgb", "height": 10**7}}, "input.height"),
        ({"input": {"fit": "resize", "channels": "rgb", "std": [1, 0, 1]}}, "input.std: expected 3 numbers above 0"),
        ({"input": {"fit": "resize", "channels": "rgb", "mean": [1, 1]}}, "input.mean: expected 3 numbers"),
        ({"input": {"fit": "resize", "channels": "rgb", "scale": 0}}, "input.scale: expected a number above 0"),
        ({"input": {"fit": "resize", "channels": "rgb", "pad": 256}}, "input.pad: expected a number from 0 to 255"),
        ({"input": {"fit": "resize", "channels": "rgb", "name": ""}}, "input.name: expected text that is not empty"),
        ({"depth": None}, "depth: expected a value"),
        ({"depth": "metric"}, "depth: expected an object"),
        ({"colour": 1}, "colour: expected no such field"),
        ({"about": 1}, "about: expected text"),
    ],
)
def test_a_wrong_card_is_refused_by_place(write, fields, said):
    with pytest.raises(SchemaError, match=r"card\.json: ") as error:
        read_card(write(**fields), "depth")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_card_of_the_other_stage_says_so(write):
    with pytest.raises(SchemaError, match="detect"):
        read_card(write(), "detect")


def test_no_card_at_all_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="a file that can be read"):
        read_card(tmp_path / "gone.json", "depth")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(SchemaError, match="strict JSON"):
        read_card(tmp_path / "broken.json", "depth")


def test_the_cards_of_the_readme_are_read(tmp_path):
    blocks = [block for block in readme_blocks((ROOT / "README.md").read_text()) if block.language == "json"]
    cards = [json.loads(block.code) for block in blocks]
    assert {"depth", "detect"} <= {key for card in cards for key in card}
    scores = np.zeros((1, sum((64 // stride) ** 2 for stride in (8, 16, 32)), 85))
    for card in cards:
        (tmp_path / "card.json").write_text(json.dumps(card))
        values = scores if "detect" in card else np.ones((1, 64, 64))
        tiny_onnx.constant(tmp_path / card["model"], {"output": values}, shape=(1, 3, 64, 64))
        if "detect" in card:
            assert len(OnnxDetector(tmp_path / "card.json").detect(PICTURE)) == 0
        else:
            assert OnnxDepth(tmp_path / "card.json").estimate(PICTURE).kind == card["depth"]["kind"]
