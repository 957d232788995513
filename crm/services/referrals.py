"""Proposals of a request to a member. One at a time; a refusal has a reason and makes the next one due at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import mail
from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import moment_text
from crm.domain.orientation import Fit, fit
from crm.domain.refusals import Refused, Stale
from crm.domain.request_states import RequestState, WaitingFor
from crm.domain.roles import Role
from crm.domain.workdays import add_working_days
from crm.models import MemberOffer, Membership, Referral, RequestEntry, SupportRequest, User
from crm.selectors.orientation import ask_of, offer_of
from crm.services.links import path_for_member
from crm.services.requests import (
    Kind,
    Turn,
    add_entry,
    close,
    first_answer,
    lock,
    mail_desk,
    mail_holder,
    refuse_move,
    take_turn,
)


class OpenReferral(NamedTuple):
    """A referral that waits for its answer, and its request; both are locked."""

    referral: Referral
    support_request: SupportRequest


@transaction.atomic
def refer(
    support_request: SupportRequest,
    *,
    offer: MemberOffer,
    by: User,
    at: datetime,
    override_reason: str = "",
    seen: int | None = None,
) -> Referral:
    """Propose the request to the member of an offer; against the rules only with a reason, which is kept."""
    support_request = lock(support_request)
    _refuse_who_comes_second(support_request, seen)
    refuse_move(support_request, RequestState.REFERRED)
    offer = (
        MemberOffer.objects.select_for_update(of=("self",))
        .select_related("member")
        .get(pk=offer.pk)
    )
    member_fit = fit(ask_of(support_request), offer_of(offer))
    if not override_reason.strip():
        _refuse_against_the_rules(support_request, offer, member_fit)
    due_on = add_working_days(timezone.localdate(at), settings.REQUEST_CLOCKS["member"])
    referral = Referral(
        request=support_request,
        member=offer.member,
        score=member_fit.score,
        failures=list(member_fit.failures),
        reasons=[list(reason) for reason in member_fit.reasons],
        missing=list(member_fit.missing),
        override_reason=override_reason.strip(),
        proposed_by=by,
        proposed_at=at,
        due_on=due_on,
    )
    write.save(referral, by=by, why=because("Proposed"))
    add_entry(
        RequestEntry(request=support_request, kind=Kind.REFERRED, at=at, by=by, member=offer.member)
    )
    take_turn(
        support_request,
        Turn(WaitingFor.MEMBER, due_on=due_on, owner=offer.member),
        by=by,
        why=because("Proposed to %(member)s", member=offer.member.name),
        at=at,
        changes={"state": RequestState.REFERRED},
    )
    mail_member("proposed", referral, offer, at)
    mail_holder("referred", support_request, at, member=offer.member)
    return referral


def _refuse_who_comes_second(support_request: SupportRequest, seen: int | None) -> None:
    """Raise Refused or Stale where somebody has proposed or changed the request meanwhile: who, and when.

    Nothing was typed here that could be lost, so this says more than a stale form does.
    """
    open_one = support_request.referrals.open().select_related("member", "proposed_by").first()
    if open_one:
        words = {
            "name": open_one.proposed_by,
            "member": open_one.member,
            "moment": moment_text(open_one.proposed_at),
        }
        sentence = (
            _("%(name)s proposed this request to %(member)s on %(moment)s: take that back first.")
            % words
        )
        raise (
            Stale(support_request, sentence)
            if seen not in (None, support_request.version)
            else Refused(sentence)
        )
    if seen is not None and support_request.version != seen:
        last = support_request.history.select_related("history_user").order_by(
            "-history_date", "-history_id"
        )[0]
        words = {"name": last.history_user, "moment": moment_text(last.history_date)}
        if last.history_user:
            sentence = (
                _(
                    "%(name)s changed this request on %(moment)s: look at it again before you choose."
                )
                % words
            )
        else:
            sentence = (
                _("This request changed on %(moment)s: look at it again before you choose.") % words
            )
        raise Stale(support_request, sentence)


def _refuse_against_the_rules(
    support_request: SupportRequest, offer: MemberOffer, member_fit: Fit
) -> None:
    if not member_fit.can_take:
        raise Refused(
            {
                "override_reason": _(
                    "This member does not fit, is closed or is full: say why all the same."
                )
            }
        )
    declined = declined_by(support_request, offer.member_id)
    if declined:
        words = {"member": offer.member, "moment": moment_text(declined.answered_at)}
        sentence = _("%(member)s declined this request on %(moment)s: say why you ask again.")
        raise Refused({"override_reason": sentence % words})


def declined_by(support_request: SupportRequest, member_id: int) -> Referral | None:
    """The referral by which the member last declined this request, or None."""
    rows = support_request.referrals.filter(member=member_id, state=Referral.State.DECLINED)
    return rows.order_by("-answered_at", "-pk").first()


def mail_member(kind: str, referral: Referral, offer: MemberOffer, at: datetime) -> None:
    """Send the member the mail of that kind, with a link that opens the proposal.

    Where its offer gives no address it goes to each of its coordinators, who log in.
    """
    support_request = referral.request
    if offer.email:
        readers = [(offer.email, "fr")]
        path = path_for_member(referral, at)
    else:
        readers = [(user.email, user.language) for user in _coordinators_of(offer)]
        path = support_request.get_absolute_url()
    for email, language in readers:
        mail.send(
            kind,
            email,
            language=language,
            path=path if kind != "taken-back" else "/",
            reference=support_request.reference,
            member=referral.member.name,
            need=support_request.need or "—",
            due=referral.due_on,
        )


def _coordinators_of(offer: MemberOffer) -> list[User]:
    held = Membership.objects.current().filter(
        role=Role.COORDINATOR, organisation=offer.member_id, user__is_active=True
    )
    return list(User.objects.filter(memberships__in=held).distinct().order_by("email"))


def lock_open(referral: Referral) -> OpenReferral:
    """Lock a referral and its request, the request first; Refused where the referral was answered already."""
    support_request = lock(referral.request)
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("member")
        .get(pk=referral.pk)
    )
    referral.request = support_request
    if referral.state != Referral.State.PROPOSED:
        raise Refused(_answered_already(referral))
    return OpenReferral(referral, support_request)


def _answered_already(referral: Referral) -> str:
    words = {"state": referral.get_state_display(), "moment": moment_text(referral.answered_at)}
    if referral.answered_by is None:
        return _("This proposal was answered already on %(moment)s: %(state)s.") % words
    words |= {"name": referral.answered_by}
    return _("This proposal was answered already by %(name)s on %(moment)s: %(state)s.") % words


def _answer(
    referral: Referral,
    state: Referral.State,
    *,
    by: User | None,
    at: datetime,
    why: Reason,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Save the answer, with the other {column: value} `changes`; the links to it end."""
    columns = {**(changes or {}), "state": state, "answered_at": at, "answered_by": by}
    for name, value in columns.items():
        setattr(referral, name, value)
    write.save(referral, by=by, why=why, fields=[*columns])
    referral.links.filter(revoked_at=None).update(revoked_at=at)


