"""parse: English text to an abstract scene graph.

No model and no network: closed-class words, the phrases of place of `phrases`, a morphology library for the rest, noun
phrases, and clauses read once from left to right.

Statements are of mentions: "two chairs next to each other" relates one mention, of two chairs, to itself.

What it does not do: it knows no world, so that where grammar leaves two readings it takes one by rule (`clauses`); it
reads English only; it takes pronouns to the nearest fitting mention; questions, commands and metaphors are read as if
they described.
"""

from ..errors import InputError, message
from .chunks import chunk
from .clauses import Reader
from .tagging import tag
from .text_graph import TextGraph
from .tokens import sentences

CHARACTERS_MAX = 100_000


def parse(text: str) -> TextGraph:
    """The things that a text speaks of, and how it says that they are related.

    Args:
        text: English of at most `CHARACTERS_MAX` characters. Text that names nothing gives an empty graph.

    Raises:
        InputError: it is no string, or longer.
    """
    if not isinstance(text, str):
        raise InputError(message("text", "a string", type(text).__name__))
    if len(text) > CHARACTERS_MAX:
        do = "parse it sentence by sentence"
        raise InputError(message("text", f"at most {CHARACTERS_MAX} characters", str(len(text)), do))
    reader = Reader()
    for sentence in sentences(text):
        reader.sentence(chunk(tag(sentence)))
    return TextGraph(text, reader.entities.mentions(), tuple(dict.fromkeys(reader.statements)))
