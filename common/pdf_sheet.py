"""The setting of a paper (common.pdf): the frame of its pages, and its blocks one below the other."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextMode, WrapMode, XPos, YPos

from common import clock
from common.pdf import Pair, Picture

FAMILY = "zh"
MARGIN = 16  # millimetres
LINE = 5.6  # millimetres, of the text
SIZE, SMALL, HEADING, TITLE = 9.5, 8, 11, 16  # points
INK, SOFT, RULE, SHADE = (27, 37, 51), (82, 96, 113), (170, 180, 192), (244, 246, 249)


class Sheet(FPDF):
    """The setting of blocks on pages."""

    def __init__(self, title: str, number: str, made_at: dt.datetime, note: str) -> None:
        super().__init__(format="A4")
        self._head, self._number, self._note = title, number, note
        self._made = clock.local(made_at).strftime("%Y-%m-%d %H:%M")
        self.set_creation_date(made_at)
        self.set_title(f"{title} {number}".strip())
        self.set_producer("Houtai")
        self.set_lang("zh-CN")
        self.set_draw_color(*RULE)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 4)

    # ── the frame of every page ───────────────────────────────────────────────
    def header(self) -> None:
        self._ink(TITLE if self.page_no() == 1 else SMALL)
        with self._bold(self.page_no() == 1):
            self.cell(0, 9 if self.page_no() == 1 else 5, self._head)
        self.set_x(MARGIN)
        self._ink(SIZE if self.page_no() == 1 else SMALL, SOFT)
        number = f"编号 {self._number}" if self._number else ""
        self.cell(0, 9 if self.page_no() == 1 else 5, number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(*INK)
        self.line(MARGIN, self.get_y() + 1, self.w - MARGIN, self.get_y() + 1)
        self.set_draw_color(*RULE)
        self.ln(4)
        self._ink(SIZE)

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self._ink(SMALL, SOFT)
        self.cell(0, 5, " · ".join(word for word in (f"打印 {self._made}", self._note) if word))
        self.set_x(MARGIN)
        self.cell(0, 5, f"第 {self.page_no()} 页 共 {{nb}} 页", align="R")
        self._ink(SIZE)

    # ── blocks ────────────────────────────────────────────────────────────────
    def heading(self, text: str) -> None:
        self._keep(18)
        self.ln(2)
        self._ink(HEADING)
        with self._bold():
            self.cell(0, 7, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._ink(SIZE)

    def paragraph(self, text: str) -> None:
        self.multi_cell(0, LINE, text, align="L", wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def facts(self, pairs: list[Pair], columns: int) -> None:
        label, value = 26, (self.epw - 26 * columns) / columns
        shaded = FontFace(color=SOFT, fill_color=SHADE)
        with self._ruled([label, value] * columns, head=False) as table:
            for start in range(0, len(pairs), columns):
                row = table.row()
                chunk = pairs[start : start + columns]
                for at, (name, said) in enumerate(chunk):
                    row.cell(name, style=shaded)
                    last = at == len(chunk) - 1
                    row.cell(said, colspan=1 + 2 * (columns - len(chunk)) if last else 1)
        self.ln(2)

    def rows(self, header: list[str], rows: list[list[str]], widths: tuple[float, ...]) -> None:
        shares = widths or (1.0,) * len(header)
        room = [self.epw * share / sum(shares) for share in shares]
        with self._ruled(room, head=True) as table:
            for cells in (header, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        self.ln(2)

    def pictures(self, pictures: list[Picture], per_row: int) -> None:
        gap = 4.0
        side = (self.epw - gap * (per_row - 1)) / per_row
        for start in range(0, len(pictures), per_row):
            self._keep(side + 12)
            top = self.get_y()
            for at, picture in enumerate(pictures[start : start + per_row]):
                left = MARGIN + at * (side + gap)
                self.rect(left, top, side, side)
                self.image(io.BytesIO(picture.jpeg), left, top, side, side, keep_aspect_ratio=True)
                self.set_xy(left, top + side + 1)
                self._ink(SMALL, SOFT)
                self.cell(side, 4, self._fitting(picture.caption, side), align="C")
            self._ink(SIZE)
            self.set_xy(MARGIN, top + side + 8)

    def signatures(self, labels: list[str]) -> None:
        self._keep(24)
        self.ln(8)
        room = self.epw / len(labels)
        top = self.get_y()
        for at, label in enumerate(labels):
            left = MARGIN + at * room
            self.set_xy(left, top)
            self.cell(room, LINE, label)
            self.line(left, top + 14, left + room - 8, top + 14)
            self.set_xy(left, top + 15)
            self._ink(SMALL, SOFT)
            self.cell(room, 4, "日期")
            self._ink(SIZE)
        self.set_xy(MARGIN, top + 22)

    # ── tools ─────────────────────────────────────────────────────────────────
    @contextmanager
    def _ruled(self, widths: list[float], *, head: bool) -> Iterator:  # type: ignore[type-arg]
        self._ink(SIZE)
        with self.table(
            col_widths=tuple(widths),
            width=self.epw,
            align="L",
            text_align="L",
            line_height=LINE,
            padding=(0.8, 1.4),
            wrapmode=WrapMode.CHAR,
            first_row_as_headings=head,
            headings_style=FontFace(emphasis="NONE", color=SOFT, fill_color=SHADE),
            borders_layout=TableBordersLayout.ALL,
        ) as table:
            yield table

    @contextmanager
    def _bold(self, wanted: bool = True) -> Iterator[None]:
        """Bold, drawn with a line around each letter: Chinese fonts come in one weight here."""
        if not wanted:
            yield
            return
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.12, draw_color=INK):
            yield

    def _ink(self, size: float, color: tuple[int, int, int] = INK) -> None:
        self.set_font(FAMILY, size=size)
        self.set_text_color(*color)

    def _keep(self, height: float) -> None:
        """A new page unless so many millimetres are left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def _fitting(self, text: str, width: float) -> str:
        """`text`, cut where it is wider than `width` millimetres."""
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text + "…"
