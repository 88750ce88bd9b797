"""What the library makes of other people's data: one table over CLEVR, KITTI, SUN RGB-D, TUM, Redwood, VirtualHome,
VLA-3D and Middlebury samples.

    python benchmarks/real.py --data DIR [--pictures DIR]

DIR holds one folder per data set (clevr, kitti, sunrgbd, tum, redwood, virtualhome, vla3d, photos), each as its authors
publish it; a folder that is missing is left out of the table and named. Writes benchmarks/results/real.json, and with
--pictures an overlay of each built frame. The rules and settings are the defaults throughout.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from _common import facts, write

import scenegraph3d as sg3
from scenegraph3d.depth.files import disparity_to_depth, read_depth
from scenegraph3d.depth.lidar import depth_from_points
from scenegraph3d.geometry.boxes import Boxes, iou_3d
from scenegraph3d.geometry.frames import invert, transform_points
from scenegraph3d.io.clevr import read_clevr
from scenegraph3d.io.images import read_image
from scenegraph3d.io.kitti import read_kitti
from scenegraph3d.io.virtualhome import read_virtualhome
from scenegraph3d.io.vla3d import read_vla3d
from scenegraph3d.view import draw_overlay, save_picture

Pictures = dict[str, sg3.Image]
PRIMESENSE = sg3.Camera(525, 525, 319.5, 239.5, 640, 480)


def pairs_of(scene: sg3.SceneGraph, predicate: str) -> set[tuple[int, int]]:
    """(subject row, object row) of one predicate."""
    rows = np.array(scene.relations.predicate) == predicate
    return set(zip(scene.relations.subject[rows].tolist(), scene.relations.object[rows].tolist(), strict=True))


def clevr(folder: Path, _pictures: Pictures) -> dict[str, Any]:
    """Left, right, front and behind of every scene, against the file's."""
    counts: Counter[str] = Counter()
    for truth in read_clevr(folder / "scenes.json"):
        ours = sg3.relate(truth.objects, truth.camera, sg3.RelationRules.clevr())
        for predicate in ("left_of", "right_of", "in_front_of", "behind"):
            said, found = pairs_of(truth, predicate), pairs_of(ours, predicate)
            counts.update(theirs=len(said), equal=len(said & found), extra=len(found - said))
    return dict(counts)


def kitti(folder: Path, pictures: Pictures) -> dict[str, Any]:
    """Boxes lifted from lidar and labelled 2D boxes, against the labelled 3D boxes."""
    out: dict[str, Any] = {}
    for name in sorted(path.stem for path in (folder / "label_2").glob("*.txt")):
        frame = read_kitti(folder, name)
        points = transform_points(invert(frame.camera.world_from_camera), frame.points_m)
        depth = depth_from_points(points, frame.camera)
        image = read_image(folder / "image_2" / f"{name}.png")
        scene = sg3.build(image, depth=depth, camera=frame.camera, detections=frame.detections)
        pictures[f"kitti_{name}"] = draw_overlay(image, scene)
        skipped = {row["index"] for row in scene.source["skipped"]}
        kept = [row for row in range(len(frame.objects)) if row not in skipped]
        out[name] = against(scene.objects, frame.objects, list(enumerate(kept)), skipped=len(skipped))
    return out


def against(ours: sg3.Objects, truth: sg3.Objects, rows: list[tuple[int, int]], *, skipped: int = 0) -> dict[str, Any]:
    """Per object: label, distance, centre error on the ground, 3D IoU; and how many are within half a metre and one."""
    table = []
    for mine, theirs in rows:
        center = np.stack([ours.center_m[mine], truth.center_m[theirs]])
        size = np.stack([ours.size_m[mine], truth.size_m[theirs]])
        yaw = np.array([ours.yaw_rad[mine], truth.yaw_rad[theirs]])
        error = float(np.hypot(*(center[0] - center[1])[:2]))
        row = {
            "label": truth.label[theirs],
            "distance_m": round(float(np.hypot(*truth.center_m[theirs, :2])), 1),
            "ground_error_m": round(error, 2),
            "iou_3d": round(float(iou_3d(Boxes(center, size, yaw), [0], [1])[0]), 2),
        }
        table.append(row)
    return {
        "within_half_a_metre": sum(row["ground_error_m"] <= 0.5 for row in table),
        "within_one_metre": sum(row["ground_error_m"] <= 1.0 for row in table),
        "of": len(table) + skipped,
        "objects": table,
    }


