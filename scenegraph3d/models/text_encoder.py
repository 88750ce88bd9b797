"""Texts to vectors, by any text encoder of transformers: nearness of meaning is the cosine of two of them.

| checkpoint | the vector of a text |
|---|---|
| has text features of its own (CLIP, SigLIP) | these |
| a text tower alone (`clip_text_model`) | its pooled output |
| a sentence encoder that says so in 1_Pooling/config.json | the mean of its tokens, its first or its last one |
| any other | the mean of its tokens |

Texts of as many tokens go through the network together, so that no padding is added and a vector does not depend on the
other texts. Layers behind the pooling, which only the library sentence-transformers applies, are refused.

References:
    Reimers and Gurevych, Sentence-BERT, EMNLP 2019, for the mean of the tokens.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from ..errors import InputError, ModelError, message, require
from .batch import stacks
from .checkpoint import Checkpoint, checkpoint, checkpoints
from .device import EXTRA, inference, torch_device
from .hub import fetch, load, model_type

TEXTS_MAX = 64  # that go through the network together
_TOWERS = ("clip_text_model", "siglip_text_model", "siglip2_text_model", "tipsv2_text_model")
_PADDED = (
    "siglip",
    "siglip2",
    "siglip_text_model",
    "siglip2_text_model",
)  # trained on texts of one length, padding seen
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_APPLIED = frozenset(("Transformer", "Pooling", "Normalize"))  # what sentence encoders have that is applied here
_MODES = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "first", "pooling_mode_lasttoken": "last"}
_PROBE = "thing"


class TextEncoder:
    """A text encoder that is loaded once and kept.

    Args:
        spec: a name in checkpoints.json, a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.

    Attributes:
        name: the checkpoint's.
        source: where it came from.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here, or neither a name, a hub id nor a folder.
        ModelError: the files cannot be had, or are no text encoder.
    """

    def __init__(self, spec: str, device: str | None = None) -> None:
        card = _card(spec)
        self._device = torch_device(device)
        kind = model_type(card)
        found = load(card, _model_class(kind), "AutoTokenizer", self._device)
        self._model, self._tokenizer = found.model, found.processor
        self._pooling = _pooling(card, kind, found.model)
        self._padded = kind in _PADDED
        self.name, self.source = card.name, found.source

    @cached_property
    def width(self) -> int:
        """D, the length of a vector."""
        return self._vectors_of([_PROBE]).shape[1]

    def encode(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """[N, D] vectors of length 1, in the order of the texts.

        Raises:
            InputError: a text without a token, or with more than the network has places for.
            ModelError: a vector that is zero or not finite; or the memory is not enough.
        """
        if not texts:
            return np.zeros((0, self.width), np.float32)
        found = self._vectors_of(texts)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        whole = np.isfinite(lengths) & (lengths > 0)
        if not whole.all():
            text = texts[int(np.argmin(whole))]
            raise ModelError(message(f"{self.name} on {text!r}", "a vector with a direction", "zero or no number"))
        return np.asarray(found / lengths, np.float32)

    def _vectors_of(self, texts: Sequence[str]) -> np.ndarray:
        vectors: dict[int, np.ndarray] = {}
        for rows, stack in stacks([self._input(text) for text in texts]):
            for begin in range(0, len(rows), TEXTS_MAX):
                part = slice(begin, begin + TEXTS_MAX)
                vectors.update(zip(rows[part], self._vectors(stack, part), strict=True))
        return np.stack([vectors[row] for row in range(len(texts))])

    def _input(self, text: str) -> Mapping[str, Any]:
        most = _places(self._model.config, self._tokenizer)
        options = {"padding": "max_length", "max_length": most} if self._padded else {}
        made = self._tokenizer(text, return_tensors="pt", **options)
        length = made["input_ids"].shape[1]
        if not 1 <= length <= most:
            raise InputError(message(f"text {text[:40]!r}", f"1 to {most} tokens", str(length)))
        names = _INPUTS[:1] if self._padded else _INPUTS
        return {name: made[name] for name in names if name in made}

    def _vectors(self, stack: Mapping[str, Any], part: slice) -> np.ndarray:
        given = {name: tensor[part].to(self._device) for name, tensor in stack.items()}
        with inference(self.name, self._device):
            if self._pooling == "features":
                made = self._model.get_text_features(**given)
                vectors = getattr(made, "pooler_output", made)
            elif self._pooling == "pooled":
                vectors = self._model(**given).pooler_output
            else:
                states = self._model(**given).last_hidden_state
                vectors = {"mean": states.mean(1), "first": states[:, 0], "last": states[:, -1]}[self._pooling]
            return np.asarray(vectors.float().cpu().numpy(), np.float64)


def _card(spec: str) -> Checkpoint:
    """The checkpoint that a spec names; CLIP and its like have cards as refiners."""
    named = (card for card in checkpoints().values() if card.stage == "refine" and spec in (card.name, card.hub_id))
    return next(named, None) or checkpoint(spec, "encode")


def _model_class(kind: str) -> str:
    names = require("transformers.models.auto.modeling_auto", EXTRA).MODEL_FOR_TEXT_ENCODING_MAPPING_NAMES
    return "AutoModelForTextEncoding" if kind in names else "AutoModel"


def _pooling(card: Checkpoint, kind: str, model: Any) -> str:
    if hasattr(model, "get_text_features"):
        return "features"
    if kind in _TOWERS:
        return "pooled"
    folder = fetch(card)
    types = {str(row.get("type")).rpartition(".")[2] for row in _rows(card, folder / "modules.json", list)}
    if not types <= _APPLIED:
        more = ", ".join(sorted(types - _APPLIED))
        raise ModelError(message(card.name, "a network and a pooling", f"more layers ({more})", "take another encoder"))
    said = _rows(card, folder / "1_Pooling" / "config.json", dict)
    modes = [mode for key, mode in _MODES.items() if said.get(key)] if said else ["mean"]
    if len(modes) != 1:
        raise ModelError(message(f"{card.name}: pooling", f"one of {', '.join(_MODES)}", f"{len(modes)} of them"))
    return modes[0]


def _rows(card: Checkpoint, path: Path, kind: type[Any]) -> Any:
    """A list of objects or an object from a file; an empty one where there is none."""
    if not path.is_file():
        return kind()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        found = error
    if not isinstance(found, kind) or (kind is list and not all(isinstance(row, dict) for row in found)):
        expected = "what sentence-transformers writes there"
        raise ModelError(message(f"{card.name}: {path.name}", expected, "something else", "fetch it again"))
    return found


def _places(config: Any, tokenizer: Any) -> int:
    places = getattr(config.get_text_config(), "max_position_embeddings", None)
    return min(tokenizer.model_max_length, places or tokenizer.model_max_length)
