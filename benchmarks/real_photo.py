"""Photos alone, beside the same photos with a sensor's depth: what two small networks are good for.

    python benchmarks/real_photo.py --data DIR [--depth-model SPEC] [--detector SPEC] [--pictures DIR]

DIR holds tum, nyu, redwood, sunrgbd, kitti and photos as their authors publish them; what is missing is left out and
named. The models are DIR/models/fastdepth_7.onnx (metric, trained on indoor rooms) and DIR/models/yolox_nano_coco.onnx,
or what the two options say. Writes benchmarks/results/real_photo.json, and with --pictures the overlays.

Each photo is built twice with the same detections: from the photo alone, its camera and up assumed or estimated, and
with the sensor's depth and camera. Against the second, the first has an error of depth (AbsRel: mean of |error| / truth
over the sensor's pixels) and of each object's distance from the camera; and relations that agree, that one graph alone
has, and that contradict. Each for the estimator's metres as they are (untouched), for those that the usual sizes of
things scaled (what `build` does), and for depth brought to the sensor's median, as one known length would (the floor
for that: a wall at the median). And the sensor's depth is put in as an estimator's that is off by a known factor: how
much of the factor is left. Out of doors the indoor network is of no use: KITTI is built from lidar, and
its detections are matched with the labels.
"""

import argparse
import json
import math
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from _common import facts, write
from real import PRIMESENSE, against, show

import scenegraph3d as sg3
from scenegraph3d.depth import DepthEstimator, estimator
from scenegraph3d.depth.files import disparity_to_depth, read_depth
from scenegraph3d.depth.lidar import depth_from_points
from scenegraph3d.detect import Detector, detector
from scenegraph3d.detect.overlaps import box_iou
from scenegraph3d.geometry.frames import invert, transform_points
from scenegraph3d.io.images import read_image
from scenegraph3d.io.kitti import read_kitti
from scenegraph3d.view import draw_overlay, save_picture

CARDS = {
    "depth": {
        "model": "fastdepth_7.onnx",
        "input": {"fit": "resize", "channels": "rgb"},
        "depth": {"kind": "metric"},
    },
    "detect": {
        "model": "yolox_nano_coco.onnx",
        "input": {"fit": "letterbox", "place": "top_left", "channels": "bgr", "scale": 1},
        "detect": {"head": "yolox", "labels": "coco80"},
    },
}
OPPOSITES = {
    "left_of": "right_of",
    "in_front_of": "behind",
    "above": "below",
    "larger_than": "smaller_than",
    "near": "far_from",
}
OPPOSITES |= {second: first for first, second in OPPOSITES.items()}
SAME_THING_IOU = 0.5
FACTORS = (0.5, 0.7, 1.0, 1.5, 2.0)
VEHICLES = ("car", "van", "truck")


@dataclass(frozen=True)
class Photo:
    """A photo, and the sensor's depth and camera where there are."""

    name: str
    image: sg3.Image
    depth: sg3.DepthMap | None = None
    camera: sg3.Camera | None = None


def photos(data: Path) -> Iterator[Photo]:
    """Every photo that is there."""
    if (tum := data / "tum").is_dir():
        yield Photo("tum", read_image(tum / "color.png"), read_depth(tum / "depth.png", 5000), PRIMESENSE)
    if (nyu := data / "nyu").is_dir():
        camera = sg3.Camera(518.8579, 519.46961, 325.58245, 253.73617, 640, 480)
        yield Photo("nyu", read_image(nyu / "rgb.jpg"), read_depth(nyu / "depth.png", 1000), camera)
    for path in sorted((data / "redwood" / "color").glob("*.jpg")):
        depth = read_depth(data / "redwood" / "depth" / f"{path.stem}.png", 1000)
        yield Photo(f"redwood_{path.stem}", read_image(path), depth, PRIMESENSE)
    for path in sorted((data / "sunrgbd").glob("*/scene.json")):
        about, image = json.loads(path.read_text()), read_image(path.parent / "rgb.jpg")
        k = np.array(about["K"])
        camera = sg3.Camera(k[0, 0], k[1, 1], k[0, 2], k[1, 2], image.width, image.height)
        depth = read_depth(path.parent / "depth_mm.png", about["depth_scale"])
        yield Photo(f"sunrgbd_{path.parent.name}", image, depth, camera)
    if (shots := data / "photos").is_dir():
        yield Photo("coffee", read_image(shots / "coffee.png"))
        image = read_image(shots / "motorcycle_left.png")
        stored = np.load(shots / "motorcycle_disp.npz", allow_pickle=False)
        disparity = stored[stored.files[0]].astype(np.float64)
        depth = disparity_to_depth(disparity, focal_px=994.978, baseline_m=0.193001, doffs_px=31.086)
        yield Photo(
            "motorcycle", image, depth, sg3.Camera(994.978, 994.978, 311.193, 254.877, image.width, image.height)
        )


