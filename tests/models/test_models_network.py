"""Networks: what the card says is checked against the file, and onnxruntime's errors are one line of ours."""

import sys

import numpy as np
import pytest
from onnx import helper

import scenegraph3d as sg3
from scenegraph3d.depth import estimator
from scenegraph3d.errors import InputError, MissingExtraError
from scenegraph3d.models.card import read_card
from scenegraph3d.models.network import Network, SessionSettings
from tests.models import tiny_onnx

IMAGE = sg3.Image(np.full((31, 47, 3), (200, 100, 50), dtype=np.uint8))


@pytest.fixture
def network(tmp_path):
    """Load a depth network: of a model, with fields of the card's input."""

    def load(model=None, settings=None, **fields):
        path = model or tiny_onnx.first_channel(tmp_path / "model.onnx", shape=(1, 3, 24, 32))
        card = read_card(tiny_onnx.card(tmp_path, path, {"depth": {"kind": "metric"}}, input=fields), "depth")
        return Network(card, *([] if settings is None else [settings]))

    return load


def first(network):
    (values,), _place = network.run(IMAGE, network.outputs)
    return values


def test_the_size_is_the_models_own(network):
    found = network()
    assert (found.width, found.height, found.outputs) == (32, 24, ("depth",))
    values = first(found)
    assert values.shape == (1, 1, 24, 32)
    np.testing.assert_allclose(values, 200 / 255, rtol=1e-6)


def test_a_size_that_the_model_leaves_open_comes_from_the_card(network, tmp_path):
    model = tiny_onnx.first_channel(tmp_path / "open.onnx", shape=("batch", 3, "h", "w"))
    assert first(network(model, width=20, height=10)).shape == (1, 1, 10, 20)
    with pytest.raises(InputError, match=r"input\.width: expected a size, which the model leaves open"):
        network(model)


@pytest.mark.parametrize(("kind", "scale"), [("float", 1), ("float16", 1), ("uint8", 1)])
@pytest.mark.parametrize(("layout", "shape"), [("nchw", (1, 3, 24, 32)), ("nhwc", (1, 24, 32, 3))])
def test_every_dtype_and_layout_of_an_input(network, tmp_path, kind, scale, layout, shape):
    model = tiny_onnx.first_channel(tmp_path / "typed.onnx", shape=shape, kind=kind)
    values = first(network(model, layout=layout, scale=scale, channels="bgr"))
    np.testing.assert_array_equal(values, np.full((1, 1, 24, 32), 50, np.float32))


def test_whole_numbers_are_not_scaled(network, tmp_path):
    model = tiny_onnx.first_channel(tmp_path / "bytes.onnx", shape=(1, 3, 24, 32), kind="uint8")
    with pytest.raises(InputError, match="scale 1 and neither mean nor std"):
        network(model)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"width": 31}, "input.width: expected the model's 32, got 31"),
        ({"height": 25}, "input.height: expected the model's 24, got 25"),
        ({"name": "pixels"}, "input.name: expected one of images, got 'pixels'"),
        ({"layout": "nhwc"}, "expected 3 on axis 3 (channels), got shape [1, 3, 24, 32]; is its layout nhwc?"),
    ],
)
def test_a_card_that_is_not_its_model_is_refused(network, fields, said):
    with pytest.raises(InputError) as error:
        network(**fields)
    assert said in str(error.value)


def test_a_model_with_another_input_is_refused(network, tmp_path):
    nodes = [helper.make_node("Add", ["images", "more"], ["depth"])]
    model = tiny_onnx.save(tmp_path / "two.onnx", nodes, ["depth"], shape=(1, 3, 24, 32), extra_inputs=["more"])
    with pytest.raises(InputError, match=r"expected one input, got 2 \(images, more\)"):
        network(model)
    flat = tiny_onnx.save(
        tmp_path / "flat.onnx", [helper.make_node("Identity", ["images"], ["depth"])], ["depth"], shape=(1, 3)
    )
    with pytest.raises(InputError, match=r"expected 4 axes, got shape \[1, 3\]"):
        network(flat)
    batch = tiny_onnx.first_channel(tmp_path / "batch.onnx", shape=(4, 3, 24, 32))
    with pytest.raises(InputError, match=r"expected 1 on axis 0 \(batch\)"):
        network(batch)


def test_a_file_that_is_no_model_is_one_line(network, tmp_path):
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(InputError, match=r"text\.onnx: expected a model that onnxruntime can load") as error:
        network(tmp_path / "text.onnx")
    assert "\n" not in str(error.value)


def test_a_network_that_fails_is_one_line(network, tmp_path):
    nodes = [helper.make_node("Reshape", ["images", "five"], ["depth"])]
    constants = {"five": np.array([5])}
    model = tiny_onnx.save(tmp_path / "fails.onnx", nodes, ["depth"], shape=(1, 3, "h", "w"), constants=constants)
    found = network(model, width=8, height=8)
    with pytest.raises(InputError, match=r"fails\.onnx: the network failed: ") as error:
        first(found)
    assert "\n" not in str(error.value)


def test_an_output_is_asked_by_name_where_there_are_several(network, tmp_path):
    model = tiny_onnx.constant(tmp_path / "several.onnx", {"near": [1.0], "far": [2.0]})
    found = network(model)
    assert found.output_named("far", "depth.output") == "far"
    with pytest.raises(InputError, match=r"card\.json: depth\.output: expected one of near, far, got several and no"):
        found.output_named(None, "depth.output")
    with pytest.raises(InputError, match="got 'fra'"):
        found.output_named("fra", "depth.output")


def test_a_provider_that_is_not_there_is_refused(network):
    assert network(settings=SessionSettings(1, ("NoSuchProvider", "CPUExecutionProvider"))).width == 32
    with pytest.raises(InputError, match=r"expected one of .*CPUExecutionProvider.*, got NoSuchProvider"):
        network(settings=SessionSettings(1, ("NoSuchProvider",)))


def test_without_onnxruntime_the_extra_is_named(network, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'scenegraph3d\[onnx\]'"):
        network()


def test_nothing_is_printed(network, tmp_path, capfd):
    """Not even onnxruntime's warning of a constant that nothing uses."""
    nodes = [helper.make_node("Identity", ["images"], ["depth"])]
    constants = {"unused": np.zeros(3, np.float32)}
    first(network(tiny_onnx.save(tmp_path / "m.onnx", nodes, ["depth"], shape=(1, 3, 8, 8), constants=constants)))
    assert capfd.readouterr() == ("", "")


def test_a_device_is_called_as_torch_calls_it(tmp_path):
    model = tiny_onnx.first_channel(tmp_path / "model.onnx", shape=(1, 3, 24, 32))
    card = tiny_onnx.card(tmp_path, model, {"depth": {"kind": "metric"}})
    assert estimator(f"onnx:{card}", device="cpu").estimate(IMAGE).values.shape == (31, 47)
    with pytest.raises(InputError, match="providers: expected one of"):
        estimator(f"onnx:{card}", device="cuda:0")
    with pytest.raises(InputError, match="device: expected one of cpu, cuda, mps, got 'tpu'"):
        estimator(f"onnx:{card}", device="tpu")
