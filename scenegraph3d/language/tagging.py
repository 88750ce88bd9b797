"""Tagging: the part of speech of each token in its place, and the phrases of place.

Tags: D determiner, S possessive, G genitive ('s), M number, J adjective, N noun, R adverb, V finite or bare verb,
I verb in -ing, E past or past participle, B be, H have, X modal, Z not, T to, P phrase of place, O pronoun, W relative,
C conjunction, U subordinator, K there, "," comma, "." any other mark.
"""

from collections.abc import Callable

from . import words as w
from .context import AMBIGUOUS, LOOKAHEAD, NP_OPEN, VERB_BASES, Context, Tagged, closed_tags, mark_of, verb_like
from .morphology import Word, word_of
from .phrases import Meaning, match_phrase
from .tokens import Token

_NOMINAL = frozenset("NO")
_NUMERIC = frozenset(("over", "around", "near"))
_VERBAL = frozenset(("touching", "facing"))
_REFLEXIVES = frozenset(("himself", "herself", "itself", "themselves"))


def tag(tokens: list[Token]) -> list[Tagged]:
    """The tags of one sentence."""
    return _Tagger(tokens).run()


class _Tagger(Context):
    def run(self) -> list[Tagged]:
        while self.at < len(self.tokens):
            if self._phrase():
                continue
            token = self.tokens[self.at]
            word = None
            closed = self._closed(token.lower)
            if closed in ("E", "V"):
                word = word_of(token.lower)
            elif not closed:
                word = word_of(token.lower)
                closed = self._open(token, word)
            self.out.append(Tagged(closed, token.lower, token.start, token.end, word))
            self.at += 1
        return self.out

    def _phrase(self) -> bool:
        """Take a phrase of place, unless its words stand for something else here."""
        found = match_phrase(self.tokens, self.at)
        if found is None:
            return False
        end, meaning = found
        first = self.tokens[self.at].lower
        if first == "by" and self.lower(1) in _REFLEXIVES:
            self._take("R", self.at + 2)
            return True
        if not self._is_phrase(first, end):
            return False
        self._take("P", end, meaning)
        return True

    def _take(self, tag: str, end: int, meaning: Meaning | None = None) -> None:
        """Give one tag to the tokens up to a place."""
        lower = " ".join(token.lower for token in self.tokens[self.at : end])
        self.out.append(Tagged(tag, lower, self.tokens[self.at].start, self.tokens[end - 1].end, None, meaning))
        self.at = end

    def _is_phrase(self, first: str, end: int) -> bool:
        single = end == self.at + 1
        follower = self.tokens[end].lower if end < len(self.tokens) else ""
        if first == "up" and (self.lower(-1) == "close" or self._compound_up()):
            return False
        if first == "to" and single and self._infinitive(follower):
            return False
        if first in w.HALF_PLACES and self.in_noun_phrase():
            return False
        if single and first in _NUMERIC and follower.isdigit():
            return False
        if single and first in _VERBAL and not word_of(first).verb:
            return False
        return not (single and first in VERB_BASES)

    def _compound_up(self) -> bool:
        """What follows a determiner, a verb and "up" is a noun: "a silver pick up truck"."""
        verb = self.out[-1].word if self.out else None
        if verb is None or verb.form != "base" or not verb.verb or self.out[-1].tag != "N":
            return False
        return len(self.out) > 1 and self.out[-2].tag in NP_OPEN and self.noun_follows()

    def _infinitive(self, follower: str) -> bool:
        if not follower or follower in w.DETERMINERS or follower in w.POSSESSIVES:
            return False
        word = word_of(follower)
        return follower in w.BE or follower in w.HAVE or (bool(word.verb) and word.form == "base" and verb_like(word))

    def _closed(self, lower: str) -> str:
        special = _SPECIAL.get(lower)
        if special is not None:
            return special(self)
        found = closed_tags().get(lower, "") or mark_of(lower)
        if found == "M" and self.in_noun_phrase() and self.phrase_or_verb_follows():
            return "N"
        if found == "R" and lower in w.ADJECTIVAL_ADVERBS and self.in_noun_phrase():
            return "J" if self.noun_follows() else "N"
        return found

    def _open(self, token: Token, word: Word) -> str:
        if token.lower.isdigit():
            return "M" if self.noun_follows() or not self.in_noun_phrase() else "N"
        previous = self.previous()
        denied = previous == "Z" and self.previous("RZ") == "B"
        if not self.out or (previous in "P,CUW.KZ" and not denied) or previous in ("I", "E", "V", "H"):
            return self._fresh(token, word, previous)
        if previous in NP_OPEN:
            return self._inside(word, token.lower)
        if previous in _NOMINAL:
            return self._after_noun(word, token.lower, previous)
        if previous in "XT":
            return "V" if word.verb else self._plain(word)
        return self._after_be(word)

    def _inside(self, word: Word, lower: str) -> str:
        """After a determiner or an adjective."""
        if self.listed_adjective(word, lower) or (word.adjective and self.lower(1) in ("one", "ones")):
            return "J"
        if lower in w.THING_ING or lower == "side":
            return "N"
        if word.verb and word.form in ("ing", "ed") and lower not in w.MATERIALS:
            attribute = self.noun_follows() and not self.names(lower)
            return "J" if attribute or not (word.noun or word.form == "ing") else "N"
        if lower in w.ORDINALS and self.lower(1) in w.NUMBERS:
            return "J"
        describes = word.adjective or lower in w.COLOURS or lower in w.MATERIALS or lower in w.ORDINALS
        if describes and self.noun_follows():
            return "J"
        if word.adverb and not word.noun and not word.adjective:
            return "R"
        return "J" if word.adjective and not word.noun and self.lower(1) == "," else "N"

    def _after_noun(self, word: Word, lower: str, previous: str) -> str:
        if previous == "N" and lower in w.THING_ING and not self.object_follows():
            return "N"
        participle = self._participle(word, lower, previous)
        if participle:
            return participle
        if word.verb and word.form in ("s", "base") and self._finite(word, lower, previous):
            return "V"
        if word.adverb and not word.adjective and not word.noun:
            return "R"
        return "J" if word.adjective and not word.noun else "N"

    def _participle(self, word: Word, lower: str, previous: str) -> str:
        """The tag of a participle, or of what makes an adjective of the noun before: "a snow covered bench"."""
        if lower in w.SAME_PAST and self.place_follows() and not self.finite_in_clause():
            return "E"
        if word.verb and word.form == "ing":
            if lower == "looking" and self.out[-1].tag == "N" and self.noun_follows():
                self.out[-1].tag = "J"
                return "J"
            named = self.out[-1].lower == "no" or (self.names(lower) and word.verb != "play")
            return "N" if previous == "N" and named else "I"
        past = bool(word.verb) and word.form == "ed" and (not word.noun or verb_like(word))
        described = self.noun_follows() and self.lower(1) not in w.ADVERBS
        if (past or lower in w.COLOURS) and self.out[-1].tag == "N" and described:
            self.out[-1].tag = "J"
            return "J"
        put = past and word.verb in w.PUTTING and self.gap_open()
        return "V" if put else "E" if past else ""

    def _finite(self, word: Word, lower: str, previous: str) -> bool:
        """A word after a noun is a verb and no noun of a compound, by agreement and by what people mostly mean."""
        if word.adjective and not word.noun and word.form == "base" and not self.object_follows():
            return False
        if previous == "O" or (not word.noun and (word.form == "s" or verb_like(word))):
            return True
        if word.form == "s" and self._no_plural(word, previous):
            return True
        counted = self.lower(1) in w.NUMBERS and (self.finite_before() or self.finite_later() or word.form != "s")
        if self.object_follows() and not counted and verb_like(word):
            before = self.out[-1].word
            if (word.form == "s") != (before is not None and before.plural):
                return True
        if self.object_follows() and word.verb in w.POSTURES and self.place_begins_clause():
            return True
        if not verb_like(word) or lower in w.NOUN_ALWAYS or (lower in w.NOUN_FIRST and not self.verb_before()):
            return False
        before = self.out[-1].word
        several = self.several()
        plural = (before is not None and before.plural) or several
        if word.form == "s":
            relative = any(item.tag == "W" for item in self.out)
            singular = before is None or not before.plural
            return (singular or self.place_follows()) and (relative or not self.finite_later())
        plural = plural or (self.place_follows() and self._number_before(plural=True))
        gapped = not self.lower(1) and any(item.tag == "W" for item in self.out)
        return plural and not self.finite_later() and (not several or self.place_follows() or gapped)

    def _no_plural(self, word: Word, previous: str) -> bool:
        """What could be a plural is none: after "a picture", "a chef", or "a woman in sunglasses" before an object."""
        if word.verb in w.DEPICTING and self.out[-1].lower in w.DEPICTIONS:
            return True
        if self.object_follows() and verb_like(word) and self._number_before(plural=False):
            return True
        return previous == "N" and self._one_before()

    def _one_before(self) -> bool:
        """The noun phrase so far begins with "a", so that no plural can end it: "a chef slices bread"."""
        for k in range(len(self.out) - 1, -1, -1):
            if self.out[k].tag not in "JN":
                return self.out[k].lower in ("a", "an") and self.out[-1].lower not in w.COLLECTIVES
        return False

    def _number_before(self, plural: bool) -> bool:
        """A noun that ends a noun phrase before the last one, and can be the subject, has this number."""
        for k in range(len(self.out) - 2, -1, -1):
            item = self.out[k]
            if item.tag in ",CUWBVH":
                return False
            if item.tag == "N" and self.out[k + 1].tag == "P":
                return (item.word is not None and item.word.plural) == plural
        return False

    def _after_be(self, word: Word) -> str:
        if word.verb and (word.form in ("ing", "ed") or self.lower(0) in w.SAME_PAST):
            adjectival = word.adjective and self.noun_follows()
            return "J" if adjectival else "I" if word.form == "ing" else "E"
        inverted = self.place_begins_clause() or any(item.tag == "K" for item in self.out)
        named = self.lower(0) in w.COLOURS or self.lower(0) in w.MATERIALS
        if word.adjective or (named and not inverted and not self.noun_follows()):
            return "J"
        return self._plain(word)

    def _fresh(self, token: Token, word: Word, previous: str) -> str:
        """Where a noun phrase or a verb can begin."""
        lower = token.lower
        if previous == "C" and word.adjective and self.out[-2:-1] and self.out[-2].tag == "J":
            return "J"
        if word.verb and word.form in ("ing", "ed"):
            return self._fresh_participle(word, lower, previous)
        if self.resumes(word, lower, previous):
            return "V"
        if previous in ("W", "Z") and word.verb and (not word.noun or verb_like(word)):
            return "V"
        if previous in ("C", ",") and word.verb and word.form in ("s", "base"):
            parallel = any(item.tag in "VBHWIE" for item in self.out[-LOOKAHEAD:])
            described = word.adjective and self.noun_follows()
            if (not word.noun and not described) or (parallel and verb_like(word) and self.object_or_place_follows()):
                return "V"
        if previous == "P" and word.verb and not word.noun and not word.adjective:
            return "N"
        if word.verb and word.form == "s" and not word.noun:
            return "V"
        remains = previous in ("V", "I") and word.adjective and self.remains(word)
        return "J" if remains else self._plain(word)

    def _fresh_participle(self, word: Word, lower: str, previous: str) -> str:
        names = self.names(lower)
        if lower in w.THING_ING and not self.object_follows():
            return "N"
        if names:
            return "N"
        if word.form == "ing":
            if previous in ("C", ",", "U", "I", "V", "H") or not self.noun_follows():
                return "N" if previous == "P" and not self.object_or_place_follows() else "I"
            return "J"
        if previous == "H":
            return "E" if not self.noun_follows() else "J"
        return "J" if self.noun_follows() and previous != "," else "E"

    def _plain(self, word: Word) -> str:
        if self.lower(0) in w.COLOURS and self.lower(-1) == "in" and self.verb_like_next():
            return "N"
        if self.listed_adjective(word, self.lower(0)) or (word.adjective and self.lower(1) in ("one", "ones")):
            return "J"
        if self.lower(0) in w.ORDINALS and (self.noun_follows() or self.lower(1) in w.NUMBERS):
            return "J"
        if word.noun:
            return "J" if word.adjective and self.noun_follows() else "N"
        if word.adjective:
            return "J"
        if word.adverb:
            return "R"
        return "V" if word.verb else "N"

    def word_that(self) -> str:
        previous = self.previous()
        if previous in ("N", "O", ","):
            return "W"
        return "D" if self.noun_follows() else "W" if previous == "P" else "O" if previous in ("", "V") else "U"

    def word_her(self) -> str:
        following = self.lower(1)
        owns = following in w.NUMBERS or following in w.POSITIONS or following in w.ADJECTIVAL_ADVERBS
        return "S" if owns or self.noun_follows() else "O"

    def word_one(self) -> str:
        if self.noun_follows():
            return "M"
        return "N" if self.out and self.out[-1].tag == "J" else "O"

    def word_this(self) -> str:
        return "D" if self.noun_follows() or self.lower(1) in w.NUMBERS else "O"

    def word_genitive(self) -> str:
        previous = self.out[-1] if self.out else None
        if previous is None or previous.tag in "KOWU" or previous.lower in ("here", "what", "who"):
            return "B"
        following = self.lower(1)
        if following in w.DETERMINERS or following in w.BE or following == "not" or not following:
            return "B"
        word = word_of(following)
        if self.phrase_at(1) and following not in AMBIGUOUS:
            return "B"
        return "B" if word.form == "ing" and word.verb and following not in w.THING_ING and not word.adjective else "G"

    def word_apostrophe(self) -> str:
        before = self.out[-1].word if self.out else None
        return "G" if before is not None and before.plural and self.noun_follows() else "."

    def word_there(self) -> str:
        nearby = (self.lower(1), self.lower(2))
        return "K" if any(lower in w.BE or lower in w.MODALS or _can_follow_there(lower) for lower in nearby) else "R"

    def word_can(self) -> str:
        """A tin, unless a verb follows."""
        following = self.lower(1)
        if not self.out and not self.object_follows() and following not in w.PRONOUNS:
            return "N"
        if self.tin_at(0) and self.previous() in ("N", "D", "J", "M", "S", "G"):
            return "N"
        if following in w.BE or following in w.NEGATIONS or following in w.HAVE or following in w.PRONOUNS:
            return "X"
        noun = self.previous() in ("N", "D", "J", "M", "S", "G", "P")
        return "N" if noun and (self.in_noun_phrase() or not self.bare_verb_follows()) else "X"

    def word_like(self) -> str:
        return "V" if self.previous() == "O" else "U"

    def word_left_or_right(self) -> str:
        previous = self.previous()
        if self.lower(0) == "left" and previous in ("H", "B", "N", "O"):
            put = previous in ("N", "O") and self.place_follows() and self.gap_open()
            if put or previous in ("H", "B"):
                return "V" if put else "E"
        if previous == "N" and self.out[-1].lower in ("bottom", "top") and self.noun_follows():
            self.out[-1].tag = previous = "J"
        if previous in NP_OPEN:
            return "J" if self.noun_follows() else "N"
        if previous in ("P", "C", ""):
            return "J" if self.noun_follows() else "N"
        return "R"

    def word_no(self) -> str:
        forbidden = self.lower(1).endswith("ing") and self.lower(2) in w.FORBIDDING
        return "N" if self.previous() in NP_OPEN or forbidden else "D"

    def word_other(self) -> str:
        if self.lower(0) == "neither" and self.previous() == "B":
            return "Z"
        if self.lower(0) == "others" and self.previous("") == "M":
            return "N"
        if self.lower(1) in w.NUMBERS:
            return "D"
        return "D" if self.noun_follows() and not self._stands_alone() else "O"

    def _stands_alone(self) -> bool:
        """A plural verb follows: "both stand"."""
        if self.lower(0) not in w.SEVERAL or self.lower(1) in w.NOUN_ALWAYS:
            return False
        following = word_of(self.lower(1))
        return verb_like(following) and following.form == "base" and not (following.plural or following.adjective)


def _can_follow_there(lower: str) -> bool:
    return bool(lower) and lower[0].isalpha() and word_of(lower).verb in ("stand", "hang", "lie", "sit", "appear")


_SPECIAL: dict[str, Callable[[_Tagger], str]] = {
    "that": _Tagger.word_that,
    "one": _Tagger.word_one,
    "there": _Tagger.word_there,
    "can": _Tagger.word_can,
    "no": _Tagger.word_no,
    "like": _Tagger.word_like,
    "'s": _Tagger.word_genitive,
    **dict.fromkeys(("her", "his"), _Tagger.word_her),
    **dict.fromkeys(("this", "these", "those"), _Tagger.word_this),
    **dict.fromkeys(("left", "right"), _Tagger.word_left_or_right),
    **dict.fromkeys(("'", "\u2019"), _Tagger.word_apostrophe),
    **dict.fromkeys(w.QUANTIFIERS, _Tagger.word_other),
}
