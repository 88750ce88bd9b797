"""Depth networks of transformers: tiny checkpoints of the real classes, against the library's own pipeline and closed
forms."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers as hf
from transformers.modeling_outputs import DepthEstimatorOutput
from transformers.models.depth_pro.modeling_depth_pro import DepthProDepthEstimatorOutput

import scenegraph3d as sg3
from scenegraph3d.depth import BatchDepthEstimator, DepthEstimator, PromptedDepthEstimator, estimator
from scenegraph3d.depth.families import family
from scenegraph3d.depth.prompted import PromptedDepth, PromptSettings, prompt_of
from scenegraph3d.depth.transformers import TransformersDepth, TransformersSettings
from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.checkpoint import Checkpoint, checkpoints
from tests.models import tiny_torch

METRIC = {"depth_estimation_type": "metric"}
FAMILIES = {
    "depth_anything": (tiny_torch.depth_anything, "inverse_relative"),
    "depth_anything_indoor": (lambda to: tiny_torch.depth_anything(to, **METRIC, max_depth=20), "metric"),
    "depth_anything_outdoor": (lambda to: tiny_torch.depth_anything(to, **METRIC, max_depth=80), "metric"),
    "depth_pro": (tiny_torch.depth_pro, "metric"),
    "depth_pro_without_fov": (lambda to: tiny_torch.depth_pro(to, fov=None), "relative"),
    "zoedepth": (tiny_torch.zoedepth, "metric"),
    "zoedepth_two_heads": (lambda to: tiny_torch.zoedepth(to, heads=2), "metric"),
    "dpt": (tiny_torch.dpt, "inverse_relative"),
    "dpt_hybrid": (tiny_torch.dpt_hybrid, "inverse_relative"),
    "dpt_swinv2": (tiny_torch.dpt_swinv2, "inverse_relative"),
    "dpt_dinov2": (tiny_torch.dpt_dinov2, "metric"),
    "glpn": (tiny_torch.glpn, "metric"),
    "glpn_default": (lambda to: tiny_torch.glpn(to, max_depth=10), "relative"),
    "prompt_depth_anything": (tiny_torch.prompt_depth_anything, "metric"),
}
ALONE = [name for name in FAMILIES if name != "prompt_depth_anything"]
PADDED = "dpt_dinov2"  # its processor leaves its padding in the map
SIZES = [(131, 77), (77, 131), (96, 64)]


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """The folder of each family's checkpoint, written once."""
    root, made = tmp_path_factory.mktemp("checkpoints"), {}

    def folder(name):
        if name not in made:
            made[name] = FAMILIES[name][0](root / name)
        return made[name]

    return folder


@pytest.fixture(scope="session")
def models(folders):
    """The estimator of each family, loaded once."""
    made = {}

    def model(name):
        if name not in made:
            made[name] = estimator(f"transformers:{folders(name)}", device="cpu")
        return made[name]

    return model


def noise(width, height, seed=0):
    """A picture of large random blots."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 8 // width
    return sg3.Image(coarse[rows][:, columns])


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
        assert (found.width, found.height, found.kind) == (width, height, FAMILIES[name][1])
        assert found.source == f"transformers:{folders(name).name}"
        assert found.values[found.valid].std() > 0


PIPELINE_FAILS = "depth_pro_without_fov"  # it looks for a field of view that is not there


@pytest.mark.parametrize("name", [name for name in ALONE if name not in (PADDED, PIPELINE_FAILS)])
@pytest.mark.parametrize("size", SIZES)
def test_depth_is_that_of_the_librarys_own_pipeline(models, folders, name, size):
    image = noise(*size)
    pipeline = hf.pipeline("depth-estimation", model=str(folders(name)), device="cpu")
    theirs = pipeline(hf.image_utils.load_image(_pil(image)))["predicted_depth"].numpy()
    found = models(name).estimate(image)
    assert found.valid.mean() > 0.5
    np.testing.assert_allclose(found.values[found.valid], theirs[found.valid], rtol=1e-5)


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


# --- what is refused ----------------------------------------------------------------------------------------------


def broken(tmp_path, folder, **changes):
    """A copy of a checkpoint with another config.json."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    config = json.loads((copy / "config.json").read_text()) | changes
    (copy / "config.json").write_text(json.dumps(config))
    return copy


def test_a_checkpoint_of_another_stage_is_refused(tmp_path):
    folder = tiny_torch.detector(tmp_path / "detector")
    with pytest.raises(ModelError, match=r"expected a depth model, one of depth_anything, .*zoedepth, got .*'yolos'"):
        estimator(f"transformers:{folder}")


def test_an_architecture_that_gives_no_depth_is_refused_by_name(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "chmv2"}))
    with pytest.raises(ModelError, match=r"'chmv2', which gives heights of trees seen from above; .*onnx:card\.json"):
        estimator(f"transformers:{tmp_path}")


