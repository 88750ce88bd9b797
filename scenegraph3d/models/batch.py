"""Batches: pictures are prepared one by one, and inputs of the same shape go through a network together.

So a picture's answer does not depend on the others of its batch: none of them adds padding to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any


def stacks(inputs: Sequence[Mapping[str, Any]]) -> list[tuple[list[int], dict[str, Any]]]:
    """Inputs of single pictures, those of one shape stacked.

    Args:
        inputs: for each picture its tensors by name, each with a first axis of 1.

    Returns:
        For each stack the rows of `inputs` that are in it, and its tensors.
    """
    import torch

    groups: dict[tuple[Any, ...], list[int]] = {}
    for row, given in enumerate(inputs):
        groups.setdefault(tuple((name, tuple(tensor.shape)) for name, tensor in given.items()), []).append(row)
    return [
        (rows, {name: torch.cat([inputs[row][name] for row in rows]) for name in inputs[rows[0]]})
        for rows in groups.values()
    ]
