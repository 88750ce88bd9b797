"""One photo of 1280 x 720 with 20 objects, from pixels to relations, beside transformers' own two pipelines.

Both sides run the same two tiny checkpoints of the real classes (Depth Anything V2, RT-DETR v2) with the real
processors, written here with random weights; after the real forward pass their outputs are replaced, on both sides
alike, by a rendered room's depth and boxes, so that what comes after the networks has real work to do. The pipelines
end with a depth map and boxes; ours goes on to camera, gravity, 3D boxes, colours and relations.

    python benchmarks/photo.py

writes benchmarks/results/photo.json: medians, the share of ours that is outside the networks, and the memory of folders
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
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import torch
from _common import facts, medians_ms, ratios, write
from frame import make_frame

import scenegraph3d as sg3

WIDTH, HEIGHT, REPEATS, THREADS = 1280, 720, 15, 2
FOLDERS, BATCH = (8, 16, 64), 8
MAX_DEPTH_M = 20


def write_checkpoints(folder: Path) -> sg3.BuildConfig:
    """The two tiny checkpoints, and the settings that name them."""
    import transformers as hf

    hf.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    stages = ["stage1", "stage2", "stage3", "stage4"]
    backbone = hf.Dinov2Config(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=518,
        patch_size=14,
        out_features=stages,
        reshape_hidden_states=False,
    )
    depth = hf.DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=16,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=8,
        patch_size=14,
        depth_estimation_type="metric",
        max_depth=MAX_DEPTH_M,
    )
    hf.DepthAnythingForDepthEstimation(depth).save_pretrained(folder / "depth")
    hf.DPTImageProcessor(
        size={"height": 518, "width": 518}, keep_aspect_ratio=True, ensure_multiple_of=14, resample=3
    ).save_pretrained(folder / "depth")
    resnet = hf.RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=stages[1:],
    )
    detect = hf.RTDetrV2Config(
        backbone_config=resnet,
        encoder_hidden_dim=16,
        encoder_in_channels=[8, 16, 16],
        encoder_ffn_dim=16,
        encoder_attention_heads=2,
        decoder_in_channels=[16, 16, 16],
        d_model=16,
        decoder_ffn_dim=16,
        decoder_attention_heads=2,
        decoder_layers=2,
        num_queries=100,
        id2label={i: f"thing {i}" for i in range(80)},
        label2id={f"thing {i}": i for i in range(80)},
    )
    hf.RTDetrV2ForObjectDetection(detect).save_pretrained(folder / "detect")
    hf.RTDetrImageProcessor().save_pretrained(folder / "detect")
    return sg3.BuildConfig(depth=f"transformers:{folder / 'depth'}", detector=f"transformers:{folder / 'detect'}")


@contextmanager
def rendered_outputs() -> Iterator[list[float]]:
    """Let both networks answer with a rendered room; gives the seconds that were spent inside them."""
    import transformers as hf

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


def speed(config: sg3.BuildConfig) -> dict[str, Any]:
    """Medians of ours and of the two pipelines, taking turns."""
    import transformers as hf

    rgb = picture()
    photo = PIL.Image.fromarray(rgb)
    pipes = [
        hf.pipeline(task, model=spec.removeprefix("transformers:"), device="cpu")
        for task, spec in (("depth-estimation", config.depth), ("object-detection", config.detector))
    ]
    builder = sg3.Builder(config, device="cpu")
    inside: list[float] = []
    with rendered_outputs() as seconds:

        def ours() -> sg3.SceneGraph:
            seconds[0] = 0.0
            scene = builder.build(rgb)
            inside.append(1e3 * seconds[0])
            return scene

        scene = ours()
        medians = medians_ms(
            {"scenegraph3d, whole build": ours, "transformers, two pipelines": lambda: [pipe(photo) for pipe in pipes]},
            REPEATS,
        )
    networks = float(np.median(inside[2:]))
    return {
        "repeats": REPEATS,
        "objects": len(scene.objects),
        "relations": len(scene.relations),
        "median_ms": medians,
        "times_ours": ratios(medians, "scenegraph3d, whole build"),
        "inside_the_networks_ms": round(networks, 1),
        "outside_the_networks_ms": round(medians["scenegraph3d, whole build"] - networks, 1),
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
        config = write_checkpoints(Path(name))
        if options.peak:
            print(json.dumps({"peak_mb": peak_mb(config, options.peak, options.count)}))
            return
        result = {
            "claim": "1280 x 720, 20 objects: under 80 ms outside the networks, no slower than the two pipelines",
            **speed(config),
            "memory": memory(Path(name)),
            **facts("torch", "torchvision", "transformers"),
        }
    print(json.dumps(result, indent=1))
    write("photo", result)


if __name__ == "__main__":
    main()
