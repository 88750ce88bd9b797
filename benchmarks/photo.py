"""One photo of 1280 x 720 with 20 objects, from pixels to relations, beside transformers' own two pipelines.

Both sides run the same two checkpoints of the real classes (Depth Anything V2, RT-DETR v2) with the real processors,
written here with random weights, tiny and of the published sizes; after the real forward pass their outputs are
replaced, on both sides alike, by a rendered room's depth and boxes, so that what comes after the networks has real work
to do. The pipelines end with a depth map and boxes; ours goes on to camera, gravity, 3D boxes, colours and relations.

    python benchmarks/photo.py

writes benchmarks/results/photo.json: medians, the part of ours that is outside the networks, and the memory of folders
of 8, 16 and 64 photos in batches of 8, each in a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import torch
import transformers as hf
from _common import facts, medians_ms, ratios, write
from frame import make_frame

import scenegraph3d as sg3
from scenegraph3d.detect.overlaps import box_iou
from scenegraph3d.refine import REFINERS

WIDTH, HEIGHT, THREADS = 1280, 720, 2
FOLDERS, BATCH = (8, 16, 64), 8
MAX_DEPTH_M = 20


@dataclass(frozen=True)
class Size:
    """How large the two networks are.

    Attributes:
        width, layers, heads: of the vision transformer of Depth Anything.
        neck, fusion, head: channels of what makes a map of its features.
        stem, stages, depths: channels and blocks of RT-DETR's backbone.
        model: width of its transformer.
        decoder_layers: of it.
        repeats: how often it is run.
    """

    width: int
    layers: int
    heads: int
    neck: tuple[int, ...]
    fusion: int
    head: int
    stem: int
    stages: tuple[int, ...]
    depths: tuple[int, ...]
    model: int
    decoder_layers: int
    repeats: int


SIZES = {
    "tiny": Size(16, 4, 2, (8, 8, 8, 8), 8, 8, 8, (8, 8, 16, 16), (1, 1, 1, 1), 16, 2, 15),
    # Depth Anything V2 small and RT-DETR v2 on ResNet-18, as published
    "published": Size(384, 12, 6, (48, 96, 192, 384), 64, 32, 64, (64, 128, 256, 512), (2, 2, 2, 2), 256, 3, 5),
}


def write_checkpoints(folder: Path, size: Size) -> sg3.BuildConfig:
    """The two checkpoints, with random weights, and the settings that name them."""
    hf.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    depth, detect = folder / "depth", folder / "detect"
    hf.DepthAnythingForDepthEstimation(depth_config(size)).save_pretrained(depth)
    hf.DPTImageProcessor(
        size={"height": 518, "width": 518}, keep_aspect_ratio=True, ensure_multiple_of=14, resample=3
    ).save_pretrained(depth)
    hf.RTDetrV2ForObjectDetection(detect_config(size)).save_pretrained(detect)
    hf.RTDetrImageProcessor().save_pretrained(detect)
    return sg3.BuildConfig(depth=f"transformers:{depth}", detector=f"transformers:{detect}")


def depth_config(size: Size) -> hf.DepthAnythingConfig:
    """Depth Anything V2, metric."""
    step = size.layers // 4
    backbone = hf.Dinov2Config(
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        image_size=518,
        patch_size=14,
        out_features=[f"stage{step * (stage + 1)}" for stage in range(4)],
        reshape_hidden_states=False,
    )
    return hf.DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=size.width,
        neck_hidden_sizes=list(size.neck),
        fusion_hidden_size=size.fusion,
        head_hidden_size=size.head,
        patch_size=14,
        depth_estimation_type="metric",
        max_depth=MAX_DEPTH_M,
    )


def detect_config(size: Size) -> hf.RTDetrV2Config:
    """RT-DETR v2 with 80 classes."""
    resnet = hf.RTDetrResNetConfig(
        embedding_size=size.stem,
        hidden_sizes=list(size.stages),
        depths=list(size.depths),
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    return hf.RTDetrV2Config(
        backbone_config=resnet,
        encoder_hidden_dim=size.model,
        encoder_in_channels=list(size.stages[1:]),
        encoder_ffn_dim=4 * size.model,
        decoder_in_channels=[size.model] * 3,
        d_model=size.model,
        decoder_ffn_dim=4 * size.model,
        decoder_layers=size.decoder_layers,
        num_queries=300,
        id2label={i: f"thing {i}" for i in range(80)},
        label2id={f"thing {i}": i for i in range(80)},
    )


@contextmanager
def rendered_outputs() -> Iterator[list[float]]:
    """Let both networks answer with a rendered room; gives the seconds that were spent inside them."""
    depth_m, _, found = make_frame()
    depth = torch.from_numpy(np.where(depth_m > 0, depth_m, MAX_DEPTH_M / 2))[None, None]
    seconds = [0.0]

    def answered(kind: type, change: Callable[[Any], None]) -> Callable[..., Any]:
        real = kind.forward

        def forward(self: Any, *given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            out = real(self, *given, **named)
            change(out)
            seconds[0] += time.perf_counter() - start
            return out

        return forward

    def put_depth(out: Any) -> None:
        size = out.predicted_depth.shape[-2:]
        same = torch.nn.functional.interpolate(depth, size=size, mode="bilinear")[:, 0]
        out.predicted_depth = same.expand(len(out.predicted_depth), -1, -1).clone()

    def put_boxes(out: Any) -> None:
        x0, y0, x1, y1 = (torch.tensor(found.xyxy_px).float() / torch.tensor([640, 480, 640, 480])).T
        count = len(x0)
        out.logits = torch.full_like(out.logits, -9.0)
        out.logits[:, torch.arange(count), torch.arange(count)] = 3.0
        out.pred_boxes = out.pred_boxes.clone()
        out.pred_boxes[:, :count] = torch.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], dim=1)

    kinds = {hf.DepthAnythingForDepthEstimation: put_depth, hf.RTDetrV2ForObjectDetection: put_boxes}
    kept = {kind: kind.forward for kind in kinds}
    try:
        for kind, change in kinds.items():
            kind.forward = answered(kind, change)
        yield seconds
    finally:
        for kind, real in kept.items():
            kind.forward = real


def picture() -> np.ndarray:
    """A photo's worth of texture, uint8 [H, W, 3]."""
    small = np.random.default_rng(0).integers(0, 255, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8)
    return np.asarray(PIL.Image.fromarray(small).resize((WIDTH, HEIGHT), PIL.Image.Resampling.BICUBIC))


