"""Parsers: from a text to a TextGraph, by the grammar that is built in or by a model.

`PARSERS` names them; `text_parser(spec)` makes one, from a name alone or a name and an argument with a colon between,
such as a model's id or folder.
"""

from ...models.checkpoint import names_of
from ...registry import Registry
from .base import BatchTextParser, Parsed, TextParser, parse_all

PARSERS = Registry(
    "text parser",
    "scenegraph3d.parsers",
    {
        "grammar": "scenegraph3d.language.parsers.grammar:GrammarParser",
        "factual": "scenegraph3d.language.parsers.factual:FactualParser",
        "causal": "scenegraph3d.language.parsers.causal:CausalParser",
    },
    others=names_of("parse"),
    otherwise="factual",
)

__all__ = ["PARSERS", "BatchTextParser", "Parsed", "TextParser", "parse_all", "text_parser"]


def text_parser(spec: str = "grammar", *, device: str | None = None) -> TextParser:
    """The parser of a name, of `name:argument`, or of a checkpoint that is known.

    Args:
        spec: such as "grammar", "factual-base", "factual:folder" or "causal:owner/name".
        device: where it runs, for those that can choose: "cuda", "mps" or "cpu"; the best one where left out.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
        ModelError: its files cannot be had, or are of another kind.
    """
    found: TextParser = PARSERS.make(spec, device=device)
    return found
