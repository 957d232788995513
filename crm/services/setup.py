"""The first organisation and the first person of a new install, before anybody can log in."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership, User
from crm.services.invitations import (
    is_without_administrator,
    organisation_named,
    refuse_second_beginning,
    way_in_of,
)
from crm.services.organisations import save_organisation
from crm.services.people import names_of, save_account


@dataclass(frozen=True)
class Founder:
    """Who sets Relais up, and the organisation of the Coalition that they coordinate."""

    organisation: str
    email: str
    full_name: str
    latin_name: str = ""
    language: str = ""


@transaction.atomic
def set_up(founder: Founder) -> str:
    """Make the first administrator, who coordinates the organisation and heads it; both are added where missing.

    Gives the path of the page on which they choose a password. Refused where somebody administers Relais already.
    """
    refuse_second_beginning()
    user = _account_of(founder)
    organisation = organisation_named(founder.organisation, is_member=True, by=user)
    if not organisation.is_member:
        organisation.is_member = True
        save_organisation(organisation, by=user, is_another=True)
    for role, is_head in ((Role.ADMINISTRATOR, False), (Role.COORDINATOR, True)):
        membership = Membership(user=user, organisation=organisation, role=role, is_head=is_head)
        write.save(membership, by=user, why=because("First administrator"))
    return way_in_of(user)


def _account_of(founder: Founder) -> User:
    email = founder.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as refused:
        raise Refused({"email": refused.messages}) from refused
    user = User.objects.filter(email=email).first()
    if user is None:
        full_name, latin_name = names_of(founder.full_name, founder.latin_name)
        user = User(email=email, full_name=full_name, latin_name=latin_name)
        user.set_unusable_password()
    elif not user.is_active:
        raise Refused({"email": _("The account of this address is closed.")})
    if founder.language:
        user.language = founder.language
    return save_account(user, by=None, why=because("First administrator"))


def link_again(email: str) -> str:
    """The path of a new link to choose a password, for an administrator who lost the first."""
    if is_without_administrator():
        raise Refused(_("Nobody administers Relais yet: set it up first."))
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not user.is_administrator:
        raise Refused({"email": _("No administrator has this address.")})
    return way_in_of(user)
