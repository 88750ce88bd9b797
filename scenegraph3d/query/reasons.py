"""Reasons: why a statement of a text holds in a scene, fails or cannot be told, in words."""

import math

from ..language import TextGraph
from ..language.wording import article, listed, number
from ..types import SceneGraph
from .claims import ATTRIBUTE, RELATION, Claim
from .evidence import Evidence

_MOST_NAMES = 4


def reason(claim: Claim, text: TextGraph, evidence: Evidence) -> str:
    """Why, in one line."""
    if claim.kind == RELATION:
        return _of_relation(claim, text, evidence)
    return _of_attribute(claim, evidence) if claim.kind == ATTRIBUTE else _of_thing(claim, text, evidence)


def _of_thing(claim: Claim, text: TextGraph, evidence: Evidence) -> str:
    mention, names = text.objects[claim.mention], _names(claim, evidence.scene)
    truth = claim.finding.truth
    if mention.count == 0:
        one = f"{article(mention.noun)} {mention.noun}"
        return f"no {mention.noun} in the scene" if truth else f"there {'may be' if truth is None else 'is'} {one}"
    if truth:
        return names
    if truth is None and not claim.rows:
        known = evidence.knows(mention.noun)
        return f"the scene does not list its {mention.noun}" if known else f"{mention.noun!r} is not understood"
    if truth is None:
        return f"{names} may be {'one' if len(claim.rows) == 1 else 'some'}"
    if not claim.rows:
        there = any(evidence.named(row, mention.noun) for row in range(len(evidence.scene.objects)))
        return f"no other {mention.noun} in the scene" if there else f"no such thing: no {mention.noun} in the scene"
    enough = mention.count is not None and len(claim.rows) > mention.count
    return f"{'' if enough else 'only '}{number(len(claim.rows))}: {names}"


def _of_attribute(claim: Claim, evidence: Evidence) -> str:
    scene, truth = evidence.scene, claim.finding.truth
    if not claim.rows:
        return "no such thing"
    if truth:
        return _names(claim, scene)
    kind = evidence.about(claim.word)
    for row in claim.rows:
        found = evidence.attribute(row, claim.word)
        if found.truth is False and kind is not None:
            return f"{scene.objects[row]}: {kind} {evidence.carried(row, kind)}"
        if found.truth is False:
            return f"{scene.objects[row]} is not"
        if found.truth is None:
            return f"the {kind} of {scene.objects[row]} is not known" if kind else f"not known of {scene.objects[row]}"
    return f"{_names(claim, scene)} may be something else"


def _of_relation(claim: Claim, text: TextGraph, evidence: Evidence) -> str:
    found, scene = claim.finding, evidence.scene
    if claim.missing and found.truth is not None:
        return f"no such thing: {listed([f'no {text.objects[m].noun}' for m in claim.missing])}"
    measured = "" if math.isnan(found.margin_m) else f"margin {found.margin_m:.3g}"
    if found.row is not None:
        relation = scene.relations[found.row]
        ends = [str(scene.objects[row]) for row in (relation.object, relation.third) if row is not None]
        stated = f"{scene.objects[relation.subject]} {relation.predicate} {' and '.join(ends)}"
        return f"{stated}, {measured}" if measured else stated
    if found.truth is None:
        return f"too close to call, {measured}" if measured else "the scene does not say"
    negated = claim.statement is not None and claim.statement.negated
    names = _names(claim, scene)
    so = names if found.truth is not negated else "nothing is so" if negated else f"{names}: not so"
    return f"{so}, {measured}" if measured else so


def _names(claim: Claim, scene: SceneGraph) -> str:
    names = [str(scene.objects[row]) for row in claim.rows]
    more = len(names) - _MOST_NAMES
    return listed(names if more <= 0 else [*names[:_MOST_NAMES], f"{more} more"])
