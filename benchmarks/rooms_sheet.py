"""A contact sheet of the rooms whose relations came out worst: what was built beside what is true."""

from collections.abc import Sequence
from pathlib import Path

from rooms_cases import Case
from rooms_judge import Judged

import scenegraph3d as sg3
from scenegraph3d.io.atomic import replacing
from scenegraph3d.view import OverlaySettings, draw_overlay

WORST = 12
COLUMNS = 3
SIDE_PX = 420  # longer side of one picture
CAPTION_PX = 18
OVERLAY = OverlaySettings(bev=False, letter=14.0)


def save_sheet(path: Path, cases: Sequence[Case], rows: Sequence[tuple[Judged, sg3.SceneGraph | None]]) -> None:
    """Write the `WORST` rooms as a PNG, the worst first: on the left as built, on the right as it is."""
    from PIL import Image as Picture
    from PIL import ImageDraw

    order = sorted(range(len(rows)), key=lambda row: rows[row][0].f1 if rows[row][0].strict.any() else 1.0)[:WORST]
    lines = -(-len(order) // COLUMNS)
    sheet = Picture.new("RGB", (COLUMNS * 2 * SIDE_PX, lines * (SIDE_PX + CAPTION_PX)), "white")
    pen = ImageDraw.Draw(sheet)
    for place, row in enumerate(order):
        case, (judged, built) = cases[row], rows[row]
        left, top = place % COLUMNS * 2 * SIDE_PX, place // COLUMNS * (SIDE_PX + CAPTION_PX)
        text = f"room {case.room.seed}: F1 {judged.f1:.2f}, {judged.hit.sum()} of {judged.objects} found; built | true"
        pen.text((left + 4, top + 3), text, fill="black")
        for side, scene in enumerate((built, case.truth)):
            shown = case.image if scene is None else draw_overlay(case.image, scene, OVERLAY)
            picture = Picture.fromarray(shown.rgb)
            picture.thumbnail((SIDE_PX - 4, SIDE_PX - 4))
            sheet.paste(picture, (left + side * SIDE_PX, top + CAPTION_PX))
    with replacing(path) as temporary:
        sheet.save(temporary, format="PNG")
