"""models: the checkpoints that are known, their licences and sizes, and which of them are here."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .options import json_option

if TYPE_CHECKING:
    from ..models.checkpoint import Checkpoint


@click.command("models")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the pretrained models that are known by name, or all that is known of NAME."""
    from ..errors import InputError, suggestion
    from ..models.checkpoint import checkpoints

    cards = checkpoints()
    if name is not None and name not in cards:
        raise InputError(f"unknown model {name!r}; {suggestion(name, cards)}")
    chosen = list(cards.values()) if name is None else [cards[name]]
    if as_json:
        facts = [_facts(card) for card in chosen]
        click.echo(json.dumps(facts if name is None else facts[0], indent=1))
    elif name is None:
        click.echo(_table(chosen))
    else:
        known = {key: value for key, value in _facts(chosen[0]).items() if value is not None}
        click.echo("\n".join(f"{key:14} {value}" for key, value in known.items()))


def _facts(card: "Checkpoint") -> dict[str, Any]:
    from ..models.hub import is_here

    facts = {key: value for key, value in asdict(card).items() if key != "folder"}
    return facts | {"here": is_here(card)}


def _table(cards: "list[Checkpoint]") -> str:
    from ..models.hub import is_here
    from ..view.table import aligned

    rows = [("", "stage", "name", "depth", "MB", "licence", "hub id")]
    for card in cards:
        size = f"{card.download_mb:.0f}" if card.download_mb else "?"
        kind, licence = (card.depth_kind or "").replace("_", " "), card.licence or "?"
        here = "here" if is_here(card) else ""
        rows.append((here, card.stage or "", card.name, kind, size, licence, card.hub_id or ""))
    return aligned(rows)
