"""Parquet: one row per picture, in shards that pyarrow, DuckDB, pandas and Hugging Face `datasets` read.

    data/train-00000-of-00010.parquet

    seed, preset, width, height
    image, depth, instances   {bytes, path}: PNG files; depth in millimetres, 16 bits; instances by the id of the thing
    camera                    {fx, fy, cx, cy, world_from_camera, up_camera}
    objects                   [{id, label, color, material, visibility, boxes in the picture, the world, the camera}]
    relations                 [{subject, predicate, object, third, frame, score, margin_m}], by ids
    captions                  [{text, detail, objects, triples, attributes}], by ids

The three pictures are marked as such for `datasets`, in the schema's metadata.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...errors import require
from ...io.atomic import replacing
from .pictures import depth_mm, encoded, ids
from .records import Record, Row

EXTRA = "corpus"
COMPRESSION = "zstd"
ROWS_PER_GROUP = 100  # what readers of pictures load at once

# Every column and its type: a name of Arrow's, [type] for a list, {name: type} for a struct.
_TRIPLE = {"subject": "int64", "predicate": "string", "object": "int64"}
_FILE = {"bytes": "binary", "path": "string"}
COLUMNS: dict[str, Any] = {
    "seed": "int64",
    "preset": "string",
    "width": "int32",
    "height": "int32",
    "image": _FILE,
    "depth": _FILE,
    "instances": _FILE,
    "camera": {
        **dict.fromkeys(("fx", "fy", "cx", "cy"), "float64"),
        "world_from_camera": [["float64"]],
        "up_camera": ["float64"],
    },
    "objects": [
        {
            "id": "int64",
            "label": "string",
            "color": "string",
            "material": "string",
            "visibility": "float64",
            "truncated": "bool",
            "occluded": "bool",
            "front_known": "bool",
            "pixels": "int64",
            "xyxy_px": ["float64"],
            "size_m": ["float64"],
            "center_world_m": ["float64"],
            "yaw_world_rad": "float64",
            "center_camera_m": ["float64"],
            "rotation_camera_from_box": [["float64"]],
        }
    ],
    "relations": [{**_TRIPLE, "third": "int64", "frame": "string", "score": "float64", "margin_m": "float64"}],
    "captions": [
        {
            "text": "string",
            "detail": "string",
            "objects": ["int64"],
            "triples": [_TRIPLE],
            "attributes": [{"object": "int64", "name": "string", "value": "string"}],
        }
    ],
}


class Parquet:
    """The format "parquet" of `export`."""

    part_suffix = ".parquet"
    shards = True

    def check(self) -> None:
        """Raise where pyarrow is missing.

        Raises:
            MissingExtraError: it is.
        """
        require("pyarrow.parquet", EXTRA)

    def file_name(self, split: str, shard: int, count: int) -> str:
        """The name of a shard."""
        return f"data/{split}-{shard:05d}-of-{count:05d}.parquet"

    def part(self, folder: Path, first: int, records: Iterable[Record]) -> bytes:
        """Some records as a file."""
        del folder, first
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pylist([_row(record) for record in records], schema=_schema())
        out = pa.BufferOutputStream()
        pq.write_table(table, out, compression="none")
        return out.getvalue().to_pybytes()

    def assemble(self, path: Path, parts: Sequence[Path], info: Row) -> None:
        """Write a shard from what `part` gave, with the memory of one group of rows."""
        del info
        import pyarrow as pa
        import pyarrow.parquet as pq

        path.parent.mkdir(exist_ok=True)
        waiting: list[Any] = []
        with replacing(path) as temporary, pq.ParquetWriter(temporary, _schema(), compression=COMPRESSION) as writer:
            for part in parts:
                waiting.append(pq.read_table(part))
                if sum(map(len, waiting)) >= ROWS_PER_GROUP:
                    writer.write_table(pa.concat_tables(waiting))
                    waiting = []
            if waiting:
                writer.write_table(pa.concat_tables(waiting))


def _row(record: Record) -> Row:
    shown, name = record.shown, f"{record.seed:06d}"
    height, width = shown.depth_m.shape
    return {
        "seed": record.seed,
        "preset": record.preset,
        "width": width,
        "height": height,
        "image": {"bytes": encoded(shown.image), "path": f"{name}.png"},
        "depth": {"bytes": encoded(depth_mm(shown.depth_m)), "path": f"{name}-depth.png"},
        "instances": {"bytes": encoded(ids(shown.instance)), "path": f"{name}-instances.png"},
        "camera": record.camera(),
        "objects": record.objects(),
        "relations": record.relations(),
        "captions": record.sayings(),
    }


def _schema() -> Any:
    import pyarrow as pa

    features = {name: _feature(kind) for name, kind in COLUMNS.items()}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([(name, _arrow(kind)) for name, kind in COLUMNS.items()], metadata=metadata)


def _arrow(kind: Any) -> Any:
    import pyarrow as pa

    if isinstance(kind, list):
        return pa.list_(_arrow(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([(name, _arrow(inner)) for name, inner in kind.items()])
    return pa.type_for_alias(kind)


def _feature(kind: Any) -> Any:
    """A type in the words of `datasets`."""
    if kind is _FILE:
        return {"_type": "Image"}
    if isinstance(kind, list):
        return [_feature(kind[0])]
    if isinstance(kind, dict):
        return {name: _feature(inner) for name, inner in kind.items()}
    return {"dtype": kind, "_type": "Value"}
