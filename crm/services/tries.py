"""How often somebody may guess. Counted in the database: for all processes at once, and through a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from crm.models import TryCount

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True)
class TryLimit:
    """At most so many tries of one thing in a span of time; a try is counted before it is looked at."""

    name: str
    most: int
    span: timedelta


# From one network, or from one device that the account has logged in with.
ONE_ACCOUNT = TryLimit("account", 10, QUARTER)
WHOLE_ACCOUNT = TryLimit(
    "whole account", 100, DAY
)  # from all networks together, known devices apart
ONE_NETWORK = TryLimit("network", 50, QUARTER)  # over all accounts
# Mails with a code or a link that somebody asks for who is not logged in, to one address: from one network or from a
# device that has logged in there before, and from all networks together.
MAILS_FROM_HERE = TryLimit("mails from here", 5, timedelta(hours=1))
MAILS_IN_ALL = TryLimit("mails in all", 20, DAY)
NEW_ADDRESSES = TryLimit("new addresses", 5, DAY)  # to which one account may have a link mailed
# A code of an authenticator lets in once, whichever process is asked: for longer than it is good.
CODE_USED = TryLimit("code used", 1, timedelta(minutes=3))
# Asked again of who is logged in: a browser left open proves nothing about who sits there.
OLD_PASSWORD = TryLimit("old password", 10, QUARTER)
ADDRESSES = TryLimit("addresses", 5, DAY)  # to which one draft may have its link mailed
PROVIDER_STARTS = TryLimit(
    "provider starts", 50, QUARTER
)  # from one network: each asks another server
UNASKED = TryLimit(
    "unasked", 1, timedelta(hours=1)
)  # mails to an address that anybody may have typed
WRONG_LINKS = TryLimit("wrong links", 30, QUARTER)  # secrets of addresses, from one network


def key_of(limit: TryLimit, *of: str) -> str:
    """The key under which tries are counted; a digest, which names nobody and no network."""
    return salted_hmac(f"tries: {limit.name}", "\n".join(of), algorithm="sha256").hexdigest()


def count_try(limit: TryLimit, *of: str, at: datetime) -> bool:
    """Count one try of what `of` names, and say whether it is still within the limit."""
    return (
        TryCount.objects.add_one(key_of(limit, *of), at=at, ends_at=at + limit.span) <= limit.most
    )


def forget_tries(limit: TryLimit, *of: str) -> None:
    TryCount.objects.filter(key=key_of(limit, *of)).delete()


def may_try_log_in(account: str, *, network: str, device: str, at: datetime) -> bool:
    """Count a try of the account's password, and say whether it may be tried.

    A device that the account has logged in with before has a count of its own, so that strangers, who are counted by
    network and by account, can neither guess on nor keep the owner out. A try that one count refuses is not added to
    the next ones.
    """
    if device:
        return count_try(ONE_ACCOUNT, account, device, at=at)
    return (
        count_try(ONE_NETWORK, network, at=at)
        and count_try(ONE_ACCOUNT, account, network, at=at)
        and count_try(WHOLE_ACCOUNT, account, at=at)
    )


def may_ask_for_mail(account: str, *, network: str, device: str, at: datetime) -> bool:
    """Count a mail that is asked for at that address, whether it has an account or not, and say whether it may leave.

    As with tries, strangers neither fill the mailbox nor keep its owner from asking with a device of theirs.
    """
    if device:
        return count_try(MAILS_FROM_HERE, account, device, at=at)
    return (
        count_try(ONE_NETWORK, network, at=at)
        and count_try(MAILS_FROM_HERE, account, network, at=at)
        and count_try(MAILS_IN_ALL, account, at=at)
    )


def forgive_tries(account: str, *, network: str, device: str, at: datetime) -> None:
    """The password was right: forget the tries from here, which were the owner's.

    Of the counts of the whole account and of the network only this one try is taken back: else whoever has an account
    of their own could log in between two guesses and so begin anew on all others.
    """
    forget_tries(ONE_ACCOUNT, account, device or network)
    if not device:
        TryCount.objects.take_one_back(
            [key_of(ONE_NETWORK, network), key_of(WHOLE_ACCOUNT, account)], at=at
        )


def forget_old_tries(*, at: datetime) -> int:
    """Delete the counts whose span is over, and say how many."""
    return TryCount.objects.over(at).delete()[0]