@transaction.atomic
def decline(
    referral: Referral, *, reason: str, text: str, by: User | None, at: datetime, seen: int | None
) -> Referral:
    """The member declines: a DeclineReason, and words for the holder. The request is back with the desk.

    `by` is None where the member answers by the link in its mail, here and in `accept`.
    """
    referral, support_request = lock_open(referral)
    write.refuse_unread(support_request, seen)
    _answer(
        referral,
        Referral.State.DECLINED,
        by=by,
        at=at,
        why=because("Proposal declined"),
        changes={"decline_reason": reason, "decline_text": text.strip()},
    )
    words = f"{referral.get_decline_reason_display()}. {text.strip()}".strip()
    add_entry(
        RequestEntry(
            request=support_request,
            kind=Kind.DECLINED,
            at=at,
            by=by,
            member=referral.member,
            text=words,
        )
    )
    take_turn(
        support_request,
        Turn(WaitingFor.DESK, "again"),
        by=by,
        why=because("Declined by %(member)s", member=referral.member.name),
        at=at,
        changes={"state": RequestState.QUALIFIED, **first_answer(support_request, at)},
    )
    mail_holder("declined", support_request, at, member=referral.member)
    return referral


@transaction.atomic
def take_back(referral: Referral, *, by: User, at: datetime, seen: int | None = None) -> Referral:
    """The desk changes its mind before the member has answered; `seen` is the version of the request that was read."""
    referral, support_request = lock_open(referral)
    write.refuse_if_stale(support_request, seen)
    _answer(referral, Referral.State.TAKEN_BACK, by=by, at=at, why=because("Taken back"))
    add_entry(
        RequestEntry(
            request=support_request, kind=Kind.TAKEN_BACK, at=at, by=by, member=referral.member
        )
    )
    take_turn(
        support_request,
        Turn(WaitingFor.DESK, "again"),
        by=by,
        why=because("Taken back from %(member)s", member=referral.member.name),
        at=at,
        changes={"state": RequestState.QUALIFIED},
    )
    mail_member("taken-back", referral, referral.member.offer, at)
    return referral


