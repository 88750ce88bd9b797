"""What the command line says of a graph that was built."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ..types import SceneGraph


def _facts(scene: "SceneGraph", files: tuple[Path | None, ...]) -> dict[str, Any]:
    """What is said of a graph that was built."""
    return {
        "files": [str(path) for path in files if path is not None],
        "objects": len(scene.objects),
        "relations": len(scene.relations),
        "scale": scene.scale,
        "camera": scene.camera.intrinsics_source if scene.camera else "none",
        "up": scene.up.source,
        "depth": scene.source["depth"],
        "skipped": [dict(row) for row in scene.source["skipped"]],
        "not_found": list(scene.source["not_found"]),
    }


def report(scene: "SceneGraph", files: tuple[Path | None, ...], as_json: bool, *, of: str = "") -> None:
    """Print what was built, and warn of what was not found or left out; `of` says of which picture."""
    facts = _facts(scene, files)
    for line in _warnings(facts):
        click.echo(f"warning: {of}{line}", err=True)
    click.echo(json.dumps(facts) if as_json else _line(facts))


def _line(facts: Mapping[str, Any]) -> str:
    """One line on a graph."""
    counts = f"{facts['objects']} objects, {facts['relations']} relations"
    how = f"scale {facts['scale']}, camera {facts['camera']}, up {facts['up']}"
    return f"{', '.join(facts['files'])}: {counts} ({how})"


def _warnings(facts: Mapping[str, Any]) -> list[str]:
    """What a user should know of a graph that was built."""
    skipped = [f"detection {row['index']} ({row['label']}) skipped: {row['reason']}" for row in facts["skipped"]]
    absent = [f"not found: {', '.join(facts['not_found'])}"] if facts["not_found"] else []
    return skipped + absent + ([] if facts["objects"] else ["the graph is empty"])
