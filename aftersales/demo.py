"""Cases of the demo: one in every state of every machine, led there by its own steps and the people whose steps they are."""

from __future__ import annotations

import datetime as dt
import io
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, OuterRef, QuerySet
from PIL import Image

from aftersales import demo_patrol, guards, rulebook
from aftersales.evidence import missing_evidence
from aftersales.inputs import INPUTS
from aftersales.machine import Step, steps
from aftersales.models import Case, CaseLine, Reason, ReturnAddress
from aftersales.services.evidence import add_evidence
from aftersales.services.inspecting import note_inspection
from aftersales.services.opening import Wanted, open_case
from aftersales.services.stepping import take_step
from aftersales.states import Bearer, Channel, Goods, IncidentKind, Judgement, Kind, topic
from aftersales.workflows import ALL, BY_KIND, machine_of
from ledger.models import PaySlip
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip
from ledger.states import WAITING, SlipState
from orders.models import Order, OrderLine
from orders.states import LEFT, OrderState
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier

HOUR = dt.timedelta(hours=1)
SHIPPED = (*LEFT, OrderState.FINISHED)
NEEDS_ORDER_TO_SHIP = (Kind.UNSHIPPED_REFUND, Kind.SHORTAGE)
# Reason, what the buyer said and what it is about, by kind.
TOLD: dict[str, tuple[str, str, str]] = {
    Kind.UNSHIPPED_REFUND: ("no-reason", "拍错颜色了，还没发货就帮我退了吧", "买家拍错，要求发货前退款"),
    Kind.RETURN: ("no-reason", "尺寸比想象的小，想退货", "七天无理由退货"),
    Kind.EXCHANGE: ("wrong-item", "我拍的是蓝色，收到的是灰色", "发错颜色，要求换货"),
    Kind.RESHIP: ("missing", "三件套只收到两件", "少发一件，要求补发"),
    Kind.COMPENSATION: ("damaged", "盒子压扁了，东西能用，送人不好看", "外包装压扁，补偿"),
    Kind.REPAIR: ("quality", "用了两周，按钮不灵了", "按钮失灵，要求维修"),
    Kind.SHORTAGE: ("shortage", "", "供应商报缺货"),
    Kind.INCIDENT: ("lost", "三天了物流没动", "物流异常"),
    Kind.DISPUTE: ("quality", "卖家不给退，申请平台介入", "平台介入：是否质量问题"),
    Kind.COMPLAINT: ("service", "客服半天不回，态度还不好", "投诉客服回复慢"),
    Kind.CONSULTATION: ("other", "保温杯的杯盖可以单独买吗？", "询问配件"),
}
RESULTS = ("已与买家说明并达成一致", "买家接受，按约定处理", "已核对聊天记录和出库记录")
COLOURS = ("#b4552d", "#4b6b8a", "#7a8b4f", "#8a5a7b")
ADDRESS = {
    "receiver": "售后退货组",
    "phone": "13800130888",
    "address": "浙江省金华市义乌市福田街道银海路 8 号 3 号库",
}


def load(now: dt.datetime, by: User) -> None:
    """Opens the cases in the days before `now`; `by` is the supervisor. Nothing when there are the demo's already."""
    rulebook.load()
    if ReturnAddress.objects.exists():
        return
    _addresses()
    people = _people()
    if len(people) < 3:
        return
    places = [(machine.KIND, state) for machine in ALL for state in machine.STATES.values]
    unshipped, shipped = _lines(to_ship=True), _lines(to_ship=False)
    for number, (kind, state) in enumerate(places):
        lines = unshipped if kind in NEEDS_ORDER_TO_SHIP else shipped
        start = now - (3 + number * 7 % 96) * HOUR
        _lead(kind, state, next(lines, None), people, number, start, now)
    demo_patrol.load(now, people[Role.AGENT_AFTERSALES])


def _people() -> dict[str, User]:
    """Somebody of each role, by role."""
    found = User.objects.filter(is_active=True).order_by("-pk")
    return {user.role: user for user in found}


def _addresses() -> None:
    """Where goods go back to: our own house, and every supplier's (RET-21)."""
    ReturnAddress.objects.create(name="义乌退货仓", is_default=True, **ADDRESS)
    for supplier in Supplier.objects.filter(active=True).order_by("code"):
        ReturnAddress.objects.create(name=f"{supplier.name}退货组", supplier=supplier, **ADDRESS)


