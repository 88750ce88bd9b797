"""Depth files: metres come out, and what no depth map can be is refused in one line."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.depth.files import MAX_PIXELS, disparity_to_depth, read_depth
from scenegraph3d.errors import InputError, MissingExtraError

DATA = Path(os.environ.get("SCENEGRAPH3D_DATA", Path(__file__).parents[3] / "shared" / "data"))
MM = np.array([[0, 1500, 65535], [250, 1, 40000]], dtype=np.uint16)
METRES = np.array([[0, 1.5, 65.535], [0.25, 0.001, 40]], dtype=np.float32)


def _pfm(values, order="<", kind=b"Pf"):
    """The format as P. Debevec's page describes it: rows from the bottom up, a negative scale for little endian."""
    height, width = values.shape
    scale = b"-1.0" if order == "<" else b"1.0"
    return kind + b"\n%d %d\n" % (width, height) + scale + b"\n" + values[::-1].astype(f"{order}f4").tobytes()


def _png(width, height, bits=16):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


def _save(path, values):
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".pfm":
        path.write_bytes(_pfm(values))
    else:
        PIL.Image.fromarray(values).save(path)
    return path


# --- metres come out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a.png", MM),
        ("A.PNG", MM),
        ("a.tif", MM),
        ("a.tiff", MM.astype(np.int32)),
        ("a.npy", MM),
        ("a.npy", MM.astype(np.int64)),
        ("a.npy", MM.astype(">u2")),
        ("a.npy", np.asfortranarray(MM)),
        ("a.npy", MM.astype(np.float64)),
        ("a.pfm", MM.astype(np.float32)),
    ],
)
def test_units_become_metres(tmp_path, name, values):
    depth = read_depth(_save(tmp_path / name, values), 1000.0)
    assert depth.kind == "metric"
    assert depth.values.dtype == np.float32
    np.testing.assert_allclose(depth.values, METRES, rtol=1e-7)
    np.testing.assert_array_equal(depth.valid, METRES > 0)
    assert depth.source == str(tmp_path / name)


@pytest.mark.parametrize("name", ["a.tif", "a.npy", "a.pfm"])
def test_floating_point_is_metres_where_no_scale_is_given(tmp_path, name):
    np.testing.assert_array_equal(read_depth(_save(tmp_path / name, METRES)).values, METRES)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_floats_are_read_too(tmp_path, dtype):
    values = np.array([[0.5, 2]], dtype=dtype)
    np.testing.assert_array_equal(read_depth(_save(tmp_path / "a.npy", values)).values, [[0.5, 2]])


def test_pfm_of_either_byte_order(tmp_path):
    for order in "<>":
        (tmp_path / "a.pfm").write_bytes(_pfm(METRES, order))
        np.testing.assert_array_equal(read_depth(tmp_path / "a.pfm").values, METRES)


@pytest.mark.skipif("not __import__('importlib.util').util.find_spec('OpenEXR')", reason="OpenEXR is not installed")
def test_exr(tmp_path):
    import OpenEXR

    for channel in ("Z", "Y", "anything"):
        OpenEXR.File({"type": OpenEXR.scanlineimage}, {channel: METRES}).write(str(tmp_path / "a.exr"))
        np.testing.assert_array_equal(read_depth(tmp_path / "a.exr").values, METRES)


def test_exr_without_its_library_is_one_line_that_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "OpenEXR", None)
    (tmp_path / "a.exr").write_bytes(b"v/1\x01")
    with pytest.raises(MissingExtraError, match="pip install OpenEXR"):
        read_depth(tmp_path / "a.exr")


# --- what no depth map can be -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.npy"])
def test_whole_numbers_need_a_scale(tmp_path, name):
    with pytest.raises(InputError, match="pass depth_scale"):
        read_depth(_save(tmp_path / name, MM))


@pytest.mark.parametrize("scale", [0.0, -1000.0, float("nan"), float("inf")])
def test_a_scale_that_is_none_is_refused(tmp_path, scale):
    with pytest.raises(InputError, match="depth_scale: expected a number above 0"):
        read_depth(_save(tmp_path / "a.png", MM), scale)


@pytest.mark.parametrize(
    ("name", "values", "part"),
    [
        ("a.png", MM.astype(np.uint8), "16 or 32 bits, got mode L"),
        ("a.png", np.zeros((2, 3, 3), dtype=np.uint8), "got mode RGB"),
        ("a.npy", MM.astype(np.uint8), "at least 16 bits, got dtype uint8"),
        ("a.npy", MM.astype(bool), "dtype bool"),
        ("a.npy", MM.astype(complex), "dtype complex128"),
        ("a.npy", MM[None], r"shape \(1, 2, 3\)"),
        ("a.npy", np.float64(3), r"shape \(\)"),
        ("a.npy", MM * 0, "at least one pixel above 0"),
        ("a.npy", MM.astype(np.int32) - 1, "1 negative"),
        ("a.npy", np.array([[1, np.nan, np.inf]]), "2 NaN or infinite; write 0 where there is no reading"),
        ("a.pfm", np.array([[1, np.inf]], dtype=np.float32), "1 NaN or infinite; write 0"),
        ("a.tif", np.array([[1, np.nan]], dtype=np.float32), "1 NaN or infinite; write 0"),
        ("a.tif", np.array([[1, -2]], dtype=np.float32), "1 negative"),
    ],
)
def test_values_that_are_no_depth_are_refused(tmp_path, name, values, part):
    with pytest.raises(InputError, match=part) as raised:
        read_depth(_save(tmp_path / name, values), 1000.0)
    assert str(raised.value).startswith(str(tmp_path / name))
    assert "\n" not in str(raised.value)


