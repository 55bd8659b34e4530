"""Draws a picture anew: decoded, turned upright, without anything that was written into the file. Run by
`common.photos`: in its own process for a big picture, so that a hostile one can only end that.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
HEIC_FORMATS = ("HEIF",)
TOO_MANY_PIXELS = 3  # what the process ends with when the head claims more than it may
THUMBNAIL = (360, 360)


def draw(path: str, most_pixels: int, *, formats: tuple[str, ...] = FORMATS, claimed: int = 0) -> tuple[bytes, bytes]:
    """(picture, thumbnail), both JPEG without any metadata, the picture of at most so many pixels.

    Ends the process when the head claims more than `claimed` pixels (0: whoever calls has looked).
    """
    with Image.open(path, formats=formats) as file:
        wide, high = file.size
        if claimed and wide * high > claimed:
            sys.exit(TOO_MANY_PIXELS)
        if file.format == "JPEG" and wide * high > most_pixels:
            file.draft("RGB", (wide // 2, high // 2))
        file.load()
        plain = _on_white(ImageOps.exif_transpose(file) or file)
    if plain.width * plain.height > most_pixels:
        share = (most_pixels / (plain.width * plain.height)) ** 0.5
        plain = plain.resize((max(1, int(plain.width * share)), max(1, int(plain.height * share))))
    small = plain.copy()
    small.thumbnail(THUMBNAIL)
    return _jpeg(plain, 88), _jpeg(small, 80)


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone, in RGB; what was transparent is white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        ground = Image.new("RGB", with_alpha.size, "white")
        ground.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return ground
    fresh = picture.convert("RGB")
    fresh.info = {}
    return fresh


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, optimize=False, exif=b"", icc_profile=None)
    return stream.getvalue()


def main(path: str, limits: dict[str, Any]) -> None:
    """Both pictures to stdout, one behind the other; the length of the first as a line on stderr."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    formats: tuple[str, ...] = FORMATS
    if limits["heic"]:
        from pillow_heif import register_heif_opener  # 25 MB of libraries that no other process needs

        register_heif_opener()
        formats = HEIC_FORMATS
    picture, small = draw(path, limits["most_pixels"], formats=formats, claimed=limits["claimed"])
    sys.stdout.buffer.write(picture + small)
    sys.stdout.buffer.flush()
    sys.stderr.write(f"\n{len(picture)}\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main(sys.argv[1], json.loads(sys.argv[2]))
