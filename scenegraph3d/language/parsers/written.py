"""What parsers that ask a model share: texts without a word need none, and what it wrote is a graph or an error."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ...errors import ModelError, message
from ...models.generation import Written
from ..text_graph import TextGraph


class WrittenParser(ABC):
    """A parser whose graphs a model writes.

    Attributes:
        name: of the checkpoint.
        source: where it came from.
        tokens_max: that the model may write for a text.
    """

    name: str
    source: str
    tokens_max: int

    def parse(self, text: str) -> TextGraph:
        """The graph that the model writes of a text; an empty one of a text without a word.

        Raises:
            InputError: a text that is longer than the model can read.
            ModelError: what the model wrote is no graph, or does not end; or the memory is not enough.
        """
        found = self.parse_batch([text])[0]
        if isinstance(found, ModelError):
            raise found
        return found

    def parse_batch(self, texts: Sequence[str]) -> list[TextGraph | ModelError]:
        """What `parse` gives for each, or the error where what the model wrote is no graph.

        Raises:
            InputError: a text that is longer than the model can read.
            ModelError: the memory is not enough.
        """
        said = [" ".join(text.split()) for text in texts if _says(text)]
        written = iter(self.write(said))
        return [self._graph(text, next(written)) if _says(text) else TextGraph(text) for text in texts]

    @abstractmethod
    def write(self, texts: Sequence[str]) -> list[Written]:
        """What the model writes of each text, all of them with words and without line breaks."""

    @abstractmethod
    def read(self, text: str, written: str) -> TextGraph:
        """The graph in what the model wrote.

        Raises:
            ModelError: it is none.
        """

    def _graph(self, text: str, written: Written) -> TextGraph | ModelError:
        if not written.ended:
            expected = f"a graph that ends within {self.tokens_max} tokens and the model's places"
            return ModelError(message(self.name, expected, "more", "parse the text sentence by sentence"))
        try:
            return self.read(text, written.text)
        except ModelError as error:
            return error


def _says(text: str) -> bool:
    return any(map(str.isalnum, text))
