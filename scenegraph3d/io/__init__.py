"""Graphs and samples to and from files: our own JSON, and one module per foreign format.

Out: `export(scene, format_name, path)` with a format of `EXPORTS`. In: a reader per format, named in its module.
"""

from collections.abc import Callable
from os import PathLike
from typing import Any

from ..registry import resolve
from ..types import SceneGraph
from .json import dumps, from_dict, load, save, to_dict

EXPORTS: dict[str, str] = {
    "csv": "scenegraph3d.io.csv:write",
    "json": "scenegraph3d.io.json:save",
    "networkx": "scenegraph3d.io.networkx:write",
    "spark_dsg": "scenegraph3d.io.spark_dsg:write",
}

__all__ = ["EXPORTS", "dumps", "export", "from_dict", "load", "save", "to_dict"]


def export(scene: SceneGraph, format_name: str, path: str | PathLike[str]) -> None:
    """Write the graph in one of the formats of `EXPORTS`; each module says what survives.

    Raises:
        InputError: an unknown format; near names are offered.
        MissingExtraError: the format needs a library that is not installed.
        OutputError: the place cannot be written; what was there before is untouched.
    """
    write: Callable[[SceneGraph, str | PathLike[str]], Any] = resolve(EXPORTS, format_name, "format")
    write(scene, path)
