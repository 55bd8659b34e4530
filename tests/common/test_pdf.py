"""Papers: Chinese on A4, the same bytes for the same content, and a clear word where no font is there."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from common import fonts
from common.exceptions import BusinessError
from common.pdf import Paper, Picture

MADE = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.once


def jpeg() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "#a33").save(stream, "JPEG")
    return stream.getvalue()


def paper(rows: int = 3, name: str = "杨淑珍") -> Paper:
    made = Paper(title="商品退换流程表", number="AS261120000001", made_at=MADE, note="内部")
    made.facts([("客户姓名", name), ("订货单号", "6113448474333644951"), ("领导批示", "同意")])
    made.table(["时间", "什么"], [[f"11-{row:02d}", "打电话给客户"] for row in range(rows)], [1, 4])
    made.pictures([Picture(jpeg(), "瑕疵照片")])
    made.signatures(["经办人", "仓库"])
    return made


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert paper().render() == paper().render()


def test_other_content_gives_other_bytes() -> None:
    assert paper(name="张三丰").render() != paper().render()


def test_a_paper_is_a_small_pdf_of_one_page() -> None:
    made = paper().render()
    assert made.startswith(b"%PDF-")
    assert pages(made) == 1
    assert len(made) < 40_000  # the font is cut down to what is written with it


def test_a_long_table_goes_on_on_further_pages() -> None:
    assert pages(paper(rows=100).render()) == 4


def test_a_rare_character_takes_the_whole_font() -> None:
    everyday = fonts.paper_font({ord(sign) for sign in "张三丰 AS26·…"})
    rare = fonts.paper_font({ord("䶮")})
    assert rare == fonts.font()[0]  # type: ignore[index]
    assert everyday != rare
    assert Path(str(everyday)).stat().st_size < Path(str(rare)).stat().st_size


def test_without_a_chinese_font_the_refusal_says_what_to_install(settings: Any, tmp_path: Path) -> None:
    settings.CHART_FONT_FOLDERS = [tmp_path]
    fonts.font.cache_clear()
    try:
        with pytest.raises(BusinessError) as refused:
            paper().render()
    finally:
        fonts.font.cache_clear()
    assert refused.value.code == "no_font"
    assert "fonts-wqy-microhei" in refused.value.message
