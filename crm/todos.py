"""What support requests ask of a person."""

from django.utils.translation import gettext as _

from crm.domain.formatting import day_month
from crm.domain.roles import Role
from crm.domain.todos import ToDo, key_of, source
from crm.selectors.requests import awaiting


@source
def todos_of(user, today):
    """[ToDo] of the requests that wait for the person."""
    can_triage = user.holds(Role.ADMINISTRATOR, Role.DESK)
    return [
        ToDo(
            key=key_of("request", support.pk, support.due_on),
            title=support.name or support.reference,
            about=f"{support.need or _('need not said')} · {support.get_state_display()}",
            reason=_("due on %(day)s") % {"day": day_month(support.due_on)},
            since=support.waiting_since or support.due_on,
            url=support.get_absolute_url(),
            verb=_("Look at it") if can_triage else _("Answer"),
            page=support.get_absolute_url(),
            level="act" if support.due_on < today else "",
            word=_("Late") if support.due_on < today else "",
            in_mail=support.reference,
        )
        for support in awaiting(user, today)
    ]
