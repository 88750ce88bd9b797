"""Many pictures: a folder of graphs, batch by batch; what is there is left out, what fails is told at the end."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .inputs import Inputs
from .options import keep_inputs, output_place
from .report import report

if TYPE_CHECKING:
    from ..builder import Builder, Given
    from ..types import Image, SceneGraph

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")


def build_folder(
    paths: Sequence[Path], inputs: Inputs, output: Path, overlay: Path | None, batch: int, as_json: bool
) -> None:
    """Build the graphs of every picture in `paths` into the folder `output`.

    Raises:
        click.UsageError: inputs that belong to one picture; two pictures of one name; no picture.
    """
    if any(inputs.files()) or inputs.length_m is not None:
        text = "expected one picture with --depth, --detections, --sensor or --length, got several"
        raise click.UsageError(text)
    pictures = _pictures(paths)
    for folder in filter(None, (output, overlay)):
        _folder(folder)
    todo = [path for path in pictures if not (output / f"{path.stem}.json").exists()]
    keep_inputs(tuple(pictures), tuple(overlay / f"{path.stem}.png" for path in todo) if overlay else ())
    if len(todo) < len(pictures):
        click.echo(f"{len(pictures) - len(todo)} of {len(pictures)} were there already", err=True)
    failures = _built(todo, inputs, output, overlay, batch, as_json)
    if failures:
        raise click.exceptions.Exit(1)


def _pictures(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() in PICTURES) if path.is_dir() else [path]
        found.extend(inside)
    if not found:
        raise click.UsageError(f"expected pictures ({', '.join(PICTURES)}), got none in {paths[0]}")
    stems = [path.stem for path in found]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise click.UsageError(f"expected pictures of different names, got {twice[0]!r} twice")
    return found


def _folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise click.UsageError(f"expected a folder for several pictures, got the file {str(path)!r}")
    output_place(str(path)).mkdir(exist_ok=True)


def _built(todo: Sequence[Path], inputs: Inputs, output: Path, overlay: Path | None, batch: int, as_json: bool) -> int:
    """Write every graph; the number of pictures that failed."""
    if not todo:
        return 0
    failures, builder, given = 0, inputs.builder(), None
    _ = builder.depth, builder.detector, builder.refiners  # what is wrong with a model is told once, not per picture
    waiting = iter(todo)
    with click.progressbar(length=len(todo), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        while chunk := list(islice(waiting, batch)):
            images = _read(chunk)
            whole = {path: image for path, image in images.items() if not isinstance(image, str)}
            results: dict[Path, SceneGraph | str] = {}
            if whole:
                given = given or inputs.given(next(iter(whole.values())))
                results = dict(_results(builder, given, whole))
            for path, image in images.items():
                result = image if isinstance(image, str) else results[path]
                if isinstance(result, str):
                    failures += 1
                    click.echo(f"warning: {path}: {result}", err=True)
                else:
                    _write(path, whole[path], inputs.recorded(result), output, overlay, as_json)
                bar.update(1)
    return failures


def _read(paths: Sequence[Path]) -> "dict[Path, Image | str]":
    """The pictures, or why one cannot be read."""
    from ..errors import InputError
    from ..io.images import read_image

    found: dict[Path, Image | str] = {}
    for path in paths:
        try:
            found[path] = read_image(path)
        except InputError as error:
            found[path] = str(error)
    return found


def _results(
    builder: "Builder", given: "Given", images: "Mapping[Path, Image]"
) -> "Iterator[tuple[Path, SceneGraph | str]]":
    """The graph of each picture, or why there is none: together, and one by one where one of them fails."""
    from ..errors import InputError

    try:
        yield from zip(images, list(builder.build_many(images.values(), given, batch=len(images))), strict=True)
    except InputError as error:
        if len(images) == 1:
            yield from ((path, str(error)) for path in images)
        else:
            for path, image in images.items():
                yield from _results(builder, given, {path: image})


def _write(path: Path, image: "Image", scene: "SceneGraph", output: Path, overlay: Path | None, as_json: bool) -> None:
    from ..view import draw_overlay, save_picture

    graph, drawing = output / f"{path.stem}.json", overlay and overlay / f"{path.stem}.png"
    if drawing is not None:
        save_picture(drawing, draw_overlay(image, scene))
    scene.save(graph)
    report(scene, (graph, drawing), as_json, of=f"{path}: ")
