"""Texts from texts, by language models of transformers: encoder-decoders, and causal models held to a grammar.

Nothing is drawn by chance: what a checkpoint's own settings say about sampling, penalties and lengths is left out.
Texts of as many tokens go through a model together, so that no padding is added and an answer does not depend on the
others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, ModelError, message, require
from .batch import stacks
from .checkpoint import Checkpoint
from .device import EXTRA, inference, torch_device
from .hub import load

GRAMMAR_EXTRA = "language"
TEXTS_MAX = 32  # that go through a model together
Turn = Mapping[str, str]
_INPUTS = ("input_ids", "attention_mask")


@dataclass(frozen=True)
class Written:
    """What a model wrote.

    Attributes:
        text: without the tokens that mark its end.
        ended: the model ended it, and not the bound on its tokens.
    """

    text: str
    ended: bool


class EncoderDecoder:
    """An encoder-decoder of transformers' AutoModelForSeq2SeqLM.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best one where left out.

    Attributes:
        name: the checkpoint's.
        source: where it came from.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here.
        ModelError: the files cannot be had, or are of another kind.
    """

    def __init__(self, card: Checkpoint, device: str | None = None) -> None:
        self._device = torch_device(device)
        found = load(card, "AutoModelForSeq2SeqLM", "AutoTokenizer", self._device)
        self._model, self._tokenizer = found.model, found.processor
        self._model.generation_config = _marks(self._model.generation_config)
        self.name, self.source = card.name, found.source

    def write(self, texts: Sequence[str], *, tokens_max: int, beams: int, input_max: int) -> list[Written]:
        """What the model makes of each text.

        Args:
            texts: with the prompt that the model was trained on.
            tokens_max: what it may write for each.
            beams: of the search; 1 takes the likeliest token each time.
            input_max: tokens that a text may have.

        Raises:
            InputError: a longer text.
            ModelError: the memory is not enough.
        """
        inputs = [_picked(self._tokenizer(text, return_tensors="pt")) for text in texts]
        for text, made in zip(texts, inputs, strict=True):
            _check_length(text, made, input_max)
        found: dict[int, Written] = {}
        settings = _settings(self._model, tokens_max, beams)
        ends = _ends(settings)
        for rows, stack in _together(inputs):
            with inference(self.name, self._device):
                placed = {name: tensor.to(self._device) for name, tensor in stack.items()}
                written = self._model.generate(**placed, generation_config=settings)
            texts_out = self._tokenizer.batch_decode(written, skip_special_tokens=True)
            for row, ids, text in zip(rows, written.tolist(), texts_out, strict=True):
                found[row] = Written(text.strip(), not ends.isdisjoint(ids[1:]))
        return [found[row] for row in range(len(texts))]


class CausalModel:
    """A causal language model of transformers, held to a grammar token by token.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best one where left out.

    Attributes:
        name: the checkpoint's.
        source: where it came from.

    Raises:
        MissingExtraError: torch, transformers or llguidance is not installed.
        InputError: no such device here.
        ModelError: the files cannot be had, are of another kind, or have a tokenizer that no grammar can be held to.
    """

    def __init__(self, card: Checkpoint, device: str | None = None) -> None:
        self._device = torch_device(device)
        require("llguidance", GRAMMAR_EXTRA)
        found = load(card, "AutoModelForCausalLM", "AutoTokenizer", self._device)
        self._model, self._tokenizer = found.model, found.processor
        self._model.generation_config = _marks(self._model.generation_config)
        self.name, self.source = card.name, found.source
        self._end = self._tokenizer.eos_token_id
        self._tokens = self._vocabulary()

    def write(self, talks: Sequence[Sequence[Turn]], grammar: str, *, tokens_max: int) -> list[Written]:
        """The likeliest answer of the grammar to each talk, token by token.

        Args:
            talks: turns with "role" (user or assistant) and "content", the last one the user's. Where the tokenizer has
                a chat template they go through it, else they are lines of one text.
            grammar: of the whole answer, in the form of Lark that llguidance reads.
            tokens_max: what it may write for each; less where the model has no more places.

        Raises:
            InputError: a talk that is longer than the model can read.
            ModelError: the memory is not enough, or the chat template refuses the talk.
        """
        inputs = [self._input(talk) for talk in talks]
        found: dict[int, Written] = {}
        for rows, stack in _together(inputs):
            length = stack["input_ids"].shape[1]
            settings = _settings(self._model, self._room(length, tokens_max))
            settings.eos_token_id, settings.pad_token_id = self._end, self._end
            held = _Held([self._matcher(grammar) for _ in rows])
            with inference(self.name, self._device):
                placed = {name: tensor.to(self._device) for name, tensor in stack.items()}
                written = self._model.generate(**placed, generation_config=settings, logits_processor=[held])
            for row, ids in zip(rows, written[:, length:].tolist(), strict=True):
                ended = self._end in ids
                kept = ids[: ids.index(self._end)] if ended else ids
                found[row] = Written(self._tokens.decode_bytes(kept).decode("utf-8", "replace"), ended)
        return [found[row] for row in range(len(talks))]

    def _input(self, talk: Sequence[Turn]) -> Mapping[str, Any]:
        if self._tokenizer.chat_template is None:
            text = "".join(f"{turn['content']}\n" for turn in talk)
            return _picked(self._tokenizer(text, return_tensors="pt"))
        errors = require("jinja2.exceptions", EXTRA)
        try:
            made = self._tokenizer.apply_chat_template(
                list(talk), add_generation_prompt=True, return_dict=True, return_tensors="pt", enable_thinking=False
            )
        except errors.TemplateError as error:
            expected = "a chat template for turns of user and assistant"
            raise ModelError(message(self.name, expected, f"one that refuses them ({error})")) from error
        return _picked(made)

    def _room(self, length: int, most: int) -> int:
        """How many tokens the model can write after so many, at most the number given."""
        places = getattr(self._model.config.get_text_config(), "max_position_embeddings", None)
        if places is None:
            return most
        if length >= places:
            got = f"{length} tokens with the instructions"
            raise InputError(message("text", f"one that fits into the model's {places} places", got, "give less of it"))
        return min(most, places - length)

    def _vocabulary(self) -> Any:
        from_tokenizer = require("llguidance.hf", GRAMMAR_EXTRA).from_tokenizer
        expected = "a fast tokenizer with a token that ends a text"
        if self._end is None:
            raise ModelError(message(self.name, expected, "one without", "set eos_token in tokenizer_config.json"))
        width = self._model.get_output_embeddings().weight.shape[0]
        try:
            return from_tokenizer(self._tokenizer, n_vocab=width, eos_token=self._end)
        except ValueError as error:
            raise ModelError(message(self.name, expected, f"({' '.join(str(error).split())[:200]})")) from error

    def _matcher(self, grammar: str) -> Any:
        library = require("llguidance", GRAMMAR_EXTRA)
        matcher = library.LLMatcher(self._tokens, library.LLMatcher.grammar_from_lark(grammar))
        if matcher.is_error():
            raise ModelError(message(self.name, "a tokenizer that can write the grammar", matcher.get_error()))
        return matcher


class _Held:
    """Leaves, at each step and for each row, the tokens that the grammar allows."""

    def __init__(self, matchers: Sequence[Any]) -> None:
        self._matchers = matchers
        self._begun = False

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        torch = require("torch", EXTRA)
        rows = []
        for last, matcher in zip(input_ids[:, -1].tolist(), self._matchers, strict=True):
            if self._begun and not matcher.is_stopped():
                matcher.consume_token(last)
            rows.append(torch.frombuffer(bytearray(matcher.compute_logit_bias()), dtype=torch.uint8))
        self._begun = True
        return scores.masked_fill(torch.stack(rows).to(scores.device) == 0, -torch.inf)


def _picked(made: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: made[name] for name in _INPUTS}


def _check_length(text: str, made: Mapping[str, Any], most: int) -> None:
    length = made["input_ids"].shape[1]
    if length > most:
        do = "parse it sentence by sentence"
        raise InputError(message(f"text {text[:40]!r}", f"at most {most} tokens", str(length), do))


def _together(inputs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """Inputs of one length, `TEXTS_MAX` at most, with their rows."""
    for rows, stack in stacks(inputs) if inputs else ():
        for begin in range(0, len(rows), TEXTS_MAX):
            part = slice(begin, begin + TEXTS_MAX)
            yield rows[part], {name: tensor[part] for name, tensor in stack.items()}


def _settings(model: Any, tokens_max: int, beams: int = 1) -> Any:
    """Settings of a search without chance."""
    settings = _marks(model.generation_config)
    settings.update(max_new_tokens=tokens_max, num_beams=beams, do_sample=False, early_stopping=beams > 1)
    return settings


def _marks(own: Any) -> Any:
    """Of a checkpoint's own settings the marks of begin and end alone."""
    names = ("bos_token_id", "decoder_start_token_id", "eos_token_id", "pad_token_id")
    return require("transformers", EXTRA).GenerationConfig(**{name: getattr(own, name) for name in names})


def _ends(settings: Any) -> frozenset[int]:
    ends = settings.eos_token_id
    return frozenset(ends if isinstance(ends, list) else [ends])
