"""Options that several verbs share: their types, and the checks that come before any work."""

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..errors import InputError

INPUT_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def numbers(form: str) -> Callable[[str], tuple[float, ...]]:
    """The type of options such as `529.5,529.5,365,265`; `form` names the numbers: `fx,fy,cx,cy`."""
    count = form.count(",") + 1

    def convert(text: str) -> tuple[float, ...]:
        try:
            values = tuple(float(part) for part in text.split(","))
        except ValueError:
            values = ()
        if len(values) != count or not all(map(math.isfinite, values)):
            raise click.BadParameter(f"expected {count} numbers with commas, {form}, got {text!r}")
        return values

    return convert


def output_place(text: str) -> Path:
    """The type of options that name what to write: the folder around it must be there before the work starts."""
    path = Path(text)
    folder = path.resolve().parent
    if not folder.is_dir():
        raise click.BadParameter(f"expected a folder that exists, got {text!r}; make the folder first")
    if not os.access(folder, os.W_OK):
        raise click.BadParameter(f"expected a folder that can be written, got {str(folder)!r}")
    return path


def output_file(text: str) -> Path:
    """As `output_place`, for a file."""
    path = output_place(text)
    if path.is_dir():
        raise click.BadParameter(f"expected the name of a file, got the folder {text!r}")
    return path


def output_picture(text: str) -> Path:
    """As `output_file`, for PNG pictures."""
    path = output_file(text)
    if path.suffix.lower() != ".png":
        raise click.BadParameter(f"expected a name that ends in .png, got {path.name!r}")
    return path


def scene_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument SCENE: a graph file."""
    return click.argument("scene_path", metavar="SCENE", type=INPUT_FILE)(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--json: output for machines."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(function)


@contextmanager
def value_of(option: str) -> Iterator[None]:
    """What is refused inside this block is a bad value of `option`."""
    try:
        yield
    except click.BadParameter as error:
        raise click.BadParameter(error.message, param_hint=f"'{option}'") from error
    except InputError as error:
        raise click.BadParameter(str(error), param_hint=f"'{option}'") from error


def model_file(spec: str | None) -> Path | None:
    """The file that a model's `name:argument` names, if it names one that is there."""
    argument = (spec or "").partition(":")[2]
    path = Path(argument)
    return path if argument and path.is_file() else None


def keep_inputs(inputs: tuple[Path | None, ...], outputs: tuple[Path | None, ...]) -> None:
    """Refuse to write over a file that is read."""
    read = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path is not None and path.resolve() in read:
            raise click.UsageError(f"expected an output that is no input too, got {str(path)!r} for both")


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """A bar on stderr where that is a terminal; call the result with the name of each step as it begins."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(length=steps, file=sys.stderr, item_show_func=lambda name: name or "") as bar:
        bar.update(0)
        yield lambda name: bar.update(1, name)
