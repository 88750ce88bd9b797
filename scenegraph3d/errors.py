"""Errors of the library: one root, few leaves, each message says what was expected, what came and what to do.

Every leaf also derives from the built-in that a caller would expect, so `except ValueError` keeps working.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType


class SceneGraphError(Exception):
    """Root of every error that scenegraph3d raises on purpose."""


class InputError(SceneGraphError, ValueError):
    """An argument or an input file does not hold what it should: wrong shape, dtype, unit or content."""


class SchemaError(InputError):
    """A JSON document is not what its schema says."""


class QueryError(SceneGraphError, ValueError):
    """A question names a predicate, a label or an object that the scene does not have."""


class MissingExtraError(SceneGraphError, ImportError):
    """An optional library is needed and not installed."""


class ModelError(SceneGraphError, RuntimeError):
    """A pretrained model cannot be had, is not what the stage needs, or does not fit into memory."""


class UnreachableError(ModelError):
    """A pretrained model is not on this machine, and the hub that has it cannot be reached."""


class EmbeddedModelWarning(UserWarning):
    """The small model that ships was taken, because the models of the default preset cannot be had."""


class OutputError(SceneGraphError, OSError):
    """A result could not be written; what was there before is untouched."""


def message(subject: str, expected: str, got: str, do: str = "") -> str:
    """One line in the form that every error of the library has."""
    text = f"{subject}: expected {expected}, got {got}"
    return f"{text}; {do}" if do else text


def near_matches(word: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices closest in spelling to `word`, best first."""
    import difflib

    by_lower: dict[str, str] = {}
    for choice in choices:
        by_lower.setdefault(choice.lower(), choice)
    return [by_lower[key] for key in difflib.get_close_matches(word.lower(), by_lower, n=limit, cutoff=0.5)]


def suggestion(word: str, choices: Iterable[str]) -> str:
    """`did you mean ...?` where something is close, else the choices themselves."""
    options = sorted(set(choices))
    close = near_matches(word, options)
    if close:
        return f"did you mean {' or '.join(repr(c) for c in close)}?"
    shown = ", ".join(options[:25]) + (", ..." if len(options) > 25 else "")
    return f"choose one of: {shown}" if options else "there is nothing to choose from"


def require(module: str, extra: str) -> ModuleType:
    """Import an optional library.

    Raises:
        MissingExtraError: it is not installed; the message names the extra that brings it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{module.partition('.')[0]} is needed here and could not be imported ({error}); "
            f"install it with: pip install 'scenegraph3d[{extra}]'"
        ) from error
