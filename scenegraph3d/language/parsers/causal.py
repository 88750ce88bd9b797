"""Any causal language model of transformers as a parser of texts: it is asked for JSON and can write nothing else.

At each step only those tokens are left that the grammar of `json_form` allows, and the likeliest of them is taken; so
what comes back is always a graph, or the error that the model did not end within its bound. Whether the graph is that
of the text is up to the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...models.checkpoint import checkpoint
from ...models.generation import CausalModel, Written
from ..text_graph import TextGraph
from .json_form import grammar, read_json, request
from .written import WrittenParser


@dataclass(frozen=True)
class CausalSettings:
    """How the model is run.

    Attributes:
        tokens_max: that it may write for a text; a thing takes about 25, as does a relation.
    """

    tokens_max: int = 1500


DEFAULT_SETTINGS = CausalSettings()


class CausalParser(WrittenParser):
    """A parser of texts from a checkpoint of transformers' AutoModelForCausalLM; one that was trained to follow
    instructions serves best.

    Args:
        spec: a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.
        settings: how the model is run.

    Raises:
        MissingExtraError: torch, transformers or llguidance is not installed.
        InputError: no such device here, or neither a hub id nor a folder.
        ModelError: the files cannot be had, are no causal language model, or have no fast tokenizer.
    """

    def __init__(
        self, spec: str = "", device: str | None = None, *, settings: CausalSettings = DEFAULT_SETTINGS
    ) -> None:
        self._model = CausalModel(checkpoint(spec, "parse"), device)
        self.name, self.source, self.tokens_max = self._model.name, self._model.source, settings.tokens_max

    def write(self, texts: Sequence[str]) -> list[Written]:
        """The graph of each text, in the JSON form."""
        return self._model.write([request(text) for text in texts], grammar(), tokens_max=self.tokens_max)

    def read(self, text: str, written: str) -> TextGraph:
        """The graph in the JSON form."""
        return read_json(text, written)
