"""Tagging: the part of speech of each token in its place, and the phrases of place.

Tags: D determiner, S possessive, G genitive ('s), M number, J adjective, N noun, R adverb, V finite or bare verb,
I verb in -ing, E past or past participle, B be, H have, X modal, Z not, T to, P phrase of place, O pronoun, W relative,
C conjunction, U subordinator, K there, "," comma, "." any other mark.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from . import words as w
from .morphology import Word, word_of
from .phrases import PHRASES, Meaning
from .tokens import Token

PHRASE_WORDS_MAX = 9  # the longest phrase, and what may be inserted
LOOKAHEAD = 30  # tokens in which a later finite verb is looked for
_NP_OPEN = frozenset("DSMJG")
_NOMINAL = frozenset("NO")


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


@dataclass(slots=True)
class _Node:
    meaning: Meaning | None = None
    next: dict[str, "_Node"] = field(default_factory=dict)


@cache
def _phrase_tree() -> _Node:
    root = _Node()
    for phrase, meaning in PHRASES.items():
        node = root
        for part in phrase.split():
            node = node.next.setdefault(part, _Node())
        node.meaning = meaning
    return root


def match_phrase(tokens: list[Token], at: int) -> tuple[int, Meaning] | None:
    """The end and the meaning of the longest phrase that begins at a token."""
    node = _phrase_tree()
    found = None
    begin = at
    while at < len(tokens) and at - begin < PHRASE_WORDS_MAX:
        lower = tokens[at].lower
        following = node.next.get(lower)
        if following is None and at - begin >= 1 and node.next and lower in w.INSERTABLE:
            at += 1
            continue
        if following is None:
            break
        node, at = following, at + 1
        if node.meaning is not None:
            found = at, node.meaning
    return found


def tag(tokens: list[Token]) -> list[Tagged]:
    """The tags of one sentence."""
    return _Tagger(tokens).run()


class _Tagger:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.out: list[Tagged] = []
        self.at = 0

    def run(self) -> list[Tagged]:
        while self.at < len(self.tokens):
            if self._phrase():
                continue
            token = self.tokens[self.at]
            word = None
            closed = self._closed(token.lower)
            if not closed:
                word = word_of(token.lower)
                closed = self._open(token, word)
            self.out.append(Tagged(closed, token.lower, token.start, token.end, word))
            self.at += 1
        return self.out

    def _previous(self, skip: str = "R") -> str:
        for item in reversed(self.out[-4:]):
            if item.tag not in skip:
                return item.tag
        return ""

    def _lower(self, ahead: int) -> str:
        at = self.at + ahead
        return self.tokens[at].lower if 0 <= at < len(self.tokens) else ""

    def _phrase(self) -> bool:
        """Take a phrase of place, unless its words stand for something else here."""
        found = match_phrase(self.tokens, self.at)
        if found is None:
            return False
        end, meaning = found
        first = self.tokens[self.at].lower
        if not self._is_phrase(first, end):
            return False
        lower = " ".join(token.lower for token in self.tokens[self.at : end])
        self.out.append(Tagged("P", lower, self.tokens[self.at].start, self.tokens[end - 1].end, None, meaning))
        self.at = end
        return True

    def _is_phrase(self, first: str, end: int) -> bool:
        single = end == self.at + 1
        follower = self.tokens[end].lower if end < len(self.tokens) else ""
        if first == "up" and self._lower(-1) == "close":
            return False
        if first == "to" and single and self._infinitive(follower):
            return False
        if first in w.HALF_PLACES and self._in_noun_phrase():
            return False
        if single and first in _NUMERIC and follower.isdigit():
            return False
        if single and first in _VERBAL and not word_of(first).verb:
            return False
        return not (single and first in _VERB_BASES)

    def _in_noun_phrase(self) -> bool:
        """A determiner is open, with nothing but adjectives after it."""
        for item in reversed(self.out):
            if item.tag != "J":
                return item.tag in "DSMG"
        return False

    def _infinitive(self, follower: str) -> bool:
        if not follower or follower in w.DETERMINERS or follower in w.POSSESSIVES:
            return False
        word = word_of(follower)
        return follower in w.BE or follower in w.HAVE or (bool(word.verb) and word.form == "base" and _verb_like(word))

    def _closed(self, lower: str) -> str:
        special = _SPECIAL.get(lower)
        if special is not None:
            return special(self)
        found = _closed_tags().get(lower, "") or _mark(lower)
        if found == "M" and self._in_noun_phrase() and self._phrase_or_verb_follows():
            return "N"
        if found == "R" and lower in w.ADJECTIVAL_ADVERBS and self._in_noun_phrase():
            return "J" if self._noun_follows() else "N"
        return found

    def _open(self, token: Token, word: Word) -> str:
        if token.lower.isdigit():
            return "M" if self._noun_follows() or not self._in_noun_phrase() else "N"
        previous = self._previous()
        if not self.out or previous in "P,CUW.KZ" or previous in ("I", "E", "V", "H"):
            return self._fresh(token, word, previous)
        if previous in _NP_OPEN:
            return self._inside(word, token.lower)
        if previous in _NOMINAL:
            return self._after_noun(word, token.lower, previous)
        if previous in "XT":
            return "V" if word.verb else self._plain(word)
        return self._after_be(word)

    def _listed_adjective(self, word: Word, lower: str) -> bool:
        """One of several adjectives: "black and white", "red, blue and green"."""
        if not (word.adjective or lower in w.COLOURS) or self._lower(1) not in (",", "and", "or", "&"):
            return False
        ahead = 3 if self._lower(2) in ("and", "or") else 2
        other = self._lower(ahead)
        return other in w.COLOURS or (bool(other) and other not in _closed_tags() and _adjectival(word_of(other)))

    def _inside(self, word: Word, lower: str) -> str:
        """After a determiner or an adjective."""
        if self._listed_adjective(word, lower) or (word.adjective and self._lower(1) in ("one", "ones")):
            return "J"
        if lower in w.THING_ING and not self._names(lower):
            return "N"
        if word.verb and word.form in ("ing", "ed") and lower not in w.MATERIALS:
            if self._noun_follows():
                return "N" if lower in w.NAMING_ING else "J"
            return "N" if word.noun or word.form == "ing" else "J"
        if (word.adjective or lower in w.COLOURS or lower in w.MATERIALS) and self._noun_follows():
            return "J"
        if word.adverb and not word.noun and not word.adjective:
            return "R"
        return "J" if word.adjective and not word.noun and self._lower(1) == "," else "N"

    def _after_noun(self, word: Word, lower: str, previous: str) -> str:
        if previous == "N" and lower in w.THING_ING and not self._object_follows():
            return "N"
        if lower in w.COLOURS and self.out[-1].tag == "N" and self._noun_follows():
            self.out[-1].tag = "J"
            return "J"
        if word.verb and word.form == "ing":
            return "N" if previous == "N" and self._names(lower) and word.verb != "play" else "I"
        if word.verb and word.form == "ed" and not (word.noun and not _verb_like(word)):
            if previous == "N" and self.out[-1].tag == "N" and self._noun_follows():
                self.out[-1].tag = "J"
                return "J"
            return "E"
        if word.verb and word.form in ("s", "base") and self._finite(word, lower, previous):
            return "V"
        if word.noun:
            return "N"
        if word.adverb and not word.adjective:
            return "R"
        return "J" if word.adjective else "N"

    def _finite(self, word: Word, lower: str, previous: str) -> bool:
        """A word after a noun is a verb and no noun of a compound, by agreement and by what people mostly mean."""
        if previous == "O" or (not word.noun and (word.form == "s" or _verb_like(word))):
            return True
        if self.out[0].tag == "P" and word.verb in w.POSTURES and self._object_follows():
            return True
        if not _verb_like(word) or lower in w.NOUN_ALWAYS or (lower in w.NOUN_FIRST and not self._verb_before()):
            return False
        before = self.out[-1].word
        several = self._several()
        plural = (before is not None and before.plural) or several
        if word.form == "s":
            relative = any(item.tag == "W" for item in self.out)
            singular = before is None or not before.plural
            return (singular or self._place_follows()) and (relative or not self._finite_later())
        return plural and not self._finite_later() and (not several or self._place_follows())

    def _verb_before(self) -> bool:
        """What follows goes with a verb better than with a noun."""
        return self._place_follows() or self._lower(1) in ("and", "", "while", "as")

    def _several(self) -> bool:
        """The noun before ends a list."""
        for item in reversed(self.out[:-1]):
            if item.tag == "C":
                return True
            if item.tag not in "DSMJNGR":
                return False
        return False

    def _finite_later(self) -> bool:
        if any(item.tag in "BVH" for item in self.out):
            return False
        for token in self.tokens[self.at + 1 : self.at + LOOKAHEAD]:
            if token.lower in w.BE or token.lower in w.HAVE:
                return True
            if token.lower in _CLAUSE_ENDS:
                return False
        return False

    def _phrase_or_verb_follows(self) -> bool:
        following = self._lower(1)
        return not following or following in w.BE or following in w.HAVE or (self._phrase_at(1) and following != "of")

    def _place_follows(self) -> bool:
        following = self._lower(1)
        return match_phrase(self.tokens, self.at + 1) is not None or following in w.ADVERBS

    def _object_follows(self) -> bool:
        following = self._lower(1)
        return following in w.DETERMINERS or following in w.POSSESSIVES or following in w.NUMBERS

    def _after_be(self, word: Word) -> str:
        if word.verb and word.form in ("ing", "ed"):
            adjectival = not word.verb or (word.adjective and self._noun_follows())
            return "J" if adjectival else "I" if word.form == "ing" else "E"
        if word.adjective:
            return "J" if not word.noun or not self._noun_stands() else self._plain(word)
        return self._plain(word)

    def _noun_stands(self) -> bool:
        return not self._lower(1)

    def _fresh(self, token: Token, word: Word, previous: str) -> str:
        """Where a noun phrase or a verb can begin."""
        lower = token.lower
        if word.verb and word.form in ("ing", "ed"):
            return self._fresh_participle(word, lower, previous)
        if previous in ("W", "Z") and word.verb and (not word.noun or _verb_like(word)):
            return "V"
        if previous in ("C", ",") and word.verb and word.form in ("s", "base"):
            parallel = any(item.tag in "VBHW" for item in self.out)
            if not word.noun or (parallel and _verb_like(word) and self._object_or_place_follows()):
                return "V"
        if previous == "P" and word.verb and not word.noun and not word.adjective:
            return "N"
        if word.verb and word.form == "s" and not word.noun:
            return "V"
        return self._plain(word)

    def _object_or_place_follows(self) -> bool:
        return self._object_follows() or self._place_follows()

    def _fresh_participle(self, word: Word, lower: str, previous: str) -> str:
        names = self._names(lower)
        if lower in w.THING_ING and not self._object_follows():
            return "N"
        if names:
            return "N"
        if word.form == "ing":
            if previous in ("C", ",", "U", "I", "V", "H") or not self._noun_follows():
                return "N" if previous == "P" and not self._object_or_place_follows() else "I"
            return "J"
        if previous == "H":
            return "E" if not self._noun_follows() else "J"
        return "J" if self._noun_follows() and previous != "," else "E"

    def _names(self, lower: str) -> bool:
        return lower in w.NAMING_ING and self._noun_follows()

    def _noun_follows(self) -> bool:
        """The next token can go on with the noun phrase."""
        lower = self._lower(1)
        if lower in w.SIDES:
            return not self._phrase_at(1)
        if not lower or lower in _closed_tags() or lower in _SPECIAL or lower.isdigit() or _mark(lower):
            return False
        if lower in _phrase_tree().next and lower not in _AMBIGUOUS:
            return False
        if self._phrase_at(1) and lower not in ("left", "right", "part"):
            return False
        word = word_of(lower)
        if lower in w.THING_ING:
            return True
        if word.verb and not word.adjective and word.form in ("ing", "s", "ed") and not word.noun:
            return word.form == "s" and not _verb_like(word)
        if word.form == "ing" and lower not in w.THING_ING and lower not in w.NAMING_ING:
            return False
        return bool(word.noun) or word.adjective or not word.verb

    def _verb_like_next(self) -> bool:
        lower = self._lower(1)
        if not lower or not lower[0].isalpha():
            return False
        word = word_of(lower)
        return _verb_like(word) and word.form != "base" and lower not in w.NOUN_ALWAYS

    def _phrase_at(self, ahead: int) -> bool:
        return match_phrase(self.tokens, self.at + ahead) is not None

    def _plain(self, word: Word) -> str:
        if self._lower(0) in w.COLOURS and self._lower(-1) == "in" and self._verb_like_next():
            return "N"
        if self._listed_adjective(word, self._lower(0)) or (word.adjective and self._lower(1) in ("one", "ones")):
            return "J"
        if word.noun:
            return "J" if word.adjective and self._noun_follows() else "N"
        if word.adjective:
            return "J"
        if word.adverb:
            return "R"
        return "V" if word.verb else "N"

    def word_that(self) -> str:
        previous = self._previous()
        if previous in ("N", "O", ","):
            return "W"
        return "D" if self._noun_follows() else "W" if previous == "P" else "O" if previous in ("", "V") else "U"

    def word_her(self) -> str:
        return "S" if self._noun_follows() or self._lower(1) in w.POSITIONS | w.ADJECTIVAL_ADVERBS else "O"

    def word_one(self) -> str:
        if self._noun_follows():
            return "M"
        return "N" if self.out and self.out[-1].tag == "J" else "O"

    def word_this(self) -> str:
        return "D" if self._noun_follows() or self._lower(1) in w.NUMBERS else "O"

    def word_genitive(self) -> str:
        previous = self.out[-1] if self.out else None
        if previous is None or previous.tag in "KOWU" or previous.lower in ("here", "what", "who"):
            return "B"
        following = self._lower(1)
        if following in w.DETERMINERS or following in w.BE or following == "not" or not following:
            return "B"
        word = word_of(following)
        if self._phrase_at(1) and following not in _AMBIGUOUS:
            return "B"
        return "B" if word.form == "ing" and word.verb and following not in w.THING_ING and not word.adjective else "G"

    def word_apostrophe(self) -> str:
        before = self.out[-1].word if self.out else None
        return "G" if before is not None and before.plural and self._noun_follows() else "."

    def word_there(self) -> str:
        nearby = (self._lower(1), self._lower(2))
        return "K" if any(lower in w.BE or lower in w.MODALS or _can_follow_there(lower) for lower in nearby) else "R"

    def word_can(self) -> str:
        """A tin, unless a verb follows."""
        following = self._lower(1)
        if following in w.BE or following in w.NEGATIONS or following in w.HAVE or following in w.PRONOUNS:
            return "N" if self._in_noun_phrase() and following in w.BE and following != "be" else "X"
        noun = self._previous() in ("N", "D", "J", "M", "S", "G", "P")
        return "N" if noun and (self._in_noun_phrase() or not self._bare_verb_follows()) else "X"

    def _bare_verb_follows(self) -> bool:
        lower = self._lower(1)
        if lower in w.SIDES:
            return not self._phrase_at(1)
        if not lower or lower in _closed_tags() or self._phrase_at(1) or _mark(lower):
            return False
        word = word_of(lower)
        return bool(word.verb) and word.form == "base"

    def word_like(self) -> str:
        return "V" if self._previous() == "O" else "U"

    def word_left_or_right(self) -> str:
        previous = self._previous()
        if previous == "N" and self.out[-1].lower in ("bottom", "top") and self._noun_follows():
            self.out[-1].tag = previous = "J"
        if previous in _NP_OPEN:
            return "J" if self._noun_follows() else "N"
        if previous in ("P", "C", ""):
            return "J" if self._noun_follows() else "N"
        return "R"

    def word_other(self) -> str:
        if self._noun_follows() or self._lower(1) in w.NUMBERS:
            return "D"
        return "O"


_AMBIGUOUS = w.HALF_PLACES | frozenset(("part", "hold", "support"))
_NUMERIC = frozenset(("over", "around", "near"))
_VERBAL = frozenset(("touching", "facing"))
_VERB_BASES = frozenset(("contain", "enclose", "surround", "support", "hold", "touch", "face"))
_CLAUSE_ENDS = frozenset((",", "and", "while", "as", "which", "that", "who"))


def _can_follow_there(lower: str) -> bool:
    return bool(lower) and lower[0].isalpha() and word_of(lower).verb in ("stand", "hang", "lie", "sit", "appear")


def _verb_like(word: Word) -> bool:
    return word.verb in w.SCENE_VERBS


def _adjectival(word: Word) -> bool:
    return word.adjective and not word.noun


def _mark(lower: str) -> str:
    if lower == ",":
        return ","
    return "" if lower[0].isalnum() else "."


_SPECIAL: dict[str, Callable[[_Tagger], str]] = {
    "that": _Tagger.word_that,
    "one": _Tagger.word_one,
    "there": _Tagger.word_there,
    "can": _Tagger.word_can,
    "like": _Tagger.word_like,
    "'s": _Tagger.word_genitive,
    **dict.fromkeys(("her", "his"), _Tagger.word_her),
    **dict.fromkeys(("this", "these", "those"), _Tagger.word_this),
    **dict.fromkeys(("left", "right"), _Tagger.word_left_or_right),
    **dict.fromkeys(("'", "\u2019"), _Tagger.word_apostrophe),
    **dict.fromkeys(w.QUANTIFIERS, _Tagger.word_other),
}


@cache
def _closed_tags() -> dict[str, str]:
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
