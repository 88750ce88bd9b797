"""SizePriors: how large things of a kind usually are.

The table is our own estimate from common knowledge of furniture, household goods, vehicles and people: a mean and a
standard deviation over the variety of a category, in metres. It is meant to fill what a picture does not show, not to
correct what it does. `length` is the longer horizontal side, `width` the shorter.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import InputError, message

MeanStd = tuple[float, float]


@dataclass(frozen=True)
class SizePrior:
    """Usual size of a category.

    Attributes:
        name: the category.
        length_m, width_m, height_m: mean and standard deviation, metres.
        rests: it stands or lies on something, so that its box reaches down to it; False for what hangs.
        carries: it is a table of some kind: its top is level, and what is higher stands on it.

    Raises:
        InputError: a mean or a deviation that is not above 0.
    """

    name: str
    length_m: MeanStd
    width_m: MeanStd
    height_m: MeanStd
    rests: bool = True
    carries: bool = False

    def __post_init__(self) -> None:
        for axis in ("length_m", "width_m", "height_m"):
            pair = getattr(self, axis)
            if len(pair) != 2 or not all(value > 0 for value in pair):
                raise InputError(
                    message(f"{axis} of size prior {self.name!r}", "a mean and a deviation above 0 metres", f"{pair}")
                )

    @property
    def diagonal_m(self) -> float:
        """Mean diagonal on the ground, metres."""
        return math.hypot(self.length_m[0], self.width_m[0])


# mean length, width, height and their deviations, centimetres
_STANDING: Mapping[str, tuple[float, float, float, float, float, float]] = {
    "car": (405, 172, 152, 50, 12, 12),
    "van": (510, 195, 215, 55, 15, 25),
    "truck": (800, 250, 320, 250, 20, 50),
    "bus": (1150, 255, 320, 150, 12, 30),
    "trailer": (900, 250, 320, 300, 25, 60),
    "tram": (1800, 245, 350, 600, 20, 25),
    "motorcycle": (210, 80, 125, 25, 12, 18),
    "bicycle": (172, 55, 108, 15, 10, 10),
    "cyclist": (172, 60, 172, 15, 10, 12),
    "person": (68, 52, 170, 22, 13, 14),
    "seated person": (85, 55, 128, 15, 8, 12),
    "child": (45, 35, 115, 15, 10, 20),
    "dog": (75, 28, 55, 25, 10, 18),
    "cat": (42, 18, 27, 10, 5, 5),
    "horse": (230, 65, 170, 30, 12, 20),
    "traffic cone": (35, 35, 65, 10, 10, 18),
    "hydrant": (36, 33, 78, 8, 8, 12),
    "bench": (150, 58, 80, 35, 15, 18),
    "trash can": (38, 32, 55, 14, 12, 22),
    "chair": (58, 54, 85, 10, 9, 13),
    "armchair": (85, 80, 86, 12, 12, 12),
    "stool": (40, 38, 56, 10, 9, 14),
    "sofa": (195, 90, 82, 40, 13, 10),
    "ottoman": (68, 58, 43, 25, 18, 8),
    "bed": (208, 155, 85, 15, 38, 25),
    "crib": (128, 72, 98, 15, 10, 14),
    "table": (125, 78, 73, 45, 22, 10),
    "coffee table": (105, 62, 43, 24, 16, 8),
    "side table": (52, 45, 56, 13, 11, 10),
    "nightstand": (52, 43, 60, 11, 8, 11),
    "desk": (135, 68, 75, 30, 12, 8),
    "dresser": (115, 50, 95, 35, 9, 26),
    "cabinet": (90, 48, 105, 38, 13, 45),
    "wardrobe": (130, 60, 200, 45, 8, 22),
    "bookshelf": (92, 33, 165, 32, 9, 45),
    "shelf": (88, 30, 95, 35, 10, 55),
    "refrigerator": (72, 68, 170, 12, 9, 22),
    "oven": (62, 61, 86, 8, 7, 10),
    "washing machine": (61, 59, 87, 5, 6, 6),
    "dishwasher": (60, 59, 84, 4, 4, 4),
    "microwave": (50, 39, 30, 7, 6, 4),
    "toaster": (32, 20, 20, 7, 5, 3),
    "kettle": (22, 17, 24, 4, 3, 4),
    "toilet": (70, 40, 76, 7, 5, 8),
    "bathtub": (165, 75, 57, 15, 9, 8),
    "television": (108, 10, 65, 30, 7, 18),
    "monitor": (55, 19, 42, 10, 6, 8),
    "laptop": (34, 25, 20, 4, 4, 7),
    "keyboard": (42, 14, 3, 6, 3, 1),
    "mouse": (11, 6.5, 3.8, 1.2, 0.8, 0.7),
    "phone": (15, 7.3, 1.1, 1.4, 0.8, 0.6),
    "printer": (45, 38, 27, 9, 8, 10),
    "speaker": (24, 20, 36, 10, 8, 18),
    "floor lamp": (40, 38, 155, 12, 12, 18),
    "table lamp": (30, 29, 50, 9, 9, 13),
    "vase": (16, 15, 28, 6, 6, 10),
    "potted plant": (42, 38, 62, 20, 18, 32),
    "cup": (11, 8.5, 10, 2, 1.3, 2),
    "glass": (8, 7.6, 13, 1.5, 1.4, 3),
    "bottle": (8, 7.7, 25, 2, 2, 5),
    "can": (6.8, 6.6, 12, 1, 1, 2),
    "bowl": (17, 16.5, 7.5, 4.5, 4.5, 2.2),
    "plate": (24, 24, 2.5, 3.5, 3.5, 0.8),
    "book": (23, 16, 3, 5, 4, 1.5),
    "pillow": (58, 40, 17, 12, 9, 6),
    "backpack": (40, 28, 46, 9, 8, 9),
    "suitcase": (50, 30, 64, 11, 8, 13),
    "box": (42, 32, 27, 18, 14, 14),
    "ball": (20, 20, 20, 6, 6, 6),
    "apple": (8, 7.8, 7.6, 0.9, 0.9, 0.9),
    "orange": (8, 7.8, 7.7, 0.9, 0.9, 0.9),
    "banana": (19, 7, 4.5, 3, 2.5, 1.2),
    "guitar": (100, 38, 14, 10, 6, 6),
    "piano": (148, 62, 115, 8, 12, 14),
    "handbag": (32, 15, 28, 8, 5, 8),
    "shoe": (29, 10.5, 12, 3, 1.5, 3),
    "basket": (38, 30, 26, 12, 9, 10),
    "candle": (7, 6.8, 13, 2, 2, 6),
    "coffee maker": (27, 20, 35, 6, 4, 6),
    "pot": (29, 24, 15, 6, 5, 5),
    "pan": (42, 26, 7, 7, 4, 2),
    "flower pot": (24, 23, 22, 9, 9, 9),
    "fork": (19, 2.7, 2, 2, 0.5, 0.8),
    "knife": (23, 2.6, 2, 4, 0.7, 0.8),
    "spoon": (17, 4, 2.5, 3, 0.9, 0.8),
    "scissors": (18, 8, 1.5, 4, 1.5, 0.5),
    "remote control": (18, 5, 2.3, 3, 0.8, 0.6),
    "hair dryer": (24, 9, 22, 3, 1.5, 3),
    "toothbrush": (18.5, 1.6, 1.8, 1.5, 0.4, 0.5),
    "teddy bear": (30, 24, 36, 12, 9, 14),
    "sandwich": (14, 10, 6, 3, 2, 2),
    "hot dog": (16, 6, 5.5, 2.5, 1, 1),
    "broccoli": (14, 12, 13, 4, 3, 4),
    "carrot": (18, 3.5, 3.5, 4, 0.8, 0.8),
    "pizza": (31, 30, 3, 5, 5, 0.8),
    "donut": (9, 8.8, 3.5, 1.2, 1.2, 0.7),
    "cake": (25, 24, 11, 5, 5, 3),
    "frisbee": (26, 26, 3, 2, 2, 0.5),
    "tennis ball": (6.7, 6.7, 6.7, 0.3, 0.3, 0.3),
    "baseball bat": (82, 6.8, 6.8, 6, 0.5, 0.5),
    "baseball glove": (28, 24, 14, 4, 3, 3),
    "tennis racket": (68, 27, 4, 3, 2, 1),
    "skateboard": (79, 20, 12, 6, 1.5, 1.5),
    "surfboard": (205, 53, 8, 40, 4, 2),
    "snowboard": (152, 28, 4, 12, 2, 1),
    "stroller": (88, 56, 102, 12, 6, 8),
    "wheelchair": (105, 64, 92, 8, 4, 5),
    "shopping cart": (95, 57, 102, 10, 5, 6),
    "wheelbarrow": (142, 63, 63, 12, 6, 8),
    "lawn mower": (150, 54, 102, 20, 7, 12),
    "parking meter": (28, 24, 140, 6, 6, 15),
    "street lamp": (120, 35, 600, 60, 15, 200),
    "bollard": (18, 18, 95, 6, 6, 15),
    "barrel": (60, 59, 88, 5, 5, 7),
    "bird": (25, 12, 18, 12, 6, 9),
    "sheep": (120, 42, 85, 18, 8, 12),
    "cow": (235, 75, 145, 25, 10, 12),
    "bear": (180, 75, 105, 35, 15, 20),
    "zebra": (225, 62, 145, 20, 8, 12),
    "elephant": (520, 190, 300, 80, 25, 40),
    "giraffe": (350, 95, 460, 50, 15, 50),
}
_HANGING: Mapping[str, tuple[float, float, float, float, float, float]] = {
    "picture": (55, 4, 50, 25, 2, 22),
    "mirror": (65, 5, 85, 25, 3, 35),
    "clock": (30, 6, 30, 9, 3, 9),
    "door": (86, 8, 205, 12, 5, 10),
    "window": (115, 12, 125, 40, 6, 35),
    "curtain": (120, 16, 210, 50, 7, 50),
    "ceiling lamp": (42, 40, 30, 16, 16, 15),
    "whiteboard": (155, 6, 105, 50, 3, 20),
    "traffic light": (38, 32, 95, 10, 10, 18),
    "traffic sign": (68, 6, 68, 16, 3, 16),
    "sink": (52, 42, 20, 10, 7, 5),
    "radiator": (95, 12, 60, 35, 4, 12),
    "umbrella": (95, 92, 78, 15, 15, 14),
}
_ALIASES: Mapping[str, str] = {
    "automobile": "car",
    "taxi": "car",
    "minivan": "van",
    "lorry": "truck",
    "motorbike": "motorcycle",
    "bike": "bicycle",
    "rider": "cyclist",
    "pedestrian": "person",
    "person sitting": "seated person",
    "sitting person": "seated person",
    "man": "person",
    "woman": "person",
    "human": "person",
    "boy": "child",
    "girl": "child",
    "fire hydrant": "hydrant",
    "cone": "traffic cone",
    "garbage bin": "trash can",
    "bin": "trash can",
    "wastebasket": "trash can",
    "couch": "sofa",
    "loveseat": "sofa",
    "footstool": "ottoman",
    "pouf": "ottoman",
    "dining table": "table",
    "end table": "side table",
    "night stand": "nightstand",
    "bedside table": "nightstand",
    "chest of drawers": "dresser",
    "drawer": "dresser",
    "cupboard": "cabinet",
    "sideboard": "dresser",
    "closet": "wardrobe",
    "bookcase": "bookshelf",
    "fridge": "refrigerator",
    "stove": "oven",
    "washer": "washing machine",
    "tub": "bathtub",
    "tv": "television",
    "screen": "monitor",
    "notebook computer": "laptop",
    "cell phone": "phone",
    "smartphone": "phone",
    "plant": "potted plant",
    "mug": "cup",
    "teacup": "cup",
    "wine glass": "glass",
    "tin": "can",
    "dish": "plate",
    "cushion": "pillow",
    "rucksack": "backpack",
    "luggage": "suitcase",
    "carton": "box",
    "football": "ball",
    "mandarin": "orange",
    "peach": "apple",
    "painting": "picture",
    "poster": "picture",
    "lamp": "table lamp",
    "chandelier": "ceiling lamp",
    "sign": "traffic sign",
    "street light": "street lamp",
    "streetlight": "street lamp",
    "purse": "handbag",
    "remote": "remote control",
    "hair drier": "hair dryer",
    "doughnut": "donut",
    "frying pan": "pan",
    "saucepan": "pot",
    "plant pot": "flower pot",
    "teddy": "teddy bear",
    "pram": "stroller",
}
_CARRYING = frozenset(("table", "coffee table", "side table", "nightstand", "desk"))
_THEN_MORE = frozenset(("of", "with", "in", "on"))  # before them stands what a thing is
_OTHER_SIZES = frozenset(("toy", "model", "miniature", "mini", "tiny", "doll", "dollhouse", "giant", "huge"))


def _common() -> dict[str, SizePrior]:
    out = {}
    for rests, table in ((True, _STANDING), (False, _HANGING)):
        for name, row in table.items():
            mean, std = np.array(row[:3]) / 100, np.array(row[3:]) / 100
            length, width, height = zip(mean.tolist(), std.tolist(), strict=True)
            out[name] = SizePrior(name, length, width, height, rests, carries=name in _CARRYING)
    return out


@dataclass(frozen=True)
class SizePriors:
    """Size priors by label.

    Attributes:
        table: category to its prior.
        aliases: other words to a category of the table.
    """

    table: Mapping[str, SizePrior] = field(default_factory=_common)
    aliases: Mapping[str, str] = field(default_factory=lambda: dict(_ALIASES))

    @classmethod
    def from_sizes(cls, sizes: Mapping[str, Mapping[str, Any]]) -> "SizePriors":
        """The common priors with your own added or put in their place.

        Args:
            sizes: such as {"pallet": {"length_m": (1.2, 0.01), "width_m": (0.8, 0.01), "height_m": (0.144, 0.01)}};
                "rests" and "carries" may be added.

        Raises:
            InputError: a key that is missing or unknown, or a value that is not above 0.
        """
        own = {}
        for name, row in sizes.items():
            try:
                own[_words(name)] = SizePrior(name=name, **row)
            except TypeError as error:
                keys = "length_m, width_m, height_m, each (mean, deviation), and perhaps rests and carries"
                raise InputError(message(f"size prior {name!r}", keys, f"{sorted(row)}")) from error
        common = cls()
        aliases = {alias: name for alias, name in common.aliases.items() if alias not in own}
        return cls(table={**common.table, **own}, aliases=aliases)

    def find(self, label: str) -> SizePrior | None:
        """The prior of a label: the label itself in any case, with spaces, hyphens or underscores, else the last words
        of what it is ("office chair" is a chair, "box of oranges" a box), else its plural undone; None if the table
        does not know it, or if it says that its size is another one ("toy car")."""
        words = _words(label).split()
        whole = self._named(" ".join(words))
        if whole is not None:
            return whole
        head = words[: next((i for i, word in enumerate(words) if word in _THEN_MORE), len(words))]
        if not _OTHER_SIZES.isdisjoint(head):
            return None
        found = (self._named(" ".join(head[start:])) for start in range(len(head)))
        return next((prior for prior in found if prior is not None), None)

    def _named(self, name: str) -> SizePrior | None:
        for form in (name, name.removesuffix("es"), name.removesuffix("s")):
            prior = self.table.get(self.aliases.get(form, form))
            if prior is not None:
                return prior
        return None


COMMON_SIZES = SizePriors()


def _words(label: str) -> str:
    return " ".join(label.lower().replace("_", " ").replace("-", " ").split())
