"""Predicates: the relations that the library knows, and how they hang together."""

PREDICATES = (
    "left_of",
    "right_of",
    "in_front_of",
    "behind",
    "above",
    "below",
    "on",
    "under",
    "inside",
    "contains",
    "touching",
    "near",
    "far_from",
    "next_to",
    "between",
    "aligned_with",
    "larger_than",
    "smaller_than",
    "taller_than",
)

# What one says of (a, b), the other says of (b, a); these are the ones to read first.
INVERSES = {
    "left_of": "right_of",
    "in_front_of": "behind",
    "above": "below",
    "on": "under",
    "inside": "contains",
    "larger_than": "smaller_than",
}
SYMMETRIC = ("touching", "near", "far_from", "next_to", "aligned_with", "between")
# Of an inverse, the one to read first.
CANONICAL = {inverse: name for name, inverse in INVERSES.items()}
# The same both ways.
OPPOSITES = {**INVERSES, **CANONICAL}
