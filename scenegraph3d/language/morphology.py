"""Morphology: what a word can be, and its base forms, from lemminflect's tables and, for unknown words, their end."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from .words import (
    EXTRA_NOUNS,
    INVARIANT_PLURALS,
    IRREGULAR,
    NEVER_NOUNS,
    NEVER_VERBS,
    NOUNS_MAINLY,
    NUMBERS,
    PLURAL_ONLY,
    VERB_LEMMAS,
)

CACHED_WORDS = 50_000
LETTERS_MAX = 50  # a longer word has no forms
_ADJECTIVE_ENDS = ("ful", "less", "ous", "ish", "able", "ible", "like", "est", "ward")
_FORMS = (("ing", "ing"), ("ed", "ed"))
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Word:
    """What a word can be.

    Attributes:
        noun: its singular, "" for what is no noun.
        plural: as a noun it is a plural.
        verb: its base form, "" for what is no verb.
        form: as a verb: "base", "s", "ing" or "ed" (past and past participle).
        adjective, adverb: whether it can be one.
        known: the tables have it.
    """

    noun: str
    plural: bool
    verb: str
    form: str
    adjective: bool
    adverb: bool
    known: bool = True


def word_of(lower: str) -> Word:
    """What a word in lower case can be; of a hyphenated one the last part decides."""
    if len(lower) > LETTERS_MAX:
        return Word(lower, False, "", "base", False, False, known=False)
    return _short_word(lower)


@lru_cache(CACHED_WORDS)
def _short_word(lower: str) -> Word:
    lemmas = _tables()(lower)
    if not lemmas and "-" in lower:
        return _hyphenated(lower)
    if not lemmas:
        return _guess(lower)
    nouns, verbs = lemmas.get("NOUN", ()), lemmas.get("VERB", ())
    noun = _singular(lower, nouns) if nouns or lower in IRREGULAR else ""
    if not noun and (lower in EXTRA_NOUNS or lower.removesuffix("s") in EXTRA_NOUNS):
        noun = lower.removesuffix("s")
    if lower in NEVER_NOUNS:
        noun = ""
    verb = "" if lower in NEVER_VERBS else VERB_LEMMAS.get(lower) or (verbs[0] if verbs else "")
    plural = bool(noun) and (noun != lower or lower in INVARIANT_PLURALS or lower in PLURAL_ONLY)
    return Word(noun, plural, verb, _form(lower, verb), "ADJ" in lemmas and lower not in NOUNS_MAINLY, "ADV" in lemmas)


@cache
def _tables() -> Callable[[str], Mapping[str, tuple[str, ...]]]:
    from lemminflect import getAllLemmas

    return getAllLemmas


def _singular(lower: str, nouns: tuple[str, ...]) -> str:
    if lower in IRREGULAR:
        return IRREGULAR[lower]
    if lower in PLURAL_ONLY or lower in nouns[:1]:
        return lower
    return nouns[0]


def _form(lower: str, verb: str) -> str:
    if lower == verb or not verb:
        return "base"
    if lower.endswith("ing"):
        return "ing"
    return "s" if lower.endswith("s") and not lower.endswith("ss") else "ed"


def _hyphenated(lower: str) -> Word:
    last = word_of(lower.rpartition("-")[2])
    if lower.endswith("ed") and (not last.noun or last.form == "ed"):
        return Word("", False, "", "base", True, False)
    stem = lower.rpartition("-")[0]
    adjective = last.adjective or stem in NUMBERS or not last.noun
    return Word(f"{stem}-{last.noun}" if last.noun else lower, last.plural, "", "base", adjective, False)


def _guess(lower: str) -> Word:
    from lemminflect import getAllLemmasOOV

    if _ORDINAL.fullmatch(lower):
        return Word("", False, "", "base", True, False)
    if not lower.isascii() or not lower.isalpha():
        return Word(lower, False, "", "base", False, False, known=False)
    if lower.endswith("ly"):
        return Word("", False, "", "base", False, True, known=False)
    for end, form in _FORMS:
        if lower.endswith(end) and len(lower) > len(end) + 2:
            lemmas = getAllLemmasOOV(lower, "VERB").get("VERB", (lower,))
            return Word(lower, False, lemmas[0], form, True, False, known=False)
    if lower.endswith(_ADJECTIVE_ENDS):
        return Word("", False, "", "base", True, False, known=False)
    if lower in PLURAL_ONLY:
        return Word(lower, True, "", "base", False, False)
    noun = IRREGULAR.get(lower) or lower
    if noun == lower and lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        noun = getAllLemmasOOV(lower, "NOUN").get("NOUN", (lower,))[0]
    return Word(noun, noun != lower, "", "base", False, False, known=False)
