"""Card: a small JSON file that says what an exported network takes and gives, so that it runs without code.

    {
      "model": "detector.onnx",
      "about": "what it is, where it comes from, its licence",
      "input": {"fit": "letterbox", "place": "top_left", "pad": 114, "channels": "bgr", "scale": 1},
      "detect": {"head": "yolox", "labels": "coco80"}
    }

`model` is a path from the card's folder, or an absolute one. `about` may be left out. The last section belongs to the
stage, `depth` or `detect`, and is read there. Fields of `input`:

| field | content | left out |
|---|---|---|
| fit | "resize" to the input's size, or "letterbox": resize with the sides' ratio kept, and pad the rest | - |
| channels | "rgb" or "bgr" | - |
| name | the model's input | its only one |
| width, height | size of the input, pixels | the model's own, where it is fixed |
| place | "center" or "top_left": where a letterboxed picture stands | "center" |
| pad | 0 to 255, around a letterboxed picture | 114 |
| layout | "nchw" or "nhwc" | "nchw" |
| scale, mean, std | v of 0 to 255 becomes (v * scale - mean) / std; mean and std ordered as `channels` | 1/255, 0, 1 |
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from .. import documents as doc
from ..errors import InputError, SchemaError, message, suggestion

T = TypeVar("T")
MAX_SIDE = 8192  # pixels of an input's side; a larger one is a slip of the pen
FITS = ("resize", "letterbox")
PLACES = ("center", "top_left")
CHANNELS = ("rgb", "bgr")
LAYOUTS = ("nchw", "nhwc")
_INPUT_OPTIONAL = ("name", "width", "height", "place", "pad", "layout", "scale", "mean", "std")


@dataclass(frozen=True)
class InputSpec:
    """How a picture becomes a network's input; the fields are those of the card.

    Attributes:
        fit: "resize" or "letterbox".
        channels: "rgb" or "bgr".
        name: the model's input; None for its only one.
        width, height: size of the input, pixels; None for the model's own.
        place: where a letterboxed picture stands, "center" or "top_left".
        pad: value around a letterboxed picture, 0 to 255.
        layout: "nchw" or "nhwc".
        scale, mean, std: v of 0 to 255 becomes (v * scale - mean) / std.
    """

    fit: str
    channels: str
    name: str | None = None
    width: int | None = None
    height: int | None = None
    place: str = "center"
    pad: float = 114.0
    layout: str = "nchw"
    scale: float = 1 / 255
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Card:
    """A card that was read.

    Attributes:
        path: the card's file.
        model: the model's file, which is there.
        input: what the network takes.
        stage: the section of the stage, a JSON object that is yet to be read.
        about: what the card's author says of the network.
    """

    path: Path
    model: Path
    input: InputSpec
    stage: Mapping[str, Any]
    about: str = ""


def read_card(path: str | PathLike[str], stage: str) -> Card:
    """Read a card.

    Args:
        path: its file.
        stage: the section that it must have, "depth" or "detect".

    Raises:
        InputError: `path` is empty, or the model's file is not there.
        SchemaError: the card is unreadable, lacks a field, has an unknown one or a value that is not as above.
    """
    if not str(path):
        raise InputError(message(f"onnx {stage}", "a card's path", "none", "give it after a colon: onnx:card.json"))
    value = doc.read_json(path)
    try:
        found = doc.mapping(value, "", ("model", "input", stage), ("about",))
        model = Path(path).parent / doc.value_of(found, "model", "", doc.TEXT)
        section = found[stage]
        if type(section) is not dict:
            raise doc.fail(stage, "an object", section)
        about = doc.value_of({"about": "", **found}, "about", "", doc.TEXT)
        card = Card(Path(path), model, _input(found["input"]), section, about)
    except SchemaError as error:
        raise SchemaError(f"{path}: {error}") from error
    if not model.is_file():
        raise InputError(f"{path}: model: expected a file that is there, got {str(model)!r}; put the model there")
    return card


def parsed(card: Card, parse: Callable[[Mapping[str, Any]], T]) -> T:
    """What `parse` makes of the section of the stage; what it refuses is refused in the card's name."""
    try:
        return parse(card.stage)
    except SchemaError as error:
        raise SchemaError(f"{card.path}: {error}") from error


def choice(found: Mapping[str, Any], key: str, where: str, choices: Sequence[str]) -> str:
    """`found[key]`, one of `choices`."""
    value = doc.value_of(found, key, where, doc.TEXT)
    if value not in choices:
        raise doc.fail(f"{where}.{key}", f"one of {', '.join(choices)}", value, suggestion(value, choices))
    return str(value)


def number(found: Mapping[str, Any], key: str, where: str, low: float, high: float) -> float:
    """`found[key]`, a number from `low` to `high`."""
    value = doc.value_of(found, key, where, doc.NUMBER)
    if not low <= value <= high:
        raise doc.fail(f"{where}.{key}", f"a number from {low:g} to {high:g}", value)
    return float(value)


def text(found: Mapping[str, Any], key: str, where: str) -> str | None:
    """`found[key]`, text that is not empty; None where the key is left out."""
    if key not in found:
        return None
    value = doc.value_of(found, key, where, doc.TEXT)
    if not value:
        raise doc.fail(f"{where}.{key}", "text that is not empty", value)
    return str(value)


def _input(value: Any) -> InputSpec:
    where = "input"
    found = doc.mapping(value, where, ("fit", "channels"), _INPUT_OPTIONAL)
    full = {"place": "center", "pad": 114, "layout": "nchw", "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1]}
    full |= found
    std = doc.vector(full["std"], f"{where}.std", 3)
    if (std <= 0).any():
        raise doc.fail(f"{where}.std", "3 numbers above 0", str(std.tolist()))
    scale = doc.value_of(full, "scale", where, doc.NUMBER)
    if scale <= 0:
        raise doc.fail(f"{where}.scale", "a number above 0", scale)
    return InputSpec(
        fit=choice(full, "fit", where, FITS),
        channels=choice(full, "channels", where, CHANNELS),
        name=text(full, "name", where),
        width=_side(full, "width"),
        height=_side(full, "height"),
        place=choice(full, "place", where, PLACES),
        pad=number(full, "pad", where, 0, 255),
        layout=choice(full, "layout", where, LAYOUTS),
        scale=float(scale),
        mean=tuple(doc.vector(full["mean"], f"{where}.mean", 3).tolist()),
        std=tuple(std.tolist()),
    )


def _side(found: Mapping[str, Any], key: str) -> int | None:
    if key not in found:
        return None
    value = doc.value_of(found, key, "input", doc.WHOLE)
    if not 1 <= value <= MAX_SIDE:
        raise doc.fail(f"input.{key}", f"pixels, from 1 to {MAX_SIDE}", value)
    return int(value)
