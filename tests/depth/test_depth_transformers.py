"""Depth networks of transformers: tiny checkpoints of the real classes, against its own pipeline and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers as hf
from transformers.modeling_outputs import DepthEstimatorOutput
from transformers.models.depth_pro.modeling_depth_pro import DepthProDepthEstimatorOutput

import scenegraph3d as sg3
from scenegraph3d.depth import BatchDepthEstimator, DepthEstimator, PromptedDepthEstimator, estimator
from scenegraph3d.depth.transformers import TransformersDepth, TransformersSettings
from scenegraph3d.errors import InputError
from tests.models import tiny_torch
from tests.models.tiny_torch import DEPTH_MODELS, as_pil, noise

ALONE = [name for name in DEPTH_MODELS if name != "prompt_depth_anything"]
PADDED = "dpt_dinov2"  # its processor leaves its padding in the map
SIZES = [(131, 77), (77, 131), (96, 64)]


def brightness(mean, std, gain=1.0, offset=3.0):
    """A network's forward whose depth is the input's mean normalised colour; and what it makes of grey levels."""

    def forward(self, pixel_values, **more):
        depth = pixel_values.mean(dim=1) * gain + offset
        if isinstance(self, hf.DepthProForDepthEstimation):
            return DepthProDepthEstimatorOutput(predicted_depth=depth, field_of_view=torch.full((len(depth),), 60.0))
        return DepthEstimatorOutput(predicted_depth=depth)

    def expected(grey):
        return np.mean([(grey / 255 - m) / s for m, s in zip(mean, std, strict=True)], axis=0) * gain + offset

    return forward, expected


def network_class(model):
    return type(model._network._model)


def stub(monkeypatch, model, **options):
    """Put `brightness` in the place of a model's network."""
    processor = model._network._processor
    mean, std = processor.image_mean or [0] * 3, processor.image_std or [1] * 3
    if not processor.do_normalize:
        mean, std = [0] * 3, [1] * 3
    forward, expected = brightness(mean, std, **options)
    monkeypatch.setattr(network_class(model), "forward", forward)
    return expected


# --- kinds, sizes, places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALONE)
def test_every_family_gives_its_kind_at_the_pictures_size(models, folders, name):
    model = models(name)
    assert isinstance(model, DepthEstimator)
    assert isinstance(model, BatchDepthEstimator)
    assert not isinstance(model, PromptedDepthEstimator)
    for width, height in SIZES:
        found = model.estimate(noise(width, height))
        assert (found.width, found.height, found.kind) == (width, height, DEPTH_MODELS[name][1])
        assert found.source == f"transformers:{folders(name).name}"
        assert found.values[found.valid].std() > 0


PIPELINE_FAILS = "depth_pro_without_fov"  # it looks for a field of view that is not there


@pytest.mark.parametrize("name", [name for name in ALONE if name not in (PADDED, PIPELINE_FAILS)])
@pytest.mark.parametrize("size", SIZES)
def test_depth_is_that_of_the_librarys_own_pipeline(models, folders, name, size):
    image = noise(*size)
    pipeline = hf.pipeline("depth-estimation", model=str(folders(name)), device="cpu")
    theirs = pipeline(hf.image_utils.load_image(as_pil(image)))["predicted_depth"].numpy()
    found = models(name).estimate(image)
    assert found.valid.mean() > 0.5
    np.testing.assert_allclose(found.values[found.valid], theirs[found.valid], rtol=1e-5, atol=1e-6 * theirs.max())


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("size", [(131, 77), (77, 131)])
def test_depth_comes_back_where_it_was_to_within_a_pixel(models, monkeypatch, name, size):
    (width, height), model = size, models(name)
    left, top, right, bottom = width // 5, height // 7, width // 2, height // 3
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[top:bottom, left:right] = 255
    expected = stub(monkeypatch, model)
    values = model.estimate(sg3.Image(rgb)).values
    if name.startswith("depth_pro"):  # of inverse depth, times the width over the focal length of 60 degrees
        values = 1 / values / (2 * np.tan(np.pi / 6))
    black, white = expected(0), expected(255)
    assert values[top + 4 : bottom - 4, left + 4 : right - 4] == pytest.approx(white, abs=0.02 * (white - black))
    rows, columns = (np.nonzero((values > (black + white) / 2).any(axis=axis))[0] for axis in (1, 0))
    found = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    np.testing.assert_allclose(found, [left, top, right, bottom], atol=1)


