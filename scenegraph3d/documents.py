"""Untrusted JSON: text to plain values, and lists of rows to columns, or one clear line that names the place.

Rows are checked a column at a time, so that thousands of them cost no Python per value.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .errors import InputError, SchemaError, message, suggestion

MAX_BYTES = 512 * 1024 * 1024  # the largest label file of COCO is 450 MB
MAX_DEPTH = 32  # levels of lists and objects inside a free-form value
NUMBER = frozenset({int, float})
WHOLE = frozenset({int})
TEXT = frozenset({str})
TRUTH = frozenset({bool})
LARGEST_NUMBER = 1e100  # its square is finite, so that geometry on what was read does not overflow
_LARGEST = 2**63  # of a single number; no length, focal length or size in pixels comes near
_ATOMS = frozenset({str, int, bool, type(None)})
_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def read_bytes(path: str | PathLike[str], max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a file.

    Raises:
        InputError: it cannot be read, or is larger than `max_bytes`.
    """
    try:
        size = Path(path).stat().st_size
        if size > max_bytes:
            raise InputError(message(str(path), f"a file of at most {max_bytes} bytes", f"{size} bytes"))
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(message(str(path), "a file that can be read", reason, "check the path")) from error


def read_json(path: str | PathLike[str]) -> Any:
    """The value in a JSON file.

    Raises:
        SchemaError: unreadable, larger than `MAX_BYTES`, or not strict JSON (see `parse_json`).
    """
    try:
        data = read_bytes(path)
    except InputError as error:
        raise SchemaError(str(error)) from error
    return parse_json(data, str(path))


def count_texts(value: Any) -> int:
    """How many keys and texts a JSON value holds: as many as its file has pairs of quotation marks."""
    if type(value) is str:
        return 1
    if type(value) is dict:
        return len(value) + sum(map(count_texts, value.values()))
    return sum(map(count_texts, value)) if type(value) is list else 0


def parse_json(data: bytes, subject: str) -> Any:
    """The value in JSON bytes.

    Raises:
        SchemaError: not UTF-8, not JSON, NaN or Infinity, a key that comes twice in one object, half of a
            surrogate pair, or nested too deep to read.
    """
    return _parse(data, subject, _distinct)


def parse_json_keeping_last(data: bytes, subject: str) -> Any:
    """The value in JSON bytes; of a key that comes twice in one object, the last. A third faster than `parse_json`.

    Raises:
        SchemaError: as for `parse_json`, but for keys that come twice.
    """
    return _parse(data, subject, None)


def _parse(data: bytes, subject: str, hook: Callable[[list[tuple[str, Any]]], Any] | None) -> Any:
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=hook)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise SchemaError(message(subject, f"at most {MAX_DEPTH} levels of nesting", "more")) from error
    except ValueError as error:
        do = "check that it is the file you mean"
        raise SchemaError(message(subject, "strict JSON in UTF-8", str(error), do)) from error
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"the value {name}, which JSON does not have")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} twice in one object")
    return out


def fail(where: str, expected: str, got: Any, do: str = "") -> SchemaError:
    """The error for the value `got` at `where`."""
    shown = got if isinstance(got, str) and got.startswith("no ") else describe(got)
    return SchemaError(message(where, expected, shown, do))


def describe(value: Any) -> str:
    """A value in a few words, for a message."""
    if value is None or isinstance(value, bool | int | float | str):
        text = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
        return text if len(text) <= 60 else f"{text[:60]}..."
    if isinstance(value, Sequence):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, Mapping) else type(value).__name__


def mapping(value: Any, where: str, required: Iterable[str], optional: Iterable[str] | None = ()) -> dict[str, Any]:
    """`value` if it is an object with the `required` keys and none beyond `optional` (None: any key may come)."""
    if type(value) is not dict:
        raise fail(where, "an object", value)
    check_keys([value], where, required, optional, one=True)
    return value


def rows(value: Any, where: str) -> list[dict[str, Any]]:
    """`value` if it is a list of objects."""
    if type(value) is not list:
        raise fail(where, "a list", value)
    if not set(map(type, value)) <= {dict}:
        i = next(i for i, row in enumerate(value) if type(row) is not dict)
        raise fail(f"{where}[{i}]", "an object", value[i])
    return value


def row_place(where: str, i: int) -> str:
    """The place of row `i` of the list `where`; "objects[*].seen" stands for the `seen` of each of the objects."""
    return where.replace("[*]", f"[{i}]") if "[*]" in where else f"{where}[{i}]"


