"""The network that ships, on rooms that it was not trained on, from the picture alone; beside floors and ceilings.

    python benchmarks/rooms_perception.py [--rooms N] [--sheet FILE.png]

writes benchmarks/results/rooms_perception.json; with --sheet, a picture of the 12 rooms whose relations are worst,
built beside true.

Rooms of the split `test`: `indoor` at 256 x 192 and 256 x 256 in turn, `tabletop` at 128 x 128 and at 64 x 64, each as
it is rendered and as a camera would have taken it (`rooms.photograph`). Then the same of `indoor` rooms of the split
`heldout`, every one of which shows a color of a category, or a thing on or in another, that was never trained on;
"unseen" are the things of such colors.

What is measured, by column:

    picture, photograph     from the picture alone, as rendered and as taken
    boxes fitted            from the rendered picture, boxes fitted to depth instead of those that the network sees
    true depth; and fitted  with true depth and the true camera, its pose too
    true masks              with true masks, labels, colours and materials; boxes are fitted
    both true               with all of that
    majority                floor: what is true of most pairs of objects in rooms of the split `validation`
    2D boxes                floor: rules for the true boxes in the picture, their thresholds from the same rooms

How each figure is counted stands in rooms_measures.py and rooms_judge.py.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _common import facts, write
from rooms_cases import SUPERSAMPLE, Case, Size, cases, views
from rooms_floors import average, picture_floors, relation_floors
from rooms_judge import Judged, judged, relation_summary, rounded, summary
from rooms_measures import PREDICATES, angle_deg
from rooms_sheet import save_sheet

import scenegraph3d as sg3
from scenegraph3d.builder import Builder, Given
from scenegraph3d.builder.given import NOTHING
from scenegraph3d.depth import estimator
from scenegraph3d.detect import detector
from scenegraph3d.detect.merge import merge_duplicates
from scenegraph3d.detect.vocabulary import with_surfaces
from scenegraph3d.errors import InputError
from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.perceive import shipped

CONFIG = sg3.BuildConfig.preset("rooms")
INDOOR: tuple[Size, ...] = ((256, 192), (256, 256))
TABLETOP: tuple[Size, ...] = ((128, 128), (64, 64))
SPEED_SIZE = (256, 256)
SPEED_PICTURES = 24  # more than the network remembers, so that none is answered from memory
THREADS = 2


PICTURES = ("image", "photograph")


@dataclass(frozen=True)
class Way:
    """What a graph is built from.

    Attributes:
        picture: one of PICTURES.
        known: what is given beside it, of "depth", "camera" and "detections".
        cuboids: boxes are those that the network sees itself, where it is the one that detects; else fitted to depth.
    """

    picture: str = "image"
    known: frozenset[str] = frozenset()
    cuboids: bool = True


WAYS = {
    "picture": Way(),
    "photograph": Way("photograph"),
    "boxes fitted": Way(cuboids=False),
    "true depth": Way(known=frozenset({"depth", "camera"})),
    "depth, fitted": Way(known=frozenset({"depth", "camera"}), cuboids=False),
    "true masks": Way(known=frozenset({"detections"})),
    "both true": Way(known=frozenset({"depth", "camera", "detections"})),
}


class Bench:
    """The builder with its two models."""

    def __init__(self) -> None:
        self.depth, self.detector = estimator("rooms", device="cpu"), detector("rooms", device="cpu")
        self.builder = Builder(CONFIG, depth=self.depth, detector=self.detector)

    def run(self, case: Case, way: Way, detected: sg3.Detections) -> tuple[Judged, sg3.SceneGraph | None]:
        """One picture judged, and its graph; None where none could be built. `detected` is `found` in the picture."""
        image: sg3.Image = getattr(case, way.picture)
        if not way.cuboids:
            detected = replace(detected, cuboids=None)
        given = Given(
            depth=sg3.DepthMap(case.depth_m) if "depth" in way.known else None,
            camera=case.truth.camera if "camera" in way.known else None,
            detections=case.detections if "detections" in way.known else detected,
        )
        built = self.built(image, given)
        depth_m = None if given.depth is not None else self.depth_of(image, built)
        return judged(case, given.detections, built, depth_m), built

    def depth_of(self, image: sg3.Image, built: sg3.SceneGraph | None) -> np.ndarray:
        """What the graph is built from: the estimate, seen through the focal length that the picture's edges tell."""
        estimate = self.depth.estimate(image)
        zoom = 1.0 if built is None else built.camera.fx / estimate.focal_px
        return estimate.values * zoom

    def built(self, image: sg3.Image, given: Given = NOTHING) -> sg3.SceneGraph | None:
        """The graph; None where the builder refuses, since nothing that was detected can be lifted."""
        try:
            return self.builder.build(image, given)
        except InputError:
            return None

    def found(self, image: sg3.Image) -> sg3.Detections:
        """What the builder detects by itself."""
        return merge_duplicates(with_surfaces(self.detector.detect(image)), CONFIG.merge)


def measure(
    bench: Bench, seen: Sequence[Case], ways: Mapping[str, Way]
) -> tuple[dict[str, Any], list[tuple[Judged, sg3.SceneGraph | None]]]:
    """The figures of each way, and the pictures of the first one by one."""
    rows: dict[str, list[Judged]] = {name: [] for name in ways}
    first = []
    for case in seen:  # picture by picture, since the network remembers what it said of the last ones
        detected = {picture: bench.found(getattr(case, picture)) for picture in PICTURES}
        for name, way in ways.items():
            found = bench.run(case, way, detected[way.picture])
            rows[name].append(found[0])
            if name == next(iter(ways)):
                first.append(found)
    return {name: summary(row) for name, row in rows.items()}, first


