"""Wording: how the words of a text agree, and what English says for each predicate."""

import functools
import re
from collections.abc import Mapping, Sequence

from .phrases import PHRASES
from .words import PLURAL_ONLY

NUMBERS = (*("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),)
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth"),
)
PREPOSITIONS: Mapping[str, str] = {
    "left_of": "to the left of",
    "right_of": "to the right of",
    "in_front_of": "in front of",
    "far_from": "far from",
    "next_to": "next to",
    "aligned_with": "aligned with",
    "larger_than": "larger than",
    "smaller_than": "smaller than",
    "taller_than": "taller than",
    **{name: name for name in ("behind", "above", "below", "on", "under", "inside", "touching", "near", "facing")},
    "between": "between",
}
IRREGULAR_PLURALS = {"person": "people"}
_ADJECTIVES = {"wood": "wooden"}  # of materials; the others are their own
_VOWEL_SOUND = re.compile(r"(?!(?:uni|use|usu|ute|uku|eu|one|ura))[aeiou]|hour|heir|hono|8|1[18](?!\d)", re.IGNORECASE)
_NO_PLURAL = ("ss", "us", "is")  # endings of singular nouns
_LAST_WORD = re.compile(r"^(.*?)([^\W_]+)$", re.DOTALL)


def article(phrase: str) -> str:
    """ "a" or "an", as the first word of the phrase sounds."""
    return "an" if _VOWEL_SOUND.match(phrase) else "a"


def number(count: int) -> str:
    """A whole number of at least 0: "three", "13"."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def ordinal(place: int) -> str:
    """A place from 1 on: "third", "13th", "21st"."""
    if place <= len(ORDINALS):
        return ORDINALS[place - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if place % 100 in (11, 12, 13) else ending}"


def listed(items: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([*([", ".join(items[:-1])] if items[1:] else []), *items[-1:]])


def sentence(clause: str) -> str:
    """The clause with a capital and a full stop."""
    return f"{clause[:1].upper()}{clause[1:]}."


def made_of(material: str) -> str:
    """What a thing made of it is: "wooden"."""
    return _ADJECTIVES.get(material, material)


def plain(label: str) -> str:
    """A label as it stands in a text: in lower case, words apart."""
    return " ".join(label.lower().replace("_", " ").split())


@functools.cache
def plural(noun: str) -> str:
    """Several of what a noun in the singular names: "coffee tables"; a noun in the plural stays."""
    first, last = _parted(noun)
    if not last or is_plural(noun):
        return noun
    from lemminflect import getInflection

    return first + (IRREGULAR_PLURALS.get(last) or getInflection(last, "NNS")[0])


@functools.cache
def is_plural(noun: str) -> bool:
    """Whether a noun speaks of several, or of what has no singular: "books", "scissors", "men"."""
    from lemminflect import getAllLemmas, getInflection

    _, last = _parted(noun)
    if noun in PLURAL_ONLY:
        return True
    singulars = getAllLemmas(last, "NOUN").get("NOUN", ()) if last else ()
    if last not in singulars:
        return bool(singulars)
    return last.endswith("s") and not last.endswith(_NO_PLURAL) and getInflection(last, "NNS")[0] == last


@functools.cache
def singular(noun: str) -> str:
    """One of what a noun names: "book" of "books"; "scissors" stay."""
    from lemminflect import getAllLemmas

    if not is_plural(noun) or noun in PLURAL_ONLY:
        return noun
    first, last = _parted(noun)
    return first + str(getAllLemmas(last, "NOUN")["NOUN"][0])


@functools.cache
def verb_phrase(predicate: str) -> tuple[str, str] | None:
    """What stands between subject and object, of one thing and of several: ("is on", "are on"), ("rides", "ride").

    None for a predicate that is neither of the library, nor a phrase of places, nor a verb.
    """
    words = predicate.lower().replace("_", " ")
    said = PREPOSITIONS.get(predicate) or (words if words in PHRASES and not PHRASES[words].swapped else None)
    if said is not None:
        return f"is {said}", f"are {said}"
    from lemminflect import getAllLemmas, getInflection

    verb, space, rest = words.partition(" ")
    if verb not in getAllLemmas(verb, "VERB").get("VERB", ()):
        return None
    return f"{getInflection(verb, 'VBZ')[0]}{space}{rest}", words


def _parted(noun: str) -> tuple[str, str]:
    """A noun's last word, and what stands before it."""
    match = _LAST_WORD.match(noun)
    return (match[1], match[2]) if match else (noun, "")
