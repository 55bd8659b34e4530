"""The remark of a payment: 内容_姓名 (FIN-05), and never money for a review (REV-14, REV-15)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _

from audit import services as audit
from common.exceptions import BusinessError
from orders.services.remarks import SEPARATOR, signature
from staff.models import User
from staff.words.checker import CheckContext, check
from staff.words.services import WordsStopped, vet
from staff.words.services.vetting import stopping

SHAPE = re.compile(r"[^_\s][^_]*_[^_]*[^_\s]")
LONGEST = 200
CONTEXT = CheckContext(to_buyer=False)  # not even told about: a payment that speaks of reviews looks like one for them


def remark_for(content: str, by: Any) -> str:
    """`content` with the name of who asks, as Alipay shows it to the buyer (FIN-05)."""
    name = signature(by) if isinstance(by, User) else audit.actor_label(by).replace(SEPARATOR, "-")
    line = " ".join(content.replace(SEPARATOR, "-").split())
    return f"{line[: LONGEST - len(name) - 1]}{SEPARATOR}{name}"


def require_shape(remark: str) -> str:
    """Raises BusinessError unless the remark reads 内容_姓名 (FIN-05)."""
    if not SHAPE.fullmatch(remark) or len(remark) > LONGEST:
        raise BusinessError(_("A payment's remark reads content_name, with one underscore."), code="remark")
    return remark


def require_clean(text: str, *, topic: str, by: Any, now: dt.datetime) -> None:
    """Raises WordsStopped when `text` offers money for a review, or says what the house forbids (REV-14, REV-15)."""
    if isinstance(by, User):
        vet(text, place="pay slip", topic=topic, by=by, now=now, context=CONTEXT)
        return
    hits = check(text, context=CONTEXT)
    if stopping(hits, ""):
        raise WordsStopped(hits, text, place="pay slip", topic=topic)
