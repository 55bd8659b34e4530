"""Losses and claims: shares to the cent, proof before sending, answers, settlement, statements, the balance."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from ledger import balance, statements
from ledger.amounts import by_share, split
from ledger.models import Claim, Loss, PaySlip
from ledger.services import claims as services
from ledger.services.losses import share_anew
from ledger.services.slips import approve_slip
from ledger.states import ClaimState, Direction, Liable, SlipState
from notifications.models import BellItem, Message
from sla.models import Clock
from sla.states import ClockState
from suppliers.authentication import TokenActor
from suppliers.models import SupplierToken
from tests.factories import NOON, at
from tests.ledger.helpers import D, a_loss, an_order, claim_of, paid

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PROOF = {"goods": ["开箱视频.mp4"], "reply": ["截图.png"]}


def refused(what, **kwargs) -> str:
    with pytest.raises(BusinessError) as error:
        what(**kwargs)
    return error.value.code


def clock_of(claim: Claim, state: str = ClockState.RUNNING) -> Clock:
    return Clock.objects.get(subject_type="ledger.claim", subject_id=claim.pk, state=state)


def sent(claim: Claim, by) -> Claim:
    services.prove_claim(claim_id=claim.pk, version=None, by=by, now=NOON, **PROOF)
    return services.send_claim(claim_id=claim.pk, version=None, by=by, now=NOON)


def settled(claim: Claim, asker, payer, approver=None, now=NOON) -> Claim:
    slip = services.ask_settlement(claim_id=claim.pk, version=None, by=asker, now=now)
    if slip.state == SlipState.SUBMITTED:
        slip = approve_slip(slip_id=slip.pk, version=slip.version, by=approver, now=now)
    paid(slip, payer)
    claim.refresh_from_db()
    return claim


# ── To the cent ──────────────────────────────────────────────────────────────
PERCENTS = st.lists(st.integers(1, 10_000).map(lambda parts: D(parts) / 100), min_size=1, max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 9_999_900).map(lambda fen: D(fen) / 100), PERCENTS)
def test_fin_11_parts_add_up_to_the_cent(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)


def test_fin_11_shares_of_a_third_each():
    shares = {"supplier": D("33.33"), "carrier": D("33.33"), "company": D("33.34")}
    assert by_share(D("100.00"), shares) == {"supplier": D("33.33"), "carrier": D("33.33"), "company": D("33.34")}
    assert sum(by_share(D("0.02"), shares).values()) == D("0.02")


# ── Booked ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("rule", ["SUP-08 wrong item", "SUP-13 shortage", "SUP-14 damaged in dispatch"])
def test_sup_08_sup_13_sup_14_the_supplier_bears_it_all(noon, supplier_a, rule):
    loss = a_loss({"supplier": "100"}, supplier=supplier_a)
    claim = claim_of(loss)
    assert (loss.total, claim.amount, claim.supplier, claim.state) == (D(100), D(100), supplier_a, "drafted")
    assert (clock_of(claim).policy, clock_of(claim).due_at) == ("ledger.claim_sending", NOON + 3 * DAY)


def test_fin_11_claims_add_up_to_the_loss(noon, supplier_a):
    loss = a_loss({"supplier": "33.33", "carrier": "33.33", "company": "33.34"}, supplier=supplier_a)
    amounts = dict(loss.claims.values_list("liable", "amount"))
    assert amounts == {"supplier": D("33.33"), "carrier": D("33.33"), "company": D("33.34")}
    assert sum(amounts.values()) == loss.total


def test_stf_34_what_the_house_or_its_people_bear_is_collected_from_nobody(noon):
    loss = a_loss({"company": "60", "agent": "40"})
    assert set(loss.claims.values_list("state", flat=True)) == {ClaimState.WRITTEN_OFF}
    assert Clock.objects.count() == 0


@pytest.mark.parametrize(
    ("shares", "code"),
    [({"supplier": "99.99"}, "shares"), ({"nobody": "100"}, "party"), ({"supplier": "100"}, "no_supplier")],
)
def test_a_share_nobody_can_bear_is_refused(noon, shares, code):
    assert refused(a_loss, shares=shares) == code
    assert Loss.objects.count() == 0


def test_no_loss_no_claims(noon, supplier_a):
    with pytest.raises(AssertionError):
        a_loss({"supplier": "100"}, supplier=supplier_a, sums=("0", "0", "0"))
    assert (Loss.objects.count(), Claim.objects.count()) == (0, 0)


def test_booked_again_drafts_are_drawn_anew(noon, supplier_a):
    a_loss({"supplier": "100"}, supplier=supplier_a, topic="aftersales.case:1")
    loss = a_loss(
        {"supplier": "50", "company": "50"}, supplier=supplier_a, topic="aftersales.case:1", sums=("10", "0", "0")
    )
    assert [(row.topic, row.total) for row in Loss.objects.all()] == [("aftersales.case:1", D(10))]
    assert dict(loss.claims.values_list("liable", "amount")) == {"supplier": D(5), "company": D(5)}
    assert Clock.objects.filter(state=ClockState.RUNNING).count() == 1


def test_once_a_claim_is_out_only_what_came_on_top_is_booked(noon, supplier_a, ana):
    loss = a_loss({"supplier": "100"}, supplier=supplier_a, topic="aftersales.case:1")
    sent(claim_of(loss), ana)
    more = a_loss({"company": "100"}, topic="aftersales.case:1", sums=("90.00", "12.00", "8.00"))
    assert (more.part, more.goods, more.total, loss.claims.count()) == (2, D(10), D(10), 1)
    again = a_loss({"company": "100"}, topic="aftersales.case:1", sums=("80.00", "12.00", "8.00"))
    assert (again.pk, Loss.objects.count()) == (loss.pk, 1)


def test_aft_14_other_shares_with_a_reason(noon, supplier_a, ana):
    loss = a_loss({"supplier": "100"}, supplier=supplier_a)
    told = {"loss_id": loss.pk, "shares": {"supplier": D(50), "carrier": D(50)}, "supplier": supplier_a, "by": ana}
    assert refused(share_anew, **told, reason=" ") == "missing"
    share_anew(**told, reason="平台判各承担一半")
    assert dict(loss.claims.values_list("liable", "percent")) == {"supplier": D(50), "carrier": D(50)}
    data = Entry.objects.filter(action="ledger.shared_anew").first().data
    assert data["before"] == {"supplier": "100.00"}
    sent(claim_of(loss), ana)
    assert refused(share_anew, **told, reason="再改") == "sent"


# ── On its way ───────────────────────────────────────────────────────────────
def test_sup_28_aft_22_nothing_is_sent_without_proof(noon, supplier_a, ana):
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier_a))
    told = {"claim_id": claim.pk, "version": claim.version, "by": ana}
    assert refused(services.send_claim, **told) == "wrong_state"
    assert refused(services.prove_claim, **told, goods=["a.jpg"]) == "proof_missing"
    assert refused(services.prove_claim, **told, reply=["a.png"]) == "proof_missing"
    claim.refresh_from_db()
    assert (claim.state, claim.proof) == (ClaimState.DRAFTED, [])
    proved = services.prove_claim(**told, **PROOF)
    assert (proved.state, proved.proof) == (ClaimState.EVIDENCED, ["goods:开箱视频.mp4", "reply:截图.png"])


def test_the_evidence_of_the_case_counts_as_pictures(noon, supplier_a, ana):
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, proof=("abc123",)))
    proved = services.prove_claim(claim_id=claim.pk, version=None, reply=["截图.png"], by=ana)
    assert proved.state == ClaimState.EVIDENCED


def test_sup_27_sent_the_ball_is_the_suppliers(noon, supplier_a, ana):
    order = an_order()
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, order=order)), ana)
    clock = clock_of(claim)
    assert (claim.sent_at, clock.policy, clock.party, clock.supplier_id) == (
        NOON, "ledger.claim_answer", "supplier", supplier_a.pk,
    )  # fmt: skip
    mail = Message.objects.get()
    assert (mail.kind, mail.address) == ("ledger.claim_sent", supplier_a.email)
    assert mail.context == {"number": claim.number, "order_no": order.order_no, "amount": "100.00"}


def test_sup_29_the_supplier_is_reminded_to_pursue_the_courier(noon, supplier_a, ana):
    loss = a_loss({"carrier": "100"}, supplier=supplier_a)
    claim = sent(claim_of(loss, "carrier"), ana)
    assert (claim.supplier, clock_of(claim).party) == (supplier_a, "carrier")
    assert Message.objects.get().kind == "ledger.pursue_courier"


def test_sup_27_a_suppliers_program_accepts_its_own_claim(noon, supplier_a, supplier_b, ana):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a)), ana)
    told = {"claim_id": claim.pk, "version": None, "now": NOON}
    other = TokenActor(supplier_b, SupplierToken(prefix="b"))
    assert refused(services.accept_claim, **told, by=other) == "no_right"
    own = TokenActor(supplier_a, SupplierToken(prefix="a"))
    assert refused(services.accept_claim, **told, by=own, amount=D(1)) == "partial"
    claim = services.accept_claim(**told, by=own)
    assert (claim.state, claim.agreed_amount, claim.month) == ("accepted", D(100), dt.date(2026, 11, 1))
    assert (clock_of(claim).policy, clock_of(claim).due_at) == ("ledger.claim_settlement", at("2026-12-31 23:59:59"))


def test_sup_27_a_suppliers_user_disputes_with_a_reason(noon, supplier_a, petra, paul, ana):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a)), ana)
    told = {"claim_id": claim.pk, "version": None, "now": NOON}
    assert refused(services.dispute_claim, **told, reason="不是我们", by=paul) == "no_right"
    assert refused(services.dispute_claim, **told, reason=" ", by=petra) == "missing"
    claim = services.dispute_claim(**told, reason="出厂完好", by=petra)
    assert (claim.state, claim.answer, clock_of(claim).policy) == ("disputed", "出厂完好", "ledger.claim_dispute")
    assert [item.user for item in BellItem.objects.filter(kind="ledger.claim_disputed")] == [ana]
    assert refused(services.send_claim, **told, by=ana) == "missing"
    again = services.send_claim(**told, note="视频可见出厂缺陷", by=ana)
    assert (again.state, clock_of(again).policy) == ("sent", "ledger.claim_answer")


@pytest.mark.parametrize("step", ["prove_claim", "send_claim", "write_off_claim", "ask_settlement"])
def test_a_supplier_does_nothing_but_answer(noon, supplier_a, petra, ana, step):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a)), ana)
    if step == "ask_settlement":
        services.accept_claim(claim_id=claim.pk, version=None, by=petra)
    more = {"write_off_claim": {"reason": "x"}, "prove_claim": PROOF}.get(step, {})
    before = Claim.objects.get().state
    code = refused(getattr(services, step), claim_id=claim.pk, version=None, by=petra, **more)
    assert code in {"no_right", "wrong_state"}
    assert (Claim.objects.get().state, PaySlip.objects.count()) == (before, 0)


def test_less_can_be_agreed_on_and_the_rest_is_ours(noon, supplier_a, ana, fin):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, topic="aftersales.case:7")), ana)
    told = {"claim_id": claim.pk, "version": None, "by": ana, "now": NOON}
    assert refused(services.accept_claim, **told, amount=D("100.01"), answer="同意") == "amount"
    assert refused(services.accept_claim, **told, amount=D(60)) == "missing"
    services.accept_claim(**told, amount=D(60), answer="同意承担六成")
    claim = settled(claim, ana, fin)
    assert (claim.state, claim.settled_amount) == ("settled", D(60))
    found = balance.balance_of("aftersales.case:7")
    assert (found.lost, found.came_back, found.borne, found.open, found.holds) == (D(100), D(60), D(40), D(0), True)


def test_fin_02_the_money_for_a_claim_has_its_slip(noon, supplier_a, ana, fin):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a)), ana)
    services.accept_claim(claim_id=claim.pk, version=None, answer="同意", by=ana, now=NOON)
    slip = services.ask_settlement(claim_id=claim.pk, version=None, by=ana, now=NOON)
    again = services.ask_settlement(claim_id=claim.pk, version=None, by=ana, now=NOON)
    assert (slip.direction, slip.amount, slip.topic, again.pk) == (
        Direction.IN, D(100), f"ledger.claim:{claim.pk}", slip.pk,
    )  # fmt: skip
    claim.refresh_from_db()
    assert claim.state == ClaimState.ACCEPTED
    paid(slip, fin)
    claim.refresh_from_db()
    assert (claim.state, claim.settled_at) == (ClaimState.SETTLED, NOON)
    assert not Clock.objects.filter(subject_id=claim.pk, state=ClockState.RUNNING, subject_type="ledger.claim").exists()


def test_writing_off_is_a_leaders_word(noon, supplier_a, ana, sam):
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier_a))
    told = {"claim_id": claim.pk, "version": claim.version}
    assert refused(services.write_off_claim, **told, reason="算了", by=ana) == "no_right"
    assert refused(services.write_off_claim, **told, reason=" ", by=sam) == "missing"
    claim = services.write_off_claim(**told, reason="金额小", by=sam)
    assert (claim.state, claim.note) == ("written_off", "金额小")
    assert Clock.objects.get(subject_id=claim.pk).state == ClockState.VOID


def test_a_stale_answer_is_refused(noon, supplier_a, petra, ana):
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a)), ana)
    with pytest.raises(Conflict):
        services.accept_claim(claim_id=claim.pk, version=claim.version - 1, by=petra)
    with pytest.raises(ObjectDoesNotExist):
        services.accept_claim(claim_id=10**9, version=None, by=petra)


# ── The month ────────────────────────────────────────────────────────────────
def accepted(supplier, ana, sums, when) -> Claim:
    claim = sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier, sums=sums, order=an_order(), now=when)), ana)
    return services.accept_claim(claim_id=claim.pk, version=None, answer="同意", by=ana, now=when)


@pytest.fixture
def november(noon, supplier_a, ana, fin):
    """50 agreed in October and settled in November, 30 in November, 20 on its last second, one sent only."""
    old = accepted(supplier_a, ana, ("50.00", "0", "0"), at("2026-10-31 23:59:59"))
    settled(old, ana, fin)
    accepted(supplier_a, ana, ("30.00", "0", "0"), at("2026-11-01 00:00:00"))
    accepted(supplier_a, ana, ("20.00", "0", "0"), at("2026-11-30 23:59:59"))
    accepted(supplier_a, ana, ("7.00", "0", "0"), at("2026-12-01 00:00:00"))
    sent(claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, sums=("9.00", "0", "0"))), ana)
    return dt.date(2026, 11, 1)


def test_fin_11_the_statement_of_a_month(november, supplier_a, supplier_b):
    made = statements.statement(supplier_a, november)
    sums = (made.opening, made.agreed, made.settled, made.closing, made.waiting)
    assert sums == (D(50), D(50), D(50), D(50), D(9))
    line = statements.lines(november)[0]
    assert (line.opening, line.agreed, line.settled, line.closing, line.waiting) == sums
    assert statements.statement(supplier_b, november).closing == 0
    before = statements.statement(supplier_a, dt.date(2026, 10, 1))
    assert (before.closing, statements.statement(supplier_a, dt.date(2026, 12, 1)).opening) == (D(50), D(50))


def test_fin_11_the_statement_as_a_workbook(november, supplier_a, fin, as_user):
    answer = as_user(fin).post(f"/finance/statements/{supplier_a.pk}/export/", {"month": "2026-11", "form": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sums = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert list(sums.values()) == [50, 50, 50, 50, 9]
    assert [row[6] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)] == [30, 20]
    assert Entry.objects.get(action="staff.exported").data == {"what": "ledger.statement", "rows": 9}


def test_fin_11_the_statement_as_paper(november, supplier_a, fin, ana, as_user):
    url = f"/finance/statements/{supplier_a.pk}/export/"
    answer = as_user(fin).post(url, {"month": "2026-11", "form": "pdf"})
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert as_user(ana).post(url, {"month": "2026-11", "form": "pdf"}).status_code == 403


def test_liable_words_are_those_of_the_cases():
    from aftersales.states import Bearer

    assert set(Bearer.values) == set(Liable.values)
