"""What the trail says about messages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from audit import messages

messages.register(
    "notifications.resent",
    lambda data: _("asked to send the message «%(kind)s» again") % {"kind": data["kind"]},
)
