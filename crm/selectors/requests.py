"""Support requests as pages show them, in a fixed number of statements."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from django.core import signing
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.domain import kaplan_meier
from crm.domain.orientation import Ask, Fit, Offer, rank, replay
from crm.domain.request_states import DeclineReason, RequestState, Waiting
from crm.domain.roles import Role
from crm.domain.territories import territory_of
from crm.models import MemberOffer, Membership, Need, Organisation, Referral, Snooze, SupportRequest, User
from crm.templatetags.formats import day_month
from crm.text import normalise
from crm.todos import MOST, ToDo, key_of

ALIKE = 0.85
ALIKE_SHOWN = 20
DIGEST = "relais.digest"
NOISE = {"association", "asso", "les", "des", "pour", "collectif", "federation", "union", "reseau", "fondation"}


# The first days


@dataclass(frozen=True)
class Step:
    label: str
    url: str
    is_done: bool


def first_steps_of(user):
    """What an administrator does first on an empty Relais; nothing once somebody coordinates."""
    if not user.is_administrator or Membership.objects.current().filter(role=Role.COORDINATOR).exists():
        return []
    member = Organisation.objects.active().filter(is_member=True).order_by("pk").first()
    of_members = reverse("crm:invite", args=[member.pk]) if member else reverse("crm:organisation-list")
    return [
        Step(_("Add the members of the Coalition to the directory"), reverse("crm:organisation-create"), bool(member)),
        Step(_("Invite the coordinators of each member, from its page"), of_members, False),
        Step(_("Say what each member accepts"), reverse("crm:offer-list"), MemberOffer.objects.exists()),
        Step(_("Give out the address of the public form"), reverse("crm:ask-begin"), False),
    ]


# Orientation


def ask_of(request, goals=None):
    """The facts of a request, as orientation takes them."""
    if goals is None:
        goals = request.sdgs.order_by("number").values_list("number", flat=True)
    return Ask(
        need=request.need_id or "",
        audience=request.audience,
        form=request.ess_form,
        maturity=request.maturity,
        lead=request.lead,
        skills=request.skills,
        department=request.department,
        staff=request.staff_count,
        budget=request.annual_budget,
        running=request.running_budget,
        goals=frozenset(goals),
    )


def offer_of(offer):
    """A member's offer, as orientation takes it."""
    return Offer(
        member=offer.member_id,
        is_open=offer.is_open,
        places=offer.places,
        needs=frozenset(offer.needs),
        audiences=frozenset(offer.audiences),
        forms=frozenset(offer.ess_forms),
        maturities=frozenset(offer.maturities),
        departments=frozenset(offer.departments),
        lead=offer.lead,
        staff_min=offer.staff_min,
        staff_max=offer.staff_max,
        budget_min=offer.budget_min,
        budget_max=offer.budget_max,
        running_min=offer.running_min,
        goals=frozenset(offer.goals),
        lends_sponsored_teams=offer.lends_sponsored_teams,
    )


@dataclass(frozen=True)
class Candidate:
    """A member for a request: how it fits, what it has open now, and how it answered this request before."""

    offer: MemberOffer
    fit: Fit
    open_referrals: int
    before: Referral | None

    @property
    def has_declined(self):
        return self.before is not None and self.before.state == Referral.State.DECLINED

    @property
    def can_take(self):
        """It fits, is open, has room, and has not declined this very request."""
        return self.fit.can_take and not self.has_declined


def candidates_for(request):
    """[Candidate] of every member with an offer, the best first."""
    offers = {
        offer.member_id: offer
        for offer in MemberOffer.objects.filter(member__archived_at=None)
        .select_related("member")
        .annotate(waiting=Count("member__referrals", filter=Q(member__referrals__state=Referral.State.PROPOSED)))
        .order_by("member__sort_name", "pk")
    }
    before = {referral.member_id: referral for referral in request.referrals.order_by("proposed_at", "pk")}
    fits = rank(ask_of(request), [offer_of(offer) for offer in offers.values()])
    return [
        Candidate(offers[fit.member], fit, offers[fit.member].waiting, before.get(fit.member))
        for fit in sorted(fits, key=lambda fit: fit.member in before)
    ]


def past_asks():
    """Every request that was sent, as orientation takes it: two statements whatever their number."""
    goals = {}
    for request, goal in SupportRequest.sdgs.through.objects.order_by().values_list("supportrequest_id", "sdg_id"):
        goals.setdefault(request, []).append(goal)
    columns = (
        *("pk", "need_id", "audience", "ess_form", "maturity", "lead", "skills", "postal_code"),
        *("staff_count", "annual_budget", "running_budget"),
    )
    rows = SupportRequest.objects.sent().exclude(state=RequestState.MERGED).order_by("pk").values_list(*columns)
    return [
        Ask(
            need=need or "",
            audience=audience,
            form=form,
            maturity=maturity,
            lead=lead,
            skills=skills,
            department=territory_of(postcode),
            staff=staff,
            budget=budget,
            running=running,
            goals=frozenset(goals.get(pk, ())),
        )
        for pk, need, audience, form, maturity, lead, skills, postcode, staff, budget, running in rows
    ]


