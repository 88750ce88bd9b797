"""What the network's output channels mean.

Every dense output is a map. The fine maps have half the network's input resolution, the coarse maps a quarter:

    fine    log_depth (1: ln of metres along the optical axis), category (one logit per category, then floor, wall and
            ceiling), center (1: logit of being the middle of a thing), offset (2: from the pixel to the middle of its
            thing's visible pixels, in parts of the picture's longer side)
    coarse  color (11 logits), material (3 logits), shift (3: from the seen point to the middle of the box, metres),
            log_size (3: ln of the box's longer and shorter horizontal length and of its height), axis (2: cosine and
            sine of twice the turn of the box's longer side), square (2: of four times the turn of its sides), front
            (2: of the turn of its front)

`shift` and turns are in the pixel's own upright frame: z up, y the horizontal heading of the ray through the pixel, x
to its right. So what a thing looks like and what is said of it turn together.
"""

from dataclasses import dataclass

COLORS = ("black", "white", "grey", "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown")
MATERIALS = ("wood", "metal", "plastic")
BACKGROUND = ("floor", "wall", "ceiling")


@dataclass(frozen=True)
class Layout:
    """The maps and their channels.

    Attributes:
        labels: the categories that the network tells apart.
    """

    labels: tuple[str, ...]

    @property
    def fine(self) -> dict[str, int]:
        """Maps at half resolution: channels by name, in order."""
        return {"log_depth": 1, "category": len(self.labels) + len(BACKGROUND), "center": 1, "offset": 2}

    @property
    def coarse(self) -> dict[str, int]:
        """Maps at a quarter of the resolution: channels by name, in order."""
        return {
            "color": len(COLORS),
            "material": len(MATERIALS),
            "shift": 3,
            "log_size": 3,
            "axis": 2,
            "square": 2,
            "front": 2,
        }


CAMERA = ("pitch_rad", "roll_rad", "log_focal")  # log_focal: ln of focal length over the picture's longer side
