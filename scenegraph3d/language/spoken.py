"""Spoken: how a text can speak of what has a label, so that `parse` reads that and nothing else.

Labels are not always names that English can take up: "no parking sign" would say that there is none, "cup and saucer"
that there are two things, "on" nothing at all. The first of these ways is taken that reads back: the label as it
stands, with hyphens before its last word ("no-parking sign"), with hyphens throughout, its last word alone, "thing".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .parse import parse
from .phrases import PHRASES
from .text_graph import Mention
from .wording import IRREGULAR_PLURALS, ORDINALS, article, is_plural, plain, plural, sentence
from .words import CONJUNCTIONS

ANYTHING = "thing"
_CACHED_LABELS = 65536
# What a name is tried beside; in the texts the first two that are not in it, as 0 and 1 in what they should state.
_BESIDE = ("kite", "anvil", "pump")
_KNOWN = (("", "on", "0"), ("1", "near", ""), ("1", "near", "0"))
_TOLD_APART = (("", "near", "0"), ("1", "on", ""), ("1", "on", "0"))
_SEVERAL = (("", "near", "0"), ("1", "on", "0"))
_ADJECTIVE = "blue"
_REMARK = re.compile(r"\([^()]*\)")
_OR = re.compile(r"[/,;|]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@dataclass(frozen=True)
class Spoken:
    """The words for what has a label.

    Attributes:
        words: of the name that `parse` reads as attributes: "front" of "front door".
        said: the rest of the name, as a text has it for one thing: "door", "books".
        noun: how `parse` reads that: "door", "book".
        several: the name is a plural.
        many: the rest of the name for more than one: "doors"; "" where there is no such form, or for plurals.
        noun_of_many: how `parse` reads that.
    """

    words: tuple[str, ...]
    said: str
    noun: str
    several: bool = False
    many: str = ""
    noun_of_many: str = ""


@lru_cache(_CACHED_LABELS)
def spoken(label: str) -> Spoken:
    """How to speak of what has a label.

    Of "cabinet/shelf" that is the first; what stands in brackets, and a number at the end, do not belong to the name.
    """
    for name in _names(label):
        for several in (is_plural(name), not is_plural(name)):
            found = _read_back(name, several)
            if found is not None:
                return _with_many(found)
    return Spoken((), ANYTHING, ANYTHING, many=plural(ANYTHING), noun_of_many=ANYTHING)


@lru_cache(_CACHED_LABELS)
def attributive(word: str) -> bool:
    """Whether `parse` takes a word before a noun for an attribute: "red", but not the "bamboo" of "bamboo chair"."""
    noun = _BESIDE[0]
    text = f"{article(word)} {word} {noun} is near a {{0}}. A {{1}} is on the {word} {noun} and the {{0}}."
    found = _read(noun, text, _TOLD_APART)
    return found is not None and (found.noun, found.attributes) == (noun, (word,))


def _names(label: str) -> Iterator[str]:
    either = (_WORD.findall(plain(part)) for part in _OR.split(_REMARK.sub(" ", label)))
    words = next((part for part in either if part), [])
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if words:
        yield " ".join(words)
        if len(words) > 2 and words[-2] not in PHRASES and words[-2] not in CONJUNCTIONS:
            yield " ".join(["-".join(words[:-1]), words[-1]])
        yield "-".join(words)
        yield words[-1]


def _read_back(name: str, several: bool) -> Spoken | None:
    """The name as texts read it, new and known, alone and told apart; None where one of them reads otherwise."""
    some, verb = ("some", "are") if several else (article(name), "is")
    alone = _read(name, f"{some} {name} {verb} on a {{0}}. A {{1}} is near the {name} and the {{0}}.", _KNOWN)
    if alone is None:
        return None
    words = alone.attributes
    if words != tuple(name.split()[: len(words)]):
        return None
    for word, first in ((_ADJECTIVE, article(_ADJECTIVE)), (ORDINALS[0], "the")):
        told = f"{'some' if several else first} {word} {name}"
        ends = f"the {word} {name}, the {word} {name} and the {{0}}"
        again = _read(name, f"{told} {verb} near a {{0}}. A {{1}} is on {ends}.", _TOLD_APART)
        if again is None or (again.noun, again.attributes) != (alone.noun, (word, *words)):
            return None
    return Spoken(words, " ".join(name.split()[len(words) :]), alone.noun, several)


def _with_many(one: Spoken) -> Spoken:
    """With a form for more than one, where `parse` takes that for a number of the same things."""
    if one.several:
        return one
    many = plural(one.said)
    name = " ".join([*one.words, many])
    found = _read(name, f"two {name} are near a {{0}}. A {{1}} is on the {{0}}.", _SEVERAL)
    known = found is not None and found.noun in (one.noun, IRREGULAR_PLURALS.get(one.noun))
    if found is None or not known or (found.count, found.attributes) != (2, one.words):
        return one
    return replace(one, many=many, noun_of_many=found.noun)


def _read(name: str, text: str, expected: Sequence[tuple[str, str, str]]) -> Mention | None:
    """The mention of the name, where a text about it and two other things states what it should and nothing else."""
    first, second = [noun for noun in _BESIDE if noun not in name][:2]
    read = parse(sentence(text.format(first, second)))
    roles = [{first: "0", second: "1"}.get(one.noun, "") for one in read.objects]
    stated = {(roles[one.subject], one.predicate, roles[one.object]) for one in read.relations if not one.negated}
    if sorted(roles) != ["", "0", "1"] or stated != set(expected) or len(stated) != len(read.relations):
        return None
    return read.objects[roles.index("")]