def try_offer(changed):
    """What a changed offer, saved or not, would have done with every past request: (Replay, [(from, to, number)])."""
    saved = list(MemberOffer.objects.filter(member__archived_at=None).order_by("pk"))
    before = [offer_of(offer) for offer in saved]
    after = [offer_of(changed if offer.pk == changed.pk else offer) for offer in saved]
    found = replay(past_asks(), before, after)
    names = dict(Organisation.objects.filter(offer__isnull=False).order_by().values_list("pk", "name"))
    moves = sorted(found.moves.items(), key=lambda move: -move[1])
    return found, [(names.get(first), names.get(then), number) for (first, then), number in moves]


@dataclass(frozen=True)
class ToldOffer:
    """A member's offer in words, for the list."""

    offer: MemberOffer
    needs: str
    forms: str


def told_offers(offers):
    needs, forms = Need.objects.in_bulk(), dict(Organisation.EssForm.choices)
    return [
        ToldOffer(
            offer,
            ", ".join(str(needs[code]) for code in offer.needs if code in needs),
            ", ".join(str(forms[code]) for code in offer.ess_forms if code in forms),
        )
        for offer in offers
    ]


# The desk's inbox


@dataclass(frozen=True)
class Box:
    key: str
    number: int


def boxes(requests, today):
    """How many wait for what, in one statement: [Box] new, to refer, holder, member, late, nobody."""
    found = (
        requests.open()
        .order_by()
        .aggregate(
            new=Count("pk", filter=Q(state=RequestState.RECEIVED)),
            refer=Count("pk", filter=Q(state=RequestState.QUALIFIED, waiting_for=Waiting.DESK)),
            holder=Count("pk", filter=Q(waiting_for=Waiting.HOLDER)),
            member=Count("pk", filter=Q(waiting_for=Waiting.MEMBER)),
            late=Count("pk", filter=Q(due_on__lt=today)),
            nobody=Count("pk", filter=Q(state=RequestState.NOBODY)),
        )
    )
    return [Box(key, number) for key, number in found.items()]


def awaiting(user, today):
    """Requests that wait for the person: the desk's late and new ones, the member's unanswered proposals."""
    if user.holds(Role.ADMINISTRATOR, Role.DESK):
        due = SupportRequest.objects.open().filter(Q(waiting_for=Waiting.DESK) | Q(due_on__lt=today))
        return list(due.exclude(state=RequestState.NOBODY, due_on__gte=today).for_list()[:MOST])
    members = user.organisations_as(Role.COORDINATOR)
    if not members:
        return []
    waiting = SupportRequest.objects.open().filter(
        referrals__state=Referral.State.PROPOSED, referrals__member__in=members
    )
    return list(waiting.exclude(waiting_for=Waiting.HOLDER).for_list()[:MOST])


def needs_of(user, today):
    """[ToDo] of the requests that wait for the person."""
    can_triage = user.holds(Role.ADMINISTRATOR, Role.DESK)
    return [
        ToDo(
            key=key_of("request", support.pk, support.due_on),
            title=support.name or support.reference,
            about=f"{support.need or _('need not said')} · {support.get_state_display()}",
            reason=_("due on %(day)s") % {"day": day_month(support.due_on)},
            since=support.waiting_since or support.due_on,
            url=support.get_absolute_url(),
            verb=_("Look at it") if can_triage else _("Answer"),
            page=support.get_absolute_url(),
            level="act" if support.due_on < today else "",
            word=_("Late") if support.due_on < today else "",
            in_mail=support.reference,
        )
        for support in awaiting(user, today)
    ]


def put_off_by(user, today):
    """The keys of what the person does not want to see today; asked once a request."""
    if not hasattr(user, "_put_off"):
        user._put_off = set(Snooze.objects.visible_to(user).live(today).values_list("key", flat=True))
    return user._put_off


def token_of_digest(user, *, of_week=False):
    """What stops a person's mails of one kind without logging in, and does nothing else."""
    return signing.dumps([user.pk, _closed(user), *(["week"] if of_week else [])], salt=DIGEST)


def _closed(user):
    return user.closed_at and user.closed_at.isoformat()


def reader_of_digest(token):
    """The person whose mails the token stops, or None."""
    try:
        told = signing.loads(token, salt=DIGEST)
    except signing.BadSignature:
        return None
    number, closed, *_kind = told if isinstance(told, list) else (told, None)  # older mails hold the number alone
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and _closed(user) == closed else None


