"""Forms: the ways in which a question is asked, each as the program that answers it."""

from collections.abc import Iterator

from ..program import Call
from .choices import Choices
from .counts import Counts
from .distances import Distances
from .phrases import Phrases
from .traits import Traits
from .truths import Truths

FORMS = (Distances, Counts, Traits, Truths, Choices)


def programs(phrases: Phrases) -> Iterator[Call]:
    """Every program that the whole question may mean, the likeliest first."""
    end = len(phrases.words.lower)
    for form in FORMS:
        for program, stop in form(phrases).read():
            if stop == end:
                yield program
