"""Export: rooms as data sets for other people's models; formats are files beside this one.

A folder holds one export. `export.json` in it says which. Work is done in parts, each written whole or not at all into
`.parts`, and put together where all of them are there; so a run that was stopped, or killed, goes on where it was, and
the files are the same, byte for byte, as if it had not been. `.parts` is gone when the export is complete.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ... import documents as doc
from ...errors import InputError, OutputError, message, suggestion
from ...io.atomic import write_bytes, write_text
from ...registry import resolve
from ..layout.sample import PRESETS
from ..rendering.render import MAX_SIDE_PX, MAX_SUPERSAMPLE
from ..splits import seeds, split_of
from .records import Record, records

FORMATS: dict[str, str] = {
    "coco": "scenegraph3d.rooms.exporting.coco:Coco",
    "parquet": "scenegraph3d.rooms.exporting.parquet:Parquet",
}
MANIFEST = "export.json"
PARTS = ".parts"
PART_ROWS = 20  # pictures that are lost where a run is stopped, at most
_TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.tmp(\.\w+)?")  # what `io.atomic` writes first


@runtime_checkable
class Format(Protocol):
    """How records become files.

    Attributes:
        part_suffix: of the names of parts.
        shards: the pictures are spread over several files of `ExportPlan.rows_per_file`.
    """

    part_suffix: str
    shards: bool

    def check(self) -> None:
        """Raise where a library is missing."""

    def file_name(self, split: str, shard: int, count: int) -> str:
        """The file that says that a shard, one of `count`, is complete."""

    def part(self, folder: Path, first: int, records: Iterable[Record]) -> bytes:
        """The part of some records, the first of which is number `first` of all; other files go into `folder`."""

    def assemble(self, path: Path, parts: Sequence[Path], info: dict[str, Any]) -> None:
        """Write the file that `file_name` named from its parts."""


@dataclass(frozen=True)
class ExportPlan:
    """What is exported.

    Attributes:
        format: one of FORMATS.
        seeds: of the rooms, all of one split.
        size: width and height of the pictures, pixels.
        preset: of the rooms.
        supersample: rays per pixel and side; the pictures are smoother, nothing else changes.
        rows_per_file: pictures in one file of a format that has shards.

    Raises:
        InputError: a value that cannot be, or seeds of several splits.
    """

    format: str
    seeds: range
    size: tuple[int, int] = (256, 256)
    preset: str = "indoor"
    supersample: int = 2
    rows_per_file: int = 1000

    def __post_init__(self) -> None:
        for name, value, table in (("format", self.format, FORMATS), ("preset", self.preset, PRESETS)):
            if value not in table:
                raise InputError(message(name, f"the name of a {name}", repr(value), suggestion(str(value), table)))
        if not all(1 <= side <= MAX_SIDE_PX for side in self.size):
            raise InputError(message("size", f"width and height from 1 to {MAX_SIDE_PX} pixels", f"{self.size}"))
        if not 1 <= self.supersample <= MAX_SUPERSAMPLE:
            raise InputError(message("supersample", f"1 to {MAX_SUPERSAMPLE}", f"{self.supersample}"))
        if self.rows_per_file < 1:
            raise InputError(message("rows per file", "at least 1", f"{self.rows_per_file}"))
        if not self.seeds or self.seeds.step != 1:
            raise InputError(message("seeds", "at least one, without gaps", f"{self.seeds}"))
        first, last = split_of(self.seeds[0]), split_of(self.seeds[-1])
        if first != last:
            do = "export each split into a folder of its own"
            raise InputError(message("seeds", "seeds of one split", f"{first} to {last}", do))

    @property
    def split(self) -> str:
        """The split of the seeds."""
        return split_of(self.seeds[0])

    def manifest(self) -> dict[str, Any]:
        """What `export.json` says."""
        return {
            "format": self.format,
            "split": self.split,
            "seeds": {"first": self.seeds[0], "last": self.seeds[-1]},
            "preset": self.preset,
            "width": self.size[0],
            "height": self.size[1],
            "supersample": self.supersample,
            "rows_per_file": self.rows_per_file,
            "scenegraph3d": _version(),
        }


def first_seeds(split: str, count: int) -> range:
    """The first `count` seeds of a split.

    Raises:
        InputError: an unknown split, or fewer seeds in it.
    """
    all_of = seeds(split)
    most = all_of.stop - all_of.start
    if not 1 <= count <= most:
        raise InputError(message("count", f"1 to {most}, the seeds of {split}", f"{count}"))
    return range(all_of.start, all_of.start + count)


def export(
    folder: str | PathLike[str],
    plan: ExportPlan,
    *,
    device: str = "cpu",
    done: Callable[[int], None] = lambda _count: None,
) -> list[Path]:
    """Write rooms with their truth into a folder.

    Args:
        folder: new, empty, or of the same export, which then goes on.
        plan: what to write.
        device: of torch, "cpu" or "cuda".
        done: called with the number of pictures whenever some more are there.

    Returns:
        The files that are made of all parts.

    Raises:
        InputError: the folder holds something else.
        OutputError: the folder cannot be made or written.
        MissingExtraError: torch, or what the format needs, is not installed.
    """
    place = Path(folder)
    form: Format = resolve(FORMATS, plan.format, "format")()
    form.check()
    _claim(place, plan.manifest())
    files = []
    shards = _spans(len(plan.seeds), plan.rows_per_file if form.shards else len(plan.seeds))
    for number, shard in enumerate(shards):
        path = place / form.file_name(plan.split, number, len(shards))
        files.append(path)
        if path.exists():
            done(len(shard))
        else:
            parts = list(_parts(place, plan, form, shard, device, done))
            form.assemble(path, parts, plan.manifest())
        for span in _spans(len(shard), PART_ROWS):
            _part_path(place, form, shard[span[0]]).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        (place / PARTS).rmdir()
    return files


def _parts(
    place: Path, plan: ExportPlan, form: Format, shard: range, device: str, done: Callable[[int], None]
) -> Iterator[Path]:
    """The parts of a shard; what is missing is made."""
    (place / PARTS).mkdir(exist_ok=True)
    for span in _spans(len(shard), PART_ROWS):
        rows = shard[span.start : span.stop]
        path = _part_path(place, form, rows[0])
        if not path.exists():
            some = records(
                plan.seeds[rows.start : rows.stop], plan.preset, plan.size, supersample=plan.supersample, device=device
            )
            write_bytes(path, form.part(place, rows[0], some))
        done(len(rows))
        yield path


def _part_path(place: Path, form: Format, first: int) -> Path:
    return place / PARTS / f"{first:09d}{form.part_suffix}"


def _spans(count: int, each: int) -> list[range]:
    return [range(first, min(first + each, count)) for first in range(0, count, each)]


def _claim(place: Path, manifest: Mapping[str, Any]) -> None:
    """Make the folder this export's, or find that it is; clear away what a run that was killed had begun to write."""
    path = place / MANIFEST
    try:
        place.mkdir(exist_ok=True)
        if not path.exists() and all(map(_is_stray, place.iterdir())):
            write_text(path, json.dumps(manifest, indent=1) + "\n")
        if not path.exists():
            do = "choose a new or an empty folder"
            raise InputError(message(str(place), "an empty folder, or an export that was stopped", "other files", do))
        _compare(place, doc.read_json(path), manifest)
        for folder in (place, *(one for one in place.iterdir() if one.is_dir())):
            for stray in filter(_is_stray, folder.iterdir()):
                stray.unlink()
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        reason = error.strerror or str(error)
        raise OutputError(message(str(place), "a folder that can be written", reason)) from error


def _is_stray(path: Path) -> bool:
    return bool(_TEMPORARY.fullmatch(path.name))


def _compare(place: Path, found: Any, manifest: Mapping[str, Any]) -> None:
    if found == manifest:
        return
    kept = found if isinstance(found, dict) else {}
    names = [name for name in manifest if kept.get(name) != manifest[name]]
    expected, got = (", ".join(f"{name} {row.get(name)!r}" for name in names) for row in (manifest, kept))
    raise InputError(message(f"the export in {place}", expected or "no more", got, "choose another folder"))


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("scenegraph3d")
    except metadata.PackageNotFoundError:
        return "unknown"
