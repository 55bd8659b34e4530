"""Carriers' names and numbers (SUP-04)."""

from __future__ import annotations

import pytest

from orders.carriers import OTHER, carrier_of, clean_number, fits


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("中通快递", "ZTO"),
        ("中通", "ZTO"),
        (" zto ", "ZTO"),
        ("顺丰速运", "SF"),
        ("顺丰速运有限公司", "SF"),
        ("圆通速递", "YTO"),
        ("申通快递", "STO"),
        ("韵达快递", "YUNDA"),
        ("极兔速递", "JT"),
        ("京东物流", "JD"),
        ("EMS", "EMS"),
        ("邮政快递包裹", "POST"),
        ("某某物流", OTHER),
        ("快递", OTHER),
        ("", OTHER),
    ],
)
def test_a_carrier_is_known_by_any_of_its_names(written, code):
    assert carrier_of(written) == code


@pytest.mark.parametrize(
    ("carrier", "number", "expected"),
    [
        ("SF", "SF0104989909773", True),
        ("SF", "SF053659577", False),
        ("ZTO", "78244801702286", True),
        ("ZTO", "7893767746", False),
        ("STO", "770916296679413", True),
        ("STO", "77553665508", False),
        ("YUNDA", "474970974708917", True),
        ("YTO", "YT1519282403300", True),
        ("YTO", "YT151928240", False),
        ("JT", "JT7775224796808", True),
        ("JD", "JDVA12345678901", True),
        ("EMS", "EA123456789CN", True),
        (OTHER, "12345678", False),
    ],
)
def test_a_number_is_held_against_its_carrier_only(carrier, number, expected):
    assert fits(carrier, number) is expected


@pytest.mark.parametrize(
    ("written", "clean"),
    [(' ="YT1" ', "YT1"), ("'YT1", "YT1"), ("No:YT1", "YT1"), ("yt 1", "YT1"), ("null", ""), ("-", "")],
)
def test_a_number_is_freed_of_what_spreadsheets_add(written, clean):
    assert clean_number(written) == clean
