"""Papers: A4 in Chinese. What is on one is said first, block by block, and set when its characters are known.

The same content gives the same bytes: nothing of the machine, the minute or the process is in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.exceptions import BusinessError
from common.fonts import paper_font

if TYPE_CHECKING:
    from common.pdf_sheet import Sheet

Pair = tuple[str, str]
Block = Callable[["Sheet"], None]


@dataclass(frozen=True)
class Picture:
    """A JPEG that is safe already, and the words under it."""

    jpeg: bytes
    caption: str = ""


class Paper:
    """One paper: a head with title and number, then blocks in the order in which they are added.

    `made_at` stands in the foot and in the file's properties; `note` stands beside it.
    """

    def __init__(self, *, title: str, number: str, made_at: dt.datetime, note: str = "") -> None:
        self._title, self._number, self._made_at, self._note = title, number, made_at, note
        self._blocks: list[Block] = []
        self._said: list[str] = [title, number, note, "0123456789-: 第页共编号打印·… "]

    def heading(self, text: str) -> None:
        """A line that names what follows; it never stands alone at the foot of a page."""
        self._add(lambda sheet: sheet.heading(text), text)

    def text(self, text: str) -> None:
        """A paragraph; line breaks in it are kept."""
        self._add(lambda sheet: sheet.paragraph(text), text)

    def facts(self, pairs: Sequence[Pair], columns: int = 2) -> None:
        """Labels and values as a ruled grid, `columns` pairs a row."""
        told = list(pairs)
        self._add(lambda sheet: sheet.facts(told, columns), *(word for pair in told for word in pair))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float] = ()) -> None:
        """A table whose head is repeated on each page. `widths` are shares of the page's width."""
        told = [list(row) for row in rows]
        words = [*header, *(cell for row in told for cell in row)]
        self._add(lambda sheet: sheet.rows(list(header), told, tuple(widths)), *words)

    def pictures(self, pictures: Sequence[Picture], per_row: int = 3) -> None:
        """Pictures side by side with what they are; a row is never torn apart."""
        told = list(pictures)
        self._add(lambda sheet: sheet.pictures(told, per_row), *(picture.caption for picture in told))

    def signatures(self, labels: Sequence[str]) -> None:
        """Lines to sign on, side by side, never on two pages."""
        self._add(lambda sheet: sheet.signatures(list(labels)), *labels, "日期")

    def new_page(self) -> None:
        self._add(lambda sheet: sheet.add_page())

    def render(self) -> bytes:
        """The file. Raises BusinessError when this machine has no Chinese font."""
        points = {ord(sign) for words in self._said for sign in words}
        file = paper_font(points)
        if file is None:
            raise BusinessError(
                _("This machine has no Chinese font to print with. Install fonts-wqy-microhei."), code="no_font"
            )
        from common.pdf_sheet import FAMILY, Sheet  # half a second to load: only who prints waits for it

        sheet = Sheet(self._title, self._number, self._made_at, self._note)
        sheet.add_font(FAMILY, "", file, unicode_range=sorted(points))
        sheet.add_page()
        for block in self._blocks:
            block(sheet)
        return bytes(sheet.output())

    def _add(self, block: Block, *words: str) -> None:
        self._blocks.append(block)
        self._said += words