def check_keys(
    found: Sequence[Mapping[str, Any]],
    where: str,
    required: Iterable[str],
    optional: Iterable[str] | None = (),
    *,
    one: bool = False,
) -> None:
    """Refuse rows that lack a `required` key or have one that is neither required nor `optional`."""
    needed = frozenset(required)
    known = needed | frozenset(optional or ())
    for keys in set(map(tuple, found)):
        missing = sorted(needed.difference(keys))
        unknown = [] if optional is None else sorted(set(keys) - known)
        if not missing and not unknown:
            continue
        i = next(i for i, row in enumerate(found) if tuple(row) == keys)
        place = where if one else row_place(where, i)
        name = (missing or unknown)[0]
        path = f"{place}.{name}" if place else name
        if missing:
            raise fail(path, "a value", "no such field")
        raise SchemaError(message(path, "no such field", f"{name!r}", suggestion(name, known)))


def column(found: Sequence[Mapping[str, Any]], key: str, where: str, kinds: frozenset[type]) -> list[Any]:
    """One value per row, each of exactly one of the types `kinds`."""
    values = list(map(itemgetter(key), found))
    if not set(map(type, values)) <= kinds:
        i = next(i for i, value in enumerate(values) if type(value) not in kinds)
        raise fail(f"{row_place(where, i)}.{key}", _kind_names(kinds), values[i])
    return values


def numbers(found: Sequence[Mapping[str, Any]], key: str, where: str, kinds: frozenset[type] = NUMBER) -> np.ndarray:
    """[N] one finite number per row, int64 where `kinds` is `WHOLE`, else float64."""
    values = column(found, key, where, kinds)
    return _array(values, kinds, lambda i: f"{row_place(where, i)}.{key}")


def vectors(found: Sequence[Mapping[str, Any]], key: str, where: str, width: int) -> np.ndarray:
    """[N, width] finite numbers, one list per row."""
    values = column(found, key, where, frozenset({list}))
    if not set(map(len, values)) <= {width}:
        i = next(i for i, value in enumerate(values) if len(value) != width)
        raise fail(f"{row_place(where, i)}.{key}", f"{width} numbers", values[i])
    flat = list(chain.from_iterable(values))

    def place(i: int) -> str:
        return f"{row_place(where, i // width)}.{key}[{i % width}]"

    return finite(flat, place).reshape(len(values), width)


def finite(values: list[Any], place: Callable[[int], str]) -> np.ndarray:
    """[N] float64; `place(i)` says where the i-th of the values stands, for a message."""
    if not set(map(type, values)) <= NUMBER:
        i = next(i for i, value in enumerate(values) if type(value) not in NUMBER)
        raise fail(place(i), "a number", values[i])
    return _array(values, NUMBER, place)


def vector(value: Any, where: str, width: int) -> np.ndarray:
    """[width] finite numbers from one list."""
    place, _, key = where.rpartition(".")
    try:
        return vectors([{key: value}], key, place, width)[0]
    except SchemaError as error:
        raise SchemaError(str(error).replace(f"{place}[0].", f"{place}." if place else "", 1)) from None


def value_of(found: Mapping[str, Any], key: str, where: str, kinds: frozenset[type]) -> Any:
    """`found[key]`, of exactly one of the types `kinds`."""
    value = found[key]
    ordinary = not isinstance(value, int | float) or -_LARGEST <= value < _LARGEST
    if type(value) not in kinds or not ordinary:
        raise fail(f"{where}.{key}" if where else key, _kind_names(kinds), value)
    return value


def _array(values: list[Any], kinds: frozenset[type], place: Callable[[int], str]) -> np.ndarray:
    try:
        out = np.array(values, dtype=np.int64 if kinds == WHOLE else np.float64)
    except OverflowError:
        limit = 2**63 if kinds == WHOLE else LARGEST_NUMBER
        i = next(i for i, value in enumerate(values) if not -limit <= value < limit)
        raise fail(place(i), "a number of ordinary size", values[i]) from None
    if out.dtype.kind == "f":
        wrong = ~(np.abs(out) <= LARGEST_NUMBER)
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise fail(place(i), f"a finite number up to {LARGEST_NUMBER:g}", values[i])
    return out


def plain(value: Any, where: str, depth: int = 0) -> None:
    """Refuse what is not a plain JSON value: other types, keys that are no text, NaN, more than `MAX_DEPTH` levels."""
    if type(value) in _ATOMS:
        return
    if depth > MAX_DEPTH:
        place = where[:60] + "..." if len(where) > 60 else where
        raise SchemaError(message(place, f"at most {MAX_DEPTH} levels of nesting", "more", "flatten it"))
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise fail(where, "keys that are text", key)
            plain(item, f"{where}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            plain(item, f"{where}[{i}]", depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise fail(where, "a finite number", value)
    elif not isinstance(value, float | int | str):
        do = "convert arrays with .tolist() and NumPy numbers with .item()"
        raise fail(where, "text, a number, true, false, null, a list or an object", value, do)


def _kind_names(kinds: frozenset[type]) -> str:
    return _NAMES[float] if kinds == NUMBER else " or ".join(sorted(_NAMES[kind] for kind in kinds))
