"""The life of a support request, from the holder's first word to its end. An open one always has a next date."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import mail
from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.refusals import Refused
from crm.domain.request_states import BARRIERS, MOVES, TO_QUALIFY, RequestState, WaitingFor
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import (
    Membership,
    Organisation,
    RequestEntry,
    RequestNote,
    Sdg,
    SecretLink,
    SupportRequest,
    User,
)
from crm.services.links import make_link, path_for_holder, revoke_links
from crm.services.tries import ADDRESSES, UNASKED, count_try

Kind = RequestEntry.Kind
REQUEST_FIELDS = (
    "contact_name",
    "phone",
    "name",
    "siren",
    "siret",
    "rna",
    "ess_form",
    "website",
    "postal_code",
    "city",
    "staff_count",
    "annual_budget",
    "need",
    "need_text",
    "audience",
    "maturity",
    "lead",
    "skills",
    "running_budget",
    "barrier_culture",
    "barrier_expertise",
    "barrier_finance",
    "barrier_time",
    "more",
)
REQUIRED_FIELDS = ("name", "ess_form", "need", "need_text", "audience", "maturity", "lead")
MAIL_PAUSE = timedelta(hours=1)
SENT_UNASKED = {"begun"}  # mails that whoever types an address can make us send to it


@dataclass(frozen=True)
class Turn:
    """Who has the next step of a request, and by when.

    `clock` names the entry of settings.REQUEST_CLOCKS that gives the working days until then; `due_on` is the day
    itself where it was chosen. `owner` is the member that has the request in hand, None where the desk has.
    """

    waiting_for: WaitingFor
    clock: str = ""
    due_on: date | None = None
    owner: Organisation | None = None


class Opened(NamedTuple):
    """A request, and the token of the link that opens it in this browser; the token cannot be had again."""

    support_request: SupportRequest
    token: str


def lock(support_request: SupportRequest) -> SupportRequest:
    """The request's row as it is now, locked until the end of the transaction: of two people, one comes second."""
    return SupportRequest.objects.select_for_update(of=("self",)).get(pk=support_request.pk)


def refuse_move(support_request: SupportRequest, to: RequestState) -> None:
    """Raise Refused where the life of a request has no way from its state to that one."""
    if to not in MOVES[RequestState(support_request.state)]:
        raise no_longer_possible(support_request)


def no_longer_possible(support_request: SupportRequest) -> Refused:
    state = support_request.get_state_display().lower()
    return Refused(_("This request is %(state)s: that is no longer possible.") % {"state": state})


