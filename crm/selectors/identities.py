"""Who a person is at the provider by which they log in."""

from datetime import date

from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from crm.models import User


def linked_since(user: User, *, issuer: str) -> date | None:
    """The day of the link to that provider, if there is one."""
    link = SocialAccount.objects.filter(user=user, provider=issuer).first()
    return timezone.localdate(link.date_joined) if link else None