class Estimated:
    """An estimator that has given its answer already."""

    def __init__(self, depth: sg3.DepthMap) -> None:
        self.depth = depth

    def estimate(self, _image: sg3.Image, _camera: sg3.Camera | None = None) -> sg3.DepthMap:
        """The answer."""
        return self.depth


def run(
    photo: Photo, depth_model: DepthEstimator, objects_model: Detector, out: dict[str, sg3.Image]
) -> dict[str, Any]:
    """One photo: alone and, where there is a sensor, beside it."""
    start = time.perf_counter()
    estimated, found = depth_model.estimate(photo.image), objects_model.detect(photo.image)
    networks = time.perf_counter()
    alone = sg3.build(photo.image, depth=Estimated(estimated), detections=found, config=sg3.BuildConfig())
    end = time.perf_counter()
    out[f"{photo.name}_photo"] = draw_overlay(photo.image, alone)
    row: dict[str, Any] = {
        "networks_ms": round(1e3 * (networks - start), 1),
        "graph_ms": round(1e3 * (end - networks), 1),
        "found": [f"{label} {score:.2f}" for label, score in zip(found.label, found.score, strict=True)],
        "up": alone.up.source,
        "depth": alone.source["depth"],
    }
    if photo.depth is None:
        return row | {"objects": placed(alone)}
    beside = sg3.build(photo.image, depth=photo.depth, camera=photo.camera, detections=found)
    out[f"{photo.name}_sensor"] = draw_overlay(photo.image, beside)
    scale = median_ratio(photo.depth, estimated)
    scenes = {
        "": alone,
        "_untouched": sg3.build(photo.image, depth=estimated, detections=found),
        "_median_scaled": sg3.build(photo.image, depth=times(estimated, scale), detections=found),
    }
    by_sizes = factor(alone)
    return row | {
        "up_error_deg": round(float(np.degrees(np.arccos(min(np.dot(alone.up.camera, beside.up.camera), 1.0)))), 1),
        "abs_rel": abs_rel(photo.depth, estimated, by_sizes),
        "abs_rel_untouched": abs_rel(photo.depth, estimated, 1.0),
        "abs_rel_median_scaled": abs_rel(photo.depth, estimated, scale),
        "abs_rel_of_a_wall_at_the_median": abs_rel(photo.depth, wall_at_the_median(photo.depth), 1.0),
        "scale_by_sizes": round(by_sizes, 3),
        "scale_to_the_median": round(scale, 3),
        "sensor_times_factor": left_of_factors(photo.image, photo.depth, beside.camera, found),
        "objects": distances(scenes, beside, found),
        **{f"relations{name}": agreement(scene, beside, found) for name, scene in scenes.items()},
    }


def times(depth: sg3.DepthMap, scale: float) -> sg3.DepthMap:
    """The depth, scaled."""
    return replace(depth, values=depth.values * np.float32(scale))


def factor(scene: sg3.SceneGraph) -> float:
    """What the usual sizes made of the depth's scale; the graph says so."""
    said_so = re.search(r"scaled by (\S+) from the usual sizes", scene.source["depth"])
    return float(said_so[1]) if said_so else 1.0


def left_of_factors(
    image: sg3.Image, depth: sg3.DepthMap, camera: sg3.Camera | None, found: sg3.Detections
) -> dict[str, float]:
    """Factor that right depth is off by -> what is left of it after the usual sizes."""
    out = {}
    for off in FACTORS if len(found) else ():
        model = Estimated(times(depth, off))
        scene = sg3.build(image, depth=model, camera=camera, detections=found, config=sg3.BuildConfig())
        out[str(off)] = round(off * factor(scene), 2)
    return out


