"""Files are there whole or not at all."""

import errno
import os
import stat
import subprocess

import pytest

from scenegraph3d.errors import OutputError
from scenegraph3d.io import load, save
from scenegraph3d.io.atomic import replacing, write_bytes, write_text
from tests.io.scenes import assert_same, grid


def _names(folder):
    return [file.name for file in folder.iterdir()]


def test_text_and_bytes_are_written_and_written_over(tmp_path):
    write_text(tmp_path / "a.txt", "first, longer")
    write_text(tmp_path / "a.txt", "zwei ü")
    assert (tmp_path / "a.txt").read_bytes() == "zwei ü".encode()
    write_bytes(tmp_path / "a.txt", b"\0\1")
    assert (tmp_path / "a.txt").read_bytes() == b"\0\1"
    assert _names(tmp_path) == ["a.txt"]


def test_the_mode_is_that_of_an_ordinary_new_file(tmp_path):
    write_text(tmp_path / "ours", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "real" / "file.txt")
    write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real" / "file.txt").read_text() == "new"


def test_a_name_as_long_as_the_file_system_takes_can_be_written(tmp_path):
    write_text(tmp_path / ("n" * 250 + ".json"), "x")


def test_a_missing_folder_and_a_folder_in_place_of_the_file_are_refused(tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        write_text(tmp_path / "none" / "a.txt", "x")
    with pytest.raises(OutputError, match="it is a folder"):
        write_text(tmp_path, "x")
    assert _names(tmp_path) == []


def test_a_block_that_fails_leaves_nothing_and_its_error_is_its_own(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def fail():
        with replacing(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fail()
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_when_the_disk_is_full_the_old_file_stays(tmp_path, monkeypatch, step):
    scene = grid(3)
    save(scene, tmp_path / "scene.json")

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"scenegraph3d.io.atomic.{'os.fsync' if step == 'fsync' else 'Path.replace'}", full)
    with pytest.raises(OutputError, match="No space left on device"):
        save(grid(5), tmp_path / "scene.json")
    assert _names(tmp_path) == ["scene.json"]
    assert_same(scene, load(tmp_path / "scene.json"))


@pytest.fixture
def tiny_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("mounting a disk of 64 kB needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip(f"mounting a disk of 64 kB failed: {mount.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_fills_up_keeps_the_old_file(tiny_disk):
    scene = grid(10)
    save(scene, tiny_disk / "scene.json")
    with pytest.raises(OutputError, match="No space left on device"):
        save(grid(2000), tiny_disk / "scene.json")
    assert _names(tiny_disk) == ["scene.json"]
    assert_same(scene, load(tiny_disk / "scene.json"))


def test_a_folder_that_may_not_be_written_is_refused(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OutputError, match="Permission denied"):
        write_text(tmp_path / "a.txt", "x")
