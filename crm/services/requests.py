"""The life of a support request, from the holder's first word to its end. Always an owner and a next date."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import mail
from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.domain.request_states import BARRIERS, MOVES, TO_QUALIFY, RequestState, WaitingFor
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import Membership, RequestEntry, RequestNote, SecretLink, SupportRequest
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
ASKED_BY_ANYBODY = {"begun"}


def lock(request):
    """The request's row, held until the end of the transaction: two officers are decided one after the other."""
    return SupportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def refuse_move(request, to):
    if to not in MOVES[RequestState(request.state)]:
        raise no_longer_possible(request)


def no_longer_possible(request):
    state = request.get_state_display().lower()
    return Refused(_("This request is %(state)s: that is no longer possible.") % {"state": state})


def put(
    request, *, by, why, at, state=None, waiting=None, days=None, due_on=None, owner=None, **changes
):
    """Save one step of the life: whose turn it is, since when, and by when."""
    today = timezone.localdate(at)
    changes |= {"owner": owner}
    if state is not None:
        changes["state"] = state
    if waiting is not None:
        due_on = due_on or add_working_days(today, settings.REQUEST_CLOCKS[days])
        changes |= {"waiting_for": waiting, "waiting_since": today, "due_on": due_on}
    for name, value in changes.items():
        setattr(request, name, value)
    return write.save(
        request, by=by, why=why, fields=[*changes], beside=True
    )  # a step counts, whatever it leaves


def close(request, *, state, by, why, at, **changes):
    changes |= {"state": state, "due_on": None, "closed_at": at}
    for name, value in changes.items():
        setattr(request, name, value)
    return write.save(request, by=by, why=why, fields=[*changes])


def enter(request, kind, *, at, by=None, member=None, text="", is_from_holder=False):
    entry = RequestEntry(
        request=request,
        kind=kind,
        at=at,
        by=by,
        member=member,
        text=text.strip(),
        is_from_holder=is_from_holder,
    )
    write.check(entry)
    entry.save()
    return entry


def tell_holder(kind, request, at, **facts):
    """Mail the holder. What anybody may ask for at any address leaves once an hour until it is known to be theirs."""
    if (
        kind in ASKED_BY_ANYBODY
        and not request.is_address_confirmed
        and not count_try(UNASKED, request.email, at=at)
    ):
        return
    SupportRequest.objects.filter(pk=request.pk).update(mailed_at=at)
    mail.send(
        kind,
        request.email,
        language=request.language,
        path=path_for_holder(request, at),
        reference=request.reference,
        due=request.due_on,
        **facts,
    )


def tell_desk(kind, request):
    desk = Membership.objects.current().filter(role=Role.DESK, user__is_active=True)
    for email in desk.order_by("user__email").values_list("user__email", flat=True).distinct():
        mail.send(
            kind,
            email,
            language="fr",
            path=request.get_absolute_url(),
            reference=request.reference,
            due=request.due_on,
        )


def _is_too_soon(request, at):
    mailed = SupportRequest.objects.filter(
        email__iexact=request.email, mailed_at__gt=at - MAIL_PAUSE
    )
    return not request.is_address_confirmed and mailed.exists()


# The holder


@transaction.atomic
def start_request(*, contact_name, email, language, network, at):
    """A draft, and the token that opens it in this browser. The same answer whatever we know of the address."""
    begun = SupportRequest.objects.filter(network=network, started_at__gt=at - MAIL_PAUSE).count()
    if network and begun >= settings.REQUEST_LIMITS["drafts_an_hour"]:
        raise Refused(
            _(
                "Many requests were begun from your network within the hour. Try again a little later."
            )
        )
    request = SupportRequest(
        contact_name=contact_name,
        email=email.strip().lower(),
        language=language,
        network=network,
        started_at=at,
    )
    write.save(request, by=None, why=because("Begun"))
    tell_holder("begun", request, at)
    return request, make_link(request, SecretLink.Purpose.BROWSER, at=at)


@transaction.atomic
def keep_draft(request, facts, *, sdgs=None):
    """Keep what was typed so far, whatever is still missing."""
    request = lock(request)
    if request.state != RequestState.DRAFT:
        raise Refused(_("This request was sent already: add what is new on its page."))
    given = {name: facts[name] for name in REQUEST_FIELDS if name in facts}
    for name, value in given.items():
        setattr(request, name, value)
    return write.save(
        request, by=None, why=because("Draft"), fields=[*given], beside=_set_goals(request, sdgs)
    )


def _set_goals(request, sdgs):
    """Whether that changed them; None leaves them."""
    if sdgs is None or {sdg.pk for sdg in sdgs} == set(
        request.sdgs.order_by("pk").values_list("pk", flat=True)
    ):
        return False
    request.sdgs.set(sdgs)
    return True


