"""The parser that is built in, as one among others: no model, no network; see `parse`."""

from ..parse import parse
from ..text_graph import TextGraph


class GrammarParser:
    """Reads by the grammar of English; see `scenegraph3d.language.parse`."""

    def parse(self, text: str) -> TextGraph:
        """What `scenegraph3d.parse` gives.

        Raises:
            InputError: it is no string, or too long.
        """
        return parse(text)
