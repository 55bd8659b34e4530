"""How notices about penalties, rewards and trainings read. They name nobody and no amount; the page says the rest."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.render import keep_private, register_bell


def _fixed(kind: str, sentence: str) -> None:
    """A line without details, nobody else's business; `sentence` is marked for translation where it is written."""
    register_bell(kind, lambda context: _(sentence))
    keep_private(kind)


_fixed("staff.penalty_proposed", gettext_noop("A penalty or reward was proposed: confirm it or drop it."))
_fixed("staff.penalty_confirmed", gettext_noop("An incident of yours was confirmed. You may appeal."))
_fixed("staff.appeal_ends", gettext_noop("The time to appeal against an incident of yours ends soon."))
_fixed("staff.reward_confirmed", gettext_noop("You got a reward."))
_fixed("staff.penalty_appealed", gettext_noop("Somebody appealed: decide on it."))
_fixed("staff.appeal_upheld", gettext_noop("An appeal was decided: the penalty stands."))
_fixed("staff.appeal_won", gettext_noop("An appeal was decided: the penalty is cancelled."))
_fixed("staff.penalty_counted_down", gettext_noop("An incident of yours counts one time less now."))
_fixed("staff.review_near", gettext_noop("One more incident of this kind asks for a review by management."))
_fixed("staff.review_asked", gettext_noop("An incident asks for a review by management."))
register_bell(
    "staff.training_incomplete",
    lambda context: (
        _("Goes live on %(day)s and the training is not complete: %(title)s.")
        % {"day": context["day"], "title": context["title"]}
    ),
)
