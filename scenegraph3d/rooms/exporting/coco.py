"""COCO: pictures in folders, and the two files that COCO's tools read.

    images/000007.png, depth/000007.png   named by the seed; depth in millimetres, 16 bits
    annotations.json                      instances: categories, boxes, masks as compressed RLE
    captions.json                         captions

Beside COCO's own fields: an image has its `camera`, `depth_file_name` and `relations`; an annotation its `object_id`
(what relations and captions call the thing), `attributes`, and its box in the world and in the camera's frame; a
caption its detail, `objects`, `triples` and `attributes`.

Source: T.-Y. Lin et al., Microsoft COCO, ECCV 2014; the text of compressed RLE is that of its mask API.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool

from ...detect.given import encode_rle
from ...io.atomic import replacing, write_bytes
from ..catalogue import LABELS
from ..catalogue.furniture import FURNITURE
from .pictures import depth_mm, encoded
from .records import Record, Row

_MOST_THINGS = 1000  # more than a picture has: annotation k of a picture has the id 1000 picture + k
_BOX_KEYS = ("size_m", "center_world_m", "yaw_world_rad", "center_camera_m", "rotation_camera_from_box", "front_known")
_ATTRIBUTES = ("color", "material", "visibility", "truncated", "occluded")


class Coco:
    """The format "coco" of `export`."""

    part_suffix = ".json"
    shards = False

    def check(self) -> None:
        """It needs nothing that may be missing."""

    def file_name(self, split: str, shard: int, count: int) -> str:
        """The file that is written last."""
        del split, shard, count
        return "annotations.json"

    def part(self, folder: Path, first: int, records: Iterable[Record]) -> bytes:
        """Write the pictures of some records, the first of which is number `first`; what annotations say of them."""
        out: dict[str, list[Row]] = {"images": [], "annotations": [], "captions": []}
        for name in ("images", "depth"):
            (folder / name).mkdir(exist_ok=True)
        for number, record in enumerate(records, first):
            image = _image(record)
            write_bytes(folder / image["file_name"], encoded(record.shown.image))
            write_bytes(folder / image["depth_file_name"], encoded(depth_mm(record.shown.depth_m)))
            out["images"].append(image)
            out["annotations"] += _annotations(record, number)
            out["captions"] += _captions(record, number)
        return json.dumps(out).encode()

    def assemble(self, path: Path, parts: Sequence[Path], info: Row) -> None:
        """Write the two files of annotations, `path` last, from what `part` gave."""
        categories = [
            {"id": k, "name": label, "supercategory": _above(label)} for k, label in enumerate(LABELS, start=1)
        ]
        head = {"info": info, "licenses": []}
        with ExitStack() as stack:
            instances = stack.enter_context(replacing(path))
            captions = stack.enter_context(replacing(path.with_name("captions.json")))
            found = {"images": _rows(parts, "images"), "annotations": _rows(parts, "annotations")}
            _write(instances, {**head, "categories": categories}, found)
            said = {"images": map(_plain_image, _rows(parts, "images")), "annotations": _rows(parts, "captions")}
            _write(captions, head, said)


def compressed_rle(mask: Bool[np.ndarray, "h w"]) -> dict[str, Any]:
    """COCO's compressed RLE of a mask: `size` [height, width] and `counts`, a text.

    Each run, from the third on less the one two before, goes into groups of 5 bits, the lowest first; a character has
    one group, and a sixth bit where more follow.
    """
    plain = encode_rle(mask)
    runs = plain["counts"]
    text = []
    for k, run in enumerate(runs):
        value = run - runs[k - 2] if k > 2 else run
        more = True
        while more:
            group, value = value & 31, value >> 5
            more = value != (-1 if group & 16 else 0)
            text.append(chr(48 + group + 32 * more))
    return {**plain, "counts": "".join(text)}


def _image(record: Record) -> Row:
    height, width = record.shown.depth_m.shape
    return {
        "id": record.seed,
        "file_name": f"images/{record.seed:06d}.png",
        "depth_file_name": f"depth/{record.seed:06d}.png",
        "width": width,
        "height": height,
        "camera": record.camera(),
        "relations": record.relations(),
    }


def _annotations(record: Record, number: int) -> Iterator[Row]:
    for row in record.objects():
        x0, y0, x1, y1 = row["xyxy_px"]
        yield {
            "id": _MOST_THINGS * number + row["id"] + 1,
            "image_id": record.seed,
            "category_id": LABELS.index(row["label"]) + 1,
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            "area": row["pixels"],
            "iscrowd": 0,
            "segmentation": compressed_rle(np.equal(record.shown.instance, row["id"])),
            "object_id": row["id"],
            "attributes": {key: row[key] for key in _ATTRIBUTES},
            "box3d": {key: row[key] for key in _BOX_KEYS},
        }


def _captions(record: Record, number: int) -> Iterator[Row]:
    for k, row in enumerate(record.sayings(), start=1):
        text = row.pop("text")
        yield {"id": _MOST_THINGS * number + k, "image_id": record.seed, "caption": text, **row}


def _above(label: str) -> str:
    return "furniture" if label in {kind.label for kind in FURNITURE} else "small thing"


def _plain_image(row: Row) -> Row:
    return {key: row[key] for key in ("id", "file_name", "width", "height")}


def _rows(parts: Sequence[Path], key: str) -> Iterator[Row]:
    for part in parts:
        yield from json.loads(part.read_bytes())[key]


def _write(path: Path, head: Row, lists: Mapping[str, Iterable[Row]]) -> None:
    """A line per row, so that a file of any length needs the memory of one part."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()))
        for key, rows in lists.items():
            file.write(f",\n{json.dumps(key)}: [")
            for k, row in enumerate(rows):
                file.write((",\n" if k else "\n") + json.dumps(row))
            file.write("\n]")
        file.write("\n}\n")
