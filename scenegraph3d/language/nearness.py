"""Nearness: which of some labels is nearest in meaning to a noun, by the vectors that a text encoder gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from .wording import plain

LEAST = 0.6  # of the cosine; what it means depends on the encoder


@runtime_checkable
class Encoder(Protocol):
    """What turns texts into vectors, such as `models.text_encoder.TextEncoder`."""

    def encode(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """[N, D] vectors of length 1, in the order of the texts."""
        ...


@dataclass(frozen=True)
class Nearness:
    """Takes nouns that nobody knows for labels that are there.

    Attributes:
        encoder: of the nouns and labels.
        least: the cosine from which on a label is near enough. With sentence encoders, words that mean the same are at
            about 0.6 and above and words about like things ("chair" and "table") below; an encoder whose vectors
            all point one way, such as a language model without training on sentences, needs more.
    """

    encoder: Encoder
    least: float = LEAST

    def nearest(self, noun: str, labels: Sequence[str]) -> tuple[str, float] | None:
        """The label nearest to a noun, the first of equal ones, and the cosine; None where none is near enough.

        Args:
            noun: as people write it.
            labels: as detectors and files have them; "coffee_table" is read as "coffee table".
        """
        if not labels:
            return None
        vectors = self.encoder.encode([noun, *map(plain, labels)])
        cosines = vectors[1:] @ vectors[0]
        best = int(np.argmax(cosines))
        return (labels[best], float(cosines[best])) if cosines[best] >= self.least else None
