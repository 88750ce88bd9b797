"""Pairs: questions about two or three things. A draw that is of no use gives None."""

from collections.abc import Callable, Mapping

import numpy as np

from ..operations import between_two
from ..program import call
from ..sizes import measured
from .draft import VALUES, Draft
from .world import CLEAR, PLACE, RELATIONS, Name, World, asks, clearly_apart

COMPARISONS = ("larger", "bigger", "smaller", "taller", "shorter")
PHRASE_OF = {
    "larger": "larger than",
    "bigger": "larger than",
    "smaller": "smaller than",
    "taller": "taller than",
    "shorter": "taller than",
}
SWAPPED = ("shorter",)
LEAST_OFF_M = 0.5  # between two things of which the one's direction from the other is asked
LEVEL = 0.4  # at most so much of their distance on the ground is the one higher than the other
CLEAR_HOURS = 1 / 6  # from the bearing to where another hour begins


def relation(world: World, wanted: bool) -> Draft | None:
    """ "Is the mug on the table?"; what is denied is true of a near one: of the pair swapped, of another relation of
    the same group, or of another thing."""
    if world.rng.random() < 0.15:
        return _between_truth(world, wanted)
    group = world.pick(RELATIONS)
    said, told = world.pick(world.pick(group)), PLACE if group is RELATIONS[0] else ""
    first, second = world.someone(told), world.someone(told)
    if first is None or second is None or first.row == second.row:
        return None
    if not world.clear(said).yes[first.row, second.row]:
        return None
    if not wanted:
        change = world.rng.integers(3)
        if change == 0:
            first, second = second, first
        elif change == 1:
            said = world.pick(world.pick(group))
        else:
            second = world.someone(told)
        if second is None or first.row == second.row or not world.clear(said).no[first.row, second.row]:
            return None
    question = f"Is {first.text} {said} {second.text}?"
    return Draft(question, call("judge", first.program, asks(said), second.program))


def _between_truth(world: World, wanted: bool) -> Draft | None:
    """ "Is the lamp between the sofa and the bed?"."""
    ends = _ends(world)
    one = world.someone()
    if ends is None or one is None or one.row in (ends[0].row, ends[1].row) or not ends[2].any():
        return None
    if bool(ends[2][one.row]) != wanted:
        return None
    question = f"Is {one.text} between {ends[0].text} and {ends[1].text}?"
    return Draft(question, call("judge_between", one.program, ends[0].program, ends[1].program))


def _ends(world: World) -> tuple[Name, Name, np.ndarray] | None:
    """Two things and [N] bool: what is between them; None where something may be."""
    relations = world.scene.relations
    if "between" not in relations.predicates:
        return None
    rows = np.flatnonzero(relations.code == relations.predicates.index("between"))
    if not len(rows):
        return None
    row = int(world.pick(rows.tolist()))
    a, b = (world.name(int(column[row])) for column in (relations.object, relations.third))
    if a is None or b is None:
        return None
    everything = np.ones(len(world.scene.objects), dtype=bool)
    true, open_, score, _ = between_two(world.context, everything, a.row, b.row)
    return None if open_.any() or (score[true] < CLEAR).any() else (a, b, true)


def between(world: World) -> Draft | None:
    """ "What is between the bed and the desk?"."""
    ends = _ends(world)
    if ends is None:
        return None
    ask = world.pick(("What is between {} and {}?", "Which thing is between {} and {}?"))
    first, second, true = ends
    if ask.startswith("Which") and (true.sum() != 1 or world.group("thing", ()) is None):
        return None
    things = call("scene") if ask.startswith("What") else call("label", call("scene"), "thing")
    return Draft(ask.format(first.text, second.text), call("between", things, first.program, second.program))


def compare_sizes(world: World, wanted: bool) -> Draft | None:
    """ "Is the lamp taller than the sofa?"; what is denied is true of the pair swapped."""
    first, second, word = world.someone("size"), world.someone("size"), world.pick(COMPARISONS)
    if first is None or second is None or first.row == second.row:
        return None
    subject, object_ = (second, first) if word in SWAPPED else (first, second)
    ends = (subject.row, object_.row) if wanted else (object_.row, subject.row)
    clear = world.clear(PHRASE_OF[word])
    if not (clear.yes[ends] and clear.no[ends[::-1]]):
        return None
    program = call("judge", subject.program, asks(PHRASE_OF[word]), object_.program)
    return Draft(f"Is {first.text} {word} than {second.text}?", program)


def choose_size(world: World) -> Draft | None:
    """ "Which is taller, the lamp or the sofa?"."""
    first, second, word = world.someone("size"), world.someone("size"), world.pick(COMPARISONS)
    if first is None or second is None or first.row == second.row:
        return None
    clear = world.clear(PHRASE_OF[word])
    if not (clear.yes[first.row, second.row] or clear.yes[second.row, first.row]):
        return None
    most = {"larger": "largest", "bigger": "largest", "smaller": "smallest", "taller": "tallest", "shorter": "shortest"}
    program = call("extreme", call("union", first.program, second.program), most[word])
    return Draft(f"Which is {word}, {first.text} or {second.text}?", program, names=(first, second))