def is_of_week(token):
    """Whether the valid token stops Friday's link, and not the mails of what waits."""
    told = signing.loads(token, salt=DIGEST)
    return isinstance(told, list) and "week" in told[2:]


def alike(request):
    """Other requests of, as it seems, the same organisation: same identifier or address, or nearly the same name."""
    others = SupportRequest.objects.sent().exclude(pk=request.pk).exclude(state=RequestState.MERGED)
    same = Q(email__iexact=request.email)
    if siren := request.siren or (request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if request.rna:
        same |= Q(rna=request.rna)
    words = _words(request.name)
    for word in words:
        same |= Q(search__contains=word)
    found = others.filter(same).select_related("owner").order_by("-submitted_at", "-pk")[:200]
    return [other for other in found if _is_alike(request, other)][:ALIKE_SHOWN]


def _words(name):
    """What sets a name apart: its long words, without those that half of all associations carry."""
    return [word for word in normalise(name).split() if len(word) >= 4 and word not in NOISE][:3]


def _is_alike(request, other):
    if request.email.lower() == other.email.lower():
        return True
    sirens = {value[:9] for value in (request.siren, request.siret) if value}
    if sirens & {value[:9] for value in (other.siren, other.siret) if value}:
        return True
    if request.rna and request.rna == other.rna:
        return True
    return SequenceMatcher(None, normalise(request.name), normalise(other.name)).ratio() >= ALIKE


def organisations_like(request):
    """Organisations of the directory that a request may come from, for the desk to choose from; never by itself."""
    same = Q(pk__in=[])
    if siren := request.siren or (request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if request.rna:
        same |= Q(rna=request.rna)
    for word in _words(request.name):
        same |= Q(search__contains=word)
    return Organisation.objects.active().filter(same).order_by("sort_name", "pk")


# Figures


@dataclass(frozen=True)
class Line:
    label: str
    asked: int
    accepted: int
    declined: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Figures:
    requests: int
    first_answer: kaplan_meier.Delay
    acceptance: kaplan_meier.Delay
    by_member: tuple[Line, ...]
    by_form: tuple[Line, ...]
    declines: tuple[tuple[str, int], ...]
    uncovered: tuple[tuple[str, str, int], ...]


def figures(requests, today):
    """Delays with those who still wait, answers by member and by legal form, refusals, uncovered needs."""
    requests = requests.exclude(state=RequestState.MERGED)
    columns = ("submitted_at", "first_answer_at", "closed_at", "state", "ess_form", "need")
    rows = list(requests.order_by().values_list(*columns))
    end = timezone.localtime().replace(hour=23, minute=59) + timedelta(days=(today - timezone.localdate()).days)
    first, accepted = [], []
    forms, accepted_forms, uncovered = Counter(), Counter(), Counter()
    for sent, answered, closed, state, form, need in rows:
        stop = closed or end
        first.append((max(0, ((answered or stop) - sent).days), answered is not None))
        accepted.append((max(0, (stop - sent).days), state == RequestState.ACCEPTED))
        forms[form] += 1
        accepted_forms[form] += state == RequestState.ACCEPTED
        if state == RequestState.NOBODY:
            uncovered[need, form] += 1
    form_words, needs = dict(Organisation.EssForm.choices), Need.objects.in_bulk()
    referrals = Referral.objects.filter(request__in=requests.order_by().values("pk"))
    return Figures(
        requests=len(rows),
        first_answer=kaplan_meier.delay(first),
        acceptance=kaplan_meier.delay(accepted),
        by_member=_by_member(referrals),
        by_form=tuple(
            Line(str(form_words.get(form, "—")), number, accepted_forms[form]) for form, number in forms.most_common()
        ),
        declines=_declines(referrals),
        uncovered=tuple(
            (str(needs.get(need, "—")), str(form_words.get(form, "—")), number)
            for (need, form), number in uncovered.most_common()
        ),
    )


def _by_member(referrals):
    state = Referral.State
    counted = (
        referrals.order_by()
        .values("member__name")
        .annotate(
            asked=Count("pk"),
            accepted=Count("pk", filter=Q(state=state.ACCEPTED)),
            declined=Count("pk", filter=Q(state=state.DECLINED)),
            waiting=Count("pk", filter=Q(state=state.PROPOSED)),
        )
        .order_by("-asked", "member__sort_name")
    )
    return tuple(
        Line(row["member__name"], row["asked"], row["accepted"], row["declined"], row["waiting"]) for row in counted
    )


def _declines(referrals):
    words = dict(DeclineReason.choices)
    counted = (
        referrals.filter(state=Referral.State.DECLINED)
        .order_by()
        .values("decline_reason")
        .annotate(number=Count("pk"))
        .order_by("-number", "decline_reason")
    )
    return tuple((str(words[row["decline_reason"]]), row["number"]) for row in counted)
