"""Proposals of a request to a member. One at a time; a refusal has a reason and makes the next one due at once."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import mail
from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import moment_text
from crm.domain.orientation import fit
from crm.domain.refusals import Refused, Stale
from crm.domain.request_states import RequestState, WaitingFor
from crm.domain.workdays import add_working_days
from crm.models import MemberOffer, Referral
from crm.selectors.orientation import ask_of, offer_of
from crm.services.links import path_for_member
from crm.services.requests import Kind, close, enter, lock, put, refuse_move, tell_desk, tell_holder


@transaction.atomic
def refer(request, *, offer, by, at, override_reason="", seen=None):
    """Propose the request to the member of an offer. Against the rules only with a reason that stays."""
    request = lock(request)
    _refuse_who_comes_second(request, seen)
    refuse_move(request, RequestState.REFERRED)
    offer = (
        MemberOffer.objects.select_for_update(of=("self",))
        .select_related("member")
        .get(pk=offer.pk)
    )
    found = fit(ask_of(request), offer_of(offer))
    if not override_reason.strip():
        _refuse_against_the_rules(request, offer, found)
    due_on = add_working_days(timezone.localdate(at), settings.REQUEST_CLOCKS["member"])
    referral = Referral(
        request=request,
        member=offer.member,
        score=found.score,
        failures=list(found.failures),
        reasons=[list(reason) for reason in found.reasons],
        missing=list(found.missing),
        override_reason=override_reason.strip(),
        proposed_by=by,
        proposed_at=at,
        due_on=due_on,
    )
    write.save(referral, by=by, why=because("Proposed"))
    enter(request, Kind.REFERRED, at=at, by=by, member=offer.member)
    put(
        request,
        by=by,
        why=because("Proposed to %(member)s", member=offer.member.name),
        at=at,
        state=RequestState.REFERRED,
        waiting=WaitingFor.MEMBER,
        due_on=due_on,
        owner=offer.member,
    )
    tell_member("proposed", referral, offer, at)
    tell_holder("referred", request, at, member=offer.member.name)
    return referral


def _refuse_who_comes_second(request, seen):
    """Nothing was typed that could be lost: what one wants to know is who has the request now, and since when."""
    open_one = request.referrals.open().select_related("member", "proposed_by").first()
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
        raise Stale(request, sentence) if seen not in (None, request.version) else Refused(sentence)
    if seen is not None and request.version != seen:
        last = request.history.select_related("history_user").order_by(
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
        raise Stale(request, sentence)


def _refuse_against_the_rules(request, offer, found):
    if not found.can_take:
        raise Refused(
            {
                "override_reason": _(
                    "This member does not fit, is closed or is full: say why all the same."
                )
            }
        )
    declined = declined_by(request, offer.member_id)
    if declined:
        words = {"member": offer.member, "moment": moment_text(declined.answered_at)}
        sentence = _("%(member)s declined this request on %(moment)s: say why you ask again.")
        raise Refused({"override_reason": sentence % words})


def declined_by(request, member):
    """The member's latest refusal of this request, or None."""
    rows = request.referrals.filter(member=member, state=Referral.State.DECLINED)
    return rows.order_by("-answered_at", "-pk").first()


def tell_member(kind, referral, offer, at):
    if not offer.email:
        return
    request = referral.request
    mail.send(
        kind,
        offer.email,
        language="fr",
        path=path_for_member(referral, at) if kind != "taken-back" else "/",
        reference=request.reference,
        member=referral.member.name,
        need=request.need or "—",
        due=referral.due_on,
    )


def lock_open(referral):
    """The open referral under its request's lock, and the request; answered twice is refused."""
    request = lock(referral.request)
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("member")
        .get(pk=referral.pk)
    )
    referral.request = request
    if referral.state != Referral.State.PROPOSED:
        raise Refused(_answered_already(referral))
    return referral, request


def _answered_already(referral):
    words = {"state": referral.get_state_display(), "moment": moment_text(referral.answered_at)}
    if referral.answered_by is None:
        return _("This proposal was answered already on %(moment)s: %(state)s.") % words
    words |= {"name": referral.answered_by}
    return _("This proposal was answered already by %(name)s on %(moment)s: %(state)s.") % words