@transaction.atomic
def correct_address(request, *, email, at):
    """Before it is sent, the holder writes to another address: (request, token for this browser).

    Every link dies, those that went to the other address first: whoever reads there has no part in this.
    """
    request = lock(request)
    if request.state != RequestState.DRAFT:
        raise Refused(
            _("This request was sent already: answer one of our messages to change your address.")
        )
    if not count_try(ADDRESSES, str(request.pk), at=at):
        raise Refused(
            {
                "email": _(
                    "The address was changed many times today: go on with this one, or try tomorrow."
                )
            }
        )
    request.email, request.is_address_confirmed = email.strip().lower(), False
    write.save(
        request, by=None, why=because("E-mail corrected"), fields=["email", "is_address_confirmed"]
    )
    revoke_links(request, at=at)
    tell_holder("begun", request, at)
    return request, make_link(request, SecretLink.Purpose.BROWSER, at=at)


def missing_facts(request):
    """Names of the fields without which nobody can direct the request, in the order of the form."""
    missing = [
        name
        for name in REQUIRED_FIELDS
        if not getattr(request, name if name != "need" else "need_id")
    ]
    return missing + [
        f"barrier_{name}" for name in BARRIERS if getattr(request, f"barrier_{name}") is None
    ]


@transaction.atomic
def submit_request(request, *, at):
    """Sent once, however often one clicks."""
    request = lock(request)
    if request.state != RequestState.DRAFT:
        return request
    if missing := missing_facts(request):
        raise Refused(
            {
                name: _("Tell us this, so that your request reaches the right member.")
                for name in missing
            }
        )
    put(
        request,
        by=None,
        why=because("Sent"),
        at=at,
        state=RequestState.RECEIVED,
        waiting=WaitingFor.DESK,
        days="triage",
        submitted_at=at,
    )
    enter(request, Kind.RECEIVED, at=at, is_from_holder=True)
    tell_holder("received", request, at)
    tell_desk("arrived", request)
    return request


@transaction.atomic
def confirm_address(request):
    """The mailed link was used: the address is the holder's own."""
    if not request.is_address_confirmed:
        request.is_address_confirmed = True
        write.save(
            request, by=None, why=because("E-mail confirmed"), fields=["is_address_confirmed"]
        )
    return request


@transaction.atomic
def add_fact(request, *, text, at):
    """The holder adds or answers. An answer gives the turn back to whoever asked."""
    request = lock(request)
    if not request.is_open:
        raise Refused(_("This request is closed: nothing can be added to it."))
    is_answer = request.waiting_for == WaitingFor.HOLDER
    enter(request, Kind.ANSWER if is_answer else Kind.FACT, at=at, text=text, is_from_holder=True)
    if not is_answer:
        return write.note(request, by=None, why=because("Fact added by the holder"))
    referral = request.referrals.open().select_related("member").first()
    put(
        request,
        by=None,
        why=because("Answered by the holder"),
        at=at,
        waiting=WaitingFor.MEMBER if referral else WaitingFor.DESK,
        days="member" if referral else "refer",
        owner=referral.member if referral else None,
    )
    if referral:
        referral.due_on, referral.reminded_on = request.due_on, None
        write.save(
            referral,
            by=None,
            why=because("Answered by the holder"),
            fields=["due_on", "reminded_on"],
        )
    return request


@transaction.atomic
def withdraw_request(request, *, at, by=None, text="", seen=None):
    """The holder, or the desk for them, ends it. An open proposal ends with it."""
    request = lock(request)
    write.refuse_if_stale(request, seen)
    refuse_move(request, RequestState.WITHDRAWN)
    _end_open_referral(request, at=at, by=by)
    enter(request, Kind.WITHDRAWN, at=at, by=by, text=text, is_from_holder=by is None)
    return close(request, state=RequestState.WITHDRAWN, by=by, why=because("Withdrawn"), at=at)


def _end_open_referral(request, *, at, by):
    referral = request.referrals.open().select_related("member").first()
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
def renew_link(request, *, at, keep=None):
    """All links of the holder die but the one in use, and a new one is mailed; before that, none dies."""
    request = lock(request)
    if keep is not None and _is_too_soon(request, at):
        raise Refused(
            _(
                "A message with a link left less than an hour ago: look among unwanted mail, or try later."
            )
        )
    revoke_links(request, at=at, keep=keep)
    tell_holder("link", request, at)
    return request


# The desk


