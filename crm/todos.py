"""What support requests ask of a person."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import day_month
from crm.domain.roles import Role
from crm.domain.todos import Nature, Place, ToDo, key_of, source
from crm.selectors.requests import awaiting

REPLIES = Nature("replies", ngettext_lazy("reply due", "replies due", "many"))


@source
def todos_of(user, today):
    """[ToDo] of the requests that wait for the person."""
    can_triage = user.holds(Role.ADMINISTRATOR, Role.DESK)
    return [
        ToDo(
            key=key_of("request", support_request.pk, support_request.due_on),
            title=support_request.name or support_request.reference,
            about=f"{support_request.need or _('need not said')} · {support_request.get_state_display()}",
            reason=_("due on %(day)s") % {"day": day_month(support_request.due_on)},
            since=support_request.waiting_since or support_request.due_on,
            url=support_request.get_absolute_url(),
            verb=_("Look at it") if can_triage else _("Answer"),
            page=support_request.get_absolute_url(),
            level="act" if support_request.due_on < today else "",
            word=_("Late") if support_request.due_on < today else "",
            in_mail=support_request.reference,
            place=Place(
                f"request:{support_request.pk}",
                support_request.name or support_request.reference,
                url=support_request.get_absolute_url(),
            ),
            nature=REPLIES,
            detail=f"{support_request.need or _('need not said')} · {support_request.get_state_display()}",
            fact=_("A reply is due on %(day)s") % {"day": day_month(support_request.due_on)},
            due=support_request.due_on,
        )
        for support_request in awaiting(user, today)
    ]
