"""Context: the tokens of a sentence, the tags so far, and what the tagger asks of the words around."""

from dataclasses import dataclass
from functools import cache

from . import words as w
from .morphology import Word, word_of
from .phrases import Meaning, match_phrase, phrase_tree
from .tokens import Token

LOOKAHEAD = 30  # tokens in which a finite verb is looked for
NP_OPEN = frozenset("DSMJG")
AMBIGUOUS = w.HALF_PLACES | frozenset(("part", "hold", "support"))
VERB_BASES = w.VERBS_OF_PHRASES
# The tags of these hang on their neighbours.
SPECIAL = w.QUANTIFIERS | w.MANIFOLD
_CLAUSE_ENDS = frozenset((",", "and", "while", "as", "which", "that", "who"))


@dataclass(slots=True)
class Tagged:
    """A token, or the tokens of a phrase, with a tag.

    Attributes:
        tag: see the module.
        lower: the word, or the words of the phrase with blanks between.
        start, end: characters in the text.
        word: what the word can be; None for closed classes and phrases.
        meaning: of a phrase.
    """

    tag: str
    lower: str
    start: int
    end: int
    word: Word | None = None
    meaning: Meaning | None = None


class Context:
    """A place in a sentence whose tokens before it have tags."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.out: list[Tagged] = []
        self.at = 0

    def previous(self, skip: str = "R") -> str:
        """The tag of the last word, those in `skip` aside."""
        for item in reversed(self.out[-4:]):
            if item.tag not in skip:
                return item.tag
        return ""

    def lower(self, ahead: int) -> str:
        """A word before or after this one in lower case; "" beyond the ends."""
        at = self.at + ahead
        return self.tokens[at].lower if 0 <= at < len(self.tokens) else ""

    def in_noun_phrase(self) -> bool:
        """A determiner is open, with nothing but adjectives after it."""
        for item in reversed(self.out):
            if item.tag != "J":
                return item.tag in "DSMG"
        return False

    def listed_adjective(self, word: Word, lower: str) -> bool:
        """One of several adjectives: "black and white", "red, blue and green"."""
        if not (word.adjective or lower in w.COLOURS) or self.lower(1) not in (",", "and", "or", "&"):
            return False
        ahead = 3 if self.lower(2) in ("and", "or") else 2
        other = self.lower(ahead)
        if not other or other in closed_tags() or match_phrase(self.tokens, self.at + ahead):
            return False
        return other in w.COLOURS or _adjectival(word_of(other))

    def place_begins_clause(self) -> bool:
        """The clause so far is a phrase of place: "on the wall hang ..."."""
        for at in range(len(self.out) - 1, -1, -1):
            if at == 0 or self.out[at - 1].tag in ",CU.":
                return self.out[at].tag == "P"
        return False

    def verb_before(self) -> bool:
        """What follows goes with a verb better than with a noun."""
        return self.place_follows() or self.lower(1) in ("and", "", "while", "as")

    def several(self) -> bool:
        """The noun before ends a list."""
        for item in reversed(self.out[:-1]):
            if item.tag == "C":
                return True
            if item.tag not in "DSMJNGR":
                return False
        return False

    def finite_before(self) -> bool:
        """Whether a finite verb stands among the last words."""
        return any(item.tag in "BVH" for item in self.out[-LOOKAHEAD:])

    def finite_in_clause(self) -> bool:
        """Whether the clause so far has a finite verb."""
        for item in reversed(self.out):
            if item.tag in ",CU.":
                return False
            if item.tag in "BVH":
                return True
        return False

    def gap_open(self) -> bool:
        """The words so far end with the subject of a relative clause: "a cup that a man"."""
        for item in reversed(self.out):
            if item.tag not in "DSMJNGOR":
                return item.tag == "W"
        return False

    def finite_later(self) -> bool:
        """Whether a form of be or have comes before the clause ends, and none came."""
        if self.finite_before():
            return False
        for token in self.tokens[self.at + 1 : self.at + LOOKAHEAD]:
            if token.lower in w.BE or token.lower in w.HAVE:
                return True
            if token.lower in _CLAUSE_ENDS:
                return False
        return False

    def phrase_or_verb_follows(self) -> bool:
        """Whether a place, a form of be or have, or the end comes next."""
        following = self.lower(1)
        return not following or following in w.BE or following in w.HAVE or (self.phrase_at(1) and following != "of")

    def place_follows(self) -> bool:
        """Whether a phrase of place or an adverb comes next."""
        following = self.lower(1)
        return self.phrase_at(1) or following in w.ADVERBS or following.endswith("ly")

    def object_follows(self) -> bool:
        """Whether a word that opens a noun phrase comes next."""
        following = self.lower(1)
        return following in w.DETERMINERS or following in w.POSSESSIVES or following in w.NUMBERS

    def object_or_place_follows(self) -> bool:
        """Whether one of the two comes next."""
        return self.object_follows() or self.place_follows()

    def names(self, lower: str) -> bool:
        """A participle makes one name with the noun that follows: "a washing machine", not "a sleeping baby"."""
        if lower not in w.NAMING_ING or not self.noun_follows():
            return False
        noun = word_of(self.lower(1)).noun
        return noun not in w.PERSONS and noun not in w.ANIMALS

    def noun_follows(self) -> bool:
        """The next token can go on with the noun phrase."""
        lower = self.lower(1)
        if lower in w.SIDES:
            return not self.phrase_at(1)
        if lower == "can":
            return self.tin_at(1)
        if lower == "back":
            return not self.phrase_at(1)
        if lower == "half":
            return self.lower(2) == "of"
        if not lower or lower in closed_tags() or lower in SPECIAL or lower.isdigit() or mark_of(lower):
            return False
        return self._attribute_follows(lower) or self._noun_follows(lower)

    def _noun_follows(self, lower: str) -> bool:
        place = self.phrase_at(1) and lower != "part" and not self.verb_base_at(1)
        if place or (lower in phrase_tree().next and lower not in AMBIGUOUS):
            return False
        following = word_of(lower)
        if following.adjective and not (following.noun or following.verb) and self.phrase_at(2):
            return False
        return lower in w.THING_ING or lower in w.NAMING_ING or self._can_be_nominal(following)

    def _attribute_follows(self, lower: str) -> bool:
        """The next token stands before a noun without an article: "a big smiling man", "the third potted plant", "a
        tall side table". What is done to one thing has an article: "the first holding an umbrella"."""
        thing = self.lower(2)
        if not thing or thing in closed_tags() or thing in SPECIAL or mark_of(thing) or self.phrase_at(1):
            return False
        noun, following = word_of(thing), word_of(lower)
        if not noun.noun or (noun.verb and noun.form in ("ing", "ed")) or match_phrase(self.tokens, self.at + 2):
            return False
        if lower == "side":
            return True
        if not following.verb or following.form not in ("ing", "ed"):
            return False
        opened = bool(self.out) and (self.out[-1].lower in ("a", "an") or self.out[-1].tag == "M")
        return following.form == "ed" or opened or not noun.plural

    def tin_at(self, ahead: int) -> bool:
        """The "can" there goes with no verb: "a yellow can is", "a tin can on"."""
        following = self.lower(ahead + 1)
        if following in ("be", "have", ""):
            return not following
        finite = following in w.BE or following in w.HAVE or following in w.RELATIVES
        return finite or bool(mark_of(following)) or self.phrase_at(ahead + 1)

    def _can_be_nominal(self, following: Word) -> bool:
        if following.form == "s" and verb_like(following):
            return bool(following.noun) and self.lower(2) not in w.DETERMINERS
        if following.form == "ing" or (following.form == "ed" and not following.noun):
            return following.adjective and following.form != "ing"
        return True

    def verb_like_next(self) -> bool:
        """Whether the next word is an inflected verb."""
        lower = self.lower(1)
        if not lower or not lower[0].isalpha():
            return False
        word = word_of(lower)
        return verb_like(word) and word.form != "base" and lower not in w.NOUN_ALWAYS

    def phrase_at(self, ahead: int) -> bool:
        """Whether a phrase of place begins so many words from here."""
        return match_phrase(self.tokens, self.at + ahead) is not None

    def verb_base_at(self, ahead: int) -> bool:
        """Whether the phrase of place there is but a verb in its base form: "face"."""
        found = match_phrase(self.tokens, self.at + ahead)
        return found is not None and found[0] == self.at + ahead + 1 and self.lower(ahead) in VERB_BASES

    def remains(self, word: Word) -> bool:
        """How something stands or lies, before its place: "knee-deep in", "flat on"."""
        verb = self.out[-1].word
        return verb is not None and verb.verb in w.POSTURES and not word.plural and self.phrase_at(1)

    def resumes(self, word: Word, lower: str, previous: str) -> bool:
        """A verb after what stands between marks: "a vase (a blue one) stands on", "next to a lamp, stands a man"."""
        finite = word.form in ("s", "base") and verb_like(word)
        if not finite or lower in w.NOUN_ALWAYS or not self.object_or_place_follows():
            return False
        placed = previous == "," and any(item.tag == "P" for item in self.out)
        return previous == "." or (placed and not self.finite_before())

    def bare_verb_follows(self) -> bool:
        """Whether the next word can be a verb in its base form."""
        lower = self.lower(1)
        if lower in w.SIDES:
            return not self.phrase_at(1)
        if not lower or lower in closed_tags() or self.phrase_at(1) or mark_of(lower):
            return False
        word = word_of(lower)
        return bool(word.verb) and word.form == "base"


def verb_like(word: Word) -> bool:
    """It is a verb of what can be seen."""
    return word.verb in w.SCENE_VERBS


def mark_of(lower: str) -> str:
    """The tag of a mark, "" for a word."""
    if lower == ",":
        return ","
    return "" if lower[0].isalnum() else "."


def _adjectival(word: Word) -> bool:
    return word.adjective and not word.noun


@cache
def closed_tags() -> dict[str, str]:
    """The tag of each word of a closed class."""
    tables = {
        "R": w.ADVERBS,
        "U": w.SUBORDINATORS,
        "C": w.CONJUNCTIONS,
        "W": w.RELATIVES,
        "O": w.PRONOUNS,
        "Z": w.NEGATIONS,
        "X": w.MODALS,
        "H": w.HAVE,
        "B": w.BE,
        "S": frozenset(w.POSSESSIVES),
        "D": w.DETERMINERS,
        "N": w.INDEFINITES,
        "M": frozenset(w.NUMBERS),
        "T": frozenset(("to",)),
    }
    return {word: letter for letter, table in tables.items() for word in table}