def median_ratio(truth: sg3.DepthMap, ours: sg3.DepthMap) -> float:
    """What brings our median to the truth's, over the pixels of both."""
    both = truth.valid & ours.valid
    return float(np.median(truth.values[both]) / np.median(ours.values[both]))


def abs_rel(truth: sg3.DepthMap, ours: sg3.DepthMap, scale: float) -> float:
    """Mean of |error| / truth over the pixels of both."""
    both = truth.valid & ours.valid
    return round(float(np.mean(np.abs(ours.values[both] * scale / truth.values[both] - 1))), 3)


def wall_at_the_median(truth: sg3.DepthMap) -> sg3.DepthMap:
    """The floor of any estimate that knows one length: all at the median."""
    median = np.median(truth.values[truth.valid])
    return sg3.DepthMap(np.full(truth.values.shape, median, dtype=np.float32))


def rows_by_detection(scene: sg3.SceneGraph, found: sg3.Detections) -> dict[int, int]:
    """Detection -> the scene's row of it."""
    skipped = {row["index"] for row in scene.source["skipped"]}
    return {index: row for row, index in enumerate(i for i in range(len(found)) if i not in skipped)}


def distance_m(scene: sg3.SceneGraph, row: int) -> float:
    """From the camera to a box's centre."""
    return float(np.linalg.norm(scene.objects.center_m[row] - scene.camera.center_m))


def placed(scene: sg3.SceneGraph) -> list[dict[str, Any]]:
    """Every object's distance and size, where there is nothing to compare with."""
    return [
        {"label": label, "distance_m": round(distance_m(scene, row), 2), "size_m": np.round(size, 2).tolist()}
        for row, (label, size) in enumerate(zip(scene.objects.label, scene.objects.size_m, strict=True))
    ]


def distances(
    scenes: Mapping[str, sg3.SceneGraph], beside: sg3.SceneGraph, found: sg3.Detections
) -> list[dict[str, Any]]:
    """Every object's distance from the camera, and what the photo alone makes of it."""
    rows = {name: rows_by_detection(scene, found) for name, scene in scenes.items()}
    true_rows = rows_by_detection(beside, found)
    out = []
    for index, label in enumerate(found.label):
        if index in true_rows and all(index in row for row in rows.values()):
            truth = distance_m(beside, true_rows[index])
            ours = {name: distance_m(scene, rows[name][index]) for name, scene in scenes.items()}
            errors = {f"error{name}": round(metres / truth - 1, 3) for name, metres in ours.items()}
            out.append({"label": label, "sensor_m": round(truth, 2), "photo_m": round(ours[""], 2), **errors})
    return out


def said(scene: sg3.SceneGraph, found: sg3.Detections) -> set[tuple[int, str, int, int | None]]:
    """(subject, predicate, object, third) of every relation, the things by their detections."""
    of = {row: index for index, row in rows_by_detection(scene, found).items()}
    return {
        (of[r.subject], r.predicate, of[r.object], None if r.third is None else of[r.third]) for r in scene.relations
    }


def agreement(photo: sg3.SceneGraph, sensor: sg3.SceneGraph, found: sg3.Detections) -> dict[str, Any]:
    """Relations that both graphs have, that one has alone, and where one says the opposite of the other."""
    ours, theirs = said(photo, found), said(sensor, found)
    against_it = {
        (a, predicate, b, c)
        for a, predicate, b, c in ours
        if predicate in OPPOSITES and (a, OPPOSITES[predicate], b, c) in theirs
    }
    return {
        "agree": len(ours & theirs),
        "photo_alone": len(ours - theirs),
        "sensor_alone": len(theirs - ours),
        "contradict": [
            f"{found.label[a]} {a} {predicate} {found.label[b]} {b}" for a, predicate, b, _ in sorted(against_it)
        ],
    }


