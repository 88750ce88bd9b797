"""Pictures come in upright, with the focal length that they state, or are refused in one line."""

import io
import math
import struct
import zlib

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.errors import InputError
from scenegraph3d.io.images import MAX_PIXELS, read_image
from tests.io.scenes import sample

RGB = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
RGB.flags.writeable = False


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm", "webp"])
def test_pixels_come_in_as_they_are(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    PIL.Image.fromarray(RGB).save(path, **({"lossless": True} if suffix == "webp" else {}))
    image = read_image(path)
    np.testing.assert_array_equal(image.rgb, RGB)
    assert image.source == str(path)
    assert image.focal_px is None


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "CMYK", "LA"])
def test_other_kinds_of_pixels_become_rgb(tmp_path, mode):
    picture = PIL.Image.fromarray(RGB).convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    picture.save(path)
    np.testing.assert_array_equal(read_image(path).rgb, np.asarray(picture.convert("RGB")))


UPRIGHT = {  # EXIF 3.0, 4.6.5: what row 0 and column 0 of the file are in the scene
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a.transpose(1, 0, 2)[:, ::-1],
    7: lambda a: a.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda a: a.transpose(1, 0, 2)[::-1],
}


def _save(path, pixels, tags, exif_tags):
    picture = PIL.Image.fromarray(pixels)
    exif = picture.getexif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(exif_tags)
    picture.save(path, exif=exif)


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation_is_applied(tmp_path, orientation):
    _save(tmp_path / "a.png", RGB, {0x0112: orientation}, {})
    np.testing.assert_array_equal(read_image(tmp_path / "a.png").rgb, UPRIGHT[orientation](RGB))


BIG = np.zeros((300, 400, 3), dtype=np.uint8)


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize(
    ("tags", "focal_px"),
    [
        ({0xA405: 26}, 26 * 500 / math.hypot(36, 24)),  # 400 x 300 has a diagonal of 500 pixels
        ({0x920A: 5.0, 0xA20E: 2540.0, 0xA210: 2}, 5 * 100),  # 2540 pixels per inch are 100 per millimetre
        ({0x920A: 5.0, 0xA20E: 1000.0, 0xA210: 3}, 5 * 100),  # per centimetre
        ({0x920A: 5.0, 0xA20E: 1000.0, 0xA210: 3, 0xA002: 800, 0xA003: 600}, 5 * 50),  # scaled down to half
        ({0x920A: 5.0, 0xA20E: 1000.0, 0xA210: 3, 0xA405: 500}, 5 * 100),  # the sensor's own pixels are sharper
        ({0x920A: 5.0}, None),  # of which sensor?
        ({0xA405: 0}, None),  # "unknown" in EXIF
        ({0x920A: 5.0, 0xA20E: 0.0, 0xA405: 0}, None),
        ({0x920A: 5.0, 0xA20E: 100.0, 0xA210: 77, 0xA405: 26}, 26 * 500 / math.hypot(36, 24)),
    ],
)
def test_exif_focal_length_becomes_pixels(tmp_path, orientation, tags, focal_px):
    _save(tmp_path / "a.jpg", BIG, {0x0112: orientation}, tags)
    image = read_image(tmp_path / "a.jpg")
    assert (image.width, image.height) == ((400, 300) if orientation == 1 else (300, 400))
    assert image.focal_px == (None if focal_px is None else pytest.approx(focal_px, rel=1e-6))


def _png(width, height, bits=8, color=2):
    """A PNG file that states a size and holds next to nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_251, 12_250), (20_000, 20_000), (2**30, 2**30)])
def test_an_absurdly_large_picture_is_refused_before_it_is_decoded(tmp_path, size):
    assert size[0] * size[1] > MAX_PIXELS
    (tmp_path / "a.png").write_bytes(_png(*size))
    with pytest.raises(InputError, match=f"at most {MAX_PIXELS} pixels"):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "bmp"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_truncated_file_is_refused(tmp_path, suffix, share):
    out = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    PIL.Image.fromarray(noise).save(out, {"jpg": "jpeg", "tif": "tiff"}.get(suffix, suffix))
    data = out.getvalue()
    (tmp_path / f"a.{suffix}").write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=r"expected a (whole )?picture") as raised:
        read_image(tmp_path / f"a.{suffix}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("data", [b"", b"hello", b'{"a": 1}', b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_refused(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.jpg: expected a"):
        read_image(tmp_path / "a.jpg")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_image(tmp_path / "none.png")


def test_a_depth_map_is_not_taken_for_a_picture(tmp_path):
    PIL.Image.fromarray(np.full((3, 4), 1500, dtype=np.uint16)).save(tmp_path / "depth.png")
    with pytest.raises(InputError, match=r"one channel of more than 8 bits.*depth"):
        read_image(tmp_path / "depth.png")


@given(st.data())
def test_no_change_of_a_file_ends_in_anything_but_a_picture_or_one_line(tmp_path_factory, data):
    suffix = data.draw(st.sampled_from(["jpg", "png", "tif", "webp"]))
    path = tmp_path_factory.mktemp("fuzz") / f"a.{suffix}"
    _save(path, BIG[:20, :20], {0x0112: 6}, {0xA405: 26, 0x920A: 5.0})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    refused, focal_px = "", None
    try:
        focal_px = read_image(path).focal_px
    except InputError as error:
        refused = str(error)
    assert "\n" not in refused
    assert focal_px is None or focal_px > 0


def test_real_pictures():
    assert read_image(sample("kitti", "image_2", "000008.png")).rgb.shape == (375, 1242, 3)
    assert read_image(sample("sunrgbd", "000001", "rgb.jpg")).rgb.shape == (530, 730, 3)
