"""ask: an English question to a graph file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import INPUT_FILE, json_option, scene_argument, value_of

if TYPE_CHECKING:
    from ..models.text_encoder import TextEncoder
    from ..query.answer import Answer


@click.command("ask")
@scene_argument
@click.argument("question")
@click.option("--words", type=INPUT_FILE, help="JSON file with more names for things, as `Lexicon.extended` reads it.")
@click.option("--encoder", metavar="MODEL", help="Text encoder for nouns that nobody knows: a folder, name or hub id.")
@json_option
def command(scene_path: Path, question: str, words: Path | None, encoder: str | None, as_json: bool) -> None:
    """Answer an English QUESTION about SCENE.

    "Cannot be told" is an answer too, with its reason. A question that is not understood, or that speaks of "the
    table" where there are two, is an error that says so.

    \b
      scenegraph3d ask scene.json 'How many mugs are on the table?'
      scenegraph3d ask scene.json 'Is the lamp left of the sofa?'
      scenegraph3d ask scene.json "Which chair is nearest the door, from the sofa's point of view?"
      scenegraph3d ask scene.json 'How far is the bin from the desk?' --json
      scenegraph3d ask scene.json 'Where is the settee?' --encoder all-minilm-l6-v2
    """
    from .. import load
    from ..language.lexicon import default_lexicon
    from ..query.question import ask

    lexicon = default_lexicon()
    scene = load(scene_path)
    answer = ask(scene, question, lexicon.extended(words) if words else lexicon, encoder=_encoder(encoder))
    if as_json:
        click.echo(json.dumps(answer.to_dict()))
        return
    click.echo(_said(answer))


def _encoder(spec: str | None) -> "TextEncoder | None":
    if spec is None:
        return None
    from ..models.text_encoder import TextEncoder

    with value_of("--encoder"):
        return TextEncoder(spec)


def _said(answer: "Answer") -> str:
    """The answer in words, with what it rests on."""
    value = answer.value
    if value is None:
        return f"cannot be told: {answer.note}" if answer.note else "cannot be told"
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, list):
        text = ", ".join(value) or "nothing"
    elif isinstance(value, dict):
        text = f"{value['words']} ({value['clock_hour']} o'clock)"
    else:
        text = f"{value:.3g} {answer.unit}" if answer.unit else f"{value}"
    return f"{text}  ({answer.note})" if answer.note else text
