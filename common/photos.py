"""Photos and videos that strangers send: told by their first bytes, never by their name, and made safe before they
are kept (threats T15 and T16: disguised files, pixel floods).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from common import photo_child
from common.exceptions import BusinessError

MOST_PHOTO_BYTES = 20 * 1024 * 1024
MOST_VIDEO_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 40_000_000  # that a picture may claim
KEPT_PIXELS = 16_000_000  # that are kept of it: a long screenshot of a chat stays readable
AT_ONCE = 4_000_000  # pixels that are decoded in this process; more of them where only a child can come to harm
SECONDS = 20  # of work for the child
MEMORY = 1024**3  # address space of the child
CHILD = Path(photo_child.__file__)
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")  # as iPhones take them
FILMS = {
    b"isom": "mp4",
    b"iso2": "mp4",
    b"iso4": "mp4",
    b"iso5": "mp4",
    b"iso6": "mp4",
    b"mp41": "mp4",
    b"mp42": "mp4",
    b"avc1": "mp4",
    b"M4V ": "mp4",
    b"M4VP": "mp4",
    b"MSNV": "mp4",
    b"3gp4": "mp4",
    b"3gp5": "mp4",
    b"dash": "mp4",
    b"qt  ": "mov",
}


@dataclass(frozen=True)
class SafeFile:
    """What is kept of a file that came: a photo drawn anew with its thumbnail, or a film as it is."""

    kind: str  # photo, video
    extension: str
    name: str  # as it came, for people
    size: int  # bytes
    sha256: str  # of what is kept
    content: IO[bytes]
    thumbnail: bytes = b""


def make_safe(file: Any, name: str) -> SafeFile:
    """`file` (an uploaded one) as it may be kept. Raises BusinessError with what to do instead.

    A picture of more than four million pixels takes a process of its own and about half a second: call it before
    the transaction.
    """
    shown = clean_name(name)
    file.seek(0)
    head = file.read(64)
    size = _size(file)
    if size == 0:
        raise BusinessError(_("“%(name)s” is empty.") % {"name": shown}, code="empty")
    film = film_of(head)
    if film:
        return _film(file, shown, size, film)
    return _photo(file, shown, size, heic=head[4:8] == b"ftyp" and head[8:12] in HEIC)


def film_of(head: bytes) -> str:
    """«mp4», «mov» or «webm» when a film begins so, else nothing."""
    if head[4:8] == b"ftyp":
        return FILMS.get(head[8:12], "")
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "webm"
    return ""


def clean_name(name: str) -> str:
    """A file's name for people: its last part, printable, without marks that turn the writing round, 120 letters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in last if sign.isprintable() and not "\u202a" <= sign <= "\u202e")
    return printable.strip()[-120:] or "?"


def _size(file: Any) -> int:
    file.seek(0, 2)
    size = int(file.tell())
    file.seek(0)
    return size


def _too_big(name: str, most: int) -> BusinessError:
    return BusinessError(
        _("“%(name)s” is too big: at most %(most)d MB.") % {"name": name, "most": most // (1024 * 1024)}, code="too_big"
    )


def _film(file: Any, name: str, size: int, extension: str) -> SafeFile:
    if size > MOST_VIDEO_BYTES:
        raise _too_big(name, MOST_VIDEO_BYTES)
    digest = hashlib.sha256()
    for part in iter(lambda: file.read(1 << 20), b""):
        digest.update(part)
    file.seek(0)
    return SafeFile("video", extension, name, size, digest.hexdigest(), file)


def _photo(file: Any, name: str, size: int, *, heic: bool) -> SafeFile:
    if size > MOST_PHOTO_BYTES:
        raise _too_big(name, MOST_PHOTO_BYTES)
    pixels = 0 if heic else _pixels(file, name)  # the head of a HEIC is as hard to read as its picture: for the child
    with tempfile.NamedTemporaryFile(suffix=".photo") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, 1 << 20)
        copy.flush()
        picture, thumbnail = _draw_in_child(copy.name, name, heic=True) if heic else _draw(copy.name, name, pixels)
    content = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 whoever keeps it closes it
    content.write(picture)
    content.seek(0)
    return SafeFile("photo", "jpg", name, len(picture), hashlib.sha256(picture).hexdigest(), content, thumbnail)


def _pixels(file: Any, name: str) -> int:
    """How many pixels the picture claims, read from its head alone. Raises BusinessError above the limit."""
    file.seek(0)
    try:
        with Image.open(file, formats=photo_child.FORMATS) as picture:
            wide, high = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        wide, high = MOST_PIXELS, 2
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise _no_picture(name) from None
    if wide * high > MOST_PIXELS:
        raise _too_many_pixels(name)
    return wide * high


def _too_many_pixels(name: str) -> BusinessError:
    return BusinessError(
        _("“%(name)s” has more than %(most)d million pixels. Make it smaller and send it again.")
        % {"name": name, "most": MOST_PIXELS // 1_000_000},
        code="too_many_pixels",
    )


def _no_picture(name: str) -> BusinessError:
    return BusinessError(
        _("“%(name)s” is no photo or video that can be read. Send JPEG, PNG or WebP, MP4, MOV or WebM.")
        % {"name": name},
        code="unreadable",
    )


def _draw(path: str, name: str, pixels: int) -> tuple[bytes, bytes]:
    if pixels > AT_ONCE:
        return _draw_in_child(path, name)
    try:
        return photo_child.draw(path, KEPT_PIXELS)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise _no_picture(name) from None


def _draw_in_child(path: str, name: str, *, heic: bool = False) -> tuple[bytes, bytes]:
    known = {"memory": MEMORY, "seconds": SECONDS, "most_pixels": KEPT_PIXELS}
    limits = json.dumps(known | {"heic": heic, "claimed": MOST_PIXELS})
    try:
        done = subprocess.run(  # noqa: S603 our own script; the path is a random one
            [sys.executable, str(CHILD), path, limits],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS + 20,
            check=True,
        )
        length = int(done.stderr.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        if getattr(error, "returncode", 0) == photo_child.TOO_MANY_PIXELS:
            raise _too_many_pixels(name) from None
        raise _no_picture(name) from None
    return done.stdout[:length], done.stdout[length:]
