"""The main job, from one picture to answers, by the command line that users have.

Renders a room of which everything is known, builds its graph from the picture alone with the small network that ships,
asks questions, and compares with the truth, which the build does not see. Then it does the same with a sensor's depth
and a perfect detector, to show what those would bring.

    python examples/demo.py --out demo [--seed 108]
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import scenegraph3d as sg3
from scenegraph3d.detect.given import encode_rle
from scenegraph3d.detect.overlaps import box_iou
from scenegraph3d.geometry.boxes import Boxes, iou_3d
from scenegraph3d.geometry.frames import invert

ROOT = Path(__file__).resolve().parents[1]
README_PICTURE = ROOT / "docs" / "overlay.png"
# The largest picture that the README should carry, and the colours that it may have to stay below it.
PICTURE_BYTES = 400_000
PICTURE_COLORS = 256
SEED = 108
SAME_IOU = 0.5  # objects whose boxes in the picture overlap by as much are the same
ENGLISH = ("How many things are there?", "What is the largest thing?", "What color is the smallest thing?")
ASKED = ("on", "inside", "left_of")  # predicates that are asked about


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for everything that is made")
    parser.add_argument("--seed", type=int, default=SEED, help="which room: 0 to 999 were never trained on")
    parser.add_argument("--readme-picture", action="store_true", help="also write docs/overlay.png")
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    run(
        *("rooms", "render", "--seed", options.seed, "-o", out / "room.png", "--truth", out / "truth.json"),
        *("--depth", out / "depth.png", "--ids", out / "ids.png"),
    )
    truth = sg3.load(out / "truth.json")
    run(
        *("build", out / "room.png", "--preset", "rooms", "-o", out / "scene.json", "--overlay", out / "overlay.png"),
    )
    scene = sg3.load(out / "scene.json")
    for question in questions(scene):
        run("query", out / "scene.json", question)
    print("\nFrom the picture alone, against the truth that only the renderer knows:\n")
    report(truth, scene)
    write_detections(truth, out)
    camera = truth.camera
    assert camera is not None
    run(
        *("build", out / "room.png", "--depth", out / "depth.png", "--depth-scale", 1000),
        *("--intrinsics", f"{camera.fx:.3f},{camera.fy:.3f},{camera.cx:g},{camera.cy:g}"),
        *("--detections", out / "detections.json", "-o", out / "rgbd.json", "--overlay", out / "rgbd.png"),
    )
    print("\nThe same with a sensor's depth and a perfect detector:\n")
    report(truth, sg3.load(out / "rgbd.json"))
    run("describe", out / "rgbd.json", "--length", "short")
    for question in ENGLISH:
        run("ask", out / "rgbd.json", question)
    if options.readme_picture:
        write_readme_picture(out / "rgbd.png")
    print(f"\nThe files are in {out}: look at {out / 'overlay.png'} and {out / 'rgbd.png'}")


def run(*words: object) -> None:
    """Show a command, run it, and stop the demo if it fails."""
    arguments = [str(word) for word in words]
    print(f"\n$ scenegraph3d {shlex.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", "scenegraph3d.cli", *arguments], check=True)


def questions(scene: sg3.SceneGraph) -> list[str]:
    """One question about each predicate of ASKED that the graph has."""
    firsts = {relation.predicate: relation for relation in reversed(list(scene.relations))}
    found = [firsts[predicate] for predicate in ASKED if predicate in firsts]
    return [f"? {one.predicate} {scene.objects[one.object].label}" for one in found]


def report(truth: sg3.SceneGraph, scene: sg3.SceneGraph) -> None:
    """Print how far each built box is from the true one, and how many relations are the same."""
    found = in_world_of(truth, scene)
    count = len(truth.objects)
    both = Boxes(
        np.concatenate([truth.objects.center_m, found.center_m]),
        np.concatenate([truth.objects.size_m, found.size_m]),
        np.concatenate([truth.objects.yaw_rad, found.yaw_rad]),
    )
    pairs = np.indices((count, len(scene.objects))).reshape(2, -1)
    iou = iou_3d(both, pairs[0], pairs[1] + count).reshape(count, len(scene.objects))
    same = same_objects(truth, scene)
    print(f"{'true object':<24}{'found as':<24}{'centre off (m)':>15}{'3D IoU':>9}")
    for row, one in enumerate(truth.objects):
        line = f"{one.attributes['color']} {one.label}"
        if row not in same:
            print(f"{line:<24}{'-':<24}")
            continue
        other = scene.objects[same[row]]
        off_m = np.linalg.norm(found.center_m[same[row]] - truth.objects.center_m[row])
        name = f"{other.attributes.get('color', '')} {other.label}"
        print(f"{line:<24}{name:<24}{off_m:>15.2f}{iou[row, same[row]]:>9.2f}")
    report_relations(truth, scene, {other: row for row, other in same.items()})


def same_objects(truth: sg3.SceneGraph, scene: sg3.SceneGraph) -> dict[int, int]:
    """True object -> built object whose box in the picture overlaps most with its own."""
    assert truth.objects.seen is not None
    if scene.objects.seen is None:
        return {}
    overlap = box_iou(truth.objects.seen.xyxy_px, scene.objects.seen.xyxy_px)
    best = {row: int(each.argmax()) for row, each in enumerate(overlap) if each.max(initial=0) >= SAME_IOU}
    return {row: other for row, other in best.items() if overlap[:, other].argmax() == row}


def report_relations(truth: sg3.SceneGraph, scene: sg3.SceneGraph, same: dict[int, int]) -> None:
    """Print how many of the true relations were found, and how many that were found are true."""
    true = {(one.subject, one.predicate, one.object) for one in truth.relations if one.frame != "object"}
    said = {
        (same.get(one.subject, f"false {one.subject}"), one.predicate, same.get(one.object, f"false {one.object}"))
        for one in scene.relations
        if one.frame != "object"
    }
    print(f"\n{len(true & said)} of {len(true)} true relations were found; {len(said - true)} were said besides.")


def in_world_of(truth: sg3.SceneGraph, scene: sg3.SceneGraph) -> Boxes:
    """The built boxes in the truth's world: both know the pose of one camera."""
    assert truth.camera is not None
    assert scene.camera is not None
    moved = truth.camera.world_from_camera @ invert(scene.camera.world_from_camera)
    turn = np.arctan2(moved[1, 0], moved[0, 0])
    center_m = scene.objects.center_m @ moved[:3, :3].T + moved[:3, 3]
    return Boxes(center_m, scene.objects.size_m, scene.objects.yaw_rad + turn)


