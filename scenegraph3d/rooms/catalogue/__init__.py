"""The categories of things, each a parametric assembly of solids."""

from .category import Category
from .furniture import FURNITURE
from .household import HOUSEHOLD
from .tableware import TABLEWARE

CATALOGUE: dict[str, Category] = {category.label: category for category in (*FURNITURE, *TABLEWARE, *HOUSEHOLD)}
LABELS = tuple(CATALOGUE)

__all__ = ["CATALOGUE", "LABELS", "Category"]
