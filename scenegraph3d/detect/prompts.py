"""How open-vocabulary networks are asked for labels, and what their answers mean: one `Family` for each kind.

The table of families is in `detect.grounded`, which asks them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Int

from ..errors import InputError, message
from ..models.hub import Pretrained
from ..types import Image

PHOTO_OF = "a photo of a {}"  # of the prompts that OWL-ViT was trained with


@dataclass(frozen=True)
class Prompt:
    """Labels that are asked for in one pass.

    Attributes:
        rows: [L] of the vocabulary.
        inputs: the network's text inputs for one picture.
        columns: of the network's scores, those that speak of the labels, one label after the other: of its tokens, or
            one for each.
        first: [L] where each label's begin in `columns`.
    """

    rows: Int[np.ndarray, " l"]
    inputs: Mapping[str, Any]
    columns: Int[np.ndarray, " t"]
    first: Int[np.ndarray, " l"]


@dataclass(frozen=True)
class Family:
    """How one family of networks is asked, and what its answer means.

    Attributes:
        model_class, processor_class: of transformers.
        min_score: boxes below are left out.
        prompts: labels to the passes that ask for all of them.
        extent: width and height in pixels of what its boxes are shares of.
        boxes, logits: what the network calls its boxes (centre and size) and its scores before the sigmoid.
    """

    model_class: str
    processor_class: str
    min_score: float
    prompts: Callable[[tuple[str, ...], Pretrained], list[Prompt]]
    extent: Callable[[Image], tuple[int, int]]
    boxes: str = "pred_boxes"
    logits: str = "logits"

    def read(self, output: Any, prompt: Prompt) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Boxes [B, Q, 4] (centre and size, as shares), how well each label fits [B, Q, L], and its score [B, Q, L]."""
        probability = getattr(output, self.logits).sigmoid().cpu().numpy()[..., prompt.columns]
        count = np.diff(prompt.first, append=len(prompt.columns))
        fit = np.add.reduceat(probability, prompt.first, axis=-1) / count
        score = np.maximum.reduceat(probability, prompt.first, axis=-1)
        return getattr(output, self.boxes).cpu().numpy(), fit, score


def wanted(labels: Sequence[str] | None) -> tuple[str, ...]:
    """Labels to look for: spaces in order, each once whatever its case; `detect.vocabulary.INDOOR` for None.

    Raises:
        InputError: none, or an empty one.
    """
    if labels is None:
        from .vocabulary import INDOOR

        labels = INDOOR
    if isinstance(labels, str) or not labels:
        got = "none" if not labels else f"the text {labels!r}"
        raise InputError(message("labels", "a list of at least one label", got, "such as ['mug', 'coffee table']"))
    cleaned: dict[str, str] = {}
    for i, label in enumerate(labels):
        words = label.split()
        if not words:
            raise InputError(message(f"label {i}", "text that is not empty", repr(label), "leave it out"))
        cleaned.setdefault(" ".join(words).casefold(), " ".join(words))
    return tuple(cleaned.values())


def too_long(label: str, limit: int) -> InputError:
    """What is raised for a label that does not fit into a network's text of `limit` tokens."""
    return InputError(message(f"label {label!r}", f"at most {limit} tokens of text", "more", "use fewer words"))


def _sides(image: Image) -> tuple[int, int]:
    return image.width, image.height


def _square(image: Image) -> tuple[int, int]:
    return max(_sides(image)), max(_sides(image))


