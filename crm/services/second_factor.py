"""The second factor of somebody who has lost it, taken away by an administrator; what is made of it is allauth's."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from crm import permissions
from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.mail import send
from crm.models import User


@transaction.atomic
def take_away(user: User, *, by: User | None, why: str) -> User:
    """Take all second factors of a person away: at their next log-in they set up new ones. They are told.

    `by` is None for whoever runs commands on the server.
    """
    if by and not permissions.can_take_second_factor(by):
        raise Refused(_("An administrator takes a second factor away."))
    if not why.strip():
        raise Refused({"why": _("Say why.")})
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(_("%(name)s has no second factor.") % {"name": user})
    reason = because("Second factor taken away: %(why)s", why=" ".join(why.split()))
    write.save(user, by=by, why=reason, fields=["is_active"], beside=True)
    send("factor-taken", user.email, language=user.language, path="/")
    return user
