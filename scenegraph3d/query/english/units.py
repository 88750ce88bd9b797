"""Units: lengths in words: "2.5 metres", "a foot", "30cm", and what is compared with them."""

from collections.abc import Mapping

from ..program import Call, call
from .reading import Words
from .vocabulary import NUMBERS

UNITS: Mapping[str, str] = {
    name: unit
    for unit, names in {
        "mm": "mm millimeter millimeters millimetre millimetres",
        "cm": "cm cms centimeter centimeters centimetre centimetres",
        "dm": "dm decimeter decimeters decimetre decimetres",
        "m": "m meter meters metre metres",
        "km": "km kilometer kilometers kilometre kilometres",
        "in": "inch inches",
        "ft": "ft foot feet",
        "yd": "yd yard yards",
    }.items()
    for name in names.split()
}
BEYOND = (("more", "than"), ("further", "than"), ("farther", "than"), ("greater", "than"), ("over",), ("at", "least"))
WITHIN = (("less", "than"), ("closer", "than"), ("nearer", "than"), ("within",), ("under",), ("at", "most"))


def length_at(words: Words, place: int) -> tuple[Call, int] | None:
    """The length that begins here, and the place after it; None for no length."""
    found = _number(words, place)
    if found is None:
        return None
    value, at, unit = found
    if not unit:
        unit = UNITS.get(words.at(at), "in" if words.at(at) == "in" else "")
        at += 1
    if not unit:
        return None
    return call("length", value, unit), words.reached(at)


def _number(words: Words, place: int) -> tuple[int | float, int, str] | None:
    """A number, the place after it, and the unit that is written with it: "2", "2.5", "two", "half a", "30cm"."""
    word = words.at(place)
    half = words.past(place, "half", "a") or words.past(place, "half", "an")
    if half is not None:
        return 0.5, half, ""
    if word in ("a", "an", "one"):
        return 1, place + 1, ""
    if word in NUMBERS:
        return NUMBERS[word], place + 1, ""
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    if not digits.isascii() or not digits.isdecimal():
        return None
    whole, unit = int(digits), word[len(digits) :]
    if unit:
        return (whole, place + 1, UNITS[unit]) if unit in UNITS else None
    if words.at(place + 1) != ".":
        return whole, place + 1, ""
    after = words.at(place + 2)
    digits = after.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = after[len(digits) :]
    if not digits.isascii() or not digits.isdecimal() or (unit and unit not in UNITS):
        return None
    return float(f"{whole}.{digits}"), place + 3, UNITS[unit] if unit else ""
