"""Unread: words of a text that nothing of what was read in it accounts for."""

from collections.abc import Iterator

from ..language import TextGraph
from ..language import words as w
from ..language.lexicon import Lexicon
from ..language.morphology import word_of
from ..language.phrases import PHRASES
from ..language.tokens import sentences

_COUNTING = (
    "exactly",
    "precisely",
    "least",
    "most",
    "only",
    "just",
    "than",
    "more",
    "fewer",
    "less",
    "up",
    "lot",
    "pair",
)
_FUNCTION = frozenset().union(
    *(w.DETERMINERS, w.QUANTIFIERS, w.DEFINITE, w.POSSESSIVES, w.PRONOUNS, w.INDEFINITES, w.RELATIVES, w.BE, w.HAVE),
    *(w.MODALS, w.CONJUNCTIONS, w.SUBORDINATORS, w.ADVERBS, w.NUMBERS, w.ORDINALS, w.INSERTABLE, w.DEPICTIONS),
    *(w.NEGATIONS, w.POSITIONS, w.VIEWERS, _COUNTING, ("there", "of", "to")),
)
_VERBS = w.POSTURES | w.SEEING | w.DEPICTING | w.MAKING | w.LIGHT | {"be", "have", "do", "hold", "belong"}
DENIAL = "not "  # before an attribute that is denied
_DENYING = frozenset(["not", "never", "no", "none", "nothing", "nobody", "neither", "hardly"])


def unread(text: TextGraph) -> tuple[str, ...]:
    """Words of a text that its objects and relations leave out, and "not" where more is denied than they deny."""
    tokens = [token for sentence in sentences(text.text) for token in sentence if token.lower[:1].isalnum()]
    known = set(_words(text))
    left = [t.text for t in tokens if t.lower not in known and not _accounted(t.lower, known)]
    denied = sum(one.negated for one in text.relations) + sum(one.count == 0 for one in text.objects)
    denied += sum(word.startswith(DENIAL) for one in text.objects for word in one.attributes)
    said = sum(token.lower in _DENYING for token in tokens)
    return tuple(dict.fromkeys([*(["not"] if said and not denied else []), *left]))


def unknown_noun(noun: str, lexicon: Lexicon) -> bool:
    """Whether neither the lexicon nor the tables of English have the noun."""
    head = noun.rsplit(maxsplit=1)[-1] if noun.split() else ""
    word = word_of(head)
    return not (lexicon.knows(noun) or lexicon.knows(head) or (word.known and word.noun and not lexicon.kind_of(head)))


def _words(text: TextGraph) -> Iterator[str]:
    for one in text.objects:
        yield from (
            *one.noun.split(),
            *" ".join(one.attributes).split(),
            *text.text[one.start : one.end].lower().split(),
        )
    for row in text.relations:
        yield from (*row.phrase.lower().split(), *row.predicate.split("_"))


def _accounted(lower: str, known: set[str]) -> bool:
    word = word_of(lower)
    verb = word.verb in known or word.verb in _VERBS
    return verb or word.noun in known or lower in _FUNCTION or lower in PHRASES or lower.isdigit()
