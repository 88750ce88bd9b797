"""The overlay picture: colour where boxes project to, and no trouble with few, many or invisible objects."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from scenegraph3d.errors import InputError, OutputError
from scenegraph3d.relate import relate
from scenegraph3d.types import Camera, Image, Objects, Relations, SceneGraph
from scenegraph3d.view import OverlaySettings, draw_overlay, save_picture
from scenegraph3d.view.palette import colors_of
from scenegraph3d.view.salience import Quota

WIDTH, HEIGHT = 1000, 800
CAMERA = Camera(fx=700.0, fy=700.0, cx=499.5, cy=399.5, width=WIDTH, height=HEIGHT)
GREY = Image(np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8))
BARE = OverlaySettings(relations=Quota(total=0), labels=0, bev=False)


def scene_of(rows, camera=CAMERA):
    return SceneGraph(Objects.from_rows(rows), Relations.empty(), camera)


def cup(center_m, size_m=(1.0, 1.0, 1.0), **more):
    return {"label": "cup", "center_m": center_m, "size_m": size_m, **more}


def strongest(picture, at, reach=2):
    """The pixel near `at` that is farthest from grey."""
    x, y = (round(v) for v in at)
    near = picture.rgb[y - reach : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3).astype(int)
    return near[np.abs(near - 128).max(axis=1).argmax()]


def front_corners(center_m, size_m):
    """Pixels of the corners of the face towards the camera, closed form for a level camera at the origin."""
    (x, y, z), (length, width, height) = center_m, size_m
    depth = y - width / 2
    return [
        (499.5 + 700 * (x + s * length / 2) / depth, 399.5 - 700 * (z + t * height / 2) / depth)
        for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]


@pytest.mark.parametrize("center_m", [(0.0, 5.0, 0.0), (-1.2, 6.0, 0.8), (1.4, 4.5, -0.7)])
def test_the_edges_of_a_box_have_the_colour_of_its_label_where_they_project_to(center_m):
    picture = draw_overlay(GREY, scene_of([cup(center_m)]), BARE)
    corners = np.array(front_corners(center_m, (1.0, 1.0, 1.0)))
    middles = 0.5 * (corners + np.roll(corners, -1, axis=0))
    for at in middles:
        assert np.abs(strongest(picture, at) - colors_of(["cup"])["cup"]).max() < 40


def test_what_is_far_from_the_box_is_left_as_it_was():
    picture = draw_overlay(GREY, scene_of([cup((0.0, 5.0, 0.0))]), BARE)
    assert (picture.rgb[:100] == 128).all()
    assert (picture.rgb[:, :200] == 128).all()


def test_a_mirrored_scene_gives_the_mirrored_picture():
    here, there = cup((-1.2, 6.0, 0.8), yaw_rad=0.4), cup((1.2, 6.0, 0.8), yaw_rad=-0.4)
    drawn = [(draw_overlay(GREY, scene_of([row]), BARE).rgb != 128).any(axis=2) for row in (here, there)]
    assert (drawn[0] & drawn[1]).sum() < 0.1 * drawn[0].sum()
    for one, other in ((drawn[0], drawn[1][:, ::-1]), (drawn[1][:, ::-1], drawn[0])):
        assert not (one & ~binary_dilation(other, iterations=2)).any()


def test_small_pictures_come_out_larger_by_a_whole_factor_and_large_ones_as_they_are():
    small = Image(np.zeros((240, 320, 3), dtype=np.uint8))
    camera = Camera(300.0, 300.0, 159.5, 119.5, 320, 240)
    assert draw_overlay(small, scene_of([cup((0.0, 5.0, 0.0))], camera)).rgb.shape == (720, 960, 3)
    assert draw_overlay(GREY, scene_of([])).rgb.shape == (HEIGHT, WIDTH, 3)


def test_the_picture_that_came_in_is_not_changed():
    draw_overlay(GREY, scene_of([cup((0.0, 5.0, 0.0))]))
    assert (GREY.rgb == 128).all()


def test_the_same_scene_gives_the_same_picture():
    rows = [cup((0.3 * i, 5.0 + i, 0.1 * i), (0.5, 0.5, 0.5)) for i in range(5)]
    scene = relate(rows, CAMERA)
    assert (draw_overlay(GREY, scene).rgb == draw_overlay(GREY, scene).rgb).all()


def test_no_object_gives_a_picture_with_an_empty_inset():
    assert (draw_overlay(GREY, scene_of([]), BARE).rgb == 128).all()
    assert (draw_overlay(GREY, scene_of([])).rgb != 128).any()


def test_a_box_behind_the_camera_changes_the_inset_only():
    behind = scene_of([cup((0.0, -5.0, 0.0))])
    assert (draw_overlay(GREY, behind, BARE).rgb == 128).all()
    assert (draw_overlay(GREY, behind).rgb != 128).any()


def test_a_box_around_the_camera_and_one_of_no_height_are_drawn():
    around = scene_of([cup((0.0, 0.0, 0.0), (4.0, 4.0, 2.0)), cup((0.0, 4.0, -1.0), (1.0, 1.0, 0.0))])
    assert (draw_overlay(GREY, around).rgb != 128).any()


def test_two_thousand_objects_are_drawn():
    rng = np.random.default_rng(5)
    n = 2000
    objects = Objects(
        label=[f"kind {i % 40}" for i in range(n)],
        center_m=rng.uniform([-20, 5, -1], [20, 60, 2], (n, 3)),
        size_m=rng.uniform(0.2, 1.5, (n, 3)),
        yaw_rad=rng.uniform(-3, 3, n),
    )
    picture = draw_overlay(GREY, SceneGraph(objects, Relations.empty(), CAMERA))
    assert (picture.rgb != 128).any(axis=2).mean() > 0.2


def test_long_labels_and_labels_of_several_lines_are_drawn():
    rows = [
        {**cup((i - 1.0, 5.0, 0.0), (0.4, 0.4, 0.4)), "label": text} for i, text in enumerate(("a\nb", "x" * 500, "茶"))
    ]
    assert (draw_overlay(GREY, scene_of(rows)).rgb != draw_overlay(GREY, scene_of(rows), BARE).rgb).any()


def test_an_arrow_joins_the_objects_of_the_relation():
    rows = [cup((-1.5, 6.0, 0.0), (0.4, 0.4, 0.4)), {**cup((1.5, 6.0, 0.0), (0.4, 0.4, 0.4)), "label": "vase"}]
    scene = relate(rows, CAMERA)
    with_arrows = draw_overlay(GREY, scene, OverlaySettings(labels=0, bev=False)).rgb
    without = draw_overlay(GREY, scene, BARE).rgb
    columns = np.flatnonzero((with_arrows != without).any(axis=(0, 2)))
    left, right = (499.5 + 700 * x / 6.0 for x in (-1.5, 1.5))
    assert columns.min() < left + 3
    assert columns.max() > right - 12
    assert len(columns) == columns.max() - columns.min() + 1


def test_a_scene_without_camera_or_of_another_size_is_refused():
    with pytest.raises(InputError, match="a scene with a camera"):
        draw_overlay(GREY, scene_of([], camera=None))
    other = Camera(700.0, 700.0, 319.5, 239.5, 640, 480)
    with pytest.raises(InputError, match="640 x 480 pixels, got 1000 x 800"):
        draw_overlay(GREY, scene_of([], camera=other))


def test_saving_replaces_the_whole_file_or_nothing(tmp_path):
    from PIL import Image as Picture

    path = tmp_path / "overlay.png"
    save_picture(path, GREY)
    with Picture.open(path) as picture:
        assert (np.asarray(picture) == GREY.rgb).all()
    with pytest.raises(OutputError):
        save_picture(tmp_path / "missing" / "overlay.png", GREY)
    assert [entry.name for entry in tmp_path.iterdir()] == ["overlay.png"]