def kitti(folder: Path, objects_model: Detector, out: dict[str, sg3.Image]) -> dict[str, Any]:
    """Detections of the network with lidar's depth, against the labels."""
    rows = {}
    for name in sorted(path.stem for path in (folder / "label_2").glob("*.txt")):
        frame = read_kitti(folder, name)
        image = read_image(folder / "image_2" / f"{name}.png")
        depth = depth_from_points(
            transform_points(invert(frame.camera.world_from_camera), frame.points_m), frame.camera
        )
        found = objects_model.detect(image)
        scene = sg3.build(image, depth=depth, camera=frame.camera, detections=found)
        out[f"kitti_{name}_sensor"] = draw_overlay(image, scene)
        of = rows_by_detection(scene, found)
        iou = box_iou(found.xyxy_px, frame.detections.xyxy_px)
        same = [
            (of[index], int(iou[index].argmax()))
            for index in of
            if iou[index].max(initial=0) >= SAME_THING_IOU and found.label[index] in VEHICLES
        ]
        labelled = [label for label in frame.objects.label if label in VEHICLES]
        unlabelled = [found.label[i] for i in range(len(found)) if iou[i].max(initial=0) < SAME_THING_IOU]
        rows[name] = {
            "vehicles_labelled": len(labelled),
            "found": len(same),
            "found_beyond_the_labels": unlabelled,
            "sensor_times_factor": left_of_factors(image, depth, frame.camera, found),
            **against(scene.objects, frame.objects, same),
        }
    return rows


def summary(rows: dict[str, Any]) -> dict[str, Any]:
    """Over all photos with a sensor: medians of the errors, and the relations in sum."""
    beside = [row for row in rows.values() if "abs_rel" in row]
    things = [thing for row in beside for thing in row["objects"]]
    out: dict[str, Any] = {"photos": len(beside), "objects": len(things)}
    depths = ("abs_rel", "abs_rel_untouched", "abs_rel_median_scaled", "abs_rel_of_a_wall_at_the_median")
    for key in (*depths, "up_error_deg"):
        out[f"median_{key}"] = round(float(np.median([row[key] for row in beside])), 3)
    for key in ("error", "error_untouched", "error_median_scaled"):
        out[f"median_distance_{key}"] = round(float(np.median([abs(thing[key]) for thing in things])), 3)
    for key in ("relations", "relations_untouched", "relations_median_scaled"):
        counts = {name: sum(row[key][name] for row in beside) for name in ("agree", "photo_alone", "sensor_alone")}
        out[key] = counts | {"contradict": sum(len(row[key]["contradict"]) for row in beside)}
    return out


def sorted_out(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many of the known factors were left alone, brought nearer to 1, or taken farther from it."""
    pairs = [
        (abs(math.log(float(off))), abs(math.log(left)))
        for row in rows
        for off, left in row.get("sensor_times_factor", {}).items()
    ]
    same = [math.isclose(before, after, abs_tol=1e-6) for before, after in pairs]
    nearer = [after < before and not alike for (before, after), alike in zip(pairs, same, strict=True)]
    return {"left_alone": sum(same), "nearer": sum(nearer), "farther": len(pairs) - sum(same) - sum(nearer)}


def cards(models: Path, folder: Path) -> dict[str, str]:
    """Cards for the two networks, written into `folder`; the specs of them."""
    specs = {}
    for stage, content in CARDS.items():
        path = folder / f"{stage}.json"
        path.write_text(json.dumps({**content, "model": str((models / content["model"]).resolve())}))
        specs[stage] = f"onnx:{path}"
    return specs


def main() -> None:
    """Run every photo that is there, print the table, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder per data set")
    parser.add_argument("--depth-model", help="NAME:ARGUMENT of another estimator")
    parser.add_argument("--detector", help="NAME:ARGUMENT of another detector")
    parser.add_argument("--pictures", type=Path, help="folder for overlays")
    options = parser.parse_args()
    pictures: dict[str, sg3.Image] = {}
    with tempfile.TemporaryDirectory() as folder:
        specs = cards(options.data / "models", Path(folder))
        depth_model = estimator(options.depth_model or specs["depth"])
        objects_model = detector(options.detector or specs["detect"])
    results: dict[str, Any] = {
        photo.name: run(photo, depth_model, objects_model, pictures) for photo in photos(options.data)
    }
    over_all = summary(results)
    streets = {}
    if (folder_of := options.data / "kitti").is_dir():
        streets = results["kitti"] = kitti(folder_of, objects_model, pictures)
    over_all["sensor_times_factor"] = sorted_out([*results.values(), *streets.values()])
    show(results | {"summary": over_all})
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            save_picture(options.pictures / f"{name}.png", picture)
    models = {"depth": options.depth_model or "fastdepth_7", "detect": options.detector or "yolox_nano_coco"}
    write("real_photo", {"models": models, "summary": over_all, "results": results, **facts("onnxruntime")})


if __name__ == "__main__":
    main()
