"""Words in the demo: a phrase of one's own, a proposal, something the checker found, pages that some have read."""

from __future__ import annotations

import datetime as dt

from staff.models import Finding, HandbookPage, Phrase, User
from staff.selectors import led_people
from staff.words import rulebook, services
from staff.words.checker import check
from staff.words.states import PhraseState

HOUR = dt.timedelta(hours=1)
SAID = ("没有办法，您自己联系快递吧", "亲，明天肯定到", "这不是我们的问题", "昨天已经发走了，单号在订单里看")


def load(now: dt.datetime, by: User) -> None:
    """The rule book's own, and what people of the team that `by` leads have made of it. Once."""
    rulebook.load()
    people = list(led_people(by).order_by("pk")[:6])
    if not people or Finding.objects.exists():
        return
    first, *others = people
    services.add_phrase(
        data={"stage": "shipping", "situation": "周末", "title": "周末发货说明",
              "body": "亲，周末也正常发货，您的订单{order_no}会尽快为您安排，请您放心。"},
        scope="own", by=first, now=now - 20 * HOUR,
    )  # fmt: skip
    services.add_phrase(
        data={"stage": "aftersales", "situation": "安装", "title": "安装视频",
              "body": "您好，安装视频在详情页下方，您可以先参考，有不明白的地方随时联系我。"},
        scope="proposal", by=(others or people)[0], now=now - 18 * HOUR,
    )  # fmt: skip
    for number, text in enumerate(SAID):
        person = people[number % len(people)]
        services.note_findings(check(text), place="copy", topic="", by=person, now=now - (number + 1) * 7 * HOUR)
    for page in HandbookPage.objects.filter(current=True).order_by("pk")[:12]:
        for person in people[: 1 + page.pk % len(people)]:
            services.read_page(page_id=page.pk, by=person, now=now - 3 * HOUR)
    favourites = Phrase.objects.filter(state=PhraseState.ACTIVE, owner__isnull=True, marketing=False)
    for number, phrase in enumerate(favourites.order_by("pk")[:18]):
        for _use in range(1 + number % 3):
            services.copy_phrase(phrase_id=phrase.pk, by=people[number % len(people)], now=now - number * HOUR)
