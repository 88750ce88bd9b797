"""The folders of rooms, in the order in which they may import each other."""

from pathlib import Path

from tests.architecture.checks import ROOT, imports_of

ORDER = ("world", "splits", "catalogue", "layout", "rendering", "truth", "captioning", "exporting")
ROOMS = "scenegraph3d.rooms."


def findings(root: Path) -> list[str]:
    """Parts of rooms without a place in the order, and imports of a part that comes later."""
    folder = root / "scenegraph3d" / "rooms"
    found = []
    for path in sorted(folder.rglob("*.py")):
        part = path.relative_to(folder).with_suffix("").parts[0]
        if part == "__init__":
            continue
        if part not in ORDER:
            found.append(f"{part} has no place")
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        targets = [one.target.removeprefix(ROOMS) for one in imports_of(path, module) if one.target.startswith(ROOMS)]
        later = ORDER[ORDER.index(part) + 1 :]
        found += [f"{path.name} imports {target}" for target in targets if target.partition(".")[0] in later]
    return found


def test_imports_point_one_way() -> None:
    assert findings(ROOT) == []


def test_a_part_that_imports_a_later_one_or_has_no_place_is_found(tmp_path: Path) -> None:
    world = tmp_path / "scenegraph3d" / "rooms" / "world"
    world.mkdir(parents=True)
    (world / "room.py").write_text("def f():\n    from ..layout.sample import sample_room\n", encoding="utf-8")
    (world.parent / "attic.py").write_text("", encoding="utf-8")
    assert findings(tmp_path) == ["attic has no place", "room.py imports layout.sample.sample_room"]
