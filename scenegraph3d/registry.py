"""Registries: plain tables `name -> "module:object"`, resolved on use, so that nothing heavy is imported before."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from .errors import InputError, suggestion


def resolve(table: Mapping[str, str], name: str, kind: str) -> Any:
    """The object that `name` stands for.

    Raises:
        InputError: the table does not have it; near names are offered.
    """
    if name not in table:
        raise InputError(f"unknown {kind} {name!r}; {suggestion(name, table)}")
    module, _, attribute = table[name].partition(":")
    return getattr(import_module(module), attribute)


def make(table: Mapping[str, str], spec: str, kind: str) -> Any:
    """What the name in `spec` makes, of nothing or of the argument behind a colon: `name` or `name:argument`.

    Raises:
        InputError: the table does not have the name; near names are offered.
    """
    name, _, argument = spec.partition(":")
    maker = resolve(table, name, kind)
    return maker(argument) if argument else maker()
