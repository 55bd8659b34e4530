"""Files that strangers send: what is kept is always a picture drawn anew (T15, T16), or a film told by its bytes."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
import zlib

import pillow_heif
import pytest
from PIL import Image

from common.exceptions import BusinessError
from common.photos import MOST_PIXELS, clean_name, make_safe

pytestmark = pytest.mark.once
GPS = b"GPS-SECRET"


def picture(size: tuple[int, int] = (80, 60), format: str = "JPEG", **more: object) -> io.BytesIO:
    stream = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(stream, format, **more)
    stream.seek(0)
    return stream


def with_gps() -> io.BytesIO:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010E] = GPS.decode()
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 9.0)
    return picture((80, 60), exif=exif.tobytes())


def claiming(wide: int, high: int) -> io.BytesIO:
    """A small PNG that says it is huge: what a pixel flood looks like from outside."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def refusal(file: io.BytesIO, name: str = "a.jpg") -> str:
    with pytest.raises(BusinessError) as refused:
        make_safe(file, name)
    return refused.value.code


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_a_jpeg_with_a_thumbnail(format: str) -> None:
    safe = make_safe(picture((900, 600), format), "IMG_1.dat")
    with Image.open(safe.content) as kept, Image.open(io.BytesIO(safe.thumbnail)) as small:
        assert (safe.kind, safe.extension, kept.format, kept.size) == ("photo", "jpg", "JPEG", (900, 600))
        assert (small.format, small.size) == ("JPEG", (360, 240))


def test_where_it_was_taken_is_gone_and_it_stands_upright() -> None:
    source = with_gps()
    assert GPS in source.getvalue()
    safe = make_safe(source, "a.jpg")
    kept = safe.content.read()
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.size == (60, 80)
        assert dict(drawn.getexif()) == {}
    assert GPS not in kept
    assert b"Exif" not in kept


def test_the_same_photo_has_the_same_checksum() -> None:
    source = with_gps().getvalue()
    assert make_safe(io.BytesIO(source), "a").sha256 == make_safe(io.BytesIO(source), "b").sha256


def test_a_big_photo_is_drawn_by_a_child_and_made_smaller() -> None:
    safe = make_safe(picture((6000, 3000)), "big.jpg")
    with Image.open(safe.content) as kept:
        assert kept.size == (3000, 1500)


def test_a_transparent_screenshot_gets_a_white_ground() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(stream, "PNG")
    with Image.open(make_safe(stream, "a.png").content) as kept:
        assert min(kept.getpixel((5, 5))) > 250  # type: ignore[type-var,arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7 not a photo",
        b"MZ\x90\x00",
        b"GIF89a" + b"\x00" * 40,
    ],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal(io.BytesIO(content), "photo.jpg") == "unreadable"


def test_a_gif_that_is_a_program_too_is_refused() -> None:
    stream = io.BytesIO()
    Image.new("P", (10, 10)).save(stream, "GIF")
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("Evil.class", b"\xca\xfe\xba\xbe")
    assert refusal(stream, "a.gif") == "unreadable"


def test_what_hangs_behind_a_photo_is_not_kept() -> None:
    source = picture(format="PNG")
    source.seek(0, 2)
    source.write(b"<script>alert(1)</script>")
    kept = make_safe(source, "a.png").content.read()
    assert b"script" not in kept


@pytest.mark.parametrize("size", [(13_000, 13_000), (60_000, 60_000), (MOST_PIXELS + 1, 1)])
def test_a_pixel_flood_is_refused_by_its_head_alone(size: tuple[int, int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(claiming(*size)) == "too_many_pixels"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # KiB


def test_a_photo_that_ends_in_the_middle_is_refused() -> None:
    whole = picture((800, 600)).getvalue()
    assert refusal(io.BytesIO(whole[: len(whole) // 2])) == "unreadable"
    assert refusal(claiming(3000, 2000)) == "unreadable"  # decoded by the child


def heic(size: tuple[int, int], colour: tuple[int, int, int] = (200, 30, 30)) -> io.BytesIO:
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, colour)).save(stream, quality=60)
    stream.seek(0)
    return stream


def test_a_photo_of_an_iphone_becomes_a_jpeg() -> None:
    kept = make_safe(heic((320, 240)), "IMG_0001.HEIC")
    with Image.open(kept.content) as shown:
        red, green, blue = shown.convert("RGB").getpixel((160, 120))
        assert (shown.format, shown.size, kept.extension) == ("JPEG", (320, 240), "jpg")
        assert abs(red - 200) + abs(green - 30) + abs(blue - 30) < 40
    assert kept.thumbnail.startswith(b"\xff\xd8")


def test_a_heic_that_is_none_or_ends_in_the_middle_is_refused() -> None:
    assert refusal(io.BytesIO(b"\x00\x00\x00\x18ftypheic" + bytes(60)), "IMG.HEIC") == "unreadable"
    assert refusal(io.BytesIO(heic((320, 240)).getvalue()[:-200]), "IMG.HEIC") == "unreadable"


def test_a_heic_that_claims_too_many_pixels_is_refused_by_its_head_alone() -> None:
    """T16: its size stands in the «ispe» box."""
    whole = heic((320, 240)).getvalue()
    size = struct.pack(">II", 320, 240)
    assert size in whole
    for claimed in ((8_000, 8_000), (60_000, 60_000)):
        flood = io.BytesIO(whole.replace(size, struct.pack(">II", *claimed)))
        assert refusal(flood, "IMG.HEIC") in {"too_many_pixels", "unreadable"}  # by us, or by the decoder's own limit


def test_an_empty_file_is_refused() -> None:
    assert refusal(io.BytesIO()) == "empty"


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (b"\x00\x00\x00\x18ftypmp42", "mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "mov"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "webm"),
    ],
)
def test_a_film_is_told_by_its_bytes_and_kept_as_it_is(head: bytes, extension: str) -> None:
    safe = make_safe(io.BytesIO(head + bytes(100)), "clip.exe")
    assert (safe.kind, safe.extension, safe.content.read()) == ("video", extension, head + bytes(100))


def test_a_photo_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.photos.MOST_PHOTO_BYTES", 100)
    assert refusal(picture()) == "too_big"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("x" * 300, "x" * 120),
        ("", "?"),
    ],
)
def test_names_are_for_people_only(name: str, shown: str) -> None:
    assert clean_name(name) == shown
