"""Agreements that ask for somebody: to sign, about to end, close to the longest loan that the law allows."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from crm.domain.formatting import colon, day_month
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, Nature, Place, ToDo, key_of
from volunteers.domain.agreement_contents import missing_of
from volunteers.domain.loans import longest_loan
from volunteers.models import SponsorshipAgreement

ENDS_WITHIN_DAYS = 60
LIMIT_WITHIN_DAYS = 90

AGREEMENTS = Nature(
    "agreements", ngettext_lazy("agreement to look after", "agreements to look after", "many")
)
TO_SIGN = ngettext_lazy("%(many)d agreement to sign", "%(many)d agreements to sign", "many")
TO_COMPLETE = ngettext_lazy(
    "%(many)d agreement to complete", "%(many)d agreements to complete", "many"
)
ENDING = ngettext_lazy("%(many)d agreement that ends", "%(many)d agreements that end", "many")
CONSENT = ngettext_lazy(
    "%(many)d agreement about you waits for your word",
    "%(many)d agreements about you wait for your word",
    "many",
)


def todos_of(user, today):
    """Two queries for those who sign, one more for the people lent."""
    todos = []
    if user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.SPONSOR):
        mine = SponsorshipAgreement.objects.filter(
            Q(host__in=user.organisations_as(Role.COORDINATOR))
            | Q(sponsor__in=user.organisations_as(Role.SPONSOR))
        )
        todos += [_to_sign(agreement) for agreement in mine.unsigned().for_list()[:MAX_TODOS]]
        soon = mine.running(today).filter(stops_on__lte=today + timedelta(days=ENDS_WITHIN_DAYS))
        todos += [_ending(agreement, today) for agreement in soon.for_list()[:MAX_TODOS]]
    if user.holds(Role.VOLUNTEER):
        about_me = SponsorshipAgreement.objects.filter(volunteer__user=user, consent_on=None)
        todos += [_to_agree_to(agreement) for agreement in about_me.for_list()[:MAX_TODOS]]
    return todos


def _to_sign(agreement):
    missing = len(missing_of(agreement))
    lacking = ngettext("%(number)s content missing", "%(number)s contents missing", missing) % {
        "number": missing
    }
    reason = lacking if missing else _("agreement to sign")
    return _to_do(
        "sign-agreement",
        agreement,
        reason=reason,
        since=agreement.starts_on,
        verb=_("See what is missing"),
        fact=TO_COMPLETE if missing else TO_SIGN,
        detail=f"{_whom(agreement)}{colon()} {lacking}" if missing else _whom(agreement),
    )


def _ending(agreement, today):
    day = {"day": day_month(agreement.last_day)}
    reason = _("agreement ends on %(day)s") % day
    if agreement.form == SponsorshipAgreement.Form.LOAN and agreement.ended_on is None:
        _years, last = longest_loan(agreement.starts_on, agreement.ends_on)
        if (last - today).days <= LIMIT_WITHIN_DAYS:
            reason = _("the longest loan that the law allows ends on %(day)s") % {
                "day": day_month(last)
            }
    return _to_do(
        "agreement-ends",
        agreement,
        reason=reason,
        since=agreement.last_day,
        verb=_("Look at it"),
        fact=ENDING,
        detail=f"{_whom(agreement)}{colon()} {reason}",
        due=agreement.last_day,
    )


def _to_agree_to(agreement):
    reason = _("An agreement about you waits for your word")
    return _to_do(
        "consent",
        agreement,
        reason=reason,
        since=agreement.starts_on,
        verb=_("Read it"),
        fact=CONSENT,
        detail="",
    )


def _whom(agreement):
    return str(agreement.volunteer or agreement.sponsor)


def _to_do(kind, agreement, *, since, **words):
    return ToDo(
        key=key_of(kind, agreement.pk, since),
        title=_whom(agreement),
        about=str(agreement),
        since=since,
        url=agreement.get_absolute_url(),
        place=Place(
            "agreements",
            _("Sponsorship agreements"),
            url=reverse("volunteers:agreement-list"),
        ),
        nature=AGREEMENTS,
        **words,
    )