def test_a_segmentation_model_of_a_depth_architecture_is_refused(tmp_path):
    config = hf.AutoConfig.from_pretrained(tiny_torch.dpt(tmp_path / "dpt"))
    folder = tiny_torch.save(tmp_path / "seg", hf.DPTForSemanticSegmentation(config), hf.DPTImageProcessor())
    with pytest.raises(ModelError, match=r"expected the weights of the whole model, got none for head\..*other stage"):
        estimator(f"transformers:{folder}")


def test_a_dpt_on_a_backbone_that_nobody_knows_is_refused():
    config = hf.DPTConfig(backbone_config=hf.ResNetConfig(out_features=["stage1", "stage2"]))
    with pytest.raises(ModelError, match=r"mine: expected a DPT on one of beit, .* got one on 'resnet'.*onnx:card"):
        family(config, Checkpoint("mine"))


def test_a_metric_model_without_a_limit_is_refused(tmp_path, folders):
    copy = broken(tmp_path, folders("depth_anything_indoor"), max_depth=None)
    with pytest.raises(ModelError, match="max_depth: expected metres above 0 of a metric model, got None"):
        estimator(f"transformers:{copy}")


@pytest.mark.parametrize(
    ("processor", "said"),
    [
        (hf.ViTImageProcessor(), "expected a processor that puts depth back .* got ViTImageProcessor"),
        (hf.DPTImageProcessor(do_pad=True, size_divisor=14), "expected a processor that resizes or pads, got one that"),
    ],
)
def test_a_processor_that_moves_the_picture_is_refused(tmp_path, folders, processor, said):
    copy = broken(tmp_path, folders("depth_anything"))
    (copy / "preprocessor_config.json").unlink(missing_ok=True)
    processor.save_pretrained(copy)
    with pytest.raises(ModelError, match=said):
        estimator(f"transformers:{copy}")


@pytest.mark.parametrize(("name", "size"), [("glpn", (40, 20)), ("zoedepth", (40, 3)), ("depth_anything", (900, 2))])
def test_a_picture_too_small_for_the_processor_is_refused(models, name, size):
    with pytest.raises(InputError, match=rf"a picture that its processor can resize, got {size[0]} x {size[1]} pixels"):
        models(name).estimate(noise(*size))


@pytest.mark.parametrize("name", ["dpt", "dpt_hybrid", "depth_pro", "dpt_dinov2"])
@pytest.mark.parametrize("size", [(1, 40), (40, 1), (3, 3), (1, 1)])
def test_a_picture_of_a_few_pixels_keeps_its_size(models, name, size):
    found = models(name).estimate(noise(*size))
    assert (found.width, found.height) == size


@pytest.mark.parametrize("spec", ["transformers", "transformers:no-such-name", "transformers:/no/such/folder"])
def test_a_spec_that_names_nothing_is_refused(spec):
    with pytest.raises(InputError, match="expected a known name, a folder, or a hub id"):
        estimator(spec)


def test_a_device_that_is_not_here_is_refused(folders):
    with pytest.raises(InputError, match="device: expected one of cpu"):
        estimator(f"transformers:{folders('dpt')}", device="cuda:99")


# --- Prompt Depth Anything ----------------------------------------------------------------------------------------