class RenderedMasks:
    """A refiner that knows the masks of the rendered room; its time counts as that of a network."""

    def __init__(self, seconds: list[float]) -> None:
        self.seconds = seconds
        _, _, found = make_frame()
        rows, columns = np.arange(HEIGHT) * 480 // HEIGHT, np.arange(WIDTH) * 640 // WIDTH
        self.masks = found.mask[:, rows][:, :, columns]
        self.xyxy_px = found.xyxy_px * np.array([WIDTH / 640, HEIGHT / 480] * 2)

    def refine(self, image: sg3.Image, detections: sg3.Detections) -> sg3.Detections:
        """Each box with the mask whose own box it is."""
        del image
        start = time.perf_counter()
        masks = self.masks[box_iou(detections.xyxy_px, self.xyxy_px).argmax(axis=1)]
        self.seconds[0] += time.perf_counter() - start
        return replace(detections, mask=masks)


def speed(config: sg3.BuildConfig, repeats: int) -> dict[str, Any]:
    """Medians of ours, with boxes alone and with masks, and of the two pipelines, taking turns."""
    rgb = picture()
    photo = PIL.Image.fromarray(rgb)
    pipes = [
        hf.pipeline(task, model=spec.removeprefix("transformers:"), device="cpu")
        for task, spec in (("depth-estimation", config.depth), ("object-detection", config.detector))
    ]
    builders = {
        "boxes": sg3.Builder(config, device="cpu"),
        "masks": sg3.Builder(replace(config, refiners=("rendered",)), device="cpu"),
    }
    inside: dict[str, list[float]] = {name: [] for name in builders}
    with rendered_outputs() as seconds:
        REFINERS.register("rendered", lambda: RenderedMasks(seconds))

        def build(name: str) -> sg3.SceneGraph:
            seconds[0] = 0.0
            scene = builders[name].build(rgb)
            inside[name].append(1e3 * seconds[0])
            return scene

        scene = build("boxes")
        contenders = {f"scenegraph3d, {name}": partial(build, name) for name in builders}
        contenders["transformers, two pipelines"] = lambda: [pipe(photo) for pipe in pipes]
        medians = medians_ms(contenders, repeats)
    networks = {name: float(np.median(times[1:])) for name, times in inside.items()}
    return {
        "repeats": repeats,
        "objects": len(scene.objects),
        "relations": len(scene.relations),
        "median_ms": medians,
        "times_ours": ratios(medians, "scenegraph3d, boxes"),
        "outside_the_networks_ms": {
            name: round(medians[f"scenegraph3d, {name}"] - networks[name], 1) for name in builders
        },
    }


def peak_mb(config: sg3.BuildConfig, folder: Path, count: int) -> float:
    """Peak memory of a process that builds `count` photos of a folder in batches."""
    photos = [folder / f"{index}.jpg" for index in range(count)]
    with rendered_outputs():
        for scene in sg3.Builder(config, device="cpu").build_many(photos, batch=BATCH):
            assert len(scene.objects) == 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory(folder: Path) -> list[dict[str, Any]]:
    """Peak memory of folders of several sizes, each in a process of its own."""
    for index in range(max(FOLDERS)):
        PIL.Image.fromarray(picture()).save(folder / f"{index}.jpg")
    rows = []
    for count in FOLDERS:
        words = [sys.executable, __file__, "--peak", str(folder), "--count", str(count)]
        found = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        rows.append({"photos": count, "batch": BATCH, "peak_mb": round(json.loads(found)["peak_mb"])})
    return rows


def main() -> None:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as name:
        if options.peak:
            config = write_checkpoints(Path(name), SIZES["tiny"])
            print(json.dumps({"peak_mb": peak_mb(config, options.peak, options.count)}))
            return
        configs = {size: write_checkpoints(Path(name) / size, SIZES[size]) for size in SIZES}
        result = {
            "claim": "1280 x 720, 20 objects: under 80 ms outside the networks, no slower than the two pipelines",
            "networks": {size: speed(config, SIZES[size].repeats) for size, config in configs.items()},
            "memory": memory(Path(name)),
            **facts("torch", "torchvision", "transformers"),
        }
    print(json.dumps(result, indent=1))
    write("photo", result)


if __name__ == "__main__":
    main()
