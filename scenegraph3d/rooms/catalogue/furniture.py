"""Furniture: made of solids."""

from .category import Category

FURNITURE: tuple[Category, ...] = ()
