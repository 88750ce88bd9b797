"""Checkpoints by name: the cards of those that are known, and what is said of any other hub id or local folder.

`checkpoints.json` beside this file holds the cards. A card's `revision` is the commit that is loaded; where it is null
the hub's newest is, and a graph's `source` records which commit that was.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from ..errors import InputError, message, suggestion

STAGES = ("depth", "detect", "refine", "parse", "encode")


@dataclass(frozen=True)
class Checkpoint:
    """What is known of a pretrained model.

    Attributes:
        name: short name, or the id or folder of one without a card.
        stage: what it is for, one of `STAGES`; None without a card.
        hub_id: on the Hugging Face hub; None for a local folder.
        folder: the local folder, for one that is given as such.
        revision: the commit that is loaded; None for the newest.
        licence: SPDX name, or its owner's; None where it is not known. It binds whoever uses the weights.
        parameters_m: millions of parameters.
        download_mb: size of its files.
        depth_kind: of a depth model, as `DepthMap.kind`.
        domain: "indoor", "outdoor" or "any".
        input_px: what the picture is made to before the network.
        gated: its owner asks to accept terms before the files can be fetched.
        paper: who wrote it up.
    """

    name: str
    stage: str | None = None
    hub_id: str | None = None
    folder: Path | None = None
    revision: str | None = None
    licence: str | None = None
    parameters_m: float | None = None
    download_mb: float | None = None
    depth_kind: str | None = None
    domain: str | None = None
    input_px: tuple[int, int] | str | None = None
    gated: bool = False
    paper: str | None = None


@cache
def checkpoints() -> Mapping[str, Checkpoint]:
    """The cards, by name."""
    rows = json.loads(resources.files(__package__).joinpath("checkpoints.json").read_text(encoding="utf-8"))
    cards = [Checkpoint(**{**row, "input_px": _input(row.get("input_px"))}) for row in rows]
    return {card.name: card for card in cards}


def names_of(stage: str) -> Callable[[], Mapping[str, Checkpoint]]:
    """What gives the cards of one stage, by name, when it is called."""
    return lambda: {name: card for name, card in checkpoints().items() if card.stage == stage}


def _input(value: list[int] | str | None) -> tuple[int, int] | str | None:
    return (value[0], value[1]) if isinstance(value, list) else value


def checkpoint(text: str, stage: str) -> Checkpoint:
    """The checkpoint that `text` names: a card's name, a local folder, or a hub id, `owner/name[@commit]`.

    Raises:
        InputError: none of these, or a card of another stage.
    """
    cards = checkpoints()
    if text in cards:
        return _of_stage(cards[text], stage)
    if text and Path(text).is_dir():
        return Checkpoint(text, folder=Path(text))
    hub_id, _, revision = text.partition("@")
    for card in cards.values():
        if card.hub_id == hub_id and revision in ("", card.revision):
            return _of_stage(card, stage)
    if hub_id.count("/") != 1 or not all(hub_id.split("/")) or hub_id.startswith((".", "~")):
        near = suggestion(text, names_of(stage)())
        raise InputError(message("checkpoint", "a known name, a folder, or a hub id owner/name", repr(text), near))
    return Checkpoint(hub_id, hub_id=hub_id, revision=revision or None)


def _of_stage(card: Checkpoint, stage: str) -> Checkpoint:
    if card.stage != stage:
        expected = f"one of {', '.join(names_of(stage)())}"
        raise InputError(message(f"{stage} model", expected, f"{card.name!r}, which is for {card.stage}"))
    return card
