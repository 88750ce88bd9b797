"""Category: a kind of thing that can be made in any size that is natural for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..world.finish import COLORS, MATERIALS, Finish
from ..world.room import Thing


@dataclass(frozen=True)
class Category:
    """A kind of thing.

    Attributes:
        label: its name.
        make_floor: makes one that stands on the floor, or None where none does.
        make_top: makes one that stands or lies on other things, or None where none does.
        colors, materials: the names that it comes in.
    """

    label: str
    make_floor: Callable[[np.random.Generator, Finish], Thing] | None = None
    make_top: Callable[[np.random.Generator, Finish], Thing] | None = None
    colors: tuple[str, ...] = COLORS
    materials: tuple[str, ...] = MATERIALS