def sunrgbd(folder: Path, pictures: Pictures) -> dict[str, Any]:
    """Boxes lifted from people's 2D boxes and the sensor's depth, against their 3D boxes; gravity given and found."""
    out: dict[str, Any] = {}
    for place in sorted(path.parent for path in folder.glob("*/scene.json")):
        facts_of = json.loads((place / "scene.json").read_text())
        image = read_image(place / "rgb.jpg")
        k = np.array(facts_of["K"])
        camera = sg3.Camera(k[0, 0], k[1, 1], k[0, 2], k[1, 2], image.width, image.height)
        depth = read_depth(place / "depth_mm.png", facts_of["depth_scale"])
        shown = list(facts_of["labels_2d"])
        limits = [image.width, image.height] * 2
        boxes = np.clip([row["xyxy"] for row in shown], 0, limits)
        detections = sg3.Detections(boxes, [row["label"] for row in shown])
        upright_from_camera = np.array(facts_of["R_upright_to_cam"]).T
        for case, up in (("gravity given", upright_from_camera), ("gravity found", None)):
            scene = sg3.build(image, depth=depth, camera=camera, detections=detections, up=up)
            truth = sunrgbd_truth(facts_of, scene)
            named = {label: row for row, label in enumerate(scene.objects.label)}
            rows = [(named[label], row) for row, label in enumerate(truth.label) if label in named]
            result = against(scene.objects, truth, rows)
            result["up_error_deg"] = round(
                float(np.degrees(np.arccos(min(upright_from_camera[2] @ scene.up.camera, 1.0)))), 2
            )
            out[f"{place.name}, {case}"] = result
        pictures[f"sunrgbd_{place.name}"] = draw_overlay(image, scene)
    return out


def sunrgbd_truth(facts_of: dict[str, Any], scene: sg3.SceneGraph) -> sg3.Objects:
    """People's boxes in the scene's world: upright by the file's rotation, heading and origin by the scene's."""
    rows = []
    for item in facts_of["objects"]:
        corners = transform_points(scene.camera.world_from_camera, np.array(item["corners_cam_opencv"]))
        edges = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
        along = corners[1] - corners[0]
        rows.append(
            {
                "label": item["label"],
                "center_m": corners.mean(axis=0).tolist(),
                "size_m": [*map(float, edges), item["zmax"] - item["zmin"]],
                "yaw_rad": float(np.arctan2(along[1], along[0])),
            }
        )
    return sg3.Objects.from_rows(rows)


def geometry_only(image: sg3.Image, depth: sg3.DepthMap, name: str, pictures: Pictures) -> dict[str, Any]:
    """What is found in a frame without detections."""
    scene = sg3.build(image, depth=depth, camera=PRIMESENSE)
    pictures[name] = draw_overlay(image, scene)
    surfaces = [label for label, kind in zip(scene.objects.label, scene.objects.kind, strict=True) if kind == "surface"]
    resting = Counter(m.object.label for m in scene.match(predicate="on") if m.object.kind == "surface")
    return {
        "objects": len(scene.objects) - len(surfaces),
        "surfaces": surfaces,
        "resting_on": dict(resting),
        "up": scene.up.source,
        "up_confidence": round(scene.up.confidence, 2),
        "camera_height_m": round(float(scene.camera.center_m[2]), 2),
    }


def tum(folder: Path, pictures: Pictures) -> dict[str, Any]:
    """The desk."""
    return geometry_only(read_image(folder / "color.png"), read_depth(folder / "depth.png", 5000), "tum", pictures)


def redwood(folder: Path, pictures: Pictures) -> dict[str, Any]:
    """The chair, frame by frame."""
    out = {}
    for path in sorted((folder / "color").glob("*.jpg")):
        depth = read_depth(folder / "depth" / f"{path.stem}.png", 1000)
        out[path.stem] = geometry_only(read_image(path), depth, f"redwood_{path.stem}", pictures)
    return out


def virtualhome(folder: Path, _pictures: Pictures) -> dict[str, Any]:
    """The engine's ON, INSIDE and CLOSE edges found again, and a sample of ours beyond them to look at."""
    out: dict[str, Any] = {}
    for path in sorted(folder.glob("*_graph.json")):
        truth = read_virtualhome(path, rooms=False)
        ours = sg3.relate(truth.objects)
        for theirs, mine in (("on", "on"), ("inside", "inside"), ("close", "near")):
            said, found = pairs_of(truth, theirs), pairs_of(ours, mine)
            beyond = sorted(found - said)
            np.random.default_rng(0).shuffle(beyond)
            out[f"{path.stem}, {theirs}"] = {
                "engine": len(said),
                "ours": len(found),
                "recall": round(len(said & found) / len(said), 4),
                "precision_against_the_engine": round(len(said & found) / len(found), 4),
                "beyond": len(beyond),
                "beyond_sample": [f"{truth.objects[a]} {mine} {truth.objects[b]}" for a, b in beyond[:40]],
            }
    return out


