"""The table of the project's README, from the files in benchmarks/results.

python benchmarks/table.py           # print it
python benchmarks/table.py --write   # put it between the marks in README.md
"""

import json
import sys
from pathlib import Path
from typing import Any

from _common import RESULTS

from scenegraph3d.io.atomic import write_text

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->"


def result(name: str) -> dict[str, Any]:
    """One kept result."""
    return json.loads((RESULTS / f"{name}.json").read_text())


def truth_rows() -> list[tuple[str, str]]:
    """What the library makes of other people's data."""
    real = result("real")["results"]
    clevr, home, vla = real["clevr"], real["virtualhome"], real["vla3d"]
    rows = [
        (
            "CLEVR, 20 scenes: left, right, front, behind as the file has them",
            f"{clevr['equal']:,} of {clevr['theirs']:,}, {clevr['extra']} extra",
        )
    ]
    for frame, found in real["kitti"].items():
        far = [row["distance_m"] for row in found["objects"]]
        rows.append(
            (
                f"KITTI {frame}, lidar and 2D boxes, {min(far):.0f} to {max(far):.0f} m away: centre on the ground",
                f"{found['within_half_a_metre']} of {found['of']} within 0.5 m, {found['within_one_metre']} within 1 m",
            )
        )
    for case, found in real["sunrgbd"].items():
        errors = "; ".join(f"{row['label']} {row['iou_3d']:.2f}, {row['ground_error_m']} m" for row in found["objects"])
        rows.append((f"SUN RGB-D {case}, 2D boxes: 3D IoU and ground error", errors))
    for case, found in home.items():
        precision = found["precision_against_the_engine"]
        rows.append(
            (
                f"VirtualHome {case}: the engine's edges found again",
                f"recall {found['recall']:.3f}, precision {precision:.2f}*",
            )
        )
    agree = ", ".join(
        f"{name} {vla[name]['both']} of {vla[name]['both'] + len(vla[name]['theirs_alone'])}"
        for name in ("on", "near", "between")
    )
    rows.append(("VLA-3D, one ARKit scene: the file's relations found again", agree))
    return rows + photo_rows()


def photo_rows() -> list[tuple[str, str]]:
    """Photos alone beside the same photos with a sensor's depth."""
    known = result("calibrate")
    frames, error = len(known["results"]), {name: f"{value:.1%}" for name, value in known["median"].items()}
    edges = known["median"]["up of edges, degrees"]
    errors = f"{error['50 points']} off by 50 sensor points (15 wrong), {error['camera height']} by camera height"
    rows = [
        (
            f"{frames} frames' depth as an inverse map without scale or shift, made metric again",
            f"{errors}, {error['length']} by one length",
        ),
        ("the same frames: up from the picture's edges alone, against the sensor's", f"{edges:.1f} degrees"),
    ]
    found = result("real_photo")["summary"]
    distance, plain = found["median_distance_error"], found["median_distance_error_untouched"]
    depth, known = found["median_abs_rel"], found["median_abs_rel_median_scaled"]
    floor = found["median_abs_rel_of_a_wall_at_the_median"]
    relations = found["relations"]
    said = relations["agree"] + relations["photo_alone"]
    rooms = result("rooms_on_photos")["summary"]
    return [
        *rows,
        (
            "photos alone, the small model of rooms, which is not for them: depth's AbsRel",
            f"{rooms['median_abs_rel']:.2f}, {rooms['median_abs_rel_median_scaled']:.2f} with one known length",
        ),
        (
            f"{found['photos']} photos alone, two small networks: depth's AbsRel",
            f"{depth:.2f}, {known:.2f} with one known length; a wall at the median {floor:.2f}",
        ),
        (
            f"the same, {found['objects']} objects: error of the distance from the camera",
            f"{distance:.0%}; {plain:.0%} without the usual sizes of things",
        ),
        (
            "the same: relations as with a sensor's depth",
            f"{relations['agree']} of {said}, {relations['contradict']} contradict",
        ),
        ("the same: up against the sensor's", f"{found['median_up_error_deg']:.1f} degrees"),
    ]


