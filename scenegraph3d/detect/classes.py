"""The classes of a detector of closed vocabulary, and which of them are asked for."""

from collections.abc import Mapping, Sequence

from ..errors import InputError, message, near_matches
from .vocabulary import meaning


def asked_for(labels: Sequence[str], classes: Mapping[int, str], name: str) -> dict[int, str]:
    """The classes that `labels` name.

    Args:
        labels: classes in any case; of one with several names ("road, route") any of them, and what
            `vocabulary.meaning` calls it ("floor" for "floor-wood").
        classes: the detector's, by its numbers.
        name: the detector's, for messages.

    Raises:
        InputError: no label, or one that the detector does not know.
    """
    known: dict[str, list[int]] = {}
    for number, label in classes.items():
        for one in {_plain(part) for part in (label, *label.split(","), meaning(label).label)}:
            known.setdefault(one, []).append(number)
    wanted = {number for label in labels for number in _numbers(label, known, f"{len(classes)} classes of {name}")}
    if not wanted:
        raise InputError(message("labels to find", "at least one", "none"))
    return {number: label for number, label in classes.items() if number in wanted}


def _numbers(label: str, known: Mapping[str, list[int]], classes: str) -> list[int]:
    plain = _plain(label)
    if plain not in known:
        near = near_matches(plain, known)
        do = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        do += "A detector of open vocabulary, such as grounding-dino-tiny, looks for any words"
        raise InputError(message("label to find", f"one of the {classes}", repr(label), do))
    return known[plain]


def vocabulary_of(classes: Mapping[int, str]) -> tuple[str, ...]:
    """The labels of the classes, each once, in their order."""
    return tuple(dict.fromkeys(classes.values()))


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())
