"""View: a scene as a picture (overlay with a bird's-eye inset) and as a table of text."""

from .overlay import OverlaySettings, draw_overlay, save_picture
from .salience import informative
from .table import objects_table, relations_table

__all__ = [
    "OverlaySettings",
    "draw_overlay",
    "informative",
    "objects_table",
    "relations_table",
    "save_picture",
]