def rooms_rows() -> list[tuple[str, str, str, str]]:
    """The small model of rooms: measure, picture alone, floors, ceiling."""
    found = result("rooms_perception")
    indoor, floors = found["indoor"]["ways"], found["indoor"]["floors"]
    alone, both = indoor["picture"], indoor["both true"]
    rows = [
        (
            "depth: AbsRel; share within a factor of 1.25",
            f"{alone['abs_rel']:.3f}; {alone['delta']:.2f}",
            "; a floor alone ".join(
                f"{floors[f'{name}: abs_rel']:.2f}; {floors[f'{name}: delta']:.2f}"
                for name in ("training mean", "floor plane")
            ),
            "",
        ),
        ("masks: AP50", f"{alone['mask_ap50']:.2f}", "", ""),
        (
            "category, colour, material of what was found",
            ", ".join(f"{alone[f'{name}_accuracy']:.2f}" for name in ("category", "color", "material")),
            "",
            "",
        ),
        (
            "visible objects with 3D IoU > 0.25; centre error",
            f"{alone['box_iou_0.25']:.2f}; {alone['center_error_m']:.2f} m",
            "",
            f"{both['box_iou_0.25']:.2f}; {both['center_error_m']:.2f} m",
        ),
        (
            "up; field of view",
            f"{alone['up_deg']:.1f}; {alone['fov_deg']:.1f} degrees",
            f"constant {floors['constant: up_deg']:.1f}; {floors['constant: fov_deg']:.1f} degrees",
            "",
        ),
    ]
    rows.append(("relations: macro F1 of nine predicates", *_relations(found["indoor"])))
    new = found["heldout"]["ways"]["picture"]
    rows.append(
        (
            "rooms with pairs never trained on: AP50; category; category of things of such colours",
            f"{new['mask_ap50']:.2f}; {new['category_accuracy']:.2f}; {new['unseen_category_accuracy']:.2f}",
            "",
            "",
        )
    )
    for size, part in found["tabletop"].items():
        category = part["ways"]["picture"]["category_accuracy"]
        macro, floor, ceiling = _relations(part)
        rows.append((f"`tabletop` at {size} x {size}: category; macro F1", f"{category:.2f}; {macro}", floor, ceiling))
    return rows


def _relations(part: dict[str, Any]) -> tuple[str, str, str]:
    """Macro F1 of the picture alone, of the floors, and of true depth and masks."""
    ways, floors = part["ways"], part["floors"]["relations"]
    floor = ", ".join(f"{name} {counts['macro_f1']:.2f}" for name, counts in floors.items())
    ours, ceiling = (f"{ways[name]['relations']['macro_f1']:.2f}" for name in ("picture", "both true"))
    return ours, floor, ceiling


def language_rows() -> list[tuple[str, str, str]]:
    """English: case, ours, floor."""
    rows = result("language")["rows"]
    vsr, templates = rows["vsr"], rows["t2i_compbench"]
    out = [
        (
            f"VSR, {vsr['items']} captions: the phrase and both nouns",
            f"{vsr['scenegraph3d']:.1%}",
            f"{vsr['regular_expression']:.0%}",
        ),
        (
            f"T2I-CompBench, {templates['items']} prompts: exactly the triple",
            f"{templates['scenegraph3d']:.1%}",
            f"{templates['regular_expression']:.0%}",
        ),
    ]
    for version in ("v1", "v2"):
        row = rows[f"vsd_{version}"]
        out.append(
            (
                f"VSD {version}, {row['items']:,} captions by people: the triple drawn from the picture",
                f"{row['scenegraph3d']:.1%}; {row['of_answerable']:.1%} where the caption has a word for it",
                f"{row['regular_expression']:.0%}",
            )
        )
    rooms, clevr, vla = rows["rooms"], rows["clevr"], rows["vla3d"]
    out += [
        (
            f"rooms, {rooms['items']:,} captions: exactly what is claimed",
            f"{rooms['scenegraph3d']:.1%}; recall {rooms['recall']:.3f}, precision {rooms['precision']:.3f}",
            f"{rooms['regular expression']:.0%}",
        ),
        (
            "CLEVR questions: answers right",
            f"{clevr['scenegraph3d']} of {clevr['items']}",
            f"{clevr['commonest answer']}",
        ),
        (
            "VLA-3D sentences: the thing that is meant",
            f"{vla['scenegraph3d']} of {vla['items']}",
            f"{vla['first label']}",
        ),
    ]
    equal = [row.split(" of ") for name, row in rows["round_trip"]["equal"].items() if not name.startswith("checked")]
    right, told = (sum(int(row[i]) for row in equal) for i in (0, 1))
    out.append(("graph to text to graph: the same triples", f"{right:,} of {told:,} texts", ""))
    return out


