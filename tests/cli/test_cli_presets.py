"""Every preset, from a hub's cache to a graph, through the real loading code, on tiny checkpoints."""

import shutil

import huggingface_hub
import numpy as np
import pytest
import torch
import transformers as hf
from PIL import Image

import scenegraph3d as sg3
from scenegraph3d.builder import PRESETS
from scenegraph3d.models.checkpoint import checkpoints
from tests.detect import tiny_detectors, tiny_grounded
from tests.models import tiny_torch
from tests.refine import tiny_encoders

NEWEST = "0" * 40
BOX = (0.5, 0.6, 0.3, 0.4)  # middle x, middle y, width, height, as shares of the picture
WIDTH, HEIGHT = 161, 113


def metric(folder):
    return tiny_torch.depth_anything(folder, depth_estimation_type="metric", max_depth=20)


TINY = {
    "depth-anything-v2-metric-indoor-small": metric,
    "depth-anything-v2-metric-outdoor-small": metric,
    "depth-pro": tiny_torch.depth_pro,
    "grounding-dino-tiny": tiny_grounded.grounding_dino,
    "grounding-dino-base": tiny_grounded.grounding_dino,
    "rf-detr-nano": tiny_detectors.rf_detr,
    "sam2.1-tiny": tiny_grounded.sam2,
    "sam2.1-large": tiny_grounded.sam2,
    "siglip2-base": tiny_encoders.siglip,
    "dinov2-small": tiny_encoders.backbone,
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A hub's cache that holds the checkpoints of the presets, under their ids and commits."""
    root, made = tmp_path_factory.mktemp("hub"), {}
    for name, write in TINY.items():
        card = checkpoints()[name]
        repository = root / f"models--{card.hub_id.replace('/', '--')}"
        commit = card.revision or NEWEST
        snapshot = repository / "snapshots" / commit
        snapshot.parent.mkdir(parents=True)
        if write not in made:
            made[write] = write(root / name)
        shutil.copytree(made[write], snapshot)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text(commit)
    return root


@pytest.fixture
def answers(monkeypatch):
    """Detectors find one thing of the first label at BOX before a wall, whatever their weights say."""

    def answering(kind, change):
        real = kind.forward

        def forward(self, *given, **named):
            out = real(self, *given, **named)
            change(out)
            return out

        monkeypatch.setattr(kind, "forward", forward)

    def wall(out):
        out.predicted_depth = torch.full_like(out.predicted_depth, 2.0)

    def thing(first):
        def change(out):
            out.logits = torch.full_like(out.logits, -9.0)
            out.logits[:, 0, first] = 4.0
            out.pred_boxes = torch.tensor(BOX).expand_as(out.pred_boxes).clone()

        return change

    answering(hf.DepthAnythingForDepthEstimation, wall)
    answering(hf.DepthProForDepthEstimation, wall)
    answering(hf.GroundingDinoForObjectDetection, thing(1))
    answering(hf.RfDetrForObjectDetection, thing(0))


@pytest.fixture
def photo(tmp_path, cache, monkeypatch, answers):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    Image.fromarray(tiny_grounded.picture(WIDTH, HEIGHT).rgb).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_where_its_models_are_at_hand_indoor_is_the_default(run, photo):
    out = photo.with_name("scene.json")
    result = run("build", photo, "--find", "mug", "--device", "cpu", "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert sg3.load(out).source["config"]["depth"] == PRESETS["indoor"].depth


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "rooms"])
def test_a_preset_makes_a_graph_of_a_photo(run, photo, preset):
    found = "chair" if preset == "fast" else "mug"
    out = photo.with_name("scene.json")
    result = run("build", photo, "--preset", preset, "--find", found, "--device", "cpu", "-o", out)
    assert result.stderr == ""
    scene = sg3.load(out)
    assert scene.objects.label == (found,)
    x, y, width, height = np.array(BOX) * [WIDTH, HEIGHT, WIDTH, HEIGHT]
    expected = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    np.testing.assert_allclose(scene.objects.seen.xyxy_px[0], expected, atol=1.5)
    config, card = PRESETS[preset], checkpoints()[PRESETS[preset].depth]
    assert scene.source["depth"].startswith(f"transformers:{card.hub_id}@{card.revision or NEWEST}")
    assert (scene.scale, scene.source["config"]["detector"]) == ("metric", config.detector)
    assert scene.camera.intrinsics_source == ("estimated" if preset == "best" else "assumed")
    assert (scene.objects.embedding is not None) == (preset == "best")
    again = photo.with_name("again.json")
    assert run("rebuild", out, "-o", again, "--device", "cpu").exit_code == 0
    assert again.read_bytes() == out.read_bytes()


def test_the_models_in_the_cache_are_said_to_be_here(run, photo):
    assert "here           True" in run("models", "rf-detr-nano").stdout
    assert "here           False" in run("models", "rf-detr-large").stdout


def test_what_is_not_in_the_cache_is_named(run, photo):
    words = ("build", photo, "--detector", "rf-detr-large", "-o", photo.with_name("scene.json"))
    result = run(*words)
    assert result.exit_code == 1
    assert "rf-detr-large: expected its files" in result.stderr
    assert len(result.stderr.splitlines()) == 1