def sensor_of(width, height, share=1.0, seed=0):
    """A sensor's map of a slanted plane, with a share of its pixels."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    depth = (1.5 + 2 * x / width + y / height).astype(np.float32)
    return sg3.DepthMap(np.where(rng.random(depth.shape) < share, depth, 0), source="lidar")


@pytest.mark.parametrize("size", SIZES)
def test_prompted_depth_is_that_of_the_real_classes(models, folders, size):
    image, sensor = noise(*size), sensor_of(*size)
    model = models("prompt_depth_anything")
    assert isinstance(model, PromptedDepthEstimator)
    found = model.estimate_from(image, sensor)
    processor = hf.AutoImageProcessor.from_pretrained(folders("prompt_depth_anything"))
    network = hf.AutoModelForDepthEstimation.from_pretrained(folders("prompt_depth_anything"))
    inputs = processor(images=_pil(image), prompt_depth=prompt_of(sensor) * 1000, return_tensors="pt")
    with torch.no_grad():
        theirs = processor.post_process_depth_estimation(network(**inputs), [(size[1], size[0])])
    np.testing.assert_allclose(found.values, theirs[0]["predicted_depth"].numpy(), rtol=1e-4)
    assert (found.kind, found.source) == ("metric", "transformers:prompt_depth_anything from lidar")


def test_prompted_depth_follows_the_sensors_range_and_scale(models):
    image, model = noise(131, 77), models("prompt_depth_anything")
    sensor = sensor_of(131, 77, share=0.1)
    found = model.estimate_from(image, sensor).values
    low, high = sensor.values[sensor.valid].min(), sensor.values.max()
    assert found.std() > 0
    assert low * 0.99 <= found.min() < found.max() <= high * 1.01
    doubled = model.estimate_from(image, replace(sensor, values=sensor.values * 2)).values
    np.testing.assert_allclose(doubled, 2 * found, rtol=1e-4)


def test_a_dense_map_is_averaged_to_the_prompt():
    sensor = sensor_of(512, 256)
    blocks = sensor.values.reshape(128, 2, 256, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(prompt_of(sensor), blocks, rtol=1e-5)
    small = sensor_of(60, 41)
    np.testing.assert_allclose(prompt_of(small), small.values, rtol=1e-6)


def test_holes_are_filled_from_the_nearest_readings_and_never_count_as_0():
    sensor = sensor_of(60, 41, share=0.05)
    found = prompt_of(sensor)
    np.testing.assert_allclose(found[sensor.valid], sensor.values[sensor.valid], rtol=1e-6)
    places, depths = np.argwhere(sensor.valid), sensor.values[sensor.valid].astype(np.float64)
    for row, column in [(0, 0), (40, 59), (20, 30), (7, 51)]:
        if not sensor.valid[row, column]:
            away = np.hypot(*(places - [row, column]).T)
            nearest = np.sort(away)[3]
            weights = np.where(away <= nearest, 1 / away, 0)
            if (away <= nearest).sum() == 4:
                assert found[row, column] == pytest.approx((weights * depths).sum() / weights.sum(), rel=1e-5)
    assert sensor.values[sensor.valid].min() * 0.999 <= found.min()
    assert found.max() <= sensor.values.max() * 1.001


def test_a_prompt_from_two_readings_and_of_another_size():
    values = np.zeros((40, 80), np.float32)
    values[5, 5], values[30, 70] = 1.0, 4.0
    found = prompt_of(sg3.DepthMap(values), PromptSettings(longest=16))
    assert found.shape == (8, 16)
    assert (found[1, 1], found[6, 14]) == (1.0, 4.0)
    assert found[0, 0] < 2
    assert found[7, 15] > 3


def test_a_sensor_that_does_not_fit_is_refused(models):
    model, image = models("prompt_depth_anything"), noise(96, 64)
    with pytest.raises(InputError, match=r"expected the picture's size, 96 x 64, got 64 x 96"):
        model.estimate_from(image, sensor_of(64, 96))
    with pytest.raises(InputError, match="sensor depth: expected kind 'metric', got 'relative'"):
        model.estimate_from(image, replace(sensor_of(96, 64), kind="relative"))
    one = np.zeros((64, 96), np.float32)
    one[3, 4] = 2.0
    with pytest.raises(InputError, match=r"expected readings at different depths, got all at 2 m"):
        model.estimate_from(image, sg3.DepthMap(one))
    with pytest.raises(InputError, match=r"expected a sensor's depth, got a picture alone; .*estimate_from"):
        model.estimate(image)


def test_each_class_takes_its_own_checkpoints(folders):
    with pytest.raises(ModelError, match=r"expected a model that needs a picture alone, .* PromptedDepth"):
        TransformersDepth(str(folders("prompt_depth_anything")))
    with pytest.raises(ModelError, match=r"expected architecture 'prompt_depth_anything', got 'dpt'"):
        PromptedDepth(str(folders("dpt")))


# --- cards --------------------------------------------------------------------------------------------------------


def _family_of(hub_id):
    """Which of the families above a published checkpoint is of, by its owner's naming."""
    for part, name in [
        ("Metric-Indoor", "depth_anything_indoor"),
        ("Metric-Outdoor", "depth_anything_outdoor"),
        ("prompt-depth-anything", "prompt_depth_anything"),
        ("depth-anything/Depth-Anything-V2", "depth_anything"),
        ("DepthPro", "depth_pro"),
        ("zoedepth", "zoedepth"),
        ("Intel/dpt", "dpt"),
        ("dpt-dinov2", "dpt_dinov2"),
        ("glpn", "glpn_default"),
    ]:
        if part in hub_id:
            return name
    raise AssertionError(hub_id)


@pytest.mark.parametrize("card", [c for c in checkpoints().values() if c.stage == "depth"], ids=lambda card: card.name)
def test_the_kind_of_a_card_is_what_comes_out(folders, card):
    config = hf.AutoConfig.from_pretrained(folders(_family_of(card.hub_id)))
    assert family(config, card).kind == card.depth_kind


def test_the_two_glpn_checkpoints_are_told_apart_by_their_cards():
    config = hf.GLPNConfig()
    kinds = [family(config, checkpoints()[name]).kind for name in ("glpn-nyu", "glpn-kitti")]
    assert [*kinds, family(config, Checkpoint("a folder")).kind] == ["metric", "relative", "relative"]


def test_tipsv2_is_metric():
    assert family(hf.Tipsv2DptConfig(max_depth=10.0), Checkpoint("tips")).kind == "metric"


def _pil(image):
    import PIL.Image

    return PIL.Image.fromarray(image.rgb)
