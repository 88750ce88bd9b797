"""Checks at the door of every type: what came is turned into read-only arrays, or refused in one clear line."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from ..errors import InputError, message

T = TypeVar("T")
FILLED_IN: Any = None  # the default of a column that may be left out: `__post_init__` fills it in
MAX_EMBEDDING = 16_384  # numbers per object; the largest backbones give some thousands


def at_the_door(cls: type[T]) -> type[T]:
    """For dataclasses whose `__post_init__` converts and checks every field, with errors of our own: the annotations
    say what a field holds afterwards, so they are not executed on what comes in."""
    cls.__init__.__annotations__.clear()
    return cls


def array(value: Any, name: str, shape: tuple[int | None, ...], dtype: Any = np.float64) -> np.ndarray:
    """A read-only array of `shape` (None = any length) and `dtype`.

    Raises:
        InputError: not numeric, another shape, or not finite.
    """
    try:
        out = np.array(value, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise InputError(message(name, f"numbers of shape {_shape_text(shape)}", _describe(value))) from error
    if len(shape) > 0 and shape[0] is None and out.size == 0:
        out = np.zeros(tuple(s or 0 for s in shape), dtype=dtype)
    if out.ndim != len(shape) or any(w not in (None, h) for w, h in zip(shape, out.shape, strict=True)):
        raise InputError(message(name, f"shape {_shape_text(shape)}", f"shape {tuple(out.shape)}"))
    if out.dtype.kind == "f" and not np.isfinite(out).all():
        bad = int((~np.isfinite(out)).sum())
        raise InputError(message(name, "finite numbers", f"{bad} NaN or infinite", "remove or repair those rows"))
    return freeze(out)


def embedding_rows(value: Any, count: int) -> np.ndarray | None:
    """[count, D] float32, read-only, 1 <= D <= `MAX_EMBEDDING`; None stays None.

    Raises:
        InputError: another shape, not numeric, or not finite in single precision.
    """
    if value is None:
        return None
    with np.errstate(over="ignore"):
        out = array(value, "embedding", (count, None), np.float32)
    if not 1 <= out.shape[1] <= MAX_EMBEDDING:
        raise InputError(message("embedding", f"1 to {MAX_EMBEDDING} numbers per object", f"{out.shape[1]}"))
    return out


def freeze(out: np.ndarray) -> np.ndarray:
    """The same array, no longer writable."""
    out.flags.writeable = False
    return out


def labels(value: Any, name: str) -> tuple[str, ...]:
    """A tuple of non-empty strings."""
    if isinstance(value, str) or not isinstance(value, Sequence | np.ndarray):
        raise InputError(message(name, "a sequence of strings, one per object", _describe(value)))
    out = tuple(str(v) if isinstance(v, np.str_) else v for v in value)
    for v in out:
        if not isinstance(v, str) or not v.strip():
            raise InputError(message(name, "non-empty strings", repr(v)))
    return out


def attribute_rows(value: Any, name: str, count: int) -> tuple[Mapping[str, Any], ...]:
    """A tuple of `count` mappings."""
    out = tuple(dict(v) if isinstance(v, Mapping) else v for v in value)
    if any(not isinstance(v, dict) for v in out):
        raise InputError(message(name, "one mapping per object, such as {'color': 'red'}", _describe(value)))
    if len(out) != count:
        raise InputError(message(name, f"{count} mappings, one per label", f"{len(out)}"))
    return out


def choice(value: Any, name: str, choices: Sequence[str]) -> str:
    """One of `choices`."""
    if value not in choices:
        raise InputError(message(name, f"one of {', '.join(choices)}", repr(value)))
    return str(value)


def _shape_text(shape: tuple[int | None, ...]) -> str:
    return "[" + ", ".join("N" if s is None else str(s) for s in shape) + "]"


def _describe(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array of dtype {value.dtype} and shape {value.shape}"
    text = repr(value)
    return f"{type(value).__name__} {text[:60]}{'...' if len(text) > 60 else ''}"
