"""Tables of text: columns line up and say what the scene says."""

from scenegraph3d.relate import relate
from scenegraph3d.view import informative, objects_table, relations_table

SCENE = relate(
    [
        {"label": "coffee table", "center_m": [0, 3, 0.25], "size_m": [1.0, 0.6, 0.5], "yaw_rad": 0.5},
        {"label": "cup", "center_m": [0, 3, 0.55], "size_m": [0.1, 0.1, 0.1], "attributes": {"color": "red"}},
    ]
)


def test_objects_have_one_line_each_and_columns_start_together():
    head, table, cup = objects_table(SCENE).splitlines()
    assert table.startswith("coffee table#0")
    assert table[head.index("yaw (deg)") :].split()[0] == "29"
    assert "1.00 x 0.60 x 0.50" in table
    assert cup.endswith("color=red")
    assert table.index("1.00 x 0.60") == cup.index("0.10 x 0.10") == head.index("size")


def test_relations_are_in_the_order_asked_for():
    rows = informative(SCENE).tolist()
    lines = relations_table(SCENE, rows[::-1]).splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[-1].split()[:4] == ["cup#1", "on", "coffee", "table#0"]
    assert "gap_m=" in lines[-1]


def test_labels_cannot_break_lines_or_steer_a_terminal():
    scene = relate([{"label": "cup\n\x1b[31mred", "center_m": [0, 3, 0.25], "size_m": [1.0, 0.6, 0.5]}])
    _, line = objects_table(scene).splitlines()
    assert line.startswith("cup [31mred#0")


def test_nothing_has_a_head_alone():
    nothing = relate([])
    assert len(objects_table(nothing).splitlines()) == 1
    assert len(relations_table(nothing, []).splitlines()) == 1
