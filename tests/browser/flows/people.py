"""Who plays in the flows, and how they work the pages: everything is found by what it is, not by its language.

`HOUTAI_LANGUAGE` is the language of the pages; pictures of the decisive ones are kept where `HOUTAI_SHOTS` says.
"""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from PIL import Image
from playwright.sync_api import Locator, Page

from aftersales import rulebook
from aftersales.models import Case, ReturnAddress
from orders.models import OrderLine
from orders.states import OrderState
from sla.services import ensure_policies
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier, SupplierMember
from tests import factories
from tests.browser.conftest import Watched

LANGUAGE = os.environ.get("HOUTAI_LANGUAGE", "zh-hans")
START = "2026-11-20 10:00"  # a Friday morning in Shanghai
SF, YT, ZTO = "SF1234567890123", "YT1234567890123", "78244801702286"

ROLES: dict[str, tuple[str, str]] = {  # who → name, role
    "agent": ("安娜", Role.AGENT_AFTERSALES),
    "colleague": ("林晓", Role.AGENT_AFTERSALES),
    "supervisor": ("山姆", Role.SUPERVISOR),
    "leader": ("李经理", Role.MANAGER),
    "warehouse": ("王仓", Role.WAREHOUSE),
    "quality": ("钱检", Role.QUALITY),
    "finance": ("方账", Role.FINANCE),
    "cashier": ("陈账", Role.FINANCE),
    "supplier": ("佩特拉", Role.SUPPLIER),
}


@dataclass
class Cast:
    """Everybody of the house and a supplier's user, at one browser in turn; the rules stand, the clock is ours."""

    watched: Watched
    settings: Any
    people: dict[str, User]
    supplier: Supplier
    address: ReturnAddress
    # Made before any page is open: SQLite has one writer, and open pages write who is there.
    sessions: dict[str, Client]
    photos: int = 0

    @property
    def page(self) -> Page:
        return self.watched.page

    def now_is(self, text: str) -> None:
        """It is «2026-11-20 10:00» in Shanghai, until somebody says otherwise."""
        self.settings.HOUTAI_NOW = f"{text.replace(' ', 'T')}:00+08:00"

    def as_person(self, who: str, path: str = "") -> None:
        """The browser goes on as `who` of ROLES, at `path` when one is given."""
        self.page.context.clear_cookies()
        self.watched.log_in(self.sessions[who], LANGUAGE)
        if path:
            self.go(path)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.watched.base}{path}")

    def to_case(self, case: Case) -> None:
        self.go(f"/cases/{case.pk}/")

    def look(self, name: str, *, axe: bool = False) -> None:
        """Nothing is wrong with the page as it stands, and nothing is too wide; a picture of it is kept where asked for."""
        self.watched.picture(name)
        found = [*self.watched.findings(axe=axe), *self.watched.too_wide()]
        assert found == [], f"{name}: {found}"

    def fill(self, form: Locator, answers: dict[str, Any]) -> None:
        """Fills the fields whose names are, or end in «-», the keys: text, choices by value, ticks by bool, files."""
        for key, value in answers.items():
            box = form.locator(f"[name='{key}'], [name$='-{key}']").first
            kind = box.get_attribute("type") or box.evaluate("element => element.localName")
            if kind == "checkbox":
                box.set_checked(bool(value))
            elif kind == "select":
                box.select_option(str(value))
            elif kind == "file":
                box.set_input_files(value)
            else:
                box.fill(str(value))

    def form_of(self, key: str) -> Locator:
        """The form of a step or deed on the case page, opened if another one stands open."""
        form = self.page.locator(f"#doing form[action$='/{key}/']")
        if not form.count():
            self.page.locator(f"#do-{key}").click()
            form.wait_for()
        return form

    def do(self, key: str, **answers: Any) -> None:
        """A step or deed of the case page: open its form, fill it, send it, and see that it was done."""
        form = self.form_of(key)
        self.fill(form, answers)
        form.locator("button.btn-primary").click()
        self.page.locator(".alert-success").first.wait_for()

    def next_step(self) -> str:
        """The step whose form the page has opened by itself."""
        action = self.page.locator("#doing form").first.get_attribute("action") or ""
        return action.rstrip("/").rpartition("/")[2]

    def is_advised(self) -> bool:
        """Whether the page says that the open step is this person's to do now."""
        return bool(self.page.locator("#doing.advice-panel").count())

    def send(self, form: str, button: str = "button.btn-primary", **answers: Any) -> None:
        """Any other form, by its selector: fill it, press its button, wait for the page that follows."""
        found = self.page.locator(form).first
        self.fill(found, answers)
        with self.page.expect_navigation():
            found.locator(button).first.click()

    def add_photo(self, slot: str) -> None:
        """Gives a case the photo that its reason asks for; no two are the same picture."""
        self.photos += 1
        self.page.locator("#evidence-files").set_input_files([photo(shade=20 * self.photos % 256)])
        self.page.locator("#evidence-slot").select_option(label=slot)
        before = self.page.locator("#evidence .thumbs img").count()
        self.page.locator(".drop button").click()
        self.page.locator("#evidence .thumbs img").nth(before).wait_for()

    def take_call(self, line: OrderLine, words: str, choices: dict[str, Any] | None = None, **happened: int) -> Case:
        """The agent's form from the phone number on: what happened to how many pieces, which cases, opened."""
        self.go("/cases/new/")
        self.page.locator("#find").fill(line.order.receiver_phone)
        self.page.locator("#find").press("Enter")
        for key, many in happened.items():
            self.page.locator(f"[name=n-{line.pk}-{key}]").fill(str(many))
        self.page.locator(".happened button").click()
        plans = self.page.locator("#plans")
        plans.wait_for()
        self.fill(plans, {**(choices or {}), "buyer_words": words})
        plans.locator("button.btn-primary").click()
        self.page.wait_for_url(re.compile(r"/cases/\d+/$"))
        return Case.objects.get(pk=int(self.page.url.rstrip("/").rpartition("/")[2]))

    def pay(self, slip_pk: int, number: str, who: str = "finance") -> None:
        """Finance pays a slip that is approved, with the platform's number."""
        self.as_person(who, f"/finance/slips/{slip_pk}/")
        self.send("#do-pay form", platform_number=number)  # what is done next stands open