class _Harm:
    def __reduce__(self):
        return (os.mkdir, ("harm",))


def test_pickled_objects_are_never_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.array([[_Harm()]], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"a whole \.npy depth file"):
        read_depth("a.npy")
    (tmp_path / "b.npy").write_bytes(b"cos\nmkdir\n(S'harm'\ntR.")
    with pytest.raises(InputError, match=r"a whole \.npy depth file"):
        read_depth("b.npy")
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.npy", "a.pfm"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(tmp_path, name, share):
    values = np.random.default_rng(0).uniform(1, 9, (40, 50))
    path = _save(tmp_path / name, (1000 * values).astype(np.uint16) if name == "a.png" else values.astype(np.float32))
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=r"a\..*: expected a whole") as raised:
        read_depth(path, 1000.0)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", _png(2**16, 2**16)),
        ("a.png", _png(12_251, 12_250)),
        ("a.pfm", b"Pf\n%d %d\n-1\n" % (2**16, 2**16)),
    ],
)
def test_an_absurdly_large_map_is_refused_before_it_is_decoded(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=f"at most {MAX_PIXELS} pixels"):
        read_depth(tmp_path / name, 1000.0)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.pfm").write_bytes(_pfm(METRES, kind=b"PF"))
    with pytest.raises(InputError, match="one channel"):
        read_depth(tmp_path / "a.pfm")
    (tmp_path / "a.txt").write_text("1 2 3")
    with pytest.raises(InputError, match=r"a depth file \(\.png, .*, got \.txt"):
        read_depth(tmp_path / "a.txt")
    with pytest.raises(InputError, match="No such file"):
        read_depth(tmp_path / "none.png", 1000.0)


# --- disparity ----------------------------------------------------------------------------------------------


@given(st.floats(0.1, 300), st.floats(100, 2000), st.floats(0.01, 1), st.floats(0, 50))
def test_disparity_is_that_of_a_point_seen_by_two_cameras(depth_m, focal_px, baseline_m, doffs_px):
    """The point (0.2, 0, depth) lands baseline * focal / depth further left in the right camera."""
    left = focal_px * 0.2 / depth_m + 100
    right = focal_px * (0.2 - baseline_m) / depth_m + 100 + doffs_px
    disparity = np.array([[left - right]])
    depth = disparity_to_depth(disparity, focal_px=focal_px, baseline_m=baseline_m, doffs_px=doffs_px)
    np.testing.assert_allclose(depth.values, [[depth_m]], rtol=1e-4)
    assert depth.kind == "metric"


def test_unknown_disparity_is_a_hole():
    disparity = np.array([[10, np.inf, np.nan, -np.inf, 0, -3]])
    depth = disparity_to_depth(disparity, focal_px=100.0, baseline_m=0.5)
    np.testing.assert_array_equal(depth.values, [[5, 0, 0, 0, 0, 0]])
    np.testing.assert_array_equal(depth.valid, [[True, False, False, False, False, False]])


def test_disparity_without_a_camera_or_a_reading_is_refused():
    for wrong in ({"focal_px": 0.0, "baseline_m": 1.0}, {"focal_px": 1.0, "baseline_m": float("nan")}):
        with pytest.raises(InputError, match="expected a number above 0"):
            disparity_to_depth(np.ones((1, 1)), **wrong)
    with pytest.raises(InputError, match="at least one pixel"):
        disparity_to_depth(np.full((2, 2), np.inf), focal_px=1.0, baseline_m=1.0)


def test_middlebury_motorcycle_agrees_with_the_closed_form():
    path = DATA / "photos" / "motorcycle_disp.npz"
    if not path.exists():
        pytest.skip(f"the real samples are not there: {path} (set SCENEGRAPH3D_DATA)")
    with np.load(path, allow_pickle=False) as archive:
        disparity = archive[archive.files[0]]
    depth = disparity_to_depth(disparity, focal_px=994.978, baseline_m=0.193001, doffs_px=31.086)
    known = np.isfinite(disparity)
    np.testing.assert_array_equal(depth.valid, known)
    expected = 994.978 * 0.193001 / (disparity[known].astype(np.float64) + 31.086)
    np.testing.assert_allclose(depth.values[known], expected, rtol=1e-7)


@pytest.mark.parametrize(
    ("parts", "scale", "median_m"),
    [
        (("tum", "depth.png"), 5000.0, (1.0, 3.0)),
        (("redwood", "depth", "00000.png"), 1000.0, (1.0, 3.0)),
        (("sunrgbd", "000001", "depth_mm.png"), 1000.0, (1.5, 4.0)),
    ],
)
def test_real_depth_maps_show_rooms(parts, scale, median_m):
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real samples are not there: {path} (set SCENEGRAPH3D_DATA)")
    depth = read_depth(path, scale)
    assert median_m[0] < np.median(depth.values[depth.valid]) < median_m[1]
