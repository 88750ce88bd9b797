"""Settings to plain JSON values and back: frozen dataclasses of numbers, texts, tuples, mappings and such dataclasses.

Reading is strict, since graph files come from strangers: a field that is missing or unknown, or a value of another
type, is refused by its place.
"""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..errors import InputError, SchemaError, message

_SCALARS: Mapping[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


def document(value: Any) -> Any:
    """The plain JSON value of settings."""
    if is_dataclass(value):
        return {field.name: document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: document(item) for key, item in value.items()}
    return [document(item) for item in value] if isinstance(value, tuple) else value


def read(kind: Any, value: Any, where: str) -> Any:
    """Settings of the type `kind` from a plain JSON value; `where` is its place in the file.

    Raises:
        SchemaError: it does not hold what the type needs.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _read_dataclass(kind, value, where)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return None if value is None else read(inner, value, where)
    if origin is tuple:
        return _read_tuple(arguments, value, where)
    if origin is not None and issubclass(origin, Mapping):
        items = _of_type(dict, value, where, "an object")
        return {key: read(arguments[1], item, f"{where}.{key}") for key, item in items.items()}
    if kind is float and type(value) is int:
        return float(value)
    found = _of_type(kind, value, where, _SCALARS[kind])
    if kind is float and not math.isfinite(found):
        raise SchemaError(message(where, "a finite number", f"{found}"))
    return found


def _read_dataclass(kind: Any, value: Any, where: str) -> Any:
    hints = get_type_hints(kind)
    names = {field.name for field in fields(kind)}
    found = _of_type(dict, value, where, "an object")
    missing, unknown = sorted(names - found.keys()), sorted(found.keys() - names)
    if missing or unknown:
        got = f"no {missing[0]!r}" if missing else f"{unknown[0]!r}"
        do = "was it written by another version?"
        raise SchemaError(message(where, f"the fields of {kind.__name__}", got, do))
    values = {name: read(hints[name], item, f"{where}.{name}") for name, item in found.items()}
    try:
        return kind(**values)
    except InputError as error:
        raise SchemaError(f"{where}: {error}") from error


def _read_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    found = _of_type(list, value, where, "a list")
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(found)
    if len(kinds) != len(found):
        raise SchemaError(message(where, f"a list of {len(kinds)}", f"{len(found)}"))
    pairs = zip(kinds, found, strict=True)
    return tuple(read(kind, item, f"{where}[{index}]") for index, (kind, item) in enumerate(pairs))


def _of_type(kind: type, value: Any, where: str, name: str) -> Any:
    if type(value) is not kind:
        raise SchemaError(message(where, name, repr(value)[:40]))
    return value
