"""Query: questions to a scene graph: patterns, selections by code, programs, English, and texts that are checked."""

from .pattern import Pattern, query

__all__ = ["Pattern", "query"]