def vla3d(folder: Path, _pictures: Pictures) -> dict[str, Any]:
    """Another library's relations on the same boxes: which agree, which are theirs alone, which ours alone."""
    out: dict[str, Any] = {}
    for table in sorted(folder.glob("*_object_result.csv")):
        truth = read_vla3d(table, table.with_name(table.name.replace("_object_result.csv", "_scene_graph.json")))
        ours = sg3.relate(truth.objects)
        for predicate in ("above", "below", "on", "near"):
            said, found = pairs_of(truth, predicate), pairs_of(ours, predicate)
            out[predicate] = comparison(truth.objects, predicate, said, found)
        out["between"] = between(truth, ours)
        out["closest"] = closest(truth, ours)
    return out


def comparison(objects: sg3.Objects, predicate: str, said: set[Any], found: set[Any]) -> dict[str, Any]:
    """Both, theirs alone, ours alone."""
    name = lambda pair: f"{objects[pair[0]]} {predicate} " + " and ".join(str(objects[k]) for k in pair[1:])  # noqa: E731
    return {
        "both": len(said & found),
        "theirs_alone": [name(pair) for pair in sorted(said - found)],
        "ours_alone": [name(pair) for pair in sorted(found - said)],
    }


def triples_of(scene: sg3.SceneGraph) -> set[tuple[int, int, int]]:
    """(middle, smaller anchor row, larger anchor row) of between."""
    return {(r.subject, *sorted((r.object, r.third))) for r in scene.relations if r.predicate == "between"}


def between(truth: sg3.SceneGraph, ours: sg3.SceneGraph) -> dict[str, Any]:
    """between, with its two anchors in either order."""
    return comparison(truth.objects, "between", triples_of(truth), triples_of(ours))


def closest(truth: sg3.SceneGraph, ours: sg3.SceneGraph) -> dict[str, Any]:
    """Their nearest object of each class, asked of our graph as the least distance of centres and of surfaces."""
    said = pairs_of(truth, "closest")
    by_center = by_surface = 0
    for target, anchor in said:
        same = [
            row
            for row, label in enumerate(truth.objects.label)
            if label == truth.objects.label[target] and row != anchor
        ]
        gaps = {row: ours.distance(ours.objects[anchor], ours.objects[row]) for row in same}
        by_center += min(same, key=lambda row: gaps[row].center_m) == target
        by_surface += min(same, key=lambda row: gaps[row]) == target
    return {"theirs": len(said), "agree_by_centers": by_center, "agree_by_surfaces": by_surface}


def middlebury(folder: Path, _pictures: Pictures) -> dict[str, Any]:
    """Depth from disparity, against the closed form."""
    disparity = np.load(folder / "motorcycle_disp.npz", allow_pickle=False)
    disparity_px = disparity[disparity.files[0]].astype(np.float64)
    focal_px, baseline_m, doffs_px = 994.978, 0.193001, 31.086
    depth = disparity_to_depth(disparity_px, focal_px=focal_px, baseline_m=baseline_m, doffs_px=doffs_px)
    known = np.isfinite(disparity_px)
    expected = focal_px * baseline_m / (disparity_px[known] + doffs_px)
    return {
        "pixels": int(known.sum()),
        "holes_agree": bool((depth.valid == known).all()),
        "largest_relative_difference": float(np.abs(depth.values[known] / expected - 1).max()),
        "depth_m": [round(float(v), 3) for v in (depth.values[known].min(), depth.values[known].max())],
    }


CASES = {
    "clevr": clevr,
    "kitti": kitti,
    "sunrgbd": sunrgbd,
    "tum": tum,
    "redwood": redwood,
    "virtualhome": virtualhome,
    "vla3d": vla3d,
    "photos": middlebury,
}


def show(value: Any, indent: int = 0) -> None:
    """Nested results, a line for each row."""
    for key, item in value.items():
        if isinstance(item, dict):
            print(f"{' ' * indent}{key}")
            show(item, indent + 2)
        elif key != "beyond_sample":
            rows = item if isinstance(item, list) and item and isinstance(item[0], dict) else None
            print(f"{' ' * indent}{key}: {item if rows is None else ''}")
            for row in rows or ():
                print(f"{' ' * (indent + 2)}{row}")


def main() -> None:
    """Run every case whose folder is there, print the table, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder per data set")
    parser.add_argument("--pictures", type=Path, help="folder for overlays")
    options = parser.parse_args()
    pictures: Pictures = {}
    results: dict[str, Any] = {}
    for name, case in CASES.items():
        if (options.data / name).is_dir():
            results[name] = case(options.data / name, pictures)
        else:
            print(f"no folder {name}: left out")
    show(results)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            save_picture(options.pictures / f"{name}.png", picture)
    write("real", {"results": results, **facts()})


if __name__ == "__main__":
    main()