def write_detections(truth: sg3.SceneGraph, out: Path) -> None:
    """What a perfect detector would give: masks, labels and colours of the things in the truth."""
    with Image.open(out / "ids.png") as picture:
        ids = np.array(picture)
    rows = []
    for one in truth.objects:
        mask = ids == one.id
        rows_px, columns_px = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        xyxy = [columns_px[0], rows_px[0], columns_px[-1] + 1, rows_px[-1] + 1]
        rows.append(
            {
                "label": one.label,
                "xyxy_px": [int(v) for v in xyxy],
                "score": 1.0,
                "mask": encode_rle(mask),
                "attributes": {"color": one.attributes["color"]},
            }
        )
    (out / "detections.json").write_text(json.dumps({"detections": rows}))


def write_readme_picture(overlay: Path) -> None:
    """The overlay, with fewer colours if it is too large for the README."""
    README_PICTURE.parent.mkdir(exist_ok=True)
    shutil.copyfile(overlay, README_PICTURE)
    if README_PICTURE.stat().st_size > PICTURE_BYTES:
        with Image.open(overlay) as picture:
            few = picture.quantize(PICTURE_COLORS, dither=Image.Dither.NONE)
        few.save(README_PICTURE, optimize=True)
    print(f"\n{README_PICTURE}: {README_PICTURE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
