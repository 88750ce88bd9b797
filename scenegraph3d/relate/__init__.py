"""From 3D boxes to typed relations: one module per family of predicates, one pass over pairs."""

from ..types.predicates import INVERSES, PREDICATES, SYMMETRIC
from .relate import Judgement, find_relations, judge, relate
from .rules import RelationRules

__all__ = ["INVERSES", "PREDICATES", "SYMMETRIC", "Judgement", "RelationRules", "find_relations", "judge", "relate"]