def _lines(*, to_ship: bool) -> Iterator[OrderLine]:
    """Lines that no case is about, the newest first; each order once."""
    held = CaseLine.objects.filter(line__order=OuterRef("order"))
    states = [OrderState.PAID] if to_ship else list(SHIPPED)
    rows = OrderLine.objects.filter(
        order__state__in=states, order__paid_total__gt=20, order__slips__isnull=True, fulfilment__supplier__isnull=False
    )
    seen: set[int] = set()
    for line in rows.exclude(Exists(held)).select_related("order", "fulfilment").order_by("-order_id", "pk")[:400]:
        if line.order_id not in seen:
            seen.add(line.order_id)
            yield line


def _lead(
    kind: str,
    state: str,
    line: OrderLine | None,
    people: dict[str, User],
    number: int,
    start: dt.datetime,
    now: dt.datetime,
) -> None:
    """A case of that kind, led by the shortest way to that state, an hour or less a step."""
    way = _way(kind, state)
    if line is None or way is None:
        return
    case = _open(kind, line, people, number, start)
    pace = (now - start) / (len(way) + 2)
    for place, step in enumerate(way, start=1):
        at = start + pace * place
        case = machine_of(Case.objects.get(pk=case.pk))
        if step.name == "refund_paid":
            _pay(case, people, number, at)
            continue
        _prepare(case, step, people, at)
        data = _answers(case, step, at, number, now)
        take_step(case_id=case.pk, name=step.name, data=data, by=_mover(step, people), now=at)


def _way(kind: str, state: str) -> tuple[Step, ...] | None:
    """The shortest way to the state by steps that people of the house take."""
    machine = BY_KIND[kind]
    todo: deque[tuple[str, tuple[Step, ...]]] = deque([(machine.START, ())])
    seen = {machine.START}
    while todo:
        here, taken = todo.popleft()
        if here == state:
            return taken
        for step in steps(machine):
            if here in step.sources and step.target not in seen and step.name != "platform_refunded":
                seen.add(step.target)
                todo.append((step.target, (*taken, step)))
    return None


def _open(kind: str, line: OrderLine, people: dict[str, User], number: int, at: dt.datetime) -> Case:
    code, words, summary = TOLD[kind]
    order: Order = line.order
    columns: dict[str, Any] = {"goods": Goods.UNSHIPPED if order.state == OrderState.PAID else Goods.WITH_BUYER}
    if kind == Kind.INCIDENT:
        columns["incident"] = IncidentKind.values[number % len(IncidentKind.values)]
    if kind in (Kind.RETURN, Kind.EXCHANGE, Kind.DISPUTE):
        columns["platform_due_at"] = at + dt.timedelta(days=5)
    channels = (Channel.ONLINE, Channel.HOTLINE, Channel.APP)
    return open_case(
        kind=kind,
        channel=Channel.SUPPLIER if kind == Kind.SHORTAGE else channels[number % 3],
        by=people[Role.AGENT_AFTERSALES],
        order=order,
        lines=[Wanted(line=line, quantity=1)],
        reason=Reason.objects.get(code=code),
        summary=summary,
        buyer_words=words,
        now=at,
        **columns,
    )


def _mover(step: Step, people: dict[str, User]) -> User | None:
    """Whose step it is: the first of the house who may take it, else the product."""
    judges = "goods_are_judged" in {condition.__name__ for condition in step.conditions}
    if judges:
        return people[Role.QUALITY]
    order = (Role.AGENT_AFTERSALES, Role.WAREHOUSE, Role.QUALITY, Role.FINANCE, Role.SUPERVISOR, Role.MANAGER)
    return next((people[role] for role in order if role in people and step.open_to(role)), None)


