"""Vocabulary: the words that questions are made of, beside the phrases of places that `language.phrases` has."""

from collections.abc import Mapping

from ...language.words import NUMBERS as COUNTS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("a an the")
INDEFINITE = _words("a an any some another")
NONE = _words("no")
EVERY = _words("all every each")
DETERMINERS = ARTICLES | INDEFINITE | NONE | EVERY | _words("this that these those both other either")
BE = _words("is are was were be 's 're")
PLURAL_BE = _words("are were 're")
PIECES = _words("piece pieces item items")
DO = _words("do does did")
HAVE = _words("has have having had")
RELATIVES = _words("that which who")
PRONOUNS = _words("it them they this that")
POSSESSIVES = _words("its their")
ONES = _words("one ones")
POINTLESS = _words("the a an no")  # alone they name nothing
PEOPLE = _words("anyone anybody someone somebody nobody")
NEGATIVE = _words("nothing nobody")
# What is no thing that stands somewhere, unless the scene has a label of that name.
NO_THINGS = _words(
    "color colour colors colours material materials size sizes shape shapes number numbers kind kinds type types sort "
    "sorts name names way direction distance height width length depth volume dimension dimensions left right front "
    "back top bottom side middle center centre nothing none total all life meaning reason time room space"
)
EXCEPT = (("besides",), ("except", "for"), ("except",), ("other", "than"), ("apart", "from"), ("aside", "from"))
VIEWER = (
    *(("me",), ("us",), ("you",)),
    ("the", "camera"),
    ("the", "viewer"),
    ("the", "observer"),
    ("the", "photographer"),
)
HERE = (
    *(("there",), ("visible",), ("present",), ("here",), ("altogether",), ("overall",), ("in", "total"), ("in", "all")),
    *(
        (where, the, place)
        for where in ("in", "of")
        for the in ("the", "this")
        for place in ("scene", "room", "picture", "image", "photo", "view", "world")
    ),
)
ASKED = _words("what which who")
SEEN = (("are", "there"), ("is", "there"), ("do", "you", "see"), ("can", "you", "see"), ("are", "they"), ("exist",))
SHOWN = tuple(("does", "the", place, verb) for place in ("room", "scene") for verb in ("have", "contain"))
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
# What is compared by a measure, and whether more of it is meant; the words of COMPARATIVES have relations of their own.
MEASURED: Mapping[str, tuple[str, bool]] = {
    "wider": ("width", True),
    "narrower": ("width", False),
    "longer": ("length", True),
    "deeper": ("depth", True),
    "higher": ("elevation", True),
    "lower": ("elevation", False),
}
DIFFERENCES: Mapping[str, tuple[str, bool]] = {**MEASURED, "taller": ("height", True), "shorter": ("height", False)}
CLOSER = _words("closer nearer")
FARTHER = _words("farther further")
# Comparatives, and what `extreme` calls those that are it most.
MOST: Mapping[str, str] = {
    **{name: f"{name.removesuffix('er')}est" for name in ("taller", "shorter", "longer", "narrower", "smaller")},
    **{name: f"{name.removesuffix('r')}st" for name in ("larger", "wider")},
    "bigger": "largest",
    "higher": "highest",
    "lower": "lowest",
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
INSIDES = _words("container bin basket box bowl vase cup mug bottle drawer bag bucket pot")  # of an empty one
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
    | _words("and or nor not than as same to of from with there me us you how what where many made apart away i")
    | _words("closer farther further nearer closest nearest farthest furthest more fewer less between relative colored")
    | _words("neither without besides except enough")
    | frozenset(COMPARATIVES)
    | frozenset(MEASURED)
)
EXAMPLES = (
    "How many mugs are on the table?",
    "Is the lamp left of the sofa?",
    "Which chair is nearest the window?",
    "What is between the bed and the desk?",
    "How far is the bin from the door?",
    "What color is the largest box?",
)
