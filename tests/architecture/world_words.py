"""What the world holds of words: a phrase, a proposal, a term, a guide, pages of the handbook, a remembered buyer."""

from __future__ import annotations

from typing import Any

from common import clock
from orders.models import BuyerNote, Order
from staff.models import Finding, Guide, HandbookPage, Phrase, Term, User
from staff.words.states import PhraseState


def add_words(supervisor: User, agent: User, order: Order, number: int) -> dict[str, Any]:
    """One more of each; what the arguments of their routes are."""
    now = clock.now()
    said = {"stage": "opening", "situation": "问候", "body": f"您好,很高兴为您服务{number}", "proposed_by": agent}
    phrase = Phrase.objects.create(title=f"问候{number}", **said)
    proposal = Phrase.objects.create(title=f"提议{number}", state=PhraseState.PROPOSED, **said)
    term = Term.objects.create(pattern=f"不好听的话{number}号", kind="rude", severity="hard", replacement="您好")
    Guide.objects.create(
        slug=f"guide-{number}", letter="abc"[number], title=f"情形{number}", do="听", say="您好", never="吵"
    )
    page = HandbookPage.objects.create(
        slug=f"page-{number}", title=f"着装{number}", chapter="办公纪律", body="整洁。", valid_from=clock.day_of(now)
    )
    draft = HandbookPage.objects.create(
        slug=f"page-{number}", version=2, title=f"着装{number}", chapter="办公纪律", body="整洁!", current=False,
        valid_from=clock.day_of(now), drafted_by=supervisor,
    )  # fmt: skip
    Finding.objects.create(user=agent, at=now, place="copy", kind="rude", severity="hard", term=term.pattern)
    BuyerNote.objects.create(
        shop=order.shop, buyer_nick=order.buyer_nick, vip=True, updated_at=now, updated_by=supervisor
    )
    return {
        "words": {"pk": phrase.pk},
        "words:phrase_decide": {"pk": proposal.pk},
        "words:term": {"pk": term.pk},
        "words:page": {"pk": page.pk},
        "words:page_draft": {"pk": page.pk},
        "words:page_read": {"pk": page.pk},
        "words:page_approve": {"pk": draft.pk},
        "orders:phrase_copy": {"phrase_pk": phrase.pk},
    }