def _passes(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Rows in their order, in as few passes as hold them, each of `room` tokens at most."""
    out: list[list[int]] = [[]]
    left = room
    for row, length in enumerate(lengths):
        if length > left and out[-1]:
            out.append([])
            left = room
        out[-1].append(row)
        left -= length
    return out


def _phrases(labels: tuple[str, ...], pretrained: Pretrained) -> list[Prompt]:
    """Of the Grounding DINO families: `[CLS] mug . coffee table . [SEP]`."""
    import torch

    tokenizer, limit = pretrained.processor.tokenizer, pretrained.model.config.max_text_len
    ends = [tokenizer.cls_token_id, tokenizer.sep_token_id]
    dot, question = tokenizer.convert_tokens_to_ids([".", "?"])
    parting = {*ends, dot, question}  # the network takes what stands between two of these for one phrase
    words = [[token for token in ids if token not in parting] for ids in _tokens(tokenizer, labels)]
    for label, ids in zip(labels, words, strict=True):
        _check_known(label, ids, tokenizer.unk_token_id)
        if len(ids) + 1 + len(ends) > limit:
            raise too_long(label, limit - 1 - len(ends))
    prompts = []
    for rows in _passes([len(ids) + 1 for ids in words], limit - len(ends)):
        text = [ends[0], *(token for row in rows for token in (*words[row], dot)), ends[1]]
        length = np.array([len(words[row]) for row in rows])
        start = 1 + np.cumsum(length + 1) - (length + 1)
        places = np.concatenate([np.arange(a, a + n) for a, n in zip(start, length, strict=True)])
        given = torch.tensor([text], device=pretrained.device)
        names = ("input_ids", "attention_mask", "token_type_ids")
        inputs = dict(zip(names, (given, torch.ones_like(given), torch.zeros_like(given)), strict=True))
        prompts.append(Prompt(np.array(rows), inputs, places, np.cumsum(length) - length))
    return prompts


def _tokens(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    return list(tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"])


def _check_known(label: str, tokens: Sequence[int], unknown: int | None) -> None:
    if all(token == unknown for token in tokens):
        do = "use another word for it"
        raise InputError(message(f"label {label!r}", "words that the network knows", "none of them", do))


def clip_tokens(texts: Sequence[str], labels: Sequence[str], tokenizer: Any, limit: int, device: Any) -> dict[str, Any]:
    """The input of a CLIP text encoder of `limit` tokens: ids and mask, a row per text.

    Raises:
        InputError: a text of more tokens; it is said of its label.
    """
    whole, alone = tokenizer(list(texts), verbose=False)["input_ids"], _tokens(tokenizer, labels)
    for label, ids, own in zip(labels, whole, alone, strict=True):
        if len(ids) > limit:
            raise too_long(label, limit - (len(ids) - len(own)))
    given = tokenizer(list(texts), padding="max_length", max_length=limit, return_tensors="pt")
    return {name: given[name].to(device) for name in ("input_ids", "attention_mask")}


def _photos(labels: tuple[str, ...], pretrained: Pretrained) -> list[Prompt]:
    """Of the OWL families: a text for each label, all in one pass."""
    texts = [PHOTO_OF.format(label) for label in labels]
    limit = pretrained.model.config.text_config.max_position_embeddings
    inputs = clip_tokens(texts, labels, pretrained.processor.tokenizer, limit, pretrained.device)
    every = np.arange(len(labels))
    return [Prompt(every, inputs, every, every)]


def _tasks(labels: tuple[str, ...], pretrained: Pretrained) -> list[Prompt]:
    """Of OmDet-Turbo: classes, and a task that names them all and has to fit into the text encoder."""
    import torch

    tokenizer, limit = pretrained.processor.tokenizer, pretrained.model.config.text_config.max_position_embeddings
    around = len(tokenizer("Detect .")["input_ids"])
    lengths = [len(ids) for ids in _tokens(tokenizer, [f"{label}," for label in labels])]
    prompts = []
    for rows in _passes(lengths, limit - around):
        names = [labels[row] for row in rows]
        task = clip_tokens([f"Detect {', '.join(names)}."], names[:1], tokenizer, limit, pretrained.device)
        classes = clip_tokens(names, names, tokenizer, limit, pretrained.device)
        inputs = {f"tasks_{name}": value for name, value in task.items()}
        inputs |= {f"classes_{name}": value for name, value in classes.items()}
        inputs["classes_structure"] = torch.tensor([len(names)], device=pretrained.device)
        every = np.arange(len(rows))
        prompts.append(Prompt(np.array(rows), inputs, every, every))
    return prompts


_DINO = Family("GroundingDinoForObjectDetection", "GroundingDinoProcessor", 0.3, _phrases, _sides)
_OMDET = Family("OmDetTurboForObjectDetection", "OmDetTurboProcessor", 0.3, _tasks, _sides)
FAMILIES: Mapping[str, Family] = {
    "grounding-dino": _DINO,
    "mm-grounding-dino": replace(_DINO, model_class="MMGroundingDinoForObjectDetection"),
    "owlv2": Family("Owlv2ForObjectDetection", "Owlv2Processor", 0.2, _photos, _square),
    "owlvit": Family("OwlViTForObjectDetection", "OwlViTProcessor", 0.1, _photos, _sides),
    "omdet-turbo": replace(_OMDET, boxes="decoder_coord_logits", logits="decoder_class_logits"),
}