def speed_rows() -> list[tuple[str, str]]:
    """How long things take, beside peers."""
    rows = []
    for row in result("relations")["rows"]:
        times, ours = row["times_ours"]["graph-of-mark"], row["median_ms"]["scenegraph3d"]
        rows.append(
            (f"all relations of {row['objects']} boxes", f"{ours:.1f} ms, {times:.0f} times faster than graph-of-mark")
        )
    for row in result("scale")["rows"]:
        if row["objects"] == 10_000:
            memory = f"{row['peak_mb']:.0f} MB"
            rows.append(
                (f"10,000 boxes on {row['floor_m']:.0f} x {row['floor_m']:.0f} m", f"{row['seconds']:.1f} s, {memory}")
            )
    frame = result("frame")["median_ms"]
    loop = frame["Open3D loop, boxes only"]
    given, searched = frame["scenegraph3d, up given"], frame["scenegraph3d, up searched"]
    rows.append(
        (
            "640 x 480, 20 masks, depth to relations",
            f"{given:.0f} ms ({searched:.0f} with up to find); the Open3D loop, boxes only: {loop:.0f} ms",
        )
    )
    photo = result("photo")
    for size, row in photo["networks"].items():
        whole, pipelines = (row["median_ms"][name] for name in ("scenegraph3d, boxes", "transformers, two pipelines"))
        outside = row["outside_the_networks_ms"]
        ours = (
            f"{whole:,.0f} ms, of them {outside['boxes']:.0f} outside the networks ({outside['masks']:.0f} with masks)"
        )
        rows.append(
            (
                f"1280 x 720 photo, 20 objects, two networks of {size} size: pixels to graph",
                f"{ours}; transformers' two pipelines alone: {pipelines:,.0f} ms",
            )
        )
    few, many = photo["memory"][0], photo["memory"][-1]
    rows.append(
        (
            f"memory of {few['photos']} and of {many['photos']} photos, {few['batch']} at a time",
            f"{few['peak_mb']:,} and {many['peak_mb']:,} MB",
        )
    )
    io = result("graph_io")["median_ms"]
    save, load = ({name: f"{ms:.0f}" for name, ms in io[step].items()} for step in ("save", "load"))
    text = ", ".join(f"{name} {save[name]} / {load[name]} ms" for name in ("spark_dsg", "networkx"))
    ours = f"{save['scenegraph3d']} / {load['scenegraph3d']} ms"
    rows.append(("save / load 500 objects, 5,000 relations", f"{ours}; {text}"))
    fit = result("box_fit")["clouds"]["all six faces"]
    names = {"scenegraph3d": "ours", "open3d minimal": "Open3D minimal", "open3d PCA": "Open3D PCA"}
    text = "; ".join(f"{name} {fit[key]['ms']:.1f} ms, {fit[key]['volume_error']:+.0%}" for key, name in names.items())
    rows.append(("box of 5,000 points: time and volume error", text))
    return [*rows, *rooms_speed_rows(), *language_speed_rows(), start_row()]


def start_row() -> tuple[str, str]:
    """How long one waits before anything runs."""
    start = result("start")["median_ms"]
    times = ", ".join(f"{start[name]:.0f} ms" for name in ("import scenegraph3d", "scenegraph3d --help"))
    return "`import scenegraph3d`, `scenegraph3d --help`", times


def rooms_speed_rows() -> list[tuple[str, str]]:
    """How long a room takes to render, and the small model to read it."""
    two_threads = result("rooms_render")["rows"][-1]["median_ms_per_room"]
    ours, picture = (two_threads[f"scenegraph3d, {what}"] for what in ("depth and ids", "picture"))
    rays, meshes = (two_threads[f"Open3D, {what}"] for what in ("rays alone", "meshes and rays"))
    model = result("rooms_perception")["median_ms"]
    return [
        (
            "128 x 128 room rendered: depth and ids; the whole picture",
            f"{ours:.1f} ms; {picture:.1f} ms; Open3D's rays {rays:.1f} ms, with its meshes {meshes:.1f} ms",
        ),
        (
            "256 x 256 room, the small model: network; depth and things; picture to graph",
            "; ".join(f"{model[name]:.0f} ms" for name in ("network", "depth and detections", "picture to graph")),
        ),
    ]


def language_speed_rows() -> list[tuple[str, str]]:
    """How long a caption takes to read, and a question to answer."""
    rate = result("language")["speed"]["per_second"]
    hops = result("query_speed")
    ours, loop = (hops["median_ms"][name] for name in ("scenegraph3d", "networkx"))
    return [
        ("captions read per second and core", f"{rate['scenegraph3d']:,}"),
        (
            f"a question of three hops over {hops['objects']:,} objects, {hops['relations']:,} relations",
            f"{ours:.1f} ms; a networkx loop without the third answer {loop:.2f} ms",
        ),
    ]


def table() -> str:
    """Both tables as Markdown."""
    out = ["| on other people's data, default rules | |", "|---|---|"]
    out += [f"| {left} | {right} |" for left, right in truth_rows()]
    out += ["", "\\* the engine labels only some of the true pairs.", ""]
    rooms = result("rooms_perception")
    out += [
        f"| the small model of rooms, {rooms['rooms']} held-out rooms | picture alone | floor | true depth and masks |",
        "|---|---|---|---|",
    ]
    out += [f"| {' | '.join(row)} |" for row in rooms_rows()]
    out += ["", "| English | ours | floor |", "|---|---|---|"]
    out += [f"| {' | '.join(row)} |" for row in language_rows()]
    out += [""]
    out += ["| speed, two cores, medians | |", "|---|---|"]
    out += [f"| {left} | {right} |" for left, right in speed_rows()]
    return "\n".join(out) + "\n"


def main() -> None:
    """Print the table, or write it."""
    if sys.argv[1:] != ["--write"]:
        print(table())
        return
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    write_text(README, before + BEGIN + table() + END + after)


if __name__ == "__main__":
    main()