def take_turn(
    support_request: SupportRequest,
    turn: Turn,
    *,
    by: User | None,
    why: Reason,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> SupportRequest:
    """Save one step of the life: whose turn it is, since when and until when, and the other {column: value} `changes`.

    The step counts even where the columns already hold what it writes.
    """
    today = timezone.localdate(at)
    due_on = turn.due_on or add_working_days(today, settings.REQUEST_CLOCKS[turn.clock])
    columns = {
        **(changes or {}),
        "owner": turn.owner,
        "waiting_for": turn.waiting_for,
        "waiting_since": today,
        "due_on": due_on,
    }
    _set(support_request, columns)
    return write.save(support_request, by=by, why=why, fields=[*columns], beside=True)


def close(
    support_request: SupportRequest,
    state: RequestState,
    *,
    by: User | None,
    why: Reason,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> SupportRequest:
    """End the request in a state, with the other {column: value} `changes`."""
    columns = {**(changes or {}), "state": state, "due_on": None, "closed_at": at}
    _set(support_request, columns)
    return write.save(support_request, by=by, why=why, fields=[*columns])


def _set(row: Model, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def first_answer(support_request: SupportRequest, at: datetime) -> dict[str, datetime]:
    """The change that notes when the holder was first answered, which is written once."""
    return {} if support_request.first_answer_at else {"first_answer_at": at}


def add_entry(entry: RequestEntry) -> RequestEntry:
    """Save a new entry of the request's open file, which its holder reads."""
    entry.text = entry.text.strip()
    write.check(entry)
    entry.save()
    return entry


def mail_holder(
    kind: str, support_request: SupportRequest, at: datetime, *, member: Organisation | None = None
) -> None:
    """Send the holder the mail of that kind; the words of some name the member.

    What whoever types an address can have sent leaves once an hour, until the address is known to be the holder's.
    """
    if (
        kind in SENT_UNASKED
        and not support_request.is_address_confirmed
        and not count_try(UNASKED, support_request.email, at=at)
    ):
        return
    SupportRequest.objects.filter(pk=support_request.pk).update(mailed_at=at)
    mail.send(
        kind,
        support_request.email,
        language=support_request.language,
        path=path_for_holder(support_request, at),
        reference=support_request.reference,
        due=support_request.due_on,
        **({"member": member.name} if member else {}),
    )


def mail_desk(kind: str, support_request: SupportRequest) -> None:
    """Send everybody at the Coalition's desk the mail of that kind, each in their language."""
    desk = Membership.objects.current().filter(role=Role.DESK)
    for user in (
        User.objects.filter(is_active=True, memberships__in=desk).distinct().order_by("email")
    ):
        mail.send(
            kind,
            user.email,
            language=user.language,
            path=support_request.get_absolute_url(),
            reference=support_request.reference,
            due=support_request.due_on,
        )


def _is_too_soon(support_request: SupportRequest, at: datetime) -> bool:
    """Whether the last mail to an address that nobody has confirmed left less than MAIL_PAUSE ago."""
    mailed = SupportRequest.objects.filter(
        email__iexact=support_request.email, mailed_at__gt=at - MAIL_PAUSE
    )
    return not support_request.is_address_confirmed and mailed.exists()


# The holder


@transaction.atomic
def start_request(
    *, contact_name: str, email: str, language: str, network: str, at: datetime
) -> Opened:
    """Save a draft and mail its link. The answer is the same whatever we know of the address."""
    begun = SupportRequest.objects.filter(network=network, started_at__gt=at - MAIL_PAUSE).count()
    if network and begun >= settings.REQUEST_LIMITS["drafts_an_hour"]:
        raise Refused(
            _(
                "Many requests were begun from your network within the hour. Try again a little later."
            )
        )
    support_request = SupportRequest(
        contact_name=contact_name,
        email=email.strip().lower(),
        language=language,
        network=network,
        started_at=at,
    )
    write.save(support_request, by=None, why=because("Begun"))
    mail_holder("begun", support_request, at)
    return Opened(support_request, make_link(support_request, SecretLink.Purpose.BROWSER, at=at))


@transaction.atomic
def keep_draft(
    support_request: SupportRequest,
    facts: Mapping[str, Any],
    *,
    sdgs: Collection[Sdg] | None = None,
) -> SupportRequest:
    """Save what was typed so far, whatever is still missing: {name of a REQUEST_FIELDS: value}, and the goals."""
    support_request = lock(support_request)
    if support_request.state != RequestState.DRAFT:
        raise Refused(_("This request was sent already: add what is new on its page."))
    columns = {name: facts[name] for name in REQUEST_FIELDS if name in facts}
    _set(support_request, columns)
    return write.save(
        support_request,
        by=None,
        why=because("Draft"),
        fields=[*columns],
        beside=_set_goals(support_request, sdgs),
    )


def _set_goals(support_request: SupportRequest, sdgs: Collection[Sdg] | None) -> bool:
    """Save the goals, and whether that changed them; None leaves them as they are."""
    if sdgs is None or {sdg.pk for sdg in sdgs} == set(
        support_request.sdgs.order_by("pk").values_list("pk", flat=True)
    ):
        return False
    support_request.sdgs.set(sdgs)
    return True


@transaction.atomic
def correct_address(support_request: SupportRequest, *, email: str, at: datetime) -> Opened:
    """Correct the holder's address in a draft, and mail a link there.

    Every link ends, above all those that went to the old address: whoever reads there has no part in the request.
    """
    support_request = lock(support_request)
    if support_request.state != RequestState.DRAFT:
        raise Refused(
            _("This request was sent already: answer one of our messages to change your address.")
        )
    if not count_try(ADDRESSES, str(support_request.pk), at=at):
        raise Refused(
            {
                "email": _(
                    "The address was changed many times today: go on with this one, or try tomorrow."
                )
            }
        )
    support_request.email, support_request.is_address_confirmed = email.strip().lower(), False
    write.save(
        support_request,
        by=None,
        why=because("E-mail corrected"),
        fields=["email", "is_address_confirmed"],
    )
    revoke_links(support_request, at=at)
    mail_holder("begun", support_request, at)
    return Opened(support_request, make_link(support_request, SecretLink.Purpose.BROWSER, at=at))


def missing_facts(support_request: SupportRequest) -> list[str]:
    """Names of the empty fields without which nobody can direct the request, in the order of the form."""
    missing = [
        name
        for name in REQUIRED_FIELDS
        if not getattr(support_request, name if name != "need" else "need_id")
    ]
    return missing + [
        f"barrier_{name}"
        for name in BARRIERS
        if getattr(support_request, f"barrier_{name}") is None
    ]


@transaction.atomic
def submit_request(support_request: SupportRequest, *, at: datetime) -> SupportRequest:
    """Send the request to the desk: once, however often one clicks."""
    support_request = lock(support_request)
    if support_request.state != RequestState.DRAFT:
        return support_request
    if missing := missing_facts(support_request):
        raise Refused(
            {
                name: _("Tell us this, so that your request reaches the right member.")
                for name in missing
            }
        )
    take_turn(
        support_request,
        Turn(WaitingFor.DESK, "triage"),
        by=None,
        why=because("Sent"),
        at=at,
        changes={"state": RequestState.RECEIVED, "submitted_at": at},
    )
    add_entry(RequestEntry(request=support_request, kind=Kind.RECEIVED, at=at, is_from_holder=True))
    mail_holder("received", support_request, at)
    mail_desk("arrived", support_request)
    return support_request


@transaction.atomic
def confirm_address(support_request: SupportRequest) -> SupportRequest:
    """The mailed link was used: the address is the holder's own."""
    if not support_request.is_address_confirmed:
        support_request.is_address_confirmed = True
        write.save(
            support_request,
            by=None,
            why=because("E-mail confirmed"),
            fields=["is_address_confirmed"],
        )
    return support_request


@transaction.atomic
def add_fact(support_request: SupportRequest, *, text: str, at: datetime) -> SupportRequest:
    """Save what the holder adds or answers. An answer gives the turn back to whoever asked.

    The same words twice in a row are a form that was sent again: they are saved once.
    """
    support_request = lock(support_request)
    if not support_request.is_open:
        raise Refused(_("This request is closed: nothing can be added to it."))
    last = support_request.entries.order_by("-at", "-pk").first()
    if last is not None and last.is_from_holder and last.text == text.strip():
        return support_request
    is_answer = support_request.waiting_for == WaitingFor.HOLDER
    add_entry(
        RequestEntry(
            request=support_request,
            kind=Kind.ANSWER if is_answer else Kind.FACT,
            at=at,
            text=text,
            is_from_holder=True,
        )
    )
    if not is_answer:
        return write.note(support_request, by=None, why=because("Fact added by the holder"))
    referral = support_request.referrals.open().select_related("member").first()
    if referral is None:
        turn = Turn(WaitingFor.DESK, "refer")
    else:
        turn = Turn(WaitingFor.MEMBER, "member", owner=referral.member)
    take_turn(support_request, turn, by=None, why=because("Answered by the holder"), at=at)
    if referral and support_request.due_on:  # take_turn has set it
        referral.due_on, referral.reminded_on = support_request.due_on, None
        write.save(
            referral,
            by=None,
            why=because("Answered by the holder"),
            fields=["due_on", "reminded_on"],
        )
    return support_request


@transaction.atomic
def withdraw_request(
    support_request: SupportRequest,
    *,
    at: datetime,
    by: User | None = None,
    text: str = "",
    seen: int | None = None,
) -> SupportRequest:
    """End the request on the holder's word: `by` is whoever of the desk does it for them. An open proposal ends too."""
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    refuse_move(support_request, RequestState.WITHDRAWN)
    _end_open_referral(support_request, at=at, by=by)
    add_entry(
        RequestEntry(
            request=support_request,
            kind=Kind.WITHDRAWN,
            at=at,
            by=by,
            text=text,
            is_from_holder=by is None,
        )
    )
    return close(support_request, RequestState.WITHDRAWN, by=by, why=because("Withdrawn"), at=at)


def _end_open_referral(support_request: SupportRequest, *, at: datetime, by: User | None) -> None:
    referral = support_request.referrals.open().select_related("member").first()
    if referral:
        referral.state, referral.answered_at, referral.answered_by = (
            referral.State.TAKEN_BACK,
            at,
            by,
        )
        write.save(
            referral,
            by=by,
            why=because("The request was withdrawn"),
            fields=["state", "answered_at", "answered_by"],
        )
        referral.links.filter(revoked_at=None).update(revoked_at=at)


@transaction.atomic
def renew_link(
    support_request: SupportRequest, *, at: datetime, keep: SecretLink | None = None
) -> SupportRequest:
    """Mail the holder a new link; all their others end, but for the one in use. Where it is refused, none ends."""
    support_request = lock(support_request)
    if keep is not None and _is_too_soon(support_request, at):
        raise Refused(
            _(
                "A message with a link left less than an hour ago: look among unwanted mail, or try later."
            )
        )
    revoke_links(support_request, at=at, keep=keep)
    mail_holder("link", support_request, at)
    return support_request


# The desk


@transaction.atomic
def qualify(
    support_request: SupportRequest,
    *,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
    seen: int | None = None,
) -> SupportRequest:
    """The desk has read and understood it: from now on it owes a proposal. None leaves the organisation as it is."""
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    if support_request.state not in TO_QUALIFY:
        raise no_longer_possible(support_request)
    if support_request.state == RequestState.RECEIVED:
        add_entry(RequestEntry(request=support_request, kind=Kind.QUALIFIED, at=at, by=by))
    elif support_request.state == RequestState.NOBODY:
        add_entry(RequestEntry(request=support_request, kind=Kind.REOPENED, at=at, by=by))
    return take_turn(
        support_request,
        Turn(WaitingFor.DESK, "refer"),
        by=by,
        why=because("Qualified"),
        at=at,
        changes={
            "state": RequestState.QUALIFIED,
            "organisation": organisation or support_request.organisation,
        },
    )


@transaction.atomic
def change_request(
    support_request: SupportRequest,
    facts: Mapping[str, Any],
    *,
    by: User,
    organisation: Organisation | None = None,
    sdgs: Collection[Sdg] | None = None,
    seen: int | None = None,
) -> SupportRequest:
    """The desk corrects or completes what the holder wrote: {name of a REQUEST_FIELDS: value}, the goals.

    `organisation` is the one of the directory that the request comes from, None where it is not known.
    """
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    columns = {name: facts[name] for name in REQUEST_FIELDS if name in facts}
    columns["organisation"] = organisation
    _set(support_request, columns)
    return write.save(
        support_request,
        by=by,
        why=because("Changed"),
        fields=[*columns],
        beside=_set_goals(support_request, sdgs),
    )


@transaction.atomic
def write_note(
    support_request: SupportRequest, *, text: str, by: User, at: datetime
) -> RequestNote:
    """Save a note for the desk and the members alone; the holder never reads it."""
    note = RequestNote(request=support_request, by=by, at=at, text=text.strip())
    write.check(note)
    note.save()
    return note


@transaction.atomic
def ask_holder(
    support_request: SupportRequest,
    *,
    text: str,
    by: User | None,
    at: datetime,
    member: Organisation | None = None,
    seen: int | None = None,
) -> SupportRequest:
    """Ask the holder, for the desk or for a member. It is their turn then, until they answer."""
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    if not support_request.is_open:
        raise Refused(_("This request is closed: nobody answers any more."))
    add_entry(
        RequestEntry(
            request=support_request, kind=Kind.QUESTION, at=at, by=by, member=member, text=text
        )
    )
    take_turn(
        support_request,
        Turn(WaitingFor.HOLDER, "holder", owner=member),
        by=by,
        why=because("Question to the holder"),
        at=at,
        changes=first_answer(support_request, at),
    )
    mail_holder("question", support_request, at)
    return support_request


@transaction.atomic
def nobody_fits(
    support_request: SupportRequest,
    *,
    next_step: str,
    review_on: date,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> SupportRequest:
    """No member fits: the holder reads what comes next, in words, and the desk looks again on that day."""
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    refuse_move(support_request, RequestState.NOBODY)
    if review_on <= timezone.localdate(at):
        raise Refused({"review_on": _("Give a day to come.")})
    add_entry(RequestEntry(request=support_request, kind=Kind.NOBODY, at=at, by=by, text=next_step))
    take_turn(
        support_request,
        Turn(WaitingFor.DESK, due_on=review_on),
        by=by,
        why=because("Nobody fits"),
        at=at,
        changes={"state": RequestState.NOBODY, **first_answer(support_request, at)},
    )
    mail_holder("nobody", support_request, at)
    return support_request


@transaction.atomic
def merge_request(
    support_request: SupportRequest,
    *,
    into: SupportRequest,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> SupportRequest:
    """Two requests of one organisation go on as one; each keeps its own history, and it can be undone."""
    # Both are locked in the order of their keys: else two merges could wait for each other.
    both = SupportRequest.objects.filter(pk__in=[support_request.pk, into.pk]).order_by("pk")
    locked = {row.pk: row for row in both.select_for_update()}
    support_request, into = locked[support_request.pk], locked[into.pk]
    write.refuse_if_stale(support_request, seen)
    if support_request.pk == into.pk:
        raise Refused({"into": _("A request cannot be merged into itself.")})
    if not into.is_open:
        raise Refused({"into": _("That request is closed: merge into an open one.")})
    refuse_move(support_request, RequestState.MERGED)
    add_entry(
        RequestEntry(request=support_request, kind=Kind.MERGED, at=at, by=by, text=into.reference)
    )
    close(
        support_request,
        RequestState.MERGED,
        by=by,
        why=because("Merged into %(reference)s", reference=into.reference),
        at=at,
        changes={"merged_into": into, "state_before_merge": support_request.state},
    )
    write.note(
        into,
        by=by,
        why=because("%(reference)s merged into it", reference=support_request.reference),
    )
    return into


@transaction.atomic
def unmerge_request(
    support_request: SupportRequest, *, by: User, at: datetime, seen: int | None = None
) -> SupportRequest:
    """Undo a merge: the request is in its former state again, and the desk's."""
    support_request = lock(support_request)
    write.refuse_if_stale(support_request, seen)
    if support_request.state != RequestState.MERGED:
        raise Refused(_("This request was not merged."))
    state = RequestState(support_request.state_before_merge)
    add_entry(RequestEntry(request=support_request, kind=Kind.REOPENED, at=at, by=by))
    return take_turn(
        support_request,
        Turn(WaitingFor.DESK, "triage" if state == RequestState.RECEIVED else "refer"),
        by=by,
        why=because("Merge undone"),
        at=at,
        changes={
            "state": state,
            "merged_into": None,
            "state_before_merge": "",
            "closed_at": None,
        },
    )
