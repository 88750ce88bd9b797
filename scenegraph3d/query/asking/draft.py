"""Draft: a question as it is drawn, and the words that questions choose among."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..program import Call
from .world import Name

# How the attributes of one thing are asked for.
VALUES: Mapping[str, tuple[str, ...]] = {
    "color": ("What color is {}?", "What is the color of {}?"),
    "material": ("What is {} made of?", "What is the material of {}?"),
    "shape": ("What shape is {}?", "What is the shape of {}?"),
    "size": ("What size is {}?", "What is the size of {}?"),
}


@dataclass(frozen=True)
class Draft:
    """A question and the program that answers it.

    Attributes:
        part: of a direction, what is asked: "clock_hour" or "words".
        names: of the things that the answer is one of, where the question has them.
    """

    question: str
    program: Call
    part: str = ""
    names: tuple[Name, ...] = ()
