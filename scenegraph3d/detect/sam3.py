"""Detections with masks in an RGB image of whatever is asked for in words, by SAM 3 of transformers.

Image -> Detections: boxes in the picture's pixels, cut off at its border, masks at its size, best score first, one per
thing. Each label is a prompt of its own; the picture is looked at once for all of them, and the texts are read once for
all pictures. A score is that of the box times that of the label's presence anywhere in the picture. Pictures go through
the network one by one: each fills a device by itself.

References:
    N. Carion et al., SAM 3: Segment Anything with Concepts, arXiv 2511.16719.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from ..models.checkpoint import Checkpoint
from ..models.device import inference, torch_device
from ..models.hub import load
from ..types import Detections, Image
from .grounded import Candidates, OpenVocabularySettings, chosen, pil_image
from .prompts import clip_tokens, wanted

TYPES = ("sam3", "sam3_video")  # the published checkpoint holds the tracker of videos beside it
MASK_THRESHOLD = 0.5


@dataclass(frozen=True)
class Sam3Settings(OpenVocabularySettings):
    """Which of what SAM 3 finds is kept, and what it computes at a time.

    Attributes:
        min_score: boxes below are left out.
        labels_per_pass: labels that are asked for together; each takes some 0.5 GB in the published size.
        masks_per_pass: masks that are brought to the picture's size together.
    """

    min_score: float = 0.5
    labels_per_pass: int = 4
    masks_per_pass: int = 16


DEFAULT_SAM3 = Sam3Settings()


class Sam3Detector:
    """A detector that is told in words what to look for; the network is loaded once and kept.

    Args:
        card: the checkpoint.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.
        labels: what to look for; `detect.vocabulary.INDOOR` where left out.
        settings: what is kept.

    Attributes:
        vocabulary: what it looks for.
        texts: how that is put to the network: features [L, T, D], and which of them are of a token [L, T].
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
        settings: Sam3Settings = DEFAULT_SAM3,
    ) -> None:
        self.settings = settings
        self._pretrained = load(card, "Sam3Model", "Sam3Processor", torch_device(device), types=TYPES)
        self.source = self._pretrained.source
        self.vocabulary, self.texts = self._asking(labels)

    def finding(self, labels: Sequence[str]) -> "Sam3Detector":
        """The same detector, its model shared, looking for `labels` alone: words or phrases, in any case.

        Raises:
            InputError: no label, an empty one, or one with more words than the network's text takes.
            ModelError: the memory is not enough.
        """
        other = copy(self)
        other.vocabulary, other.texts = self._asking(labels)
        return other

    def _asking(self, labels: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[Any, Any]]:
        vocabulary, model = wanted(labels), self._pretrained.model
        limit = model.config.text_config.max_position_embeddings
        device = self._pretrained.device
        inputs = clip_tokens(vocabulary, vocabulary, self._pretrained.processor.tokenizer, limit, device)
        with inference(self._pretrained.checkpoint.name, device):
            return vocabulary, (model.get_text_features(**inputs).pooler_output, inputs["attention_mask"])

    def detect(self, image: Image) -> Detections:
        """What of the vocabulary is in `image`, with masks; nothing (N = 0) where none of it is.

        Raises:
            ModelError: the memory is not enough.
        """
        model, device = self._pretrained.model, self._pretrained.device
        given = self._pretrained.processor.image_processor(images=pil_image(image), return_tensors="pt")
        with inference(self._pretrained.checkpoint.name, device):
            seen = model.get_vision_features(pixel_values=given["pixel_values"].to(device))
            parts = []
            for first in range(0, len(self.vocabulary), self.settings.labels_per_pass):
                rows = slice(first, first + self.settings.labels_per_pass)
                parts.append(self._asked(seen, rows, first))
            return self._chosen(parts, image)

    def _asked(self, seen: Any, rows: slice, first: int) -> tuple[Any, Any, Any, Any]:
        """Scores [N], rows of the vocabulary [N], boxes as shares [N, 4] and mask logits [N, h, w] of some labels."""
        from transformers.modeling_outputs import BaseModelOutputWithPooling

        features, tokens = (text[rows] for text in self.texts)
        count = len(features)
        wide = type(seen)(
            fpn_hidden_states=tuple(level.expand(count, -1, -1, -1) for level in seen.fpn_hidden_states),
            fpn_position_encoding=tuple(level.expand(count, -1, -1, -1) for level in seen.fpn_position_encoding),
        )
        text = BaseModelOutputWithPooling(pooler_output=features)
        output = self._pretrained.model(vision_embeds=wide, text_embeds=text, attention_mask=tokens)
        score = output.pred_logits.sigmoid() * output.presence_logits.sigmoid()
        kept = score >= self.settings.min_score
        return score[kept], kept.nonzero()[:, 0] + first, output.pred_boxes[kept], output.pred_masks[kept]

    def _chosen(self, parts: Sequence[tuple[Any, Any, Any, Any]], image: Image) -> Detections:
        import torch

        score, row, boxes, logits = (torch.cat(column) for column in zip(*parts, strict=True))
        xyxy = boxes.cpu().numpy().astype(np.float64) * np.tile([image.width, image.height], 2)
        found = Candidates(xyxy, row.cpu().numpy(), score.cpu().numpy().astype(np.float64))

        def masks(rows: Int[np.ndarray, " k"]) -> Bool[np.ndarray, "k h w"]:
            out = np.zeros((len(rows), image.height, image.width), dtype=bool)
            for first in range(0, len(rows), self.settings.masks_per_pass):
                some = slice(first, first + self.settings.masks_per_pass)
                out[some] = _at_size(logits[rows[some]], image)
            return out

        return chosen(found, image, self.vocabulary, self.settings, self.settings.min_score, masks)


def _at_size(logits: Any, image: Image) -> np.ndarray:
    """Mask logits [N, h, w] as masks [N, H, W] of the picture's size."""
    from torch.nn.functional import interpolate

    size = (image.height, image.width)
    probability = interpolate(logits.sigmoid()[None], size=size, mode="bilinear", align_corners=False)[0]
    return np.asarray((probability > MASK_THRESHOLD).cpu().numpy())
