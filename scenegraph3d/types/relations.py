"""Relations: M typed, directed statements about pairs of objects, column by column."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64, Integer

from ..errors import InputError, message
from . import _check

FRAMES = ("viewer", "world", "object")


@dataclass(frozen=True)
class Relation:
    """One relation: a row of `Relations`. subject, object and third are rows of the scene's objects."""

    subject: int
    predicate: str
    object: int
    frame: str
    score: float
    margin_m: float
    evidence: Mapping[str, float] = field(hash=False)
    third: int | None = None


@dataclass(frozen=True, eq=False)
class Relations:
    """M relations. Many may join one pair; each is directed from subject to object.

    Attributes:
        subject, object: [M] rows of the scene's objects.
        code: [M] place of each relation's predicate in `predicates`.
        frame_code: [M] place of each relation's frame of reference in `FRAMES`: "viewer" (the camera's right and
            heading on the ground), "world" (fixed axes and gravity) or "object" (the object's own front).
        score: [M] in [0, 1], how sure the relation is.
        margin_m: [M] by how many metres (or, for ratios and angles, by how much of the evidence's unit) the relation
            clears its threshold.
        third: [M] the third argument of `between`, a row of the scene's objects; -1 for none.
        evidence: [M, K] the measured numbers that made each relation true; NaN where a predicate has fewer than K.
        predicates: the names that `code` points to.
        evidence_names: for each predicate, the names of its evidence columns.
    """

    subject: Integer[np.ndarray, " m"]
    object: Integer[np.ndarray, " m"]
    code: Integer[np.ndarray, " m"]
    frame_code: Integer[np.ndarray, " m"]
    score: Float64[np.ndarray, " m"]
    margin_m: Float64[np.ndarray, " m"]
    third: Integer[np.ndarray, " m"]
    evidence: Float64[np.ndarray, "m k"]
    predicates: tuple[str, ...]
    evidence_names: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        count = len(self.subject)
        for name in ("subject", "object", "code", "frame_code", "score", "margin_m", "third", "evidence"):
            column = getattr(self, name)
            if len(column) != count:
                raise InputError(message(f"relations.{name}", f"{count} rows", f"{len(column)}"))
            object.__setattr__(self, name, _check.freeze(column.view()))
        if count and ((self.score < 0) | (self.score > 1)).any():
            raise InputError(message("relation score", "values in [0, 1]", f"{self.score.min()} to {self.score.max()}"))

    @classmethod
    def empty(cls, predicates: tuple[str, ...] = ()) -> "Relations":
        """No relation; `predicates` were looked for."""
        return cls.from_rows([], predicates)

    @classmethod
    def from_rows(cls, rows: Sequence[Relation], predicates: tuple[str, ...] = ()) -> "Relations":
        """Relations from single rows; `predicates` were looked for, whether or not a row has them.

        Raises:
            InputError: an unknown frame, or evidence under other names than another row of the same predicate has.
        """
        predicates = tuple(dict.fromkeys([*predicates, *(row.predicate for row in rows)]))
        names: dict[str, tuple[str, ...]] = {}
        for row in rows:
            _check.choice(row.frame, "frame", FRAMES)
            have = tuple(row.evidence)
            if names.setdefault(row.predicate, have) != have:
                raise InputError(message(f"evidence of {row.predicate}", f"{names[row.predicate]}", f"{have}"))
        width = max((len(v) for v in names.values()), default=0)
        evidence = np.full((len(rows), width), np.nan)
        for i, row in enumerate(rows):
            evidence[i, : len(row.evidence)] = list(row.evidence.values())
        codes = {name: i for i, name in enumerate(predicates)}
        return cls(
            subject=np.array([row.subject for row in rows], dtype=np.int64),
            object=np.array([row.object for row in rows], dtype=np.int64),
            code=np.array([codes[row.predicate] for row in rows], dtype=np.int64),
            frame_code=np.array([FRAMES.index(row.frame) for row in rows], dtype=np.int64),
            score=np.array([row.score for row in rows], dtype=np.float64),
            margin_m=np.array([row.margin_m for row in rows], dtype=np.float64),
            third=np.array([-1 if row.third is None else row.third for row in rows], dtype=np.int64),
            evidence=evidence,
            predicates=predicates,
            evidence_names=names,
        )

    def where(self, keep: np.ndarray) -> "Relations":
        """The rows that a boolean mask or an index array picks, in its order."""
        return Relations(
            self.subject[keep],
            self.object[keep],
            self.code[keep],
            self.frame_code[keep],
            self.score[keep],
            self.margin_m[keep],
            self.third[keep],
            self.evidence[keep],
            self.predicates,
            self.evidence_names,
        )

    def __len__(self) -> int:
        return len(self.subject)

    def __getitem__(self, index: int) -> Relation:
        i = range(len(self))[index]
        predicate = self.predicates[self.code[i]]
        names = self.evidence_names.get(predicate, ())
        values = self.evidence[i, : len(names)].tolist()
        third = int(self.third[i])
        return Relation(
            subject=int(self.subject[i]),
            predicate=predicate,
            object=int(self.object[i]),
            frame=FRAMES[self.frame_code[i]],
            score=float(self.score[i]),
            margin_m=float(self.margin_m[i]),
            evidence={name: value for name, value in zip(names, values, strict=True) if not math.isnan(value)},
            third=None if third < 0 else third,
        )

    def __iter__(self) -> Iterator[Relation]:
        return (self[i] for i in range(len(self)))

    @property
    def predicate(self) -> tuple[str, ...]:
        """M predicate names."""
        return tuple(self.predicates[c] for c in self.code.tolist())

    @property
    def frame(self) -> tuple[str, ...]:
        """M frame names."""
        return tuple(FRAMES[c] for c in self.frame_code.tolist())
