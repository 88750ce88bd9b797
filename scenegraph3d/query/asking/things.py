"""Things: questions about single things. A draw that is of no use gives None."""

from collections.abc import Callable, Mapping

from ..program import call
from .draft import VALUES, Draft
from .world import World

MEASURES: Mapping[str, tuple[str, ...]] = {
    "height": ("How tall is {}?", "What is the height of {}?"),
    "length": ("How long is {}?", "What is the length of {}?"),
}


def where(world: World) -> Draft | None:
    """ "Where is the mug?"."""
    one = world.someone()
    return None if one is None else Draft(f"Where is {one.text}?", call("position", one.program))


def attribute(world: World) -> Draft | None:
    """ "What color is the chair?", where things of the scene are of several."""
    key = world.pick(tuple(VALUES))
    one = world.someone(key)
    if one is None or len(world.words.get(key, ())) < 2 or key not in dict(world.told_of(one.row)):
        return None
    return Draft(world.pick(VALUES[key]).format(one.text), call("value", one.program, key))


def has_attribute(world: World, wanted: bool) -> Draft | None:
    """ "Is the chair red?"; what is denied is true of another thing."""
    key = world.pick(("color", "material", "shape"))
    one, words = world.someone(key), world.words.get(key, ())
    if one is None or len(words) < 2:
        return None
    own, word = dict(world.told_of(one.row)).get(key), world.pick(words)
    if own is None or (own == word) != wanted:
        return None
    value = world.lexicon.normal(word)
    said = f"made of {value}" if key == "material" else word
    return Draft(f"Is {one.text} {said}?", call("has_value", one.program, key, value))


def size(world: World) -> Draft | None:
    """ "How tall is the lamp?"."""
    one, what = world.someone("size"), world.pick(tuple(MEASURES))
    if one is None or world.scene.scale != "metric":
        return None
    return Draft(world.pick(MEASURES[what]).format(one.text), call("measure", one.program, what))


TRUTHS: Mapping[str, Callable[[World, bool], Draft | None]] = {
    function.__name__: function for function in (has_attribute,)
}

VALUED: Mapping[str, Callable[[World], Draft | None]] = {
    function.__name__: function for function in (where, attribute, size)
}