def own_up_deg(seen: Sequence[Case]) -> float:
    """Median error of the up that the network itself says; that of the graph comes from depth and upright edges."""
    errors = []
    for case in seen:
        pitch, roll, _ = shipped("cpu").maps(case.image.rgb)["camera"].double().T
        errors.append(angle_deg(upright.world_from_camera(pitch, roll)[0, 2].numpy(), case.truth.up.camera))
    return statistics.median(errors)


def speed(bench: Bench, seen: Sequence[Case]) -> dict[str, float]:
    """Median milliseconds of a picture: the network alone, depth and detections, the whole graph."""
    images = [case.image for case in seen]
    network = shipped("cpu")
    steps: dict[str, Callable[[sg3.Image], Any]] = {
        "network": lambda image: network.maps(image.rgb),
        "depth and detections": lambda image: (bench.depth.estimate(image), bench.detector.detect(image)),
        "picture to graph": bench.built,
    }
    out = {}
    for name, step in steps.items():
        times = []
        for image in images:
            start = time.perf_counter()
            step(image)
            times.append(1e3 * (time.perf_counter() - start))
        out[name] = round(statistics.median(times), 1)
    return out


def indoor(bench: Bench, split: str, count: int, sheet: Path | None = None) -> dict[str, Any]:
    """The main table: every way and the floors."""
    seen = cases("indoor", split, count, INDOOR)
    like = average(views("indoor", "validation", count, INDOOR))
    rows, first = measure(bench, seen, WAYS)
    if sheet is not None:
        save_sheet(sheet, seen, first)
    relations = {name: relation_summary(counts) for name, counts in relation_floors(seen, like).items()}
    floors = {**rounded(picture_floors(seen, like)), "relations": relations}
    return {"ways": rows, "network_up_deg": rounded(own_up_deg(seen)), "floors": floors}


def tabletop(bench: Bench, count: int) -> dict[str, Any]:
    """The same by size, for the small pictures that generators make."""
    out = {}
    for size in TABLETOP:
        seen = cases("tabletop", "test", count, (size,))
        like = average(views("tabletop", "validation", count, (size,)))
        relations = {name: relation_summary(counts) for name, counts in relation_floors(seen, like).items()}
        out[f"{size[0]}"] = {"ways": measure(bench, seen, WAYS)[0], "floors": {"relations": relations}}
    return out


FIGURES = (
    ("depth AbsRel", "abs_rel"),
    ("depth delta < 1.25", "delta"),
    ("mask AP50", "mask_ap50"),
    ("category accuracy", "category_accuracy"),
    ("color accuracy", "color_accuracy"),
    ("material accuracy", "material_accuracy"),
    ("unseen: category accuracy", "unseen_category_accuracy"),
    ("unseen: color accuracy", "unseen_color_accuracy"),
    ("3D IoU > 0.25", "box_iou_0.25"),
    ("and the right label", "box_iou_0.25_with_label"),
    ("centre error, m", "center_error_m"),
    ("up error, degrees", "up_deg"),
    ("field of view error, degrees", "fov_deg"),
)


def show(title: str, found: Mapping[str, Any]) -> None:
    """Print the figures of every way as one table."""
    ways, floors = found["ways"], found["floors"]["relations"]
    print(f"\n{title}\n{'':30}" + "".join(f"{name:>16}" for name in (*ways, *floors)))
    for text, key in FIGURES:
        print(f"{text:30}" + "".join(f"{_number(way.get(key)):>16}" for way in ways.values()))
    first = next(iter(ways.values()))["relations"]
    for key in ("macro_f1", *PREDICATES):
        name = "relation F1, macro" if key == "macro_f1" else f"  {key} ({first[key]['true']})"
        cells = []
        for way in ways.values():
            strict, matched = (_f1(way[kind], key) for kind in ("relations", "relations_of_matched"))
            cells.append(f"{strict} ({matched})")
        print(f"{name:30}" + "".join(f"{cell:>16}" for cell in (*cells, *(_f1(row, key) for row in floors.values()))))


def _f1(relations: Mapping[str, Any], key: str) -> str:
    found = relations[key]
    return _number(found["f1"] if isinstance(found, Mapping) else found)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rooms", type=int, default=200, help="of each preset and size")
    parser.add_argument("--sheet", type=Path, help="a picture of the worst rooms")
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    bench = Bench()
    found: dict[str, Any] = {
        "indoor": indoor(bench, "test", options.rooms, options.sheet),
        "heldout": indoor(bench, "heldout", options.rooms),
    }
    for name, text in (("indoor", "indoor"), ("heldout", "indoor, held-out combinations")):
        show(f"{text}: F1 in brackets is among matched objects alone", found[name])
        print(f"up as the network itself says: off by {found[name]['network_up_deg']} degrees")
        for floor, value in found[name]["floors"].items():
            if floor != "relations":
                print(f"floor, {floor}: {value}")
    found["tabletop"] = tabletop(bench, options.rooms)
    for side, rows in found["tabletop"].items():
        show(f"tabletop, {side} x {side}", rows)
    found["median_ms"] = speed(bench, cases("indoor", "test", SPEED_PICTURES, (SPEED_SIZE,)))
    print(f"\nms, {SPEED_SIZE[0]} x {SPEED_SIZE[1]}, {THREADS} threads: {found['median_ms']}")
    claim = "rooms that the network was not trained on, from the picture alone, beside floors and ceilings"
    about = {"claim": claim, "rooms": options.rooms, "supersample": SUPERSAMPLE, "threads": THREADS}
    write("rooms_perception", {**about, **facts("torch", "timm", "safetensors"), **found})


if __name__ == "__main__":
    main()
