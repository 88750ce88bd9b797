"""Household: made of solids."""

from .category import Category

HOUSEHOLD: tuple[Category, ...] = ()