@transaction.atomic
def accept(referral: Referral, *, by: User | None, at: datetime, seen: int | None) -> Referral:
    """The member takes on what it has read. Whoever opens the engagement calls this in the same transaction."""
    referral, support_request = lock_open(referral)
    write.refuse_unread(support_request, seen)
    offer = MemberOffer.objects.select_for_update(of=("self",)).get(member=referral.member_id)
    if not offer.places and not referral.override_reason:
        raise Refused(_no_place_left(referral))
    _answer(referral, Referral.State.ACCEPTED, by=by, at=at, why=because("Accepted"))
    if offer.places:
        offer.places -= 1
        write.save(offer, by=by, why=because("One place taken"), fields=["places"])
    add_entry(
        RequestEntry(
            request=support_request, kind=Kind.ACCEPTED, at=at, by=by, member=referral.member
        )
    )
    close(
        support_request,
        RequestState.ACCEPTED,
        by=by,
        why=because("Accepted by %(member)s", member=referral.member.name),
        at=at,
        changes={
            "accepted_by": referral.member,
            "owner": referral.member,
            **first_answer(support_request, at),
        },
    )
    mail_holder("accepted", support_request, at, member=referral.member)
    return referral


def _no_place_left(referral: Referral) -> str:
    """Who took the last place, for what and when. (A proposal against the rules knew that there was none.)"""
    accepted = Referral.objects.filter(member=referral.member_id, state=Referral.State.ACCEPTED)
    last = accepted.select_related("request", "answered_by").order_by("-answered_at", "-pk").first()
    if last is None:
        return _("The offer of %(member)s has no place left: add one to the offer first.") % {
            "member": referral.member
        }
    words = {
        "member": referral.member,
        "request": last.request,
        "moment": moment_text(last.answered_at),
    }
    if last.answered_by is None:
        sentence = _(
            "The last place of %(member)s was taken on %(moment)s by “%(request)s”: add one to the offer first."
        )
        return sentence % words
    sentence = _(
        "%(name)s took the last place of %(member)s on %(moment)s for “%(request)s”: add one to the offer first."
    )
    return sentence % (words | {"name": last.answered_by})


@transaction.atomic
def remind(referral: Referral, *, at: datetime) -> bool:
    """Remind the member once before its answer is due; False where it has answered or was reminded."""
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("request__need", "member")
        .get(pk=referral.pk)
    )
    if referral.state != Referral.State.PROPOSED or referral.reminded_on:
        return False
    referral.reminded_on = timezone.localdate(at)
    write.save(referral, by=None, why=because("Reminded"), fields=["reminded_on"])
    mail_member("reminder", referral, referral.member.offer, at)
    return True


@transaction.atomic
def escalate(support_request: SupportRequest, *, at: datetime) -> bool:
    """Hand a request that the holder or a member answers too late back to the desk; False where it is not late."""
    support_request = lock(support_request)
    today = timezone.localdate(at)
    if (
        not support_request.is_open
        or support_request.waiting_for == WaitingFor.DESK
        or support_request.due_on is None
        or support_request.due_on >= today
    ):
        return False
    mail_desk("late", support_request)
    take_turn(
        support_request,
        Turn(WaitingFor.DESK, "again"),
        by=None,
        why=because("Late: back with the desk"),
        at=at,
    )
    return True
