"""Embeddings by timm: its own forward on the same crops, and weights that are not the model's refused."""

import importlib
import json

import numpy as np
import pytest
import timm
import torch
from PIL import Image as Pillow
from safetensors.torch import load_file, save_file

from scenegraph3d.errors import InputError, MissingExtraError, ModelError
from scenegraph3d.refine import Refiner, refiner
from scenegraph3d.refine.crops import crops
from scenegraph3d.refine.embed import CropEmbedding, EmbedSettings
from scenegraph3d.types import Detections, Image
from tests.refine import tiny_encoders

PICTURE = Image(np.random.default_rng(1).integers(0, 256, (60, 80, 3)).astype(np.uint8))
BOXES = np.array([[2, 3, 30, 50], [35, 5, 78, 30], [10, 30, 70, 58]], dtype=float)
THINGS = Detections(BOXES, ("cup", "door", "lamp"), attributes=({"a": 1}, {}, {}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_encoders.backbone(tmp_path_factory.mktemp("backbone") / "tiny")


@pytest.fixture
def copy(folder, tmp_path):
    """A checkpoint to spoil."""
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_it_is_the_forward_of_timm_on_the_same_crop_with_length_1(folder):
    model = timm.create_model(f"local-dir:{folder}", pretrained=True, num_classes=0).eval()
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=False)
    found = CropEmbedding(str(folder), "cpu").refine(PICTURE, THINGS)
    assert found.embedding.dtype == np.float32
    assert (found.label, found.attributes) == (THINGS.label, THINGS.attributes)
    for crop, row in zip(crops(PICTURE, THINGS), found.embedding, strict=True):
        with torch.inference_mode():
            expected = model(transform(Pillow.fromarray(crop))[None])[0].numpy()
        np.testing.assert_allclose(row, expected / np.linalg.norm(expected), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(found.embedding, axis=1), 1, atol=1e-6)


def test_the_same_thing_looks_the_same_and_others_do_not(folder):
    twice = Detections(BOXES[[0, 1, 0]], ("cup", "door", "cup"))
    found = CropEmbedding(str(folder), "cpu").refine(PICTURE, twice).embedding
    np.testing.assert_allclose(found[0] @ found[2], 1, atol=1e-6)
    assert found[0] @ found[1] < 1 - 1e-3


@pytest.mark.parametrize("batch", [1, 2])
def test_a_batch_gives_what_single_things_give(folder, batch):
    together = CropEmbedding(str(folder), "cpu").refine(PICTURE, THINGS).embedding
    some = CropEmbedding(str(folder), "cpu", settings=EmbedSettings(batch=batch)).refine(PICTURE, THINGS).embedding
    np.testing.assert_allclose(some, together, atol=1e-6)


def test_no_things_have_embeddings_of_the_same_width(folder):
    model = CropEmbedding(str(folder), "cpu")
    assert isinstance(model, Refiner)
    none = model.refine(PICTURE, Detections([], [])).embedding
    assert none.shape == (0, model.refine(PICTURE, THINGS).embedding.shape[1])


@pytest.mark.parametrize("spec", ["{}", "local-dir:{}"])
def test_it_is_in_the_registry(folder, spec):
    made = refiner(f"embedding:{spec.format(folder)}", device="cpu")
    assert isinstance(made, CropEmbedding)
    assert made.source == "timm:tiny"


# --- what is refused ----------------------------------------------------------------------------------------


def test_pickles_are_not_loaded(copy):
    torch.save(load_file(copy / "model.safetensors"), copy / "pytorch_model.bin")
    (copy / "model.safetensors").rename(copy / "weights.safetensors")
    CropEmbedding(str(copy), "cpu")  # the safetensors file, though timm would prefer the other by its name
    (copy / "weights.safetensors").unlink()
    with pytest.raises(ModelError, match="expected weights in safetensors files, got none"):
        CropEmbedding(str(copy), "cpu")


def test_a_pickle_beside_it_is_not_even_opened(copy):
    (copy / "model.safetensors").rename(copy / "weights.safetensors")
    (copy / "pytorch_model.bin").write_bytes(b"not a pickle")
    CropEmbedding(str(copy), "cpu")


def test_weights_that_are_missing_are_refused_and_not_left_at_random(copy):
    state = load_file(copy / "model.safetensors")
    del state["blocks.0.attn.qkv.weight"]
    save_file(state, copy / "model.safetensors")
    with pytest.raises(ModelError, match=r"none for blocks\.0\.attn\.qkv\.weight"):
        CropEmbedding(str(copy), "cpu")


def test_weights_of_another_shape_are_refused(copy):
    state = load_file(copy / "model.safetensors")
    state["norm.weight"] = state["norm.weight"][:5].clone()
    save_file(state, copy / "model.safetensors")
    with pytest.raises(ModelError, match="a checkpoint in timm's format"):
        CropEmbedding(str(copy), "cpu")


@pytest.mark.parametrize(
    "text", ["{", "{}", json.dumps({"architecture": "no_such_net"}), json.dumps({"model_type": "dinov2"})]
)
def test_a_config_that_is_not_timms_is_refused_in_one_line(copy, text):
    (copy / "config.json").write_text(text)
    with pytest.raises(ModelError, match="a checkpoint in timm's format") as raised:
        CropEmbedding(str(copy), "cpu")
    assert "\n" not in str(raised.value)


def test_a_broken_file_is_refused(copy):
    (copy / "model.safetensors").write_bytes(b"\x05\x00\x00")
    with pytest.raises(ModelError):
        CropEmbedding(str(copy), "cpu")


def test_a_name_that_is_nothing_is_refused():
    with pytest.raises(InputError, match="no-such-model"):
        CropEmbedding("no-such-model", "cpu")


def test_without_timm_the_extra_is_named(folder, monkeypatch):
    real = importlib.import_module

    def without(name, package=None):
        if name == "timm":
            raise ImportError("No module named 'timm'")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'scenegraph3d\[perception\]'"):
        CropEmbedding(str(folder), "cpu")


def test_nothing_is_said(folder, capfd, caplog):
    CropEmbedding(str(folder), "cpu").refine(PICTURE, THINGS)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
