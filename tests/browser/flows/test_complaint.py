"""A complaint: recorded, passed to quality management, investigated, reported, answered (CMP-05, QA-10)."""

from __future__ import annotations

import pytest

from aftersales.models import Case, Contact
from tests.browser.flows.matters import take_matter
from tests.browser.flows.people import Cast, bought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORT = {
    "facts": "11-18 客服三次未回复，买家等了两天",
    "cause": "交接漏单",
    "measures": "交接本每日复核；当事人培训",
    "answer": "向您道歉，已安排专人跟进，并补偿 10 元优惠券",
}


def test_cmp_05_a_complaint_is_investigated_and_answered(cast: Cast) -> None:
    line = bought(cast, "茶具套装")
    cast.as_person("agent")
    case = take_matter(cast, line.order, "complaint", "你们客服不理人！")
    assert (case.kind, cast.next_step(), cast.is_advised()) == ("complaint", "transfer", True)
    cast.look("complaint-1-opened")
    cast.do("transfer")
    assert not cast.is_advised()
    cast.as_person("quality", "/cases/?ball=quality")
    cast.look("complaint-2-list-of-quality")
    cast.page.locator(f"[data-open][href='/cases/{case.pk}/']").click()
    assert (cast.next_step(), cast.is_advised()) == ("investigate", True)
    cast.do("investigate")
    cast.form_of("report_findings")
    cast.look("complaint-3-investigating", axe=True)
    cast.do("report_findings", **REPORT, share_agent="100")
    cast.as_person("agent", "/notices/")
    cast.look("complaint-5-bell")
    cast.to_case(case)
    assert (cast.next_step(), cast.is_advised()) == ("answer", True)
    cast.look("complaint-6-answering")
    cast.do("answer", contact_way="phone", contact_result="道歉，说明了改进；买家满意", result="已致歉并补偿优惠券")
    cast.do("close")
    cast.look("complaint-7-closed")
    case = Case.objects.get()
    shares = {row.bearer: row.percent for row in case.responsibilities.all()}
    assert (case.state, {key: case.report[key] for key in REPORT}, shares) == ("closed", REPORT, {"agent": 100})
    assert Contact.objects.get().result == "道歉，说明了改进；买家满意"
