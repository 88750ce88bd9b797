"""From 3D boxes to typed relations: one module per family of predicates, one pass over pairs."""

from .relate import Judgement, find_relations, judge, relate
from .rules import INVERSES, PREDICATES, SYMMETRIC, RelationRules

__all__ = ["INVERSES", "PREDICATES", "SYMMETRIC", "Judgement", "RelationRules", "find_relations", "judge", "relate"]
