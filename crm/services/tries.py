"""How often somebody may guess. Counted in the database: for all processes at once, and through a restart."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.crypto import salted_hmac

from crm.models import TryCount

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True)
class TryLimit:
    """At most so many tries of one thing in a span of time; a try is counted before it is looked at."""

    name: str
    most: int
    span: timedelta


ONE_ACCOUNT = TryLimit(
    "account", 10, QUARTER
)  # from one network, or from one device that the account came in with
WHOLE_ACCOUNT = TryLimit(
    "whole account", 100, DAY
)  # from all networks together, known devices apart
ONE_NETWORK = TryLimit("network", 50, QUARTER)  # over all accounts
OLD_PASSWORD = TryLimit(
    "old password", 10, QUARTER
)  # a browser left open proves nothing about who sits there
ADDRESSES = TryLimit("addresses", 5, DAY)  # to which one draft may have its link mailed
UNASKED = TryLimit(
    "unasked", 1, timedelta(hours=1)
)  # mails to an address that anybody may have typed
WRONG_LINKS = TryLimit("wrong links", 30, QUARTER)  # secrets of addresses, from one network


def key_of(limit, *of):
    return salted_hmac(f"tries: {limit.name}", "\n".join(of), algorithm="sha256").hexdigest()


def count_try(limit, *of, at):
    """Count a try of this; whether it is still within the limit."""
    return (
        TryCount.objects.add_one(key_of(limit, *of), at=at, ends_at=at + limit.span) <= limit.most
    )


def forget_tries(limit, *of):
    TryCount.objects.filter(key=key_of(limit, *of)).delete()


def may_try_log_in(account, *, network, device, at):
    """Whether a password may be tried for the account. A device that the account came in with has a count of its own.

    So strangers neither guess on nor keep the owner out. What one count refuses does not burden the next.
    """
    if device:
        return count_try(ONE_ACCOUNT, account, device, at=at)
    return (
        count_try(ONE_NETWORK, network, at=at)
        and count_try(ONE_ACCOUNT, account, network, at=at)
        and count_try(WHOLE_ACCOUNT, account, at=at)
    )


def came_in(account, *, network, device, at):
    """The password was right: the tries from here were the owner's; of the others only this one is taken back.

    Else whoever has an account of their own would begin anew on all others by coming in between.
    """
    forget_tries(ONE_ACCOUNT, account, device or network)
    if not device:
        TryCount.objects.take_one_back(
            [key_of(ONE_NETWORK, network), key_of(WHOLE_ACCOUNT, account)], at=at
        )


def forget_old_tries(*, at):
    """How many counts were over, and are gone."""
    return TryCount.objects.over(at).delete()[0]
