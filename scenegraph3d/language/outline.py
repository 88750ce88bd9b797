"""outline: a scene graph as short lines with ids and metres, for the prompt of a language model."""

from ..types import Relation, SceneGraph
from .naming import adjectives
from .telling import amount, chosen, facts, worth_telling

_DECIMALS = 2  # of lengths; centimetres
_LENGTHS = ("gap_m", "offset_m", "height_difference_m")


def outline(scene: SceneGraph, length: str = "long") -> str:
    """One line per object, `cup#3 red: at 0.4 1.2 0.8, size 0.1 0.1 0.1`, and one per relation, `cup#3 on table#1`.

    Centres and full sizes are in the world frame (z up), in metres where the scene's scale is known. Relations are
    those that `describe` tells at that length, with the gap or offset that was measured, if any.

    Args:
        scene: the graph to tell.
        length: "short", "medium" or "long".

    Raises:
        InputError: another length.
    """
    much = amount(length)
    objects, unit = scene.objects, "m" if scene.scale == "metric" else "units"
    lines = [f"objects: centre x y z (z up) and size, {'metres' if unit == 'm' else 'of unknown unit'}"]
    for one in objects:
        words = " ".join([str(one), *adjectives(one.attributes, one.label.lower())])
        turn = f", yaw {one.yaw_rad:.{_DECIMALS}f} rad" if round(one.yaw_rad, _DECIMALS) else ""
        lines.append(f"{words}: at {_numbers(one.center_m)}, size {_numbers(one.size_m)}{turn}")
    told = chosen(scene, worth_telling(facts(scene, range(len(objects)), much.tiers)), much)
    lines += ["relations:"] if told else []
    for fact in told:
        ends = " and ".join(str(objects[row]) for row in fact.things[1:])
        lines.append(f"{objects[fact.subject]} {fact.predicate} {ends}{_measured(scene.relations[fact.row], unit)}")
    return "\n".join(lines)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    return f"{round(value, _DECIMALS) + 0.0:.{_DECIMALS}f}"  # never -0.00


def _measured(relation: Relation, unit: str) -> str:
    """ ", gap 0.12 m": the first length of its evidence."""
    name = next((name for name in _LENGTHS if name in relation.evidence), None)
    if name is None:
        return ""
    words = name.removesuffix("_m").replace("_", " ")
    return f", {words} {_number(relation.evidence[name])} {unit}"
