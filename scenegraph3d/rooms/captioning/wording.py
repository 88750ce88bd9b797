"""Wording: the words of captions, and how they agree."""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...language import wording

Triple = tuple[int, str, int]
Attribute = tuple[int, str, str]

SPELLED = {"tv": "TV", "tvs": "TVs"}

PREPOSITIONS: Mapping[str, tuple[str, ...]] = {
    "on": ("on", "on top of"),
    "inside": ("in", "inside"),
    "left_of": ("to the left of", "left of"),
    "right_of": ("to the right of", "right of"),
    "in_front_of": ("in front of",),
    "behind": ("behind",),
    "above": ("above",),
    "below": ("under", "below", "underneath"),
    "next_to": ("next to", "beside"),
    "near": ("near", "close to"),
}
# What follows "the table has a mug ...".
TAILS: Mapping[str, tuple[str, ...]] = {
    "on": ("on it", "on top of it", "on top"),
    "inside": ("in it", "inside it", "inside"),
    "left_of": ("to its left",),
    "right_of": ("to its right",),
    "in_front_of": ("in front of it",),
    "behind": ("behind it",),
    "above": ("above it",),
    "below": ("under it", "below it", "underneath it"),
    "next_to": ("next to it", "beside it"),
    "near": ("near it", "close to it"),
}
# What the thing that holds another one does, and the predicate that says so.
HOLDING: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "on": ("under", ("supports", "carries")),
    "inside": ("contains", ("contains", "holds")),
}
TABLES = ("table", "desk", "cabinet")  # these hold what is on them, too

STANDING = frozenset(
    (
        *("table", "desk", "chair", "stool", "sofa", "bed", "shelf", "cabinet", "lamp", "plant", "bin", "tv"),
        *("bottle", "vase", "candle", "teapot", "speaker"),
    )
)
LYING = frozenset(("book", "plate", "apple", "ball"))
POSTURES = ("on", "inside", "below", "left_of", "right_of", "in_front_of", "behind", "next_to", "near")

# Nobody would say what these are made of.
IMMATERIAL = frozenset(("apple", "book", "candle", "plant"))


@dataclass(frozen=True)
class Said:
    """A piece of text with all that it claims; things are rows of the scene.

    Attributes:
        text: the words.
        objects: the things that it mentions, in its order.
        triples: (subject, predicate, object).
        attributes: (thing, "color" or "material", value).
    """

    text: str
    objects: tuple[int, ...] = ()
    triples: tuple[Triple, ...] = ()
    attributes: tuple[Attribute, ...] = ()


def say(template: str, triples: Iterable[Triple] = (), **parts: Said | str) -> Said:
    """The template with its fields filled in, claiming what they claim and `triples`."""
    fields = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    said = [part for part in (parts[name] for name in fields) if isinstance(part, Said)]
    texts = {name: part.text if isinstance(part, Said) else part for name, part in parts.items()}
    return Said(template.format(**texts), *_claims(said, tuple(triples)))


def joined(items: Sequence[Said], glue: str = " ") -> Said:
    """One text after the other, claiming all that they claim."""
    return Said(glue.join(item.text for item in items), *_claims(items, ()))


def listed(items: Sequence[Said]) -> Said:
    """The items as "a, b and c"."""
    return items[0] if len(items) == 1 else joined([joined(items[:-1], ", "), items[-1]], " and ")


def _claims(
    said: Sequence[Said], triples: tuple[Triple, ...]
) -> tuple[tuple[int, ...], tuple[Triple, ...], tuple[Attribute, ...]]:
    return (
        tuple(dict.fromkeys(row for part in said for row in part.objects)),
        tuple(dict.fromkeys([*(triple for part in said for triple in part.triples), *triples])),
        tuple(dict.fromkeys(attribute for part in said for attribute in part.attributes)),
    )


def sentence(said: Said) -> Said:
    """The same with a capital and a full stop."""
    return replace(said, text=f"{said.text[:1].upper()}{said.text[1:]}.")


def spelled(noun: str) -> str:
    """A label, or several of a thing, as it is written in a text."""
    return SPELLED.get(noun, noun)


def plural(label: str) -> str:
    """Several of a thing."""
    return spelled(wording.plural(label))


def posture(label: str) -> str:
    """ "stand", "lie" or "sit": what a thing like that does."""
    return "stand" if label in STANDING else "lie" if label in LYING else "sit"


def participle(verb: str) -> str:
    """ "standing" of "stand"."""
    return {"lie": "lying", "sit": "sitting"}.get(verb, verb + "ing")
