"""FACTUAL: Flan-T5 models that were trained to write the facts of a caption in the linear form (`linear`).

They were trained on single sentences about parts of pictures: what a text of several sentences says in one of them
about another ("it") is theirs to find. Two things of one name are one, except for the checkpoints whose name ends in
-id, which number them. They do not write what is denied.

References:
    Li et al., FACTUAL: A Benchmark for Faithful and Consistent Textual Scene Graph Parsing, Findings of ACL 2023.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...models.checkpoint import checkpoint
from ...models.generation import EncoderDecoder, Written
from ..text_graph import TextGraph
from .linear import read_linear
from .written import WrittenParser

PROMPT = "Generate Scene Graph: "


@dataclass(frozen=True)
class FactualSettings:
    """How the model is run.

    Attributes:
        beams: of the search, as published.
        tokens_max: that it may write for a text.
        input_max: tokens of a text, with the prompt.
    """

    beams: int = 5
    tokens_max: int = 256
    input_max: int = 512


DEFAULT_SETTINGS = FactualSettings()


class FactualParser(WrittenParser):
    """A parser of texts from a FACTUAL checkpoint.

    Args:
        spec: a name in checkpoints.json, a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.
        settings: how the model is run.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here, or neither a name, a hub id nor a folder.
        ModelError: the files cannot be had, or are no encoder-decoder.
    """

    def __init__(
        self, spec: str = "factual-base", device: str | None = None, *, settings: FactualSettings = DEFAULT_SETTINGS
    ) -> None:
        self._model = EncoderDecoder(checkpoint(spec, "parse"), device)
        self._settings = settings
        self.name, self.source, self.tokens_max = self._model.name, self._model.source, settings.tokens_max

    def write(self, texts: Sequence[str]) -> list[Written]:
        """The facts of each text, in the linear form."""
        limits = self._settings
        given = [PROMPT + text for text in texts]
        return self._model.write(given, tokens_max=limits.tokens_max, beams=limits.beams, input_max=limits.input_max)

    def read(self, text: str, written: str) -> TextGraph:
        """The graph in the linear form.

        Raises:
            ModelError: it is not of the form.
        """
        return read_linear(text, written, self.name)
