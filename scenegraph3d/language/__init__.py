"""English and scene graphs: text to an abstract scene graph, and a scene graph to text; no model, no network."""

from .parse import parse
from .text_graph import Mention, Statement, TextGraph

__all__ = ["Mention", "Statement", "TextGraph", "parse"]
