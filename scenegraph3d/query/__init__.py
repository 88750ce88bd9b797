"""Query: questions to a scene graph. Patterns of subject, predicate and object so far."""

from .pattern import Pattern, parse, query

__all__ = ["Pattern", "parse", "query"]
