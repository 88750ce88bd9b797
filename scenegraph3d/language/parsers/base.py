"""What every parser of texts does: str -> TextGraph."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ...errors import InputError, ModelError
from ..text_graph import TextGraph

Parsed = TextGraph | InputError | ModelError


@runtime_checkable
class TextParser(Protocol):
    """A reader of texts: one method is enough."""

    def parse(self, text: str) -> TextGraph:
        """The things that a text speaks of, and how it says that they are related.

        Raises:
            InputError: it is no text that can be read, or too long.
            ModelError: what a model wrote of it is no graph.
        """
        ...


@runtime_checkable
class BatchTextParser(TextParser, Protocol):
    """A parser that takes several texts in one go."""

    def parse_batch(self, texts: Sequence[str]) -> Sequence[TextGraph | ModelError]:
        """What `parse` gives for each, in order, or the error that it raises where a model wrote no graph.

        Raises:
            InputError: as `parse`, for any of them.
        """
        ...


def parse_all(parser: TextParser, texts: Sequence[str]) -> list[Parsed]:
    """The graph of every text or why there is none, in one go where the parser can."""
    if not isinstance(parser, BatchTextParser):
        return [_parsed(parser, text) for text in texts]
    try:
        return list(parser.parse_batch(texts))
    except InputError:
        return [_parsed(parser, text) for text in texts]


def _parsed(parser: TextParser, text: str) -> Parsed:
    try:
        return parser.parse(text)
    except (InputError, ModelError) as error:
        return error