def compare_distances(world: World, wanted: bool) -> Draft | None:
    """ "Is the bin closer to the sofa than the lamp?"."""
    names = [world.someone() for _ in range(3)]
    if len({name.row for name in names if name is not None}) < 3:
        return None
    first, second, anchor = (name for name in names if name is not None)
    own, other = world.gap_m(anchor.row, [first.row, second.row]).tolist()
    closer = world.rng.random() < 0.5
    if not clearly_apart(own, other) or ((own < other) == closer) != wanted:
        return None
    distances = [call("distance", one.program, anchor.program) for one in (first, second)]
    said = world.pick(("closer to", "nearer to")) if closer else world.pick(("farther from", "further from"))
    question = f"Is {first.text} {said} {anchor.text} than {second.text}?"
    return Draft(question, call("less" if closer else "greater", *distances))


def choose_distance(world: World) -> Draft | None:
    """ "Which is closer to the door, the bin or the desk?", "Which chair is nearest to the lamp?"."""
    anchor, group, near = world.someone(), world.pick(world.groups), world.rng.random() < 0.6
    if anchor is None:
        return None
    of_two = world.rng.random() < 0.5
    names = [world.someone(), world.someone()] if of_two else []
    rows = [name.row for name in names if name is not None] if of_two else np.flatnonzero(group.mask).tolist()
    rows = [row for row in dict.fromkeys(rows) if row != anchor.row]
    if len(rows) < 2:
        return None
    gaps = np.sort(world.gap_m(anchor.row, rows))
    if not clearly_apart(*(gaps[:2] if near else gaps[-2:]).tolist()):
        return None
    name = "nearest" if near else "farthest"
    if of_two:
        first, second = (one for one in names if one is not None)
        said = "closer to" if near else "farther from"
        things, question = call("union", first.program, second.program), f"Which is {said} {anchor.text}, "
        question += f"{first.text} or {second.text}?"
        return Draft(question, call(name, things, anchor.program), names=(first, second))
    said = world.pick(("nearest to", "closest to")) if near else "farthest from"
    things = group.program(world.lexicon)
    question = f"Which {group.text()} is {said} {anchor.text}?"
    return Draft(question, call(name, things, anchor.program)) if world.reads_group(group) else None


def compare_attributes(world: World, wanted: bool) -> Draft | None:
    """ "Does the cube have the same color as the ball?"."""
    key = world.pick(tuple(VALUES))
    first, second = world.someone(key), world.someone(key)
    if first is None or second is None or first.row == second.row or len(world.words.get(key, ())) < 2:
        return None
    values = [dict(world.told_of(one.row)).get(key) for one in (first, second)]
    if None in values or (values[0] == values[1]) != wanted:
        return None
    shape = world.pick(("Does {} have the same {key} as {}?", "Are {} and {} the same {key}?"))
    question = shape.format(first.text, second.text, key=key)
    return Draft(question, call("same_value", first.program, second.program, key))


def distance(world: World) -> Draft | None:
    """ "How far is the bin from the desk?", "How far is the bin from the camera?"."""
    first, second = world.someone(), world.someone()
    if first is None or second is None or world.scene.scale != "metric":
        return None
    if world.scene.camera is not None and world.rng.random() < 0.25:
        shape = world.pick(("How far is {} from the camera?", "How far away is {}?"))
        return Draft(shape.format(first.text), call("viewer_distance", first.program))
    shape = world.pick(("How far is {} from {}?", "What is the distance between {} and {}?"))
    if first.row == second.row:
        return None
    return Draft(shape.format(first.text, second.text), call("distance", first.program, second.program))


def direction(world: World) -> Draft | None:
    """ "At what o'clock is the lamp from the table?", "In which direction is the lamp from the table?"."""
    first, second = world.someone(), world.someone()
    if first is None or second is None or first.row == second.row:
        return None
    rows = [first.row, second.row]
    right, ahead = (measured(world.scene, what)[rows] for what in ("right", "ahead"))
    up = measured(world.scene, "elevation")[rows]
    off, high = float(np.hypot(right[0] - right[1], ahead[0] - ahead[1])), float(abs(up[0] - up[1]))
    hours = float(np.arctan2(right[0] - right[1], ahead[0] - ahead[1])) * 6 / np.pi
    if off < LEAST_OFF_M or high > LEVEL * off:
        return None
    by_clock = world.rng.random() < 0.7
    width = 1.0 if by_clock else 1.5
    if abs(hours - width * round(hours / width)) > 0.5 * width - CLEAR_HOURS:
        return None
    ask = "At what o'clock is {} from {}?" if by_clock else "In which direction is {} from {}?"
    program = call("direction", first.program, second.program)
    return Draft(ask.format(first.text, second.text), program, "clock_hour" if by_clock else "words")


TRUTHS: Mapping[str, Callable[[World, bool], Draft | None]] = {
    function.__name__: function for function in (relation, compare_sizes, compare_attributes, compare_distances)
}

VALUED: Mapping[str, Callable[[World], Draft | None]] = {
    function.__name__: function for function in (between, choose_size, choose_distance, distance, direction)
}
