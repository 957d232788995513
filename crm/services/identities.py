"""Log-in by a provider of identities: it says who somebody is. It makes no account and gives no role."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.mail import send
from crm.models import User


@dataclass(frozen=True)
class Identity:
    """What a provider says of a person.

    `subject` is that person there, for good; an address may become another person's.
    """

    issuer: str
    subject: str
    email: str
    is_verified: bool


@transaction.atomic
def account_of(identity: Identity, *, provider: str) -> User | None:
    """Whom the provider lets in, or None. At the first time the account of the address is linked, and told.

    That takes an open account, for which somebody was invited, an address that the provider has verified, and no
    link of the account to another person there. `provider` is the name that the mail says.
    """
    links = SocialAccount.objects.filter(provider=identity.issuer)
    if link := links.filter(uid=identity.subject).select_related("user").first():
        return link.user if link.user.is_active else None
    if not identity.is_verified or not identity.email:
        return None
    email = identity.email.strip().lower()
    user = User.objects.select_for_update(of=("self",)).filter(email=email, is_active=True).first()
    if user is None or links.filter(user=user).exists():
        return None
    SocialAccount.objects.create(user=user, provider=identity.issuer, uid=identity.subject)
    _tell(user, "provider-linked", provider)
    return user


@transaction.atomic
def unlink(user: User, *, issuer: str, provider: str) -> None:
    """Forget who the person is at the provider."""
    if not SocialAccount.objects.filter(user=user, provider=issuer).delete()[0]:
        raise Refused(_("Your account is not linked to %(provider)s.") % {"provider": provider})
    _tell(user, "provider-unlinked", provider)


def _tell(user: User, mail: str, provider: str) -> None:
    path = reverse("crm:account")
    send(mail, user.email, language=user.language, path=path, provider=provider)
