"""Tokens: the words and marks of a text, with their places, sentence by sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Each branch starts with another kind of character and its parts cannot overlap, so that a match takes linear time.
_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['\u2019-][^\W_]+)*|\S")
SENTENCE_MAX = 200  # tokens; what is longer is no sentence, and read in pieces
_STOPS = frozenset(".!?;\u3002\u2026")
_CLITICS = ("'s", "'re", "'ve", "'ll", "'m", "'d")
_LOST_APOSTROPHES = frozenset(("mans", "womans", "childs", "persons"))
_UNCONTRACTED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}


@dataclass(slots=True)
class Token:
    """A word, a number, a mark, or what is tied to a word by an apostrophe.

    Attributes:
        text: as written.
        lower: in lower case, with straight apostrophes.
        start, end: characters in the text.
    """

    text: str
    lower: str
    start: int
    end: int


def sentences(text: str) -> Iterator[list[Token]]:
    """The tokens of each sentence, without its full stop; an empty line ends one too, as do `SENTENCE_MAX` tokens."""
    found: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        if found and (len(found) >= SENTENCE_MAX or text.count("\n", last, start) > 1):
            yield found
            found = []
        last = end
        if word in _STOPS and (end == len(text) or text[end].isspace() or word == ";"):
            if found:
                yield found
            found = []
        else:
            found.extend(_split(word, start, end))
    if found:
        yield found


def _split(word: str, start: int, end: int) -> Iterator[Token]:
    lower = word.lower().replace("\u2019", "'")
    if len(lower) != len(word):
        lower = word
    if lower.endswith("n't") and len(lower) > 3:
        stem = lower[:-3]
        yield Token(word[:-3], _UNCONTRACTED.get(stem, stem), start, end - 3)
        yield Token(word[-3:], "not", end - 3, end)
        return
    if lower in _LOST_APOSTROPHES:
        lower = f"{lower[:-1]}'s"
        yield Token(word[:-1], lower[:-2], start, end - 1)
        yield Token(word[-1:], "'s", end - 1, end)
        return
    for clitic in _CLITICS:
        if lower.endswith(clitic):
            cut = end - len(clitic)
            yield Token(word[: -len(clitic)], lower[: -len(clitic)], start, cut)
            yield Token(word[-len(clitic) :], clitic, cut, end)
            return
    yield Token(word, lower, start, end)
