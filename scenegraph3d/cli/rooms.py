"""rooms: pictures of a procedural indoor world with known truth: one, a sheet of them, or a data set."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import json_option, output_file, output_picture, output_place, value_of

if TYPE_CHECKING:
    from ..rooms import Room
    from ..rooms.exporting.pictures import Shown
    from ..types import SceneGraph

PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
SUPERSAMPLE = 2


def size(text: str) -> tuple[int, int]:
    """The type of `--size`: 640x480, or 256 for a square."""
    from ..rooms.rendering.render import MAX_SIDE_PX

    found = re.fullmatch(r"(\d{1,9})(?:x(\d{1,9}))?", text)
    sides = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not all(1 <= side <= MAX_SIDE_PX for side in sides):
        raise click.BadParameter(f"expected WIDTHxHEIGHT of 1 to {MAX_SIDE_PX} pixels, such as 640x480, got {text!r}")
    return sides


def seed_range(text: str) -> range:
    """The type of `--seeds`: 0-23, both included, or one number."""
    from ..rooms import split_of

    found = re.fullmatch(r"(\d{1,19})(?:-(\d{1,19}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise click.BadParameter(f"expected FIRST-LAST, such as 0-23, got {text!r}")
    with value_of("--seeds"):
        split_of(last)
    return range(first, last + 1)


def room_picture(text: str) -> Path:
    """The type of the picture: PNG or JPEG."""
    path = output_file(text)
    if path.suffix.lower() not in PICTURES:
        raise click.BadParameter(f"expected a name that ends in .png or .jpg, got {path.name!r}")
    return path


preset_option = click.option(
    "--preset", default="indoor", show_default=True, metavar="NAME", help="Kind of room: indoor or tabletop."
)
supersample_option = click.option(
    "--supersample",
    type=click.IntRange(1, 8),
    default=SUPERSAMPLE,
    show_default=True,
    help="Rays per pixel and side: more is smoother and slower.",
)
device_option = click.option("--device", default="cpu", show_default=True, help="Where rays are cast: cpu or cuda.")


def size_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--size, with a verb's own default."""
    return click.option("--size", type=size, default=default, show_default=True, metavar="WxH", help="Pixels.")


@click.group("rooms", no_args_is_help=False)
def command() -> None:
    """Rooms: pictures of a procedural indoor world, of which everything is known.

    \b
      scenegraph3d rooms render --seed 7 -o room.png --depth depth.png --truth scene.json
      scenegraph3d rooms sheet --seeds 0-23 -o sheet.png
      scenegraph3d rooms export --format coco --split train --count 1000 -o data

    A seed always gives the same room. Seeds 0 to 999 are for looking at; each split has a range of its own.
    """


@command.command("render")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Which room.")
@click.option("-o", "--output", required=True, type=room_picture, metavar="FILE", help="The picture: .png or .jpg.")
@preset_option
@size_option("640x480")
@supersample_option
@click.option("--depth", type=output_picture, metavar="FILE", help="Depth: 16-bit PNG, millimetres.")
@click.option(
    "--ids", type=output_picture, metavar="FILE", help="Instances: 8-bit PNG; 255 floor, 254 wall, 253 ceiling."
)
@click.option("--normals", type=output_picture, metavar="FILE", help="Normals: red right, green up, blue to the eye.")
@click.option("--truth", type=output_file, metavar="FILE", help="The scene graph of what the picture shows, JSON.")
@click.option("--captions", type=output_file, metavar="FILE", help="English captions with their triples, JSON.")
@device_option
@json_option
def render_command(
    seed: int, preset: str, size: tuple[int, int], supersample: int, device: str, as_json: bool, **files: Path | None
) -> None:
    """Render one room, with its depth, instances, normals, truth and captions where files are named for them."""
    from ..rooms import truth
    from ..rooms.exporting.pictures import views

    named = [path.resolve() for path in files.values() if path is not None]
    if len(set(named)) < len(named):
        raise click.UsageError("expected a file of its own for each output, got one name twice")
    room = _room(seed, preset)
    with value_of("--device"):
        (shown,) = views([room], size, supersample=supersample, device=device)
    scene = truth(room, size, device=device)
    for name, data in _contents(scene, shown, files):
        _write(name, data)
    _tell(room, scene, [path for path in files.values() if path is not None], as_json)


def _room(seed: int, preset: str) -> "Room":
    from ..rooms import sample_room

    with value_of("--preset"):
        return sample_room(seed, preset)


def _contents(scene: "SceneGraph", shown: "Shown", files: "dict[str, Path | None]") -> "Iterator[tuple[Path, bytes]]":
    """What goes into each file that is named; the picture comes last."""
    from ..io import dumps
    from ..rooms.exporting.pictures import depth_mm, encoded, ids, normal_colors
    from ..rooms.exporting.records import caption_row, captions_of

    def said() -> bytes:
        head = json.dumps(scene.source["rooms"]).removesuffix("}")
        rows = ",\n".join(json.dumps(caption_row(one)) for one in captions_of(scene))
        return f'{head}, "captions": [\n{rows}\n]}}\n'.encode()

    picture = files["output"] or Path()
    contents: dict[str, Callable[[], bytes]] = {
        "depth": lambda: encoded(depth_mm(shown.depth_m)),
        "ids": lambda: encoded(ids(shown.instance)),
        "normals": lambda: encoded(normal_colors(shown.normal)),
        "truth": lambda: dumps(scene).encode(),
        "captions": said,
        "output": lambda: encoded(shown.image, PICTURES[picture.suffix.lower()]),
    }
    for name, make in contents.items():
        path = files[name]
        if path is not None:
            yield path, make()