def _prepare(case: Case, step: Step, people: dict[str, User], at: dt.datetime) -> None:
    """What other desks do before the step: evidence, the count at the desk, the slip's payment."""
    names = {condition.__name__ for condition in step.conditions}
    if "may_be_refused" in names:
        case.report = {**case.report, "excluded": "贴身用品，下单时已确认"}
        case.judgement, case.judged_by = Judgement.HUMAN, people[Role.SUPERVISOR]
        case.save(update_fields=["report", "judgement", "judged_by"])
    if "goods_are_found" in names and not guards.goods_are_found(case):
        case.leader_note, case.leader_by = "平台时限将到，先退款", people[Role.SUPERVISOR]
        case.save(update_fields=["leader_note", "leader_by"])
    if "evidence_is_enough" in names:
        _show(case, people, at, "judge")
    if "proof_is_there" in names:
        _show(case, people, at, "judge", "execute")
    if "kit" in step.asks:
        _show(case, people, at)
    if "goods_are_judged" in names:
        count = {f"{word}_{each.pk}": each.quantity * (word == "good") for each in case.lines.all() for word in SIDES}
        note_inspection(case, count, people[Role.WAREHOUSE], at)


SIDES = ("good", "bad")


def _show(case: Case, people: dict[str, User], at: dt.datetime, *stages: str) -> None:
    """The pictures that the reason asks for at these stages (all, where none is named), drawn in one colour."""
    for number, slot in enumerate(missing_evidence(case, *stages)):
        drawn = io.BytesIO()
        size = (960, 720 + case.evidence.count())  # no two pictures of a case are the same
        Image.new("RGB", size, COLOURS[(case.pk + number) % len(COLOURS)]).save(drawn, "JPEG")
        file = SimpleUploadedFile(f"{slot}.jpg", drawn.getvalue(), "image/jpeg")
        add_evidence(case=case, file=file, kind=slot, by=people[Role.AGENT_AFTERSALES], now=at)


def _pay(case: Case, people: dict[str, User], number: int, at: dt.datetime) -> None:
    """Finance pays the slips of the case; with the last one the case counts as refunded (FIN-01)."""
    for slip in PaySlip.objects.filter(topic=topic(case.pk), state__in=WAITING).order_by("pk"):
        if slip.state == SlipState.SUBMITTED:
            slip = approve_slip(slip_id=slip.pk, version=slip.version, by=people[Role.SUPERVISOR], now=at)
        pay_slip(
            slip_id=slip.pk, version=slip.version, platform_number=f"2026{case.pk:08d}{slip.pk:06d}",
            by=people[Role.FINANCE], now=at,
        )  # fmt: skip


def _answers(case: Case, step: Step, at: dt.datetime, number: int, now: dt.datetime) -> dict[str, Any]:
    """What a diligent colleague would write into the form of the step."""
    data: dict[str, Any] = {}
    for key in step.asks:
        first = INPUTS[key].initial(case)
        for name, field in INPUTS[key].fields(case).items():
            data[name] = _answer(case, name, field, first.get(name), at, number)
    if "promised_at" in data:
        data["promised_at"] = now + 20 * HOUR if step.target == "waiting" and case.pk % 2 else at + HOUR / 6
    if "responsibility" in step.asks and not any(data[f"share_{bearer}"] for bearer in Bearer.values):
        data[f"share_{Bearer.COMPANY}"] = Decimal(100)
    return data


def _answer(case: Case, name: str, field: forms.Field, first: Any, at: dt.datetime, number: int) -> Any:
    if name == "tracking_no":
        return f"SF{1_700_000_000_000 + case.pk * 10 + number % 10}"
    if name == "call_back_at" or (name == "evidence_due_at" and number % 2):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return _choice(field, first)
    if isinstance(field, forms.ChoiceField):
        return first or next(choice for choice, _label in list(cast("Any", field.choices)) if choice)
    if isinstance(field, forms.BooleanField):
        return name != "own_mistake"
    if isinstance(field, forms.DateTimeField):
        return at + dt.timedelta(days=1)
    if isinstance(field, forms.DecimalField):
        return _sum(case, name, first)
    if isinstance(field, forms.IntegerField):
        return field.initial or 0
    return RESULTS[number % len(RESULTS)]


def _choice(field: forms.ModelChoiceField[Any], first: Any) -> Any:
    rows = cast("QuerySet[Any]", field.queryset)
    chosen = rows.filter(pk=getattr(first, "pk", first)).first() if first else None
    return chosen or rows.first()


def _sum(case: Case, name: str, first: Any) -> Decimal | None:
    if name == "amount":
        small = case.kind in (Kind.COMPENSATION, Kind.DISPUTE)
        return min(Decimal("8.00"), case.order.paid_total if case.order else Decimal(8)) if small else first
    return Decimal(first) if first else None
