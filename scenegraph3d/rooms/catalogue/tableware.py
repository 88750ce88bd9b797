"""Tableware: made of solids."""

from .category import Category

TABLEWARE: tuple[Category, ...] = ()
