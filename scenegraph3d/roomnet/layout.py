"""What the network's output channels mean.

Every output but the camera is a map of half the network's input resolution. Of every pixel:

    log_depth   ln of metres along the optical axis
    category    one logit per category, then floor, wall and ceiling
    normal      x, y, z of the surface's unit normal in the camera's frame, towards the camera: the floor's is up

and of every pixel of a thing:

    center      logit of being the middle of the thing's visible pixels
    offset      x, y from the pixel to that middle, in parts of the picture's longer side
    color       11 logits
    material    3 logits
    shift       from the point that the pixel shows to the middle of the thing's box, metres
    log_size    ln of the box's longer and shorter horizontal length and of its height
    axis        cosine and sine of twice the turn of the box's longer side
    square      of four times the turn of its sides
    front       of the turn of its front

`shift` and turns are in the pixel's own upright frame: z up, y the horizontal heading of the ray through the pixel, x
to its right. So what a thing looks like and what is said of it turn together.
"""

COLORS = ("black", "white", "grey", "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown")
MATERIALS = ("wood", "metal", "plastic")
BACKGROUND = ("floor", "wall", "ceiling")
CAMERA = ("pitch_rad", "roll_rad", "log_focal")  # log_focal: ln of focal length over the picture's longer side
STEP = 2  # pixels of the input from cell to cell of the maps


def channels(labels: tuple[str, ...]) -> dict[str, int]:
    """The maps of a network that knows `labels`: channels by name, in order."""
    return {
        "log_depth": 1,
        "category": len(labels) + len(BACKGROUND),
        "normal": 3,
        "center": 1,
        "offset": 2,
        "color": len(COLORS),
        "material": len(MATERIALS),
        "shift": 3,
        "log_size": 3,
        "axis": 2,
        "square": 2,
        "front": 2,
    }
