"""Which checkpoints are depth models, what kind their depth is, and what is refused."""

import json
import shutil

import pytest
import transformers as hf

from scenegraph3d.depth import estimator
from scenegraph3d.depth.families import family
from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.checkpoint import Checkpoint, checkpoints
from tests.models import tiny_torch
from tests.models.tiny_torch import noise

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
