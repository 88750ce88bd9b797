"""All predicates over all pairs of 20, 50 and 100 boxes, beside graph-of-mark's RelationInferencer in the same run.

The peer gets what it asks for: the boxes' outlines in the picture, masks of 640 x 480 and a depth map; CLIP is off. It
gives at most one relation per pair from pixel rules; ours gives every predicate with its evidence in both directions.

    pip install graph-of-mark
    python benchmarks/relations.py

writes benchmarks/results/relations.json. Without graph-of-mark ours is measured alone and nothing is written.
"""

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from _common import facts, medians_ms, ratios, write

import scenegraph3d as sg3
from scenegraph3d.geometry.boxes import corners
from scenegraph3d.geometry.cameras import project
from scenegraph3d.geometry.frames import LEVEL_WORLD_FROM_CAMERA, invert, transform_points

WIDTH, HEIGHT = 640, 480
CAMERA = sg3.Camera.from_fov(WIDTH, HEIGHT)
REPEATS = {20: 15, 50: 5, 100: 3}


def make_room(count: int) -> sg3.Objects:
    """Furniture-sized boxes on the floor of a hall in front of the camera, and small things at table height."""
    rng = np.random.default_rng(count)
    size = rng.uniform(0.1, 1.2, (count, 3))
    center = np.stack([rng.uniform(-4, 4, count), rng.uniform(5, 13, count), 0.5 * size[:, 2] - 1.4], axis=1)
    small = rng.random(count) < 0.4
    size[small] *= 0.2
    center[small, 2] = -0.6
    return sg3.Objects(("thing",) * count, center, size, rng.uniform(-3, 3, count))


def in_picture(objects: sg3.Objects) -> tuple[list[list[float]], list[dict[str, Any]], np.ndarray]:
    """Outlines, masks and inverse depth of the boxes, painted from the farthest to the nearest."""
    camera_from_world = invert(LEVEL_WORLD_FROM_CAMERA)
    outlines, masks, inverse_depth = [], [], np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    points = corners(objects.boxes)
    for k in np.argsort(-objects.center_m[:, 1]):
        px = project(transform_points(camera_from_world, points[k]), CAMERA.matrix)
        x0, y0 = np.clip(px.min(axis=0), 0, [WIDTH - 2, HEIGHT - 2]).astype(int)
        x1, y1 = np.clip(px.max(axis=0), [x0 + 1, y0 + 1], [WIDTH, HEIGHT]).astype(int)
        inverse_depth[y0:y1, x0:x1] = 1 / objects.center_m[k, 1]
        mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
        mask[y0:y1, x0:x1] = True
        outlines.append([float(x0), float(y0), float(x1), float(y1)])
        masks.append({"segmentation": mask})
    return outlines, masks, inverse_depth / inverse_depth.max()


def peer(objects: sg3.Objects) -> Callable[[], Any]:
    """One call of graph-of-mark's inference on the same scene."""
    from gom.relations.inference import RelationInferencer
    from PIL import Image

    outlines, masks, inverse_depth = in_picture(objects)
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    inferencer = RelationInferencer()
    return lambda: inferencer.infer(
        picture, outlines, list(objects.label), masks=masks, depth_map=inverse_depth, use_clip=False
    )


def main() -> None:
    """Measure, print, and keep the result."""
    with_peer = importlib.util.find_spec("gom") is not None
    rows = []
    for count, repeats in REPEATS.items():
        objects = make_room(count)
        runs: dict[str, Callable[[], Any]] = {"scenegraph3d": lambda o=objects: sg3.relate(o, CAMERA)}
        if with_peer:
            runs["graph-of-mark"] = peer(objects)
        medians = medians_ms(runs, repeats)
        found = len(sg3.relate(objects, CAMERA).relations)
        rows.append(
            {"objects": count, "relations": found, "median_ms": medians, "times_ours": ratios(medians, "scenegraph3d")}
        )
        print(rows[-1])
    if not with_peer:
        print("graph-of-mark is not installed: nothing to compare with, nothing written")
        return
    claim = "all predicates, all pairs: 100 boxes within 10 ms and 100 times faster than the peer, 20 boxes 50 times"
    write("relations", {"claim": claim, "repeats": REPEATS, "rows": rows, **facts("graph-of-mark", "torch")})


if __name__ == "__main__":
    main()
