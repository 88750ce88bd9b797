"""Columns: a scene made ready for many questions: labels and attributes in normal form, relations by their object."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..language.lexicon import Lexicon
from ..types import FRAMES, SceneGraph

_SCENES = 8  # that are kept ready
_SPELLINGS = {"colour": "color"}


class Columns:
    """A scene and a lexicon, with what was looked up in them so far."""

    def __init__(self, scene: SceneGraph, lexicon: Lexicon) -> None:
        self.scene = scene
        self.lexicon = lexicon
        names = list(dict.fromkeys(scene.objects.label))
        places = {name: i for i, name in enumerate(names)}
        self._labels = names
        self._label_of = np.array([places[name] for name in scene.objects.label], dtype=np.int64)
        self._values: dict[str, list[tuple[str, ...]]] = {}
        self._named: dict[str, np.ndarray] = {}
        self._frames: dict[str, frozenset[str]] = {}
        relations = scene.relations
        self._key = relations.code.astype(np.int64) * len(scene.objects) + relations.object
        self._order = np.argsort(self._key, kind="stable")
        self._key = self._key[self._order]

    def named(self, noun: str) -> np.ndarray:
        """[N] bool: objects that may be called `noun`."""
        if noun not in self._named:
            known = np.array([self.lexicon.names(noun, label) for label in self._labels], dtype=bool)
            self._named[noun] = known[self._label_of] if len(known) else np.zeros(0, dtype=bool)
        return self._named[noun]

    def values(self, key: str) -> Sequence[tuple[str, ...]]:
        """N tuples: the values of an attribute in normal form; empty where it is not known. "label" is the label."""
        if key not in self._values:
            if key == "label":
                self._values[key] = [(label,) for label in self.scene.objects.label]
            else:
                rows = self.scene.objects.attributes
                self._values[key] = [tuple(map(self.lexicon.normal, _texts(row.get(key)))) for row in rows]
        return self._values[key]

    def key(self, name: str) -> str:
        """The name under which the scene keeps an attribute."""
        plain = name.strip().lower()
        plain = _SPELLINGS.get(plain, plain)
        if any(plain in row for row in self.scene.objects.attributes):
            return plain
        others = [other for other, usual in _SPELLINGS.items() if usual == plain]
        return next((other for other in others if any(other in row for row in self.scene.objects.attributes)), plain)

    def raw_value(self, row: int, key: str) -> str | None:
        """An attribute as the scene has it; None where it is not known."""
        if key == "label":
            return self.scene.objects.label[row]
        texts = list(_texts(self.scene.objects.attributes[row].get(key)))
        return " and ".join(texts) or None

    def relations_to(self, predicate: str, objects: np.ndarray) -> np.ndarray:
        """Rows of the relations of one predicate whose object is one of the rows `objects`."""
        relations = self.scene.relations
        if predicate not in relations.predicates:
            return np.zeros(0, dtype=np.int64)
        key = relations.predicates.index(predicate) * len(self.scene.objects) + objects
        start, stop = np.searchsorted(self._key, key), np.searchsorted(self._key, key, side="right")
        parts = [self._order[a:b] for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def frames(self, predicate: str) -> frozenset[str]:
        """The frames of reference in which the scene has relations of one predicate."""
        if predicate not in self._frames:
            relations = self.scene.relations
            known = predicate in relations.predicates
            rows = relations.code == relations.predicates.index(predicate) if known else slice(0)
            self._frames[predicate] = frozenset(FRAMES[code] for code in np.unique(relations.frame_code[rows]).tolist())
        return self._frames[predicate]


@lru_cache(maxsize=_SCENES)
def columns_of(scene: SceneGraph, lexicon: Lexicon) -> Columns:
    """The columns of a scene, made once."""
    return Columns(scene, lexicon)


def _texts(value: Any) -> Iterator[str]:
    """What an attribute says: text, a number, or the names in a list such as [["red", 0.7], ["white", 0.3]]."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item[0] if isinstance(item, list | tuple) and item else item)
    elif value is not None and str(value).strip():
        yield str(value)
