"""Vocabulary: the words that questions are made of, beside the phrases of places that `language.phrases` has."""

from collections.abc import Mapping

from ...language.words import NUMBERS as COUNTS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("a an the")
INDEFINITE = _words("a an any some another no")
EVERY = _words("all every each")
DETERMINERS = ARTICLES | INDEFINITE | EVERY | _words("this that these those both other either")
BE = _words("is are was were be 's 're")
PLURAL_BE = _words("are were 're")
PIECES = _words("piece pieces item items")
DO = _words("do does did")
HAVE = _words("has have having had")
RELATIVES = _words("that which who")
PRONOUNS = _words("it them they this that")
POSSESSIVES = _words("its their")
ONES = _words("one ones")
VIEWER = (
    ("me",),
    ("us",),
    ("you",),
    ("the", "camera"),
    ("the", "viewer"),
    ("the", "observer"),
    ("the", "photographer"),
)
HERE = (
    *(("there",), ("visible",), ("present",), ("here",)),
    *(
        (where, the, place)
        for where in ("in", "of")
        for the in ("the", "this")
        for place in ("scene", "room", "picture", "image", "photo", "view", "world")
    ),
)
OUTLOOK = (("point", "of", "view"), ("viewpoint",), ("perspective",), ("view",), ("side",), ("position",), ("pov",))
MINE = _words("my your our viewer camera")

NUMBERS: Mapping[str, int] = {word: count for word, count in COUNTS.items() if word != "one"}
ORDINALS: Mapping[str, int] = {
    word: i + 1
    for i, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    )
}

# Superlatives, and what `extreme` calls them.
EXTREMES: Mapping[str, str] = {
    **dict.fromkeys(("largest", "biggest", "greatest"), "largest"),
    **dict.fromkeys(("smallest", "littlest", "tiniest"), "smallest"),
    **{word: word for word in ("tallest", "shortest", "longest", "widest", "narrowest", "highest", "lowest")},
    **dict.fromkeys(("leftmost", "left-most"), "leftmost"),
    **dict.fromkeys(("rightmost", "right-most"), "rightmost"),
    **dict.fromkeys(("frontmost", "foremost"), "frontmost"),
    **dict.fromkeys(("backmost", "rearmost"), "backmost"),
}
NEAREST = _words("nearest closest")
FARTHEST = _words("farthest furthest")

# What questions ask of one thing: an attribute, or a length of its box.
ATTRIBUTES: Mapping[str, str] = {
    "color": "color",
    "colour": "color",
    "material": "material",
    "size": "size",
    "shape": "shape",
}
MEASURES: Mapping[str, str] = {
    "tall": "height",
    "high": "height",
    "height": "height",
    "wide": "width",
    "width": "width",
    "broad": "width",
    "long": "length",
    "length": "length",
    "deep": "depth",
    "depth": "depth",
    "big": "volume",
    "large": "volume",
    "volume": "volume",
}
COMPARATIVES: Mapping[str, tuple[str, bool]] = {
    "larger": ("larger_than", False),
    "bigger": ("larger_than", False),
    "greater": ("larger_than", False),
    "smaller": ("smaller_than", False),
    "taller": ("taller_than", False),
    "shorter": ("taller_than", True),
}
SIDES: Mapping[str, str] = {"left": "left", "right": "right", "front": "ahead", "back": "behind"}
AROUND_VIEWER: Mapping[str, str] = {
    "left_of": "left",
    "right_of": "right",
    "in_front_of": "ahead",
    "behind": "behind",
}
HOLDING: Mapping[str, str] = {"contain": "contains", "hold": "contains", "support": "under", "carry": "under"}
NOT_SAID = _words("both either just also currently exactly directly then else")
STOPS = (
    DETERMINERS
    | BE
    | DO
    | HAVE
    | RELATIVES
    | PRONOUNS
    | POSSESSIVES
    | _words("and or not than as same to of from with there me us you how what where how many made apart away than i")
    | _words("closer farther further nearer closest nearest farthest furthest more fewer less between relative colored")
    | frozenset(COMPARATIVES)
)
EXAMPLES = (
    "How many mugs are on the table?",
    "Is the lamp left of the sofa?",
    "Which chair is nearest the window?",
    "What is between the bed and the desk?",
    "How far is the bin from the door?",
    "What color is the largest box?",
)