def assemble(watched: Watched, settings: Any) -> Cast:
    """The whole house at ten o'clock on a Friday, with its rules, a supplier and our own address for returns."""
    rulebook.load()
    people = {
        who: factories.UserFactory(username=who, name=name, role=role, language=LANGUAGE)
        for who, (name, role) in ROLES.items()
    }
    supplier = factories.SupplierFactory(code="GYSA", name="景德镇瓷器厂")
    SupplierMember.objects.create(user=people["supplier"], supplier=supplier)
    address = ReturnAddress.objects.create(
        name="义乌退货仓",
        receiver="退货组",
        phone="057988880000",
        address="浙江省金华市义乌市工业路8号",
        is_default=True,
    )
    sessions = {who: logged_in(user) for who, user in people.items()}
    cast = Cast(watched, settings, people, supplier, address, sessions)
    cast.now_is(START)
    ensure_policies()
    return cast


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def bought(
    cast: Cast, title: str = "骨瓷杯", *, quantity: int = 2, price: str = "60.00", state: str = OrderState.DELIVERED
) -> OrderLine:
    """A line of an order that was paid as it stands, of the cast's supplier; delivered the day before."""
    whole = factories.Decimal(price) * quantity
    order = factories.OrderFactory(
        state=state,
        total_due=whole,
        ordered_at=factories.at("2026-11-15 20:00"),
        delivered_at=factories.at("2026-11-19 15:00") if state == OrderState.DELIVERED else None,
    )
    part = factories.FulfilmentFactory(order=order, supplier=cast.supplier)
    product = factories.ProductFactory(supplier=cast.supplier, title=title)
    return factories.OrderLineFactory(
        fulfilment=part, product=product, title=title, quantity=quantity, price=factories.Decimal(price)
    )


def photo(name: str = "杯子.jpg", shade: int = 200) -> dict[str, Any]:
    """A picture as a file field takes it."""
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 120, 90)).save(stream, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()}
