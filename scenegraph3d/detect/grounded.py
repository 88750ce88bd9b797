"""Detections in an RGB image of whatever is asked for in words, by an open-vocabulary network of transformers.

Image -> Detections with boxes, in the picture's pixels, cut off at its border, best score first, one per thing. A label
comes back exactly as it was asked for, whatever the network's tokens are.

| family | a label is asked for as | its score | its boxes are shares of |
|---|---|---|---|
| Grounding DINO, MM Grounding DINO | a phrase of one text, "mug. coffee table." | of its best token | each side |
| OWLv2, OWL-ViT | "a photo of a mug" | its own | OWLv2: the longer side, as it pads to a square |
| OmDet-Turbo | a class, beside the task "Detect mug, coffee table." | its own | each side |

In the Grounding DINO families the tokens of a label's own words are read, never those of its neighbours or of the dots
between. The label whose tokens fit a box best on average names it, as in the published evaluations, so that "coffee
table" does not win over "coffee machine" by "coffee" alone; the best of these tokens is the score, to which the
published thresholds refer. OWLv2's objectness is not used: it does not know what is asked for.

What does not fit into the text that a network takes is asked for in several passes, never cut off. Not handled:
queries by pictures.

References:
    S. Liu et al., Grounding DINO, ECCV 2024; X. Zhao et al., MM-Grounding-DINO, arXiv 2401.02361; M. Minderer et al.,
    Simple Open-Vocabulary Object Detection (OWL-ViT), ECCV 2022, and Scaling Open-Vocabulary Object Detection (OWLv2),
    NeurIPS 2023; T. Zhao et al., OmDet-Turbo, arXiv 2403.06892.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from ..models.batch import stacks
from ..models.checkpoint import Checkpoint
from ..models.device import inference, torch_device
from ..models.hub import load, model_type
from ..types import Detections, Image
from .merge import DEFAULT_MERGE, MergeSettings, merge_duplicates
from .prompts import FAMILIES, Prompt, wanted


@dataclass(frozen=True)
class OpenVocabularySettings:
    """Which of the network's boxes are kept.

    Attributes:
        min_score: boxes below are left out; None for the family's own: 0.3 for Grounding DINO, MM Grounding DINO and
            OmDet-Turbo, 0.2 for OWLv2, 0.1 for OWL-ViT, which is less sure of all it finds.
        max_candidates: of all boxes above `min_score`, the best that are compared with each other.
        min_side_px: a box with a shorter side, after it is cut off at the picture's border, is left out.
        merge: when two boxes are one thing.
    """

    min_score: float | None = None
    max_candidates: int = 300
    min_side_px: float = 1.0
    merge: MergeSettings = DEFAULT_MERGE


DEFAULT_OPEN_VOCABULARY = OpenVocabularySettings()


@dataclass(frozen=True)
class Candidates:
    """Boxes that a network proposes: [N, 4] in pixels, a row of the vocabulary and a score for each."""

    xyxy_px: Float[np.ndarray, "n 4"]
    row: Int[np.ndarray, " n"]
    score: Float[np.ndarray, " n"]


class OpenVocabularyDetector:
    """A detector that is told in words what to look for; the network is loaded once and kept.

    Args:
        card: the checkpoint.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.
        labels: what to look for; `detect.vocabulary.INDOOR` where left out.
        settings: which boxes are kept.

    Attributes:
        vocabulary: what it looks for.
        prompts: how that is put to the network.
        source: where the network came from.

    Raises:
        MissingExtraError: transformers is not installed.
        InputError: no such device, or labels that cannot be looked for: see `finding`.
        ModelError: the checkpoint cannot be had, or is of another architecture.
    """

    def __init__(
        self,
        card: Checkpoint,
        device: str | None = None,
        *,
        labels: Sequence[str] | None = None,
        settings: OpenVocabularySettings = DEFAULT_OPEN_VOCABULARY,
    ) -> None:
        self.settings = settings
        place = torch_device(device)
        self._family = FAMILIES.get(model_type(card), FAMILIES["grounding-dino"])
        self._pretrained = load(
            card, self._family.model_class, self._family.processor_class, place, types=tuple(FAMILIES)
        )
        self.source = self._pretrained.source
        self.vocabulary, self.prompts = self._asking(labels)

    def finding(self, labels: Sequence[str]) -> "OpenVocabularyDetector":
        """The same detector, its model shared, looking for `labels` alone: words or phrases, in any case.

        Raises:
            InputError: no label, an empty one, one without a word that the network knows, or one with more words than
                its text takes.
        """
        other = copy(self)
        other.vocabulary, other.prompts = self._asking(labels)
        return other

    def _asking(self, labels: Sequence[str] | None) -> tuple[tuple[str, ...], list[Prompt]]:
        vocabulary = wanted(labels)
        return vocabulary, self._family.prompts(vocabulary, self._pretrained)

    def detect(self, image: Image) -> Detections:
        """What of the vocabulary is in `image`; nothing (N = 0) where none of it is.

        Raises:
            ModelError: the memory is not enough.
        """
        return self.detect_batch([image])[0]

    def detect_batch(self, images: Sequence[Image]) -> list[Detections]:
        """What `detect` gives for each; pictures of one input size go through the network together.

        Raises:
            ModelError: the memory is not enough.
        """
        out: dict[int, Detections] = {}
        for rows, pixels in stacks([self._pixels(image) for image in images]):
            for row, found in zip(rows, self._found(pixels, [images[row] for row in rows]), strict=True):
                out[row] = chosen(found, images[row], self.vocabulary, self.settings, self._min_score)
        return [out[row] for row in range(len(images))]

    @property
    def _min_score(self) -> float:
        return self._family.min_score if self.settings.min_score is None else self.settings.min_score

    def _pixels(self, image: Image) -> dict[str, Any]:
        given = self._pretrained.processor.image_processor(images=pil_image(image), return_tensors="pt")
        return {name: given[name] for name in ("pixel_values", "pixel_mask") if name in given}

    def _found(self, pixels: Mapping[str, Any], images: Sequence[Image]) -> list[Candidates]:
        """The candidates in pictures of one input size, of all prompts."""
        device, count = self._pretrained.device, len(images)
        parts: list[list[Candidates]] = [[] for _ in images]
        with inference(self._pretrained.checkpoint.name, device):
            on_device = {name: value.to(device) for name, value in pixels.items()}
            for prompt in self.prompts:
                text = {name: value.repeat(count, *[1] * (value.ndim - 1)) for name, value in prompt.inputs.items()}
                boxes, fit, score = self._family.read(self._pretrained.model(**on_device, **text), prompt)
                for row, image in enumerate(images):
                    best = fit[row].argmax(axis=1)
                    top = np.take_along_axis(score[row], best[:, None], axis=1)[:, 0]
                    xyxy = _corners(boxes[row], self._family.extent(image))
                    parts[row].append(Candidates(xyxy, prompt.rows[best], top))
        return [_joined(found) for found in parts]


def pil_image(image: Image) -> Any:
    """The picture as Pillow has it: of an array of 3 rows it would have to be guessed which axis the colours are."""
    import PIL.Image

    return PIL.Image.fromarray(image.rgb)


def chosen(
    found: Candidates,
    image: Image,
    vocabulary: Sequence[str],
    settings: OpenVocabularySettings,
    min_score: float,
    masks: Callable[[Int[np.ndarray, " k"]], Bool[np.ndarray, "k h w"]] | None = None,
) -> Detections:
    """One detection per thing, best score first. `masks` gives those of the candidates that it is asked for."""
    xyxy = np.clip(found.xyxy_px, 0, np.tile([image.width, image.height], 2))
    side = (xyxy[:, 2:] - xyxy[:, :2]).min(axis=1)
    long_enough = (side >= settings.min_side_px) & (side > 0)
    able = np.flatnonzero((found.score >= min_score) & long_enough)
    able = able[np.argsort(-found.score[able], kind="stable")][: settings.max_candidates]
    mask = None
    if masks is not None:
        mask = masks(able)
        seen = mask.any(axis=(1, 2))
        able, mask = able[seen], mask[seen]
    label = tuple(vocabulary[row] for row in found.row[able])
    return merge_duplicates(Detections(xyxy[able], label, found.score[able], mask), settings.merge)


def _joined(parts: Sequence[Candidates]) -> Candidates:
    return Candidates(
        np.concatenate([part.xyxy_px for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.score for part in parts]),
    )


def _corners(shares: Float[np.ndarray, "n 4"], extent: tuple[int, int]) -> Float[np.ndarray, "n 4"]:
    center, half = shares[:, :2].astype(np.float64), shares[:, 2:].astype(np.float64) / 2
    return np.concatenate([center - half, center + half], axis=1) * np.tile(extent, 2)