@pytest.mark.parametrize("size", [(131, 77), (77, 131), (70, 28), (83, 97)])
def test_padding_to_whole_patches_is_cut_off(models, monkeypatch, size):
    model = models(PADDED)
    grey = np.random.default_rng(0).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    expected = stub(monkeypatch, model)
    found = model.estimate(sg3.Image(np.repeat(grey[..., None], 3, axis=2)))
    np.testing.assert_allclose(found.values, expected(grey), rtol=1e-5)


# --- batches ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALONE)
def test_a_batch_gives_what_single_pictures_give(models, name):
    images = [noise(*size, seed) for seed, size in enumerate([(131, 77), (77, 131), (131, 77), (96, 64), (77, 131)])]
    single = [models(name).estimate(image) for image in images]
    together = models(name).estimate_batch(images, [None] * len(images))
    for one, other in zip(single, together, strict=True):
        assert (one.kind, one.source) == (other.kind, other.source)
        np.testing.assert_array_equal(one.valid, other.valid)
        np.testing.assert_allclose(one.values, other.values, rtol=1e-5, atol=1e-5 * one.values.max())
        assert (one.focal_px or 0) == pytest.approx(other.focal_px or 0, rel=1e-5)


def test_pictures_of_one_shape_share_a_pass(models, monkeypatch):
    model, sizes = models("depth_anything"), []
    forward = network_class(model).forward

    def counted(self, pixel_values, **more):
        sizes.append(len(pixel_values))
        return forward(self, pixel_values, **more)

    monkeypatch.setattr(network_class(model), "forward", counted)
    images = [noise(*size) for size in [(131, 77), (77, 131), (131, 77), (262, 154)]]
    model.estimate_batch(images, [None] * 4)
    assert sorted(sizes) == [1, 3]  # the last one is resized to the size of the first
    assert model.estimate_batch([], []) == []


def test_pictures_do_not_choose_the_metric_head_for_each_other(models):
    model = models("zoedepth_two_heads")
    images = [sg3.Image(np.full((64, 96, 3), grey, np.uint8)) for grey in (0, 255)]
    with torch.no_grad():
        tensors = [dict(model._network.inputs(image))["pixel_values"] for image in images]
        votes = [model._network._model(one).domain_logits.argmax().item() for one in tensors]
        together = model._network._model(torch.cat(tensors)).predicted_depth
        single = [model._network._model(one).predicted_depth[0] for one in tensors]
    assert votes[0] != votes[1]
    assert not all(torch.allclose(a, b, rtol=1e-3) for a, b in zip(together, single, strict=True))
    for one, other in zip(images, model.estimate_batch(images, [None, None]), strict=True):
        np.testing.assert_allclose(model.estimate(one).values, other.values, rtol=1e-6)


def test_the_same_picture_gives_the_same_bytes(models):
    image = noise(131, 77)
    model = models("depth_anything")
    assert model.estimate(image).values.tobytes() == model.estimate(image).values.tobytes()


# --- Depth Pro's focal length -------------------------------------------------------------------------------------


def test_depth_pro_says_what_focal_length_it_saw(models):
    model, image = models("depth_pro"), noise(131, 77)
    with torch.no_grad():
        fov = model._network._model(**model._network.inputs(image)).field_of_view.item()
    assert 40 < fov < 60
    assert model.estimate(image).focal_px == pytest.approx(131 / 2 / np.tan(np.radians(fov) / 2), rel=1e-5)


def test_depth_pro_takes_the_cameras_focal_length(models):
    model, image = models("depth_pro"), noise(131, 77)
    own = model.estimate(image)
    camera = sg3.Camera(200.0, 190.0, 65, 38, 131, 77)
    given = model.estimate(image, camera)
    both = own.valid & given.valid
    np.testing.assert_allclose(given.values[both] / own.values[both], 200.0 / own.focal_px, rtol=1e-4)
    assert given.focal_px is None
    exif = model.estimate(replace(image, focal_px=200.0))
    np.testing.assert_allclose(exif.values, given.values, rtol=1e-5)
    assumed = model.estimate(image, replace(camera, intrinsics_source="assumed"))
    np.testing.assert_array_equal(assumed.values, own.values)
    over = model.estimate(replace(image, focal_px=50.0), camera)
    np.testing.assert_array_equal(over.values, given.values)