def _write(path: Path, data: bytes) -> None:
    from ..io.atomic import write_bytes

    write_bytes(path, data)


def _tell(room: "Room", scene: "SceneGraph", files: Sequence[Path], as_json: bool) -> None:
    """What was written, and what `build` takes to know the camera."""
    from ..rooms import split_of

    camera = scene.camera
    pinhole = [getattr(camera, name) for name in ("fx", "fy", "cx", "cy")]
    if as_json:
        facts = {
            "files": [str(path) for path in files],
            "seed": room.seed,
            "preset": room.preset,
            "split": split_of(room.seed),
            "objects": len(scene.objects),
            "relations": len(scene.relations),
            "intrinsics": pinhole,
            "up": list(scene.up.camera),
        }
        click.echo(json.dumps(facts))
        return
    things = f"{len(scene.objects)} objects, {len(scene.relations)} relations"
    click.echo(f"{', '.join(map(str, files))}: {things} (seed {room.seed}, {room.preset}, {split_of(room.seed)})")
    values, up = (",".join(f"{value:.6g}" for value in row) for row in (pinhole, scene.up.camera))
    click.echo(f"camera: --intrinsics {values} --up {up}; depth: --depth-scale 1000")


@command.command("sheet")
@click.option("--seeds", type=seed_range, default="0-23", show_default=True, metavar="A-B", help="Which rooms.")
@click.option("-o", "--output", required=True, type=room_picture, metavar="FILE", help="The picture: .png or .jpg.")
@preset_option
@size_option("256x192")
@supersample_option
@click.option("--show", default="picture", show_default=True, metavar="WHAT", help="picture, depth, ids or normals.")
@click.option("--columns", type=click.IntRange(min=1), help="How many are side by side.")
@device_option
def sheet_command(
    seeds: range,
    output: Path,
    preset: str,
    size: tuple[int, int],
    supersample: int,
    show: str,
    columns: int | None,
    device: str,
) -> None:
    """Put many rooms into one picture, each with its seed, to look at."""
    from ..errors import suggestion
    from ..io.images import MAX_PIXELS
    from ..rooms.exporting.pictures import KINDS, encoded, views
    from ..rooms.exporting.sheet import columns_of, contact_sheet

    if show not in KINDS:
        raise click.BadParameter(f"got {show!r}; {suggestion(show, KINDS)}", param_hint="'--show'")
    count = seeds.stop - seeds.start
    if count * size[0] * size[1] > MAX_PIXELS:
        raise click.UsageError(f"expected a sheet of at most {MAX_PIXELS} pixels, got {count} of {size[0]} x {size[1]}")
    _room(seeds[0], preset)
    pictures = []
    rays = supersample if show == "picture" else 1
    with _bar(count) as done, value_of("--device"):
        for seed in seeds:
            (shown,) = views([_room(seed, preset)], size, supersample=rays, device=device)
            pictures.append(shown.drawn(show))
            done(1)
    names = [str(seed) for seed in seeds]
    drawn = contact_sheet(pictures, names, columns or columns_of(len(pictures), size))
    _write(output, encoded(drawn, PICTURES[output.suffix.lower()]))
    click.echo(f"{output}: {len(pictures)} rooms, {drawn.shape[1]} x {drawn.shape[0]} pixels")


@command.command("export")
@click.option("--format", "form", required=True, metavar="NAME", help="coco or parquet.")
@click.option("--split", metavar="NAME", help="train, validation, test, heldout or demo; the first --count of it.")
@click.option("--count", type=int, help="How many rooms.")
@click.option("--seeds", type=seed_range, metavar="A-B", help="Instead: these rooms.")
@click.option("-o", "--output", required=True, type=output_place, metavar="FOLDER", help="A new or an empty folder.")
@preset_option
@size_option("256x256")
@supersample_option
@click.option("--rows-per-file", type=int, default=1000, show_default=True, help="Of parquet.")
@device_option
@json_option
def export_command(
    form: str, split: str | None, count: int | None, seeds: range | None, output: Path, as_json: bool, **settings: Any
) -> None:
    """Write rooms as a data set for other people's models.

    \b
    coco     images/, depth/, annotations.json, captions.json: boxes, masks, 3D boxes, cameras, relations, captions
    parquet  data/SPLIT-00000-of-00010.parquet: the same, a row per room, as Hugging Face datasets have it

    A run that was stopped goes on where it was when the same command is given again.
    """
    from ..errors import InputError
    from ..rooms import ExportPlan, export

    device = settings.pop("device")
    try:
        plan = ExportPlan(form, _chosen(split, count, seeds), **settings)
    except InputError as error:
        raise click.UsageError(str(error)) from error
    try:
        with _bar(len(plan.seeds)) as done:
            files = export(output, plan, device=device, done=done)
    except KeyboardInterrupt:
        click.echo("stopped; the same command goes on where it was", err=True)
        raise
    if as_json:
        click.echo(json.dumps({"folder": str(output), "files": [str(path) for path in files], **plan.manifest()}))
    else:
        click.echo(f"{output}: {len(plan.seeds)} rooms of {plan.split} as {form}, {_span(plan.seeds)}")


def _chosen(split: str | None, count: int | None, seeds: range | None) -> range:
    from ..rooms.exporting.export import first_seeds

    if seeds is not None and (split is not None or count is not None):
        raise click.UsageError("expected --seeds, or --split and --count, got both")
    if seeds is not None:
        return seeds
    if split is None or count is None:
        raise click.UsageError("expected --split and --count, or --seeds, got neither")
    return first_seeds(split, count)


def _span(seeds: range) -> str:
    return f"seeds {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"


@contextmanager
def _bar(count: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr where that is a terminal; call the result with how many more are done."""
    with click.progressbar(length=count, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update