@transaction.atomic
def qualify(request, *, by, at, organisation=None, seen=None):
    """Read and understood: from now on the desk owes a proposal."""
    request = lock(request)
    write.refuse_if_stale(request, seen)
    if request.state not in TO_QUALIFY:
        raise no_longer_possible(request)
    if request.state == RequestState.RECEIVED:
        enter(request, Kind.QUALIFIED, at=at, by=by)
    elif request.state == RequestState.NOBODY:
        enter(request, Kind.REOPENED, at=at, by=by)
    return put(
        request,
        by=by,
        why=because("Qualified"),
        at=at,
        state=RequestState.QUALIFIED,
        waiting=WaitingFor.DESK,
        days="refer",
        organisation=organisation or request.organisation,
    )


@transaction.atomic
def change_request(request, *, by, seen=None, sdgs=None, organisation=None, **facts):
    """The desk corrects or completes what the holder told."""
    request = lock(request)
    write.refuse_if_stale(request, seen)
    given = {name: facts[name] for name in REQUEST_FIELDS if name in facts} | {
        "organisation": organisation
    }
    for name, value in given.items():
        setattr(request, name, value)
    return write.save(
        request, by=by, why=because("Changed"), fields=[*given], beside=_set_goals(request, sdgs)
    )


@transaction.atomic
def write_note(request, *, text, by, at):
    """For the desk and the members alone; the holder never reads it."""
    note = RequestNote(request=request, by=by, at=at, text=text.strip())
    write.check(note)
    note.save()
    return note


@transaction.atomic
def ask_holder(request, *, text, by, at, member=None, seen=None):
    """A question puts the clock on the holder's side; the answer gives it back."""
    request = lock(request)
    write.refuse_if_stale(request, seen)
    if not request.is_open:
        raise Refused(_("This request is closed: nobody answers any more."))
    enter(request, Kind.QUESTION, at=at, by=by, member=member, text=text)
    changes = {} if request.first_answer_at else {"first_answer_at": at}
    put(
        request,
        by=by,
        why=because("Question to the holder"),
        at=at,
        waiting=WaitingFor.HOLDER,
        days="holder",
        owner=member,
        **changes,
    )
    tell_holder("question", request, at)
    return request


@transaction.atomic
def nobody_fits(request, *, next_step, review_on, by, at, seen=None):
    """A result like another: with what comes next, in words, and the day on which the desk looks again."""
    request = lock(request)
    write.refuse_if_stale(request, seen)
    refuse_move(request, RequestState.NOBODY)
    if review_on <= timezone.localdate(at):
        raise Refused({"review_on": _("Give a day to come.")})
    enter(request, Kind.NOBODY, at=at, by=by, text=next_step)
    changes = {} if request.first_answer_at else {"first_answer_at": at}
    put(
        request,
        by=by,
        why=because("Nobody fits"),
        at=at,
        state=RequestState.NOBODY,
        waiting=WaitingFor.DESK,
        due_on=review_on,
        **changes,
    )
    tell_holder("nobody", request, at)
    return request


@transaction.atomic
def merge_request(request, *, into, by, at, seen=None):
    """Two requests of one organisation go on as one; each keeps its own history, and it can be undone."""
    # In one order, or two merges wait for each other.
    both = SupportRequest.objects.filter(pk__in=[request.pk, into.pk]).order_by("pk")
    locked = {row.pk: row for row in both.select_for_update()}
    request, into = locked[request.pk], locked[into.pk]
    write.refuse_if_stale(request, seen)
    if request.pk == into.pk:
        raise Refused({"into": _("A request cannot be merged into itself.")})
    if not into.is_open:
        raise Refused({"into": _("That request is closed: merge into an open one.")})
    refuse_move(request, RequestState.MERGED)
    enter(request, Kind.MERGED, at=at, by=by, text=into.reference)
    close(
        request,
        state=RequestState.MERGED,
        by=by,
        why=because("Merged into %(reference)s", reference=into.reference),
        at=at,
        merged_into=into,
        state_before_merge=request.state,
    )
    write.note(
        into, by=by, why=because("%(reference)s merged into it", reference=request.reference)
    )
    return into


@transaction.atomic
def unmerge_request(request, *, by, at, seen=None):
    request = lock(request)
    write.refuse_if_stale(request, seen)
    if request.state != RequestState.MERGED:
        raise Refused(_("This request was not merged."))
    back = RequestState(request.state_before_merge)
    enter(request, Kind.REOPENED, at=at, by=by)
    return put(
        request,
        by=by,
        why=because("Merge undone"),
        at=at,
        state=back,
        waiting=WaitingFor.DESK,
        days="triage" if back == RequestState.RECEIVED else "refer",
        merged_into=None,
        state_before_merge="",
        closed_at=None,
    )
