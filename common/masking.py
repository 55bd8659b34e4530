"""Personal data as it is shown unless somebody reveals it (SEC-07)."""

from __future__ import annotations

import re

REGION = re.compile(r"^.*?(?:省|自治区|特别行政区|市)\s*.*?(?:市|自治州|地区|盟|县|区)")


def phone(value: str) -> str:
    """13800001234 → 138****1234; a shorter one keeps its last two digits."""
    if not value:
        return ""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "****" + value[-2:]


def name(value: str) -> str:
    """张三丰 → 张**"""
    return value[:1] + "*" * max(1, len(value) - 1) if value else ""


def address(value: str) -> str:
    """Down to the city or district: 浙江省杭州市****"""
    if not value:
        return ""
    found = REGION.match(value)
    return (found.group(0) if found and len(found.group(0)) < 24 else value[:6]) + "****"


def nick(value: str) -> str:
    """luofang → l***g"""
    return f"{value[0]}***{value[-1]}" if len(value) > 1 else "*" if value else ""
