"""What detectors look for, and what their labels mean: the names of things, of surfaces, and of what is no thing.

Panoptic models name a floor "floor-wood" (COCO), "floor, flooring" (ADE20K) or "ground" (Cityscapes); `with_surfaces`
gives each one name of ours and says which of them carry things or stand around them.

References:
    H. Caesar et al., COCO-Stuff, CVPR 2018; A. Kirillov et al., Panoptic segmentation, CVPR 2019 (its merged classes);
    B. Zhou et al., Scene parsing through ADE20K, CVPR 2017; M. Cordts et al., Cityscapes, CVPR 2016.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..types import Detections

SURFACE, OBJECT, LEFT_OUT = "surface", "object", "left out"

INDOOR: tuple[str, ...] = (
    *("chair", "armchair", "stool", "bench", "sofa", "ottoman", "table", "coffee table", "side table", "desk"),
    *("nightstand", "bed", "pillow", "blanket", "dresser", "wardrobe", "cabinet", "bookshelf", "shelf", "counter"),
    *("sink", "faucet", "refrigerator", "oven", "microwave", "dishwasher", "washing machine", "toaster", "kettle"),
    *("coffee maker", "pot", "pan", "toilet", "bathtub", "shower", "towel", "mirror", "television", "monitor"),
    *("laptop", "keyboard", "mouse", "phone", "remote control", "printer", "speaker", "floor lamp", "table lamp"),
    *("ceiling lamp", "fan", "radiator", "fireplace", "window", "curtain", "door", "picture", "clock", "whiteboard"),
    *("potted plant", "vase", "candle", "book", "box", "basket", "trash can", "backpack", "handbag", "suitcase"),
    *("shoe", "cup", "glass", "bottle", "can", "bowl", "plate", "knife", "apple", "orange", "banana", "person"),
    *("dog", "cat", "guitar", "piano", "toy", "ball"),
)
OUTDOOR: tuple[str, ...] = (
    *("person", "bicycle", "motorcycle", "scooter", "car", "van", "truck", "bus", "tram", "train", "trailer"),
    *("excavator", "stroller", "wheelchair", "skateboard", "shopping cart", "wheelbarrow", "boat", "airplane"),
    *("traffic light", "traffic sign", "street lamp", "pole", "billboard", "parking meter", "fire hydrant"),
    *("traffic cone", "barrier", "bollard", "bench", "trash can", "mailbox", "bus stop", "manhole cover", "gate"),
    *("door", "window", "balcony", "awning", "tree", "bush", "flower", "rock", "statue", "fountain", "tent"),
    *("flag", "ladder", "table", "chair", "umbrella", "potted plant", "backpack", "handbag", "suitcase", "box"),
    *("barrel", "pallet", "ball", "kite", "swing", "slide", "grill", "lawn mower", "dog", "cat", "horse", "cow"),
    *("sheep", "bird"),
)


@dataclass(frozen=True)
class Meaning:
    """What a label means.

    Attributes:
        label: our name.
        role: "surface" (it carries things, or stands flat around them), "object", or "left out" (no thing at all).
        material: what the label says that it is made of.
    """

    label: str
    role: str = OBJECT
    material: str | None = None


# Our surfaces, each with what else it is called. The front of a building is a wall to what stands before it, and what
# one mask holds of all trees in sight is a backdrop.
_SURFACES: Mapping[str, tuple[str, ...]] = {
    "floor": ("flooring",),
    "wall": (),
    "ceiling": (),
    "rug": ("carpet", "carpeting", "mat", "doormat"),
    "table top": ("tabletop", "table-top"),
    "countertop": ("counter top", "counter-top", "worktop", "work surface"),
    "stairs": ("staircase", "stairway", "step", "stair", "escalator"),
    "road": ("street", "runway", "parking"),
    "pavement": ("sidewalk", "curb"),
    "path": ("trail", "dirt track"),
    "railway": ("railroad", "rail track"),
    "platform": ("stage", "pier"),
    "bridge": (),
    "grass": ("lawn", "field"),
    "playing field": ("playingfield",),
    "ground": ("earth", "land", "soil", "dirt", "mud", "terrain"),
    "gravel": (),
    "sand": (),
    "snow": (),
    "water": ("sea", "ocean", "river", "lake", "pool"),
    "roof": (),
    "building": ("house", "skyscraper", "hovel", "grandstand"),
    "fence": ("railing", "guard rail"),
    "vegetation": ("tree-merged",),
}
_LEFT_OUT = (
    *("sky", "clouds", "mountain", "hill", "fog", "background", "void", "unlabeled", "static", "dynamic"),
    *("ego vehicle", "out of roi", "rectification border"),
)
_MATERIALS: Mapping[str, tuple[str, ...]] = {
    "wall": ("brick", "concrete", "stone", "tile", "wood"),
    "floor": ("marble", "stone", "tile", "wood"),
}
_THINGS: Mapping[str, str] = {"window-blind": "blind", "windowpane": "window", "ashcan": "trash can", "tub": "bathtub"}
# ADE20K's names are lists of synonyms, of which the first is usually the plainest; not so in these.
_OF_LISTS: Mapping[str, str] = {
    "base": "pedestal",
    "buffet": "sideboard",
    "case": "display case",
    "hood": "exhaust hood",
    "minibike": "motorcycle",
    "plaything": "toy",
    "rail": "railing",
    "washer": "washing machine",
}
_SUFFIXES = ("-merged", "-other", "-stuff")


def _meanings() -> dict[str, Meaning]:
    out = {name: Meaning(name, LEFT_OUT) for name in _LEFT_OUT}
    out |= {name: Meaning(label) for name, label in _THINGS.items()}
    for label, others in _SURFACES.items():
        out |= {name: Meaning(label, SURFACE) for name in (label, *others)}
    for label, materials in _MATERIALS.items():
        out |= {f"{label}-{material}": Meaning(label, SURFACE, material) for material in materials}
    return out


MEANINGS: Mapping[str, Meaning] = _meanings()


def meaning(label: str) -> Meaning:
    """What a detector's label means: one of `MEANINGS`, else an object of that name.

    Upper case, spaces and underscores make no difference in what is looked up. Of a list of synonyms with commas the
    first is taken, and COCO's endings "-merged", "-other" and "-stuff" are taken off; otherwise an object's name stays
    as it is.
    """
    first, comma, _ = label.partition(",")
    name = " ".join(first.split()) or label
    for form in (name, name.replace("_", " ")):
        known = MEANINGS.get(form.casefold())
        if known is not None:
            return known
    if comma and name.casefold() in _OF_LISTS:
        return meaning(_OF_LISTS[name.casefold()])
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return meaning(name.removesuffix(suffix))
    return Meaning(name)


def _as_asked(label: str) -> Meaning:
    known = meaning(label)
    return Meaning(label, OBJECT if known.role == LEFT_OUT else known.role, known.material)


def with_surfaces(detections: Detections, asked: Sequence[str] = ()) -> Detections:
    """The detections under our names, those that are surfaces marked as such, without those that are no things.

    Args:
        detections: as a model gives them.
        asked: labels that were asked for: who looks for a carpet finds a carpet, no rug, and one may look for the sky.

    A surface has {"kind": "surface"} among its attributes, of which `lift` makes flat boxes. A material that the label
    tells ("floor-wood") becomes an attribute. Attributes that are there already stay.
    """
    wanted = frozenset(asked)
    found = [_as_asked(label) if label in wanted else meaning(label) for label in detections.label]
    keep = [row for row, one in enumerate(found) if one.role != LEFT_OUT]
    attributes = []
    for one, own in zip(found, detections.attributes, strict=True):
        told = {"kind": SURFACE} if one.role == SURFACE else {}
        told |= {"material": one.material} if one.material is not None else {}
        attributes.append({**told, **own})
    named = replace(detections, label=tuple(one.label for one in found), attributes=tuple(attributes))
    return named if len(keep) == len(found) else named.where(np.array(keep, dtype=np.int64))
