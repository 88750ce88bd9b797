"""What the small model of rooms makes of real photos, for which it is not meant.

    python benchmarks/rooms_on_photos.py --data DIR [--pictures DIR]

DIR is that of real_photo.py. Each photo is built with the preset `rooms` from the picture alone; its depth is compared
with the sensor's (AbsRel, as it is and brought to the sensor's median; beside it a wall at the median), its up with
that which the sensor's depth gives, and what it finds is listed by name. Writes
benchmarks/results/rooms_on_photos.json, and with --pictures the overlays.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from _common import facts, write
from real_photo import Photo, abs_rel, median_ratio, photos, wall_at_the_median

import scenegraph3d as sg3
from scenegraph3d.depth import estimator
from scenegraph3d.detect.geometry import detect_geometry
from scenegraph3d.view import draw_overlay, save_picture

MODELS = ("torch", "timm")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    builder, pictures = sg3.Builder("rooms"), {}
    rows = {}
    for photo in photos(options.data):
        rows[photo.name], pictures[photo.name] = judged(photo, builder)
        print(photo.name, rows[photo.name], flush=True)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            save_picture(options.pictures / f"{name}.png", picture)
    beside = [row for row in rows.values() if "abs_rel" in row]
    summary: dict[str, Any] = {"photos": len(beside)}
    for key in ("abs_rel", "abs_rel_median_scaled", "abs_rel_of_a_wall_at_the_median", "up_error_deg"):
        summary[f"median_{key}"] = round(float(np.median([row[key] for row in beside])), 3)
    write("rooms_on_photos", {"summary": summary, "results": rows, **facts(*MODELS)})


def judged(photo: Photo, builder: sg3.Builder) -> tuple[dict[str, Any], sg3.Image]:
    """One photo: figures, and the overlay."""
    depth = estimator("rooms").estimate(photo.image)
    scene = builder.build(photo.image)
    row: dict[str, Any] = {"found": [f"{one.label} {one.score:.2f}" for one in scene.objects]}
    if photo.depth is not None and photo.camera is not None:
        boxes = detect_geometry(photo.depth, photo.camera)
        beside = sg3.build(photo.image, depth=photo.depth, camera=photo.camera, detections=boxes)
        cosine = float(np.dot(scene.up.camera, beside.up.camera))
        row |= {
            "abs_rel": abs_rel(photo.depth, depth, 1.0),
            "abs_rel_median_scaled": abs_rel(photo.depth, depth, median_ratio(photo.depth, depth)),
            "abs_rel_of_a_wall_at_the_median": abs_rel(photo.depth, wall_at_the_median(photo.depth), 1.0),
            "up_error_deg": round(float(np.degrees(np.arccos(min(cosine, 1.0)))), 1),
        }
    return row, draw_overlay(photo.image, scene)


if __name__ == "__main__":
    main()