def test_depth_pro_without_a_field_of_view_is_relative_until_the_focal_length_is_known(models):
    model, image = models("depth_pro_without_fov"), noise(131, 77)
    alone, given = model.estimate(image), model.estimate(image, sg3.Camera.from_focal(131, 77, 262.0))
    assert (alone.kind, alone.focal_px, given.kind) == ("relative", None, "metric")
    both = alone.valid & given.valid
    np.testing.assert_allclose(given.values[both], alone.values[both] * 262.0 / 131, rtol=1e-5)
    mixed = model.estimate_batch([image, image], [None, sg3.Camera.from_focal(131, 77, 262.0)])
    assert [one.kind for one in mixed] == ["relative", "metric"]


def test_a_field_of_view_that_is_none_is_refused(tmp_path):
    model = estimator(f"transformers:{tiny_torch.depth_pro(tmp_path / 'odd', fov=-20.0)}")
    with pytest.raises(InputError, match=r"expected a field of view between 0 and 180 degrees, got -\d+.*give the cam"):
        model.estimate(noise(131, 77))
    assert model.estimate(noise(131, 77), sg3.Camera.from_focal(131, 77, 100.0)).kind == "metric"


# --- what is no reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["depth_anything_indoor", "depth_anything_outdoor", "glpn", "glpn_default"])
def test_what_a_head_puts_at_its_limit_is_no_reading(models, monkeypatch, name):
    model = models(name)
    limit = {"depth_anything_indoor": 20, "depth_anything_outdoor": 80, "glpn": 80, "glpn_default": 10}[name]

    def forward(self, pixel_values, **more):
        depth = torch.full(pixel_values.shape[:1] + pixel_values.shape[2:], limit * 0.98)
        depth[:, : depth.shape[1] // 2] = limit * 0.9999
        return DepthEstimatorOutput(predicted_depth=depth)

    monkeypatch.setattr(network_class(model), "forward", forward)
    found = model.estimate(noise(96, 64))
    assert not found.valid[:30].any()
    assert found.valid[34:].all()
    np.testing.assert_allclose(found.values[38:], limit * 0.98, rtol=1e-5)


def test_the_share_of_the_limit_is_a_setting(folders, models, monkeypatch):
    strict = TransformersDepth(
        str(folders("depth_anything_indoor")), "cpu", settings=TransformersSettings(saturated=0.6)
    )
    values = models("depth_anything_indoor").estimate(noise(96, 64)).values
    assert values.min() < 12 < values.max()
    np.testing.assert_array_equal(strict.estimate(noise(96, 64)).valid, (values > 0) & (values < 12))


@pytest.mark.parametrize("name", ["depth_anything", "dpt", "zoedepth", "dpt_dinov2"])
@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_values_that_are_no_numbers_or_not_above_0_are_no_reading(models, monkeypatch, name, bad):
    model = models(name)

    def forward(self, pixel_values, **more):
        depth = torch.full(pixel_values.shape[:1] + pixel_values.shape[2:], 2.0)
        depth[:, : depth.shape[1] // 2] = bad
        return DepthEstimatorOutput(predicted_depth=depth)

    monkeypatch.setattr(network_class(model), "forward", forward)
    found = model.estimate(noise(96, 64))
    assert not found.valid[:24].any()
    assert found.valid[40:].all()
    np.testing.assert_allclose(found.values[44:], 2.0, rtol=1e-5)


def test_no_reading_at_all_is_refused(models, monkeypatch):
    model = models("depth_anything")
    stub(monkeypatch, model, gain=0.0, offset=-1.0)
    with pytest.raises(InputError, match=r"depth: expected a value above 0, got none"):
        model.estimate(noise(96, 64))
    model = models("depth_pro")
    stub(monkeypatch, model, gain=0.0, offset=0.0)
    with pytest.raises(InputError, match=r"expected a value above 0 and below 9900, got none"):
        model.estimate(noise(96, 64))
