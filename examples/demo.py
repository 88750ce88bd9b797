"""The main job, from a rendered RGB-D frame to answers, by the command line that users have.

Renders color.png, depth.png and detections.json, builds scene.json and overlay.png from them, asks three
questions, and says how near the built boxes are to the truth, which the build does not see.

    python examples/demo.py --out demo
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import render_room
from PIL import Image

import scenegraph3d as sg3
from scenegraph3d.detect.given import encode_rle
from scenegraph3d.geometry.boxes import Boxes, iou_3d

ROOT = Path(__file__).resolve().parents[1]
README_PICTURE = ROOT / "docs" / "overlay.png"
# The largest picture that the README should carry, and the colours that it may have to stay below it.
PICTURE_BYTES = 400_000
PICTURE_COLORS = 256
QUESTIONS = ("cup on table", "? inside bowl", "? left_of laptop")


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for everything that is made")
    parser.add_argument("--readme-picture", action="store_true", help="also write docs/overlay.png")
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    frame = render_room.render()
    write_frame(frame, out)
    cx, cy = (render_room.WIDTH - 1) / 2, (render_room.HEIGHT - 1) / 2
    intrinsics = f"{render_room.FOCAL_PX:g},{render_room.FOCAL_PX:g},{cx:g},{cy:g}"
    run(
        *("build", out / "color.png", "--depth", out / "depth.png", "--depth-scale", "1000"),
        *("--intrinsics", intrinsics, "--detections", out / "detections.json"),
        *("-o", out / "scene.json", "--overlay", out / "overlay.png"),
    )
    for question in QUESTIONS:
        run("query", out / "scene.json", question)
    report(frame, sg3.load(out / "scene.json"))
    if options.readme_picture:
        write_readme_picture(out / "overlay.png")
    print(f"\nThe files are in {out}: look at {out / 'overlay.png'}")


def write_frame(frame: render_room.Frame, out: Path) -> None:
    """What a camera, a depth sensor and a detector would give."""
    Image.fromarray(frame.rgb).save(out / "color.png")
    Image.fromarray(frame.depth_mm).save(out / "depth.png")
    rows = []
    for i, thing in enumerate(frame.things):
        mask = frame.instance == i
        rows_px, columns_px = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        xyxy = [columns_px[0], rows_px[0], columns_px[-1] + 1, rows_px[-1] + 1]
        rows.append(
            {
                "label": thing.label,
                "xyxy_px": [int(v) for v in xyxy],
                "score": 1.0,
                "mask": encode_rle(mask),
                "attributes": {"color": thing.color},
            }
        )
    (out / "detections.json").write_text(json.dumps({"detections": rows}))


def run(*words: object) -> None:
    """Show a command, run it, and stop the demo if it fails."""
    arguments = [str(word) for word in words]
    print(f"\n$ scenegraph3d {shlex.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", "scenegraph3d.cli", *arguments], check=True)


def report(frame: render_room.Frame, scene: sg3.SceneGraph) -> None:
    """Print how far each built box is from the true one."""
    assert scene.camera is not None
    world_from_room = scene.camera.world_from_camera @ frame.camera_from_world
    print("\nBuilt from one view, against the truth that only the renderer knows:\n")
    print(f"{'object':<10}{'centre off (m)':>15}{'built size (m)':>22}{'true size (m)':>22}{'3D IoU':>9}")
    for thing in frame.things:
        rows = scene.find(thing.label)
        center_m, size_m, yaw_rad = thing.true_box()
        center_m = world_from_room[:3, :3] @ center_m + world_from_room[:3, 3]
        axis = world_from_room[:3, :3] @ [np.cos(yaw_rad), np.sin(yaw_rad), 0]
        built = scene.objects[int(rows[0])]
        both = Boxes(
            np.array([built.center_m, center_m]),
            np.array([built.size_m, size_m]),
            np.array([built.yaw_rad, np.arctan2(axis[1], axis[0])]),
        )
        iou = iou_3d(both, [0], [1])
        off_m = np.linalg.norm(np.array(built.center_m) - center_m)
        sizes = [" x ".join(f"{v:.2f}" for v in size) for size in (built.size_m, size_m)]
        print(f"{thing.label:<10}{off_m:>15.3f}{sizes[0]:>22}{sizes[1]:>22}{iou[0]:>9.2f}")


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
