"""Depth without a unit made metric on real frames, and up from the picture alone, against their sensors.

    python benchmarks/calibrate.py --data DIR

DIR holds tum, nyu, redwood, sunrgbd and photos (Middlebury) as their authors publish them; what is missing is left out.
The sensor's depth of each frame is turned into an inverse relative map: a random scale and shift, noise, clipped at the
percentiles that networks clip at. It is made metric again from 50 sensor points of which 15 are wrong, from the height
of the camera over the floor and from one length between two pixels, the last two with up known, and without anything
as relative depth. The error is the median of |ours / sensor's - 1| over all pixels; of relative depth, at its best
scale. Up from upright edges alone (a flat depth) and with the inverse map is compared with the sensor's.

Writes benchmarks/results/calibrate.json.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from _common import facts, write
from real import show
from real_photo import Photo, photos

import scenegraph3d as sg3
from scenegraph3d.depth.calibrate import Known, calibrate, relative_depth
from scenegraph3d.errors import InputError
from scenegraph3d.geometry.cameras import unproject
from scenegraph3d.lift.gravity import Grounded, estimate_up

SEEDS = 5
NOISE = 0.01  # of the inverse depth
CLIP_PERCENT = (0.5, 99.5)
POINTS, WRONG = 50, 15
APART = 0.2  # least distance of the two pixels, as a share of the picture's width


def inverse_map(depth: sg3.DepthMap, rng: np.random.Generator) -> sg3.DepthMap:
    """What a network of inverse relative depth would give."""
    inverse = 1 / depth.values[depth.valid]
    inverse = inverse * rng.normal(1, NOISE, inverse.shape)
    low, high = np.percentile(inverse, CLIP_PERCENT)
    values = np.zeros(depth.values.shape, np.float32)
    scale, shift = rng.uniform(0.5, 20), rng.uniform(0, 1)
    values[depth.valid] = scale * (np.clip(inverse, low, high) - low) + shift * scale * low + 1e-3
    return sg3.DepthMap(values, "inverse_relative", source="inverse")


def sensor_points(depth: sg3.DepthMap, rng: np.random.Generator) -> Known:
    """A few of the sensor's readings, some of them wrong."""
    rows, columns = np.nonzero(depth.valid)
    chosen = rng.choice(len(rows), POINTS, replace=False)
    values = np.zeros(depth.values.shape, np.float32)
    values[rows[chosen], columns[chosen]] = depth.values[rows[chosen], columns[chosen]]
    wrong = chosen[:WRONG]
    values[rows[wrong], columns[wrong]] = rng.uniform(0.3, 8, WRONG)
    return sg3.SensorDepth(sg3.DepthMap(values))


def length(depth: sg3.DepthMap, camera: sg3.Camera, rng: np.random.Generator) -> Known:
    """The true length between what two pixels show."""
    rows, columns = np.nonzero(depth.valid)
    points = unproject(depth.values.astype(np.float64), camera.matrix)
    while True:
        i, j = rng.choice(len(rows), 2)
        if np.hypot(rows[i] - rows[j], columns[i] - columns[j]) > APART * depth.width:
            ends = points[rows[[i, j]], columns[[i, j]]]
            pixels = ((float(columns[i]), float(rows[i])), (float(columns[j]), float(rows[j])))
            return sg3.KnownLength(float(np.linalg.norm(ends[0] - ends[1])), pixels)


def error(found: sg3.DepthMap, truth: sg3.DepthMap, *, scaled: bool = False) -> float:
    """Median of |ours / theirs - 1|."""
    both = found.valid & truth.valid
    ratio = found.values[both].astype(np.float64) / truth.values[both]
    return float(np.median(np.abs(ratio / (np.median(ratio) if scaled else 1.0) - 1)))


def attempt(work: Callable[[], float]) -> float | str:
    """The error, or why there is none."""
    try:
        return work()
    except InputError as refused:
        return str(refused).partition(":")[0] + " refused"


def once(photo: Photo, placed: Grounded, rng: np.random.Generator) -> dict[str, float | str]:
    """The errors of one inverse map of a frame."""
    map_, up, camera = inverse_map(photo.depth, rng), np.array(placed.up.camera), photo.camera
    known: dict[str, Known] = {"50 points": sensor_points(photo.depth, rng), "length": length(photo.depth, camera, rng)}
    if placed.floor_height is not None:
        known["camera height"] = sg3.CameraHeight(float(placed.camera.center_m[2]) - placed.floor_height)
    out = {
        name: attempt(lambda fact=fact: error(calibrate(map_, camera, up, fact), photo.depth))
        for name, fact in known.items()
    }
    out["nothing, up to scale"] = attempt(lambda: error(relative_depth(map_, camera, up), photo.depth, scaled=True))
    flat = sg3.DepthMap(np.ones(photo.depth.values.shape, np.float32), "relative")
    for name, depth in (("up of edges, degrees", flat), ("up of edges and the map, degrees", map_)):
        found = estimate_up(depth, camera, image=photo.image).up
        out[name] = float(np.degrees(np.arccos(np.clip(np.dot(found.camera, up), -1, 1))))
    return out


def run(photo: Photo) -> dict[str, Any]:
    """Medians over the seeds; a fact that was ever refused is counted."""
    placed = estimate_up(photo.depth, photo.camera)
    rows = [once(photo, placed, np.random.default_rng(seed)) for seed in range(SEEDS)]
    out: dict[str, Any] = {"floor seen": placed.floor_height is not None}
    for name in rows[0]:
        numbers = [row[name] for row in rows if not isinstance(row[name], str)]
        out[name] = round(float(np.median(numbers)), 4) if numbers else None
        if len(numbers) < SEEDS:
            out[f"{name}, refused"] = SEEDS - len(numbers)
    return out


def main() -> None:
    """Run every frame that is there, print the errors, keep them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder per data set")
    data = parser.parse_args().data
    results = {photo.name: run(photo) for photo in photos(data) if photo.depth is not None}
    names = dict.fromkeys(name for row in results.values() for name in row if not name.endswith(("seen", "refused")))
    over_all = {
        name: round(float(np.median([row[name] for row in results.values() if row.get(name) is not None])), 4)
        for name in names
    }
    show(results | {"median": over_all})
    write("calibrate", {"seeds": SEEDS, "median": over_all, "results": results, **facts()})


if __name__ == "__main__":
    main()
