"""Attributes of things by an image-text model: what each is made of, or whatever else can be put into words.

Each crop is compared with a text for every option ("a photo of a cup made of metal"), and the attribute is said only
where one option is clearly ahead. CLIP is trained to pick among texts, so its scores are a softmax over the options;
SigLIP to say of each whether it fits, so its scores are a sigmoid each. Among options that exclude each other both
come to the same: the odds of one against another are the exponential of the difference of their logits.

References:
    A. Radford et al., CLIP, ICML 2021 (arXiv 2103.00020); X. Zhai et al., SigLIP, ICCV 2023 (2303.15343);
    M. Tschannen et al., SigLIP 2, 2025 (2502.14786).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from ..errors import InputError, message
from ..models.checkpoint import checkpoint
from ..models.device import inference, torch_device
from ..models.hub import load
from ..types import Detections, Image
from .crops import DEFAULT_CROPS, CropSettings, crops

DEFAULT_CHECKPOINT = "siglip2-base"
SIGMOID = ("siglip", "siglip2")
TYPES = ("clip", *SIGMOID)
# What lives or is eaten has no material.
LIVING = (
    *("person", "child", "man", "woman", "rider", "dog", "cat", "horse", "cow", "sheep", "bird", "bear", "elephant"),
    *("zebra", "giraffe", "animal", "tree", "bush", "plant", "potted plant", "flower", "grass", "vegetation"),
    *("apple", "orange", "banana", "carrot", "broccoli", "fruit", "food", "pizza", "cake", "donut", "sandwich"),
)


@dataclass(frozen=True)
class Attribute:
    """A question with a few answers.

    Attributes:
        options: the answers.
        prompt: a text with {option} and, if you like, {label}, the thing's own label.
        only: labels that it is asked of; of all where empty.
        never: labels that it is not asked of.
    """

    options: tuple[str, ...]
    prompt: str = "a photo of a {option} {label}."
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.options) < 2 or len(set(self.options)) < len(self.options):
            raise InputError(message("attribute options", "two different texts at least", f"{self.options}"))
        try:
            texts = {self.prompt.format(option=option, label="thing") for option in self.options}
        except (LookupError, ValueError) as error:
            raise InputError(message("attribute prompt", "{option} and {label} alone", repr(self.prompt))) from error
        if len(texts) < len(self.options):
            raise InputError(message("attribute prompt", "a text with {option}", repr(self.prompt)))

    def asked_of(self, label: str) -> bool:
        """Whether the question makes sense for a thing of this label."""
        return label not in self.never and (not self.only or label in self.only)


MATERIALS: Mapping[str, Attribute] = {
    "material": Attribute(
        options=("wood", "metal", "plastic", "glass", "fabric", "leather", "ceramic", "paper", "cardboard", "stone"),
        prompt="a photo of a {label} made of {option}.",
        never=LIVING,
    ),
}


@dataclass(frozen=True)
class DescribeSettings:
    """When an attribute is said.

    Attributes:
        min_share: the best option's share among the options, a softmax of their logits, is at least this, ...
        min_odds: and this many times that of the second.
        min_match: of models with a sigmoid, the probability that the best option fits at all is at least this; they are
            trained on few matches among many texts, so that it is small even for good ones.
        batch: crops that go through the network together.
        crops: how things are cut out.
    """

    min_share: float = 0.5
    min_odds: float = 2.0
    min_match: float = 0.001
    batch: int = 32
    crops: CropSettings = DEFAULT_CROPS


DEFAULT_SETTINGS = DescribeSettings()


class ZeroShotAttributes:
    """A refiner that adds attributes; the model is loaded once, and the features of its texts are kept.

    Args:
        spec: a CLIP, SigLIP or SigLIP 2: a known name, a hub id or a local folder.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.
        attributes: the questions by the name of their attribute; `{**MATERIALS, "state": Attribute(("open",
            "closed"), only=("door", "laptop"))}` adds one.
        settings: see `DescribeSettings`.

    Attributes:
        source: where the model came from.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such checkpoint or device.
        ModelError: the checkpoint cannot be had, or is of another architecture.
    """

    def __init__(
        self,
        spec: str = DEFAULT_CHECKPOINT,
        device: str | None = None,
        *,
        attributes: Mapping[str, Attribute] = MATERIALS,
        settings: DescribeSettings = DEFAULT_SETTINGS,
    ) -> None:
        self.attributes = dict(attributes)
        self.settings = settings
        card = checkpoint(spec, "refine")
        names = ("AutoModelForZeroShotImageClassification", "AutoProcessor")
        self._pretrained = load(card, *names, torch_device(device), types=TYPES)
        self._sigmoid = self._pretrained.model.config.model_type in SIGMOID
        self._texts: dict[tuple[str, str], np.ndarray] = {}
        self.source = self._pretrained.source

    def refine(self, image: Image, detections: Detections) -> Detections:
        """The same detections, with the attributes that are sure; attributes that are there already stay.

        Raises:
            InputError: masks or boxes that are not of this picture.
            ModelError: the memory is not enough.
        """
        asked = [
            [name for name, one in self.attributes.items() if name not in known and one.asked_of(label)]
            for label, known in zip(detections.label, detections.attributes, strict=True)
        ]
        rows = np.flatnonzero([bool(names) for names in asked])
        if not len(rows):
            return detections
        some = detections.where(rows)
        logits = self._logits(crops(image, some, self.settings.crops), some.label, [asked[row] for row in rows])
        attributes = [dict(known) for known in detections.attributes]
        for row, found in zip(rows.tolist(), logits, strict=True):
            for name, values in found.items():
                best = self._sure(values)
                if best is not None:
                    attributes[row][name] = self.attributes[name].options[best]
        return replace(detections, attributes=tuple(attributes))

    def scores(self, picture: UInt8[np.ndarray, "_ _ 3"], name: str, label: str) -> dict[str, float]:
        """The score of each option of an attribute for one crop: shares that add up to 1 of CLIP, of SigLIP the
        probability that each fits.

        Raises:
            ModelError: the memory is not enough.
        """
        values = self._logits([picture], (label,), [[name]])[0][name]
        found = 1 / (1 + np.exp(-values)) if self._sigmoid else _shares(values)
        return dict(zip(self.attributes[name].options, found.tolist(), strict=True))

    def _sure(self, logits: Float32[np.ndarray, " k"]) -> int | None:
        """The option that is clearly ahead."""
        share = _shares(logits)
        second, best = np.argsort(share, kind="stable")[-2:].tolist()
        clear = share[best] >= self.settings.min_share and share[best] >= self.settings.min_odds * share[second]
        fits = not self._sigmoid or logits[best] >= np.log(self.settings.min_match / (1 - self.settings.min_match))
        return best if clear and fits else None

    def _logits(
        self, pictures: Sequence[UInt8[np.ndarray, "_ _ 3"]], labels: Sequence[str], asked: Sequence[Sequence[str]]
    ) -> list[dict[str, Float32[np.ndarray, " _"]]]:
        """For each picture, of each attribute that is asked, the logit of each option."""
        model = self._pretrained.model
        scale = np.float32(model.logit_scale.exp().item())
        bias = np.float32(model.logit_bias.item() if self._sigmoid else 0.0)
        out: list[dict[str, np.ndarray]] = []
        with inference(self._pretrained.checkpoint.name, self._pretrained.device, coarse=True):
            for first in range(0, len(pictures), self.settings.batch):
                seen = self._seen(pictures[first : first + self.settings.batch])
                for row, features in enumerate(seen, first):
                    texts = {name: self._read(name, labels[row]) for name in asked[row]}
                    out.append({name: scale * (one @ features) + bias for name, one in texts.items()})
        return out

    def _seen(self, pictures: Sequence[UInt8[np.ndarray, "_ _ 3"]]) -> Float32[np.ndarray, "n d"]:
        """[N, D] features of length 1."""
        import torch
        from PIL import Image as Pillow

        processor, device = self._pretrained.processor.image_processor, self._pretrained.device
        made = [processor(images=[Pillow.fromarray(one)], return_tensors="pt") for one in pictures]
        joined = {name: torch.cat([one[name] for one in made]).to(device) for name in made[0]}
        return _unit(self._pretrained.model.get_image_features(**joined))

    def _read(self, name: str, label: str) -> Float32[np.ndarray, "k d"]:
        """[K, D] features of length 1 of the texts of an attribute, the second time from memory."""
        if (name, label) not in self._texts:
            one = self.attributes[name]
            texts = [one.prompt.format(option=option, label=label) for option in one.options]
            length = self._pretrained.model.config.text_config.max_position_embeddings
            padding = "max_length" if self._sigmoid else True  # as each was trained
            tokens = self._pretrained.processor.tokenizer(
                texts, padding=padding, max_length=length, truncation=True, return_tensors="pt"
            ).to(self._pretrained.device)
            self._texts[name, label] = _unit(self._pretrained.model.get_text_features(**tokens))
        return self._texts[name, label]


def _unit(features: Any) -> Float32[np.ndarray, "n d"]:
    """Features of length 1; transformers gave them bare before its version 5."""
    bare = getattr(features, "pooler_output", features).float()
    return np.asarray((bare / bare.norm(dim=-1, keepdim=True)).cpu().numpy())


def _shares(logits: Float32[np.ndarray, " k"]) -> Float32[np.ndarray, " k"]:
    odds = np.exp(logits - logits.max())
    return np.asarray(odds / odds.sum())
