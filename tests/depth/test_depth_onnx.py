"""Depth from a card: real ONNX files through onnxruntime, against closed forms."""

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.depth import DepthEstimator, estimator
from scenegraph3d.depth.onnx import OnnxDepth
from scenegraph3d.errors import InputError, SchemaError
from tests.models import tiny_onnx

METRIC = {"kind": "metric"}


def ramp(width, height):
    """A picture whose red grows to the right and, faster, downwards."""
    y, x = np.mgrid[:height, :width] + 0.5
    red = 20 + 60 * x / width + 150 * y / height
    return sg3.Image(np.stack([red.astype(np.uint8), *[np.zeros((height, width), np.uint8)] * 2], axis=2)), red


@pytest.fixture
def depth(tmp_path):
    """An estimator from a tiny network: of the section `depth`, a pooling, and fields of the input."""

    def make(section=METRIC, *, model=None, pool=1, **fields):
        path = model or tiny_onnx.first_channel(tmp_path / "model.onnx", shape=(1, 3, 64, 96), pool=pool)
        return OnnxDepth(tiny_onnx.card(tmp_path, path, {"depth": section}, input={"scale": 1, **fields}))

    return make


@pytest.mark.parametrize("pool", [1, 2])
@pytest.mark.parametrize("fit", ["resize", "letterbox"])
@pytest.mark.parametrize("place", ["center", "top_left"])
@pytest.mark.parametrize("size", [(211, 137), (137, 211), (51, 33), (640, 480)])
def test_depth_comes_back_at_the_pictures_size_and_place(depth, pool, fit, place, size):
    image, red = ramp(*size)
    found = depth(pool=pool, fit=fit, place=place).estimate(image)
    assert (found.width, found.height, found.kind) == (*size, "metric")
    assert found.valid.all()
    width, height = size
    inner = (slice(height // 8, -(height // 8)), slice(width // 8, -(width // 8)))
    assert np.abs(found.values - red)[inner].max() < 1.6  # a grey level by cutting off, and a half by resizing


def test_it_is_an_estimator_found_by_name_and_it_builds(depth, tmp_path):
    image, _ = ramp(120, 80)
    depth(unit := {"kind": "metric", "unit_m": 0.01})
    found = estimator(f"onnx:{tmp_path / 'card.json'}")
    assert isinstance(found, DepthEstimator)
    scene = sg3.build(image, depth=found, detections=sg3.Detections([[30, 20, 60, 50]], ["thing"]))
    assert (scene.scale, scene.source["depth"]) == ("metric", "onnx:model.onnx")
    assert len(scene.objects) == 1
    metres, units = depth(unit).estimate(image), depth().estimate(image)
    np.testing.assert_allclose(metres.values, units.values * 0.01, rtol=1e-6)


@pytest.mark.parametrize("kind", ["relative", "inverse_relative"])
def test_the_kind_is_the_cards(depth, kind):
    assert depth({"kind": kind}).estimate(ramp(20, 10)[0]).kind == kind


@pytest.mark.parametrize("shape", [(1, 1, 6, 9), (1, 6, 9), (6, 9), (1, 6, 9, 1)])
def test_every_shape_of_one_map_is_read(depth, tmp_path, shape):
    values = np.linspace(1, 2, 54).reshape(shape)
    found = depth(model=tiny_onnx.constant(tmp_path / "c.onnx", {"depth": values})).estimate(ramp(9, 6)[0])
    np.testing.assert_allclose(found.values, values.reshape(6, 9), rtol=1e-6)


@pytest.mark.parametrize("shape", [(1, 3, 6, 9), (2, 1, 6, 9), (2, 6, 9), (54,), (1, 6, 9, 3), (1, 1, 1, 6, 9)])
def test_what_is_not_one_map_is_refused(depth, tmp_path, shape):
    model = tiny_onnx.constant(tmp_path / "c.onnx", {"depth": np.ones(shape)})
    with pytest.raises(InputError, match=r"c\.onnx: output depth: expected one map, .*, got shape"):
        depth(model=model).estimate(ramp(9, 6)[0])


def test_readings_that_are_none_are_holes(depth, tmp_path):
    values = np.full((1, 1, 8, 8), 2.0)
    values[..., :4, :] = [np.nan, np.inf, -np.inf, -3, 0, np.nan, 0, -1]
    found = depth(model=tiny_onnx.constant(tmp_path / "c.onnx", {"depth": values})).estimate(ramp(32, 16)[0])
    np.testing.assert_array_equal(found.valid, np.repeat([[False], [True]], 8, axis=0).repeat(32, axis=1))
    np.testing.assert_allclose(found.values[8:], 2.0, rtol=1e-6)
    with pytest.raises(InputError, match=r"output depth: expected a value above 0, got none"):
        depth(model=tiny_onnx.constant(tmp_path / "c.onnx", {"depth": np.full((4, 4), -2.0)})).estimate(ramp(32, 16)[0])


def test_the_output_is_the_cards(depth, tmp_path):
    model = tiny_onnx.constant(tmp_path / "c.onnx", {"near": np.full((4, 4), 1.0), "far": np.full((4, 4), 9.0)})
    assert depth({"kind": "metric", "output": "far"}, model=model).estimate(ramp(5, 5)[0]).values.max() == 9
    with pytest.raises(InputError, match=r"depth\.output: expected one of near, far"):
        depth(model=model)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({}, "depth.kind: expected a value"),
        ({"kind": "inverse"}, "did you mean 'inverse_relative'"),
        ({"kind": "metric", "unit_m": 0}, "depth.unit_m: expected a number above 0"),
        ({"kind": "relative", "unit_m": 2}, "of a metric network alone"),
        ({"kind": "metric", "head": "yolox"}, "depth.head: expected no such field"),
    ],
)
def test_a_wrong_section_is_refused(depth, section, said):
    with pytest.raises(SchemaError, match=r"card\.json: depth") as error:
        depth(section)
    assert said in str(error.value)


def test_a_name_without_a_card_says_how():
    with pytest.raises(InputError, match=r"onnx:card\.json"):
        estimator("onnx")


def test_the_same_picture_gives_the_same_bytes(depth):
    image, _ = ramp(211, 137)
    found = depth(pool=2, fit="letterbox")
    assert found.estimate(image).values.tobytes() == found.estimate(image).values.tobytes()