def _answer(referral, state, *, by, at, why, **changes):
    changes |= {"state": state, "answered_at": at, "answered_by": by}
    for name, value in changes.items():
        setattr(referral, name, value)
    write.save(referral, by=by, why=why, fields=[*changes])
    referral.links.filter(revoked_at=None).update(revoked_at=at)


@transaction.atomic
def decline(referral, *, reason, text, by, at, seen):
    """A structured reason, and words for the holder. The request is back with the desk, whose next step is due."""
    referral, request = lock_open(referral)
    write.refuse_unread(request, seen)
    _answer(
        referral,
        Referral.State.DECLINED,
        by=by,
        at=at,
        why=because("Proposal declined"),
        decline_reason=reason,
        decline_text=text.strip(),
    )
    words = f"{referral.get_decline_reason_display()}. {text.strip()}".strip()
    enter(request, Kind.DECLINED, at=at, by=by, member=referral.member, text=words)
    changes = {} if request.first_answer_at else {"first_answer_at": at}
    put(
        request,
        by=by,
        why=because("Declined by %(member)s", member=referral.member.name),
        at=at,
        state=RequestState.QUALIFIED,
        waiting=WaitingFor.DESK,
        days="again",
        **changes,
    )
    tell_holder("declined", request, at, member=referral.member.name)
    return referral


@transaction.atomic
def take_back(referral, *, by, at, seen=None):
    """The desk changes its mind before the member has answered; `seen` is the version of the request that was read."""
    referral, request = lock_open(referral)
    write.refuse_if_stale(request, seen)
    _answer(referral, Referral.State.TAKEN_BACK, by=by, at=at, why=because("Taken back"))
    enter(request, Kind.TAKEN_BACK, at=at, by=by, member=referral.member)
    put(
        request,
        by=by,
        why=because("Taken back from %(member)s", member=referral.member.name),
        at=at,
        state=RequestState.QUALIFIED,
        waiting=WaitingFor.DESK,
        days="again",
    )
    tell_member("taken-back", referral, referral.member.offer, at)
    return referral


@transaction.atomic
def accept(referral, *, by, at, seen):
    """The member takes what it has read. Whoever opens the engagement calls this in the same transaction."""
    referral, request = lock_open(referral)
    write.refuse_unread(request, seen)
    offer = MemberOffer.objects.select_for_update(of=("self",)).get(member=referral.member_id)
    if not offer.places and not referral.override_reason:
        raise Refused(_no_place_left(referral))
    _answer(referral, Referral.State.ACCEPTED, by=by, at=at, why=because("Accepted"))
    if offer.places:
        offer.places -= 1
        write.save(offer, by=by, why=because("One place taken"), fields=["places"])
    enter(request, Kind.ACCEPTED, at=at, by=by, member=referral.member)
    changes = {} if request.first_answer_at else {"first_answer_at": at}
    close(
        request,
        state=RequestState.ACCEPTED,
        by=by,
        why=because("Accepted by %(member)s", member=referral.member.name),
        at=at,
        accepted_by=referral.member,
        owner=referral.member,
        **changes,
    )
    tell_holder("accepted", request, at, member=referral.member.name)
    return referral


def _no_place_left(referral):
    """Who took the last place, for what and when. A proposal against the rules knew that there was none."""
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
def remind(referral, *, at):
    """One reminder before the answer is due; none where there is nothing to do."""
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("request__need", "member")
        .get(pk=referral.pk)
    )
    if referral.state != Referral.State.PROPOSED or referral.reminded_on:
        return False
    referral.reminded_on = timezone.localdate(at)
    write.save(referral, by=None, why=because("Reminded"), fields=["reminded_on"])
    tell_member("reminder", referral, referral.member.offer, at)
    return True


@transaction.atomic
def escalate(request, *, at):
    """A clock has run out on the holder's or a member's side: from now on the desk owns the next step."""
    request = lock(request)
    today = timezone.localdate(at)
    if not request.is_open or request.waiting_for == WaitingFor.DESK or request.due_on >= today:
        return False
    tell_desk("late", request)
    put(
        request,
        by=None,
        why=because("Late: back with the desk"),
        at=at,
        waiting=WaitingFor.DESK,
        days="again",
    )
    return True
