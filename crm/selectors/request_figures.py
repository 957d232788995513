"""Statistics about support requests; those that still wait are counted as waiting."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from crm.domain import kaplan_meier
from crm.domain.request_states import DeclineReason, RequestState
from crm.models import Need, Organisation, Referral
from crm.models.offers import ReferralQuerySet
from crm.models.requests import SupportRequestQuerySet


@dataclass(frozen=True)
class AnswerCounts:
    """How many requests one member was asked to take on, or came from one legal form, and what became of them."""

    label: str
    asked: int
    accepted: int
    declined: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class RequestFigures:
    """`declines` are (reason, number), `uncovered` (need, legal form, number) of requests that no member fits."""

    requests: int
    first_answer: kaplan_meier.Delay
    acceptance: kaplan_meier.Delay
    by_member: tuple[AnswerCounts, ...]
    by_form: tuple[AnswerCounts, ...]
    declines: tuple[tuple[str, int], ...]
    uncovered: tuple[tuple[str, str, int], ...]


def figures(requests: SupportRequestQuerySet, today: date) -> RequestFigures:
    """Delays with those who still wait, answers by member and by legal form, refusals, uncovered needs."""
    requests = requests.exclude(state=RequestState.MERGED)
    columns = ("submitted_at", "first_answer_at", "closed_at", "state", "ess_form", "need")
    rows = list(requests.order_by().values_list(*columns))
    end = timezone.localtime().replace(hour=23, minute=59) + timedelta(
        days=(today - timezone.localdate()).days
    )
    first, accepted = [], []  # (days, whether it has come to that), as kaplan_meier takes them
    forms: Counter[str] = Counter()
    accepted_forms: Counter[str] = Counter()
    uncovered: Counter[tuple[str | None, str]] = Counter()
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
    return RequestFigures(
        requests=len(rows),
        first_answer=kaplan_meier.delay(first),
        acceptance=kaplan_meier.delay(accepted),
        by_member=_by_member(referrals),
        by_form=tuple(
            AnswerCounts(str(form_words.get(form, "—")), number, accepted_forms[form])
            for form, number in forms.most_common()
        ),
        declines=_declines(referrals),
        uncovered=tuple(
            (str(needs.get(need, "—")), str(form_words.get(form, "—")), number)
            for (need, form), number in uncovered.most_common()
        ),
    )


def _by_member(referrals: ReferralQuerySet) -> tuple[AnswerCounts, ...]:
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
        AnswerCounts(
            row["member__name"], row["asked"], row["accepted"], row["declined"], row["waiting"]
        )
        for row in counted
    )


def _declines(referrals: ReferralQuerySet) -> tuple[tuple[str, int], ...]:
    labels = dict(DeclineReason.choices)
    counted = (
        referrals.filter(state=Referral.State.DECLINED)
        .order_by()
        .values("decline_reason")
        .annotate(number=Count("pk"))
        .order_by("-number", "decline_reason")
    )
    return tuple((str(labels[row["decline_reason"]]), row["number"]) for row in counted)
