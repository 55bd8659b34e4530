"""A Chinese font of this machine, for charts in mails and for papers. No web font, nothing fetched."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
# File names as the distributions ship them, and the family that each brings; the first one found is taken.
FONTS = (
    ("wqy-microhei.ttc", "WenQuanYi Micro Hei"),
    ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ("NotoSansCJKsc-Regular.otf", "Noto Sans CJK SC"),
    ("NotoSansSC-Regular.otf", "Noto Sans SC"),
    ("SourceHanSansSC-Regular.otf", "Source Han Sans SC"),
    ("SourceHanSansCN-Regular.otf", "Source Han Sans CN"),
    ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
    ("DroidSansFallbackFull.ttf", "Droid Sans Fallback"),
)
# Latin letters with accents, punctuation, arrows, marks, boxes, kana, full-width letters.
SIGNS = ((0x20, 0x250), (0x2010, 0x2300), (0x2460, 0x2700), (0x3000, 0x3100), (0xFF00, 0xFFF0))


@cache
def font() -> tuple[str, str] | None:
    """(file, family) of a Chinese font on this machine, or None. Looked for once a process."""
    named = getattr(settings, "CHART_FONT_FOLDERS", FOLDERS)
    for name, family in FONTS:
        for folder in named:
            found = next(Path(folder).rglob(name), None) if Path(folder).is_dir() else None
            if found is not None:
                return str(found), family
    return None


@cache
def everyday() -> frozenset[int]:
    """The code points of GB 2312, with Latin letters and signs: what nearly every paper is written with."""
    signs = {point for first, after in SIGNS for point in range(first, after)}
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset(signs | {ord(sign) for sign in (cell.decode("gb2312", "ignore") for cell in cells) if sign})


def paper_font(points: set[int]) -> str | None:
    """The file to set a paper in, for these code points; None when this machine has no Chinese font.

    A whole Chinese font takes half a second to open, so the everyday part of it is kept under `var/fonts`: made once
    a machine, taken whenever it is enough. A rare character takes the whole font.
    """
    known = font()
    if known is None:
        return None
    return _small(known[0]) if points <= everyday() else known[0]


@cache
def _small(source: str) -> str:
    """The everyday part of a font as a file of its own."""
    stamp = Path(source).stat()
    key = hashlib.sha256(f"{source}:{stamp.st_size}:{int(stamp.st_mtime)}".encode()).hexdigest()[:16]
    folder = Path(settings.VAR) / "fonts"
    for ready in folder.glob(f"{key}.*"):
        return str(ready)
    folder.mkdir(parents=True, exist_ok=True)
    return _cut(source, folder, key)


def _cut(source: str, folder: Path, key: str) -> str:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        notdef_outline=True,
        glyph_names=False,
        layout_features=[],
        hinting=False,
        drop_tables=["FFTM", "GDEF", "GPOS", "GSUB", "vhea", "vmtx"],
    )
    with TTFont(source, fontNumber=0, recalcTimestamp=False) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=everyday())
        cutter.subset(whole)
        ending = "ttf" if "glyf" in whole else "otf"
        if ending == "ttf":
            whole["post"].formatType = 3.0  # no glyph has a name: names are what takes long to read
        target = folder / f"{key}.{ending}"
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            whole.save(file)
    Path(part).replace(target)  # two processes at once: the later one wins with the same bytes
    return str(target)
