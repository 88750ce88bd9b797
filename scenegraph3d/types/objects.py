"""Objects: N things with gravity-aligned 3D boxes, column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64

from ..errors import InputError, message
from ..geometry.boxes import Boxes
from ..geometry.frames import wrap_yaw
from . import _check

KINDS = ("object", "surface")


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Seen:
    """What the picture showed of each object, before its box was completed.

    Attributes:
        xyxy_px: [N, 4] box in the image, pixels.
        n_points: [N] depth points kept.
        n_views: [N] pictures that saw the object.
        center_m, size_m: [N, 3] the box of the points that were seen, in the axes of the object's box, metres.
        truncated: [N] cut by the border of the image.
        occluded: [N] something nearer hides a part of its outline.
        completed: N strings: how the box was completed, such as "prior:car", "support", "" for not at all.
        position_std_m: [N, 3] standard deviation of the centre along the world's axes, from depth noise and completion.
    """

    xyxy_px: Float64[np.ndarray, "n 4"]
    n_points: Int64[np.ndarray, " n"]
    n_views: Int64[np.ndarray, " n"]
    center_m: Float64[np.ndarray, "n 3"]
    size_m: Float64[np.ndarray, "n 3"]
    truncated: Bool[np.ndarray, " n"]
    occluded: Bool[np.ndarray, " n"]
    completed: tuple[str, ...]
    position_std_m: Float64[np.ndarray, "n 3"]

    def __post_init__(self) -> None:
        count = len(self.xyxy_px)
        for name, width in (("xyxy_px", 4), ("center_m", 3), ("size_m", 3), ("position_std_m", 3)):
            object.__setattr__(self, name, _check.array(getattr(self, name), f"seen.{name}", (count, width)))
        for name in ("n_points", "n_views"):
            object.__setattr__(self, name, _check.array(getattr(self, name), f"seen.{name}", (count,), np.int64))
        for name in ("truncated", "occluded"):
            object.__setattr__(self, name, _check.array(getattr(self, name), f"seen.{name}", (count,), bool))
        object.__setattr__(self, "completed", tuple(self.completed))
        if len(self.completed) != count:
            raise InputError(message("seen.completed", f"{count} strings", f"{len(self.completed)}"))


@dataclass(frozen=True)
class SceneObject:
    """One object: a row of `Objects`.

    Attributes:
        index: its row in the scene's columns.
        id: its id in files.
        label, attributes, score, kind, front_known: as in `Objects`.
        center_m, size_m: metres; yaw_rad: radians about +z.
    """

    index: int
    id: int
    label: str
    center_m: tuple[float, float, float]
    size_m: tuple[float, float, float]
    yaw_rad: float
    score: float
    attributes: Mapping[str, Any] = field(hash=False)
    front_known: bool
    kind: str

    def __str__(self) -> str:
        return f"{self.label}#{self.id}"


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Objects:
    """N objects in the world frame (z up).

    Attributes:
        label: N strings.
        center_m: [N, 3] centre of the box, metres.
        size_m: [N, 3] full lengths along the box's own x, y, z, metres; a flat thing may be 0 in one of them.
        yaw_rad: [N] turn of the box's x axis about +z from the world's x axis, radians, kept in (-pi, pi].
        score: [N] in [0, 1]; 1 where left out.
        attributes: N mappings such as {"color": "red"}.
        front_known: [N] bool: the box's +x axis is the object's own front. False where left out.
        id: [N] distinct whole numbers, 0..N-1 where left out.
        kind: N strings, "object" or "surface" (floor, table top).
        seen: what the picture showed, for objects lifted from one; None for boxes that were given.
        embedding: [N, D] float32, what each looks like to a network, or None.

    Raises:
        InputError: lengths differ, a size below 0 or with two zeros, a score outside [0, 1], ids that repeat, an
            embedding that is not finite.
    """

    label: tuple[str, ...]
    center_m: Float64[np.ndarray, "n 3"]
    size_m: Float64[np.ndarray, "n 3"]
    yaw_rad: Float64[np.ndarray, " n"] = _check.FILLED_IN
    score: Float64[np.ndarray, " n"] = _check.FILLED_IN
    attributes: tuple[Mapping[str, Any], ...] = _check.FILLED_IN
    front_known: Bool[np.ndarray, " n"] = _check.FILLED_IN
    id: Int64[np.ndarray, " n"] = _check.FILLED_IN
    kind: tuple[str, ...] = _check.FILLED_IN
    seen: Seen | None = None
    embedding: Float32[np.ndarray, "n d"] | None = None

    def __post_init__(self) -> None:
        names = _check.labels(self.label, "label")
        n = len(names)
        put = object.__setattr__
        put(self, "label", names)
        put(self, "center_m", _check.array(self.center_m, "center_m", (n, 3)))
        put(self, "size_m", _check.array(self.size_m, "size_m", (n, 3)))
        self._check_sizes()
        yaw = _check.array(np.zeros(n) if self.yaw_rad is None else self.yaw_rad, "yaw_rad", (n,))
        put(self, "yaw_rad", _check.freeze(wrap_yaw(yaw)))
        put(self, "score", _check.array(np.ones(n) if self.score is None else self.score, "score", (n,)))
        if ((self.score < 0) | (self.score > 1)).any():
            raise InputError(message("score", "values in [0, 1]", f"{self.score.min()} to {self.score.max()}"))
        rows = ({},) * n if self.attributes is None else self.attributes
        put(self, "attributes", _check.attribute_rows(rows, "attributes", n))
        front = np.zeros(n, dtype=bool) if self.front_known is None else self.front_known
        put(self, "front_known", _check.array(front, "front_known", (n,), bool))
        put(self, "id", _check.array(np.arange(n) if self.id is None else self.id, "id", (n,), np.int64))
        self._check_ids()
        put(self, "kind", ("object",) * n if self.kind is None else tuple(self.kind))
        if len(self.kind) != n:
            raise InputError(message("kind", f"{n} strings", f"{len(self.kind)}"))
        for kind in self.kind:
            _check.choice(kind, "kind", KINDS)
        if self.seen is not None and len(self.seen.n_points) != n:
            raise InputError(message("seen", f"{n} rows", f"{len(self.seen.n_points)}"))
        put(self, "embedding", _check.embedding_rows(self.embedding, n))

    def _check_sizes(self) -> None:
        wrong = (self.size_m < 0).any(axis=1) | ((self.size_m == 0).sum(axis=1) > 1)
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise InputError(
                message(
                    f"size_m of object {i} ({self.label[i]})",
                    "full lengths above 0 metres",
                    f"{self.size_m[i].tolist()}",
                    "give [length, width, height] of the box",
                )
            )

    def _check_ids(self) -> None:
        values, counts = np.unique(self.id, return_counts=True)
        if (counts > 1).any():
            repeated = values[counts > 1][:5].tolist()
            raise InputError(message("id", "distinct whole numbers", f"repeated {repeated}"))

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]]) -> "Objects":
        """Objects from mappings with the keys label, center_m, size_m and, if known, yaw_rad, score, attributes,
        front_known, id, kind.

        Raises:
            InputError: a missing or unknown key, or values that `Objects` refuses.
        """
        known = ("label", "center_m", "size_m", "yaw_rad", "score", "attributes", "front_known", "id", "kind")
        for i, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise InputError(message(f"object {i}", "a mapping", type(row).__name__))
            missing = [key for key in known[:3] if key not in row]
            unknown = [key for key in row if key not in known]
            if missing or unknown:
                got = f"missing {missing}" if missing else f"unknown {unknown}"
                raise InputError(message(f"object {i}", f"keys {', '.join(known)} (the first three needed)", got))
        _check_row_shapes(rows)
        count = len(rows)
        return cls(
            label=tuple(row["label"] for row in rows),
            center_m=np.array([row["center_m"] for row in rows], dtype=np.float64).reshape(count, 3),
            size_m=np.array([row["size_m"] for row in rows], dtype=np.float64).reshape(count, 3),
            yaw_rad=_check.array([row.get("yaw_rad", 0.0) for row in rows], "yaw_rad", (count,)),
            score=_check.array([row.get("score", 1.0) for row in rows], "score", (count,)),
            attributes=tuple(row.get("attributes", {}) for row in rows),
            front_known=np.array([bool(row.get("front_known", False)) for row in rows]),
            id=_check.array([row.get("id", i) for i, row in enumerate(rows)], "id", (count,), np.int64),
            kind=tuple(row.get("kind", "object") for row in rows),
        )

    @property
    def boxes(self) -> Boxes:
        """The boxes as `geometry.boxes` takes them."""
        return Boxes(self.center_m, self.size_m, self.yaw_rad)

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, index: int) -> SceneObject:
        if not -len(self) <= index < len(self):
            raise IndexError(message("object index", f"0 to {len(self) - 1}", str(index)))
        i = int(index) % len(self)
        x, y, z = self.center_m[i].tolist()
        length, width, height = self.size_m[i].tolist()
        return SceneObject(
            index=i,
            id=int(self.id[i]),
            label=self.label[i],
            center_m=(x, y, z),
            size_m=(length, width, height),
            yaw_rad=float(self.yaw_rad[i]),
            score=float(self.score[i]),
            attributes=self.attributes[i],
            front_known=bool(self.front_known[i]),
            kind=self.kind[i],
        )

    def __iter__(self) -> Iterator[SceneObject]:
        return (self[i] for i in range(len(self)))


def _check_row_shapes(rows: Sequence[Mapping[str, Any]]) -> None:
    for i, row in enumerate(rows):
        for key in ("center_m", "size_m"):
            _check.array(row[key], f"{key} of object {i}", (3,))
