"""Registries: tables `name -> "module:object"`, resolved on use, so that nothing heavy is imported before.

A table may hold the object itself instead of its address, and other packages add names by entry points, in the group
that the registry has:

    [project.entry-points."scenegraph3d.depth"]
    mine = "my_package.depth:MyDepth"

A name of the library's own is not replaced by an entry point.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from .errors import InputError, suggestion

Maker = Callable[..., Any]


def resolve(table: Mapping[str, str | Maker], name: str, kind: str) -> Any:
    """The object that `name` stands for.

    Raises:
        InputError: the table does not have it; near names are offered.
    """
    if name not in table:
        raise InputError(f"unknown {kind} {name!r}; {suggestion(name, table)}")
    entry = table[name]
    if not isinstance(entry, str):
        return entry
    module, _, attribute = entry.partition(":")
    return getattr(import_module(module), attribute)


@dataclass(frozen=True)
class Registry:
    """Names of one kind of thing.

    Attributes:
        kind: what they are, for messages.
        group: of the entry points that add names.
        table: name -> "module:object", or the object itself.
        others: more names that an entry understands as its argument, such as the checkpoints that are known.
        otherwise: the name of that entry.
    """

    kind: str
    group: str
    table: dict[str, str | Maker]
    others: Callable[[], Mapping[str, Any]] = field(default=dict)
    otherwise: str = ""

    def register(self, name: str, maker: str | Maker) -> None:
        """Add `name` for this process: a class or function, or its address "module:object"."""
        self.table[name] = maker

    def names(self) -> list[str]:
        """Every name, sorted."""
        return sorted({*self.table, *self._added(), *self.others()})

    def make(self, spec: str, **options: Any) -> Any:
        """What the name in `spec` makes, of nothing or of the argument behind a colon: `name` or `name:argument`.

        Args:
            spec: such as "onnx:card.json".
            options: keyword arguments for makers that have them; others are made without.

        Raises:
            InputError: an unknown name; near names are offered.
        """
        name, _, argument = spec.partition(":")
        if name not in self.table and name in self.others():
            name, argument = self.otherwise, spec
        known = self.table if name in self.table else {**dict.fromkeys(self.names(), ""), **self._added()}
        maker: Maker = resolve(known, name, self.kind)
        taken = inspect.signature(maker).parameters
        given = {key: value for key, value in options.items() if key in taken}
        return maker(argument, **given) if argument else maker(**given)

    def _added(self) -> dict[str, str]:
        from importlib.metadata import entry_points

        return {point.name: point.value for point in entry_points(group=self.group)}
