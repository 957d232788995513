"""The to-dos of engagements: of those who run them, and of project leads."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import day_month, day_text
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, Nature, ToDo, key_of, source
from crm.models import User
from engagements.domain import health
from engagements.domain.stages import Stage
from engagements.models import (
    BarrierAssessment,
    Decision,
    Drill,
    Engagement,
    EngagementQuerySet,
    Milestone,
    Risk,
    RunningCost,
    Side,
    Signature,
    SurvivalCheck,
)
from engagements.selectors import autonomy, holdings
from engagements.selectors.places import place_of
from engagements.selectors.troubles import Trouble, troubles_of

UNANSWERED = timedelta(days=30)
Moment = BarrierAssessment.Moment

ACT = Nature("act", ngettext_lazy("engagement to act on", "engagements to act on", "many"))
WATCH = Nature(
    "watch",
    ngettext_lazy(
        "engagement to watch or without news", "engagements to watch or without news", "many"
    ),
)
WORD = Nature("word", ngettext_lazy("thing for your word", "things for your word", "many"))
FOLLOW_UP = Nature("follow-up", ngettext_lazy("follow-up to give", "follow-ups to give", "many"))

# What stands on the first page for as many of one kind as one engagement has.
ACCEPT = ngettext_lazy("%(many)d milestone to accept", "%(many)d milestones to accept", "many")
SURVIVAL = ngettext_lazy(
    "%(many)d follow-up question without an answer",
    "%(many)d follow-up questions without an answer",
    "many",
)
CREDITS = ngettext_lazy("%(many)d credit that ends", "%(many)d credits that end", "many")
DECISIONS = ngettext_lazy(
    "%(many)d decision to carry out", "%(many)d decisions to carry out", "many"
)
RISKS = ngettext_lazy("%(many)d risk to look at again", "%(many)d risks to look at again", "many")


@source
def todos_of(user: User, today: date) -> list[ToDo]:
    """[ToDo] of what the person leads, then of what they run, worst first."""
    return [*_todos_of_lead(user, today), *_troubles(user, today), *_falling_due(user, today)]


def _troubles(user: User, today: date) -> list[ToDo]:
    return [
        ToDo(
            key=key_of(
                f"trouble-{trouble.health.level}", trouble.engagement.pk, _since(trouble.engagement)
            ),
            title=trouble.engagement.title,
            about=trouble.engagement.beneficiary.name,
            reason=" · ".join(trouble.health.reasons) + _worse(trouble),
            since=_since(trouble.engagement),
            url=_act_on(trouble.engagement),
            verb=_("Appoint the lead") if trouble.engagement.vacant_since else _("Look at it"),
            page=trouble.engagement.get_absolute_url(),
            level=str(trouble.health.level),
            word=str(trouble.health.word),
            place=place_of(trouble.engagement),
            nature=ACT if trouble.health.level == health.HealthLevel.ACT else WATCH,
            fact=_fact_of(trouble.health),
            detail=_detail_of(trouble),
        )
        for trouble in troubles_of(user, today, limit=MAX_TODOS)
    ]


def _fact_of(of: health.Health) -> str:
    """The first reason; of what people wrote, only that it is so."""
    return (of.briefs if of.override or of.pause else of.reasons)[0]


def _detail_of(trouble: Trouble) -> str:
    by_hand = trouble.health.override or trouble.health.pause
    words = [by_hand.reason] if by_hand else []
    words += trouble.health.reasons[1:]
    return (" · ".join(words) + _worse(trouble)).removeprefix(" · ")


def _since(engagement: Engagement) -> date:
    """The day since when the longest of its troubles has lasted."""
    days = (
        engagement.vacant_since,
        engagement.late_since,
        engagement.blocked_since,
        engagement.silent_since,
    )
    return min((day for day in days if day), default=engagement.last_news_on)


def _worse(trouble: Trouble) -> str:
    if trouble.before is None or trouble.health.override:
        return ""
    return " · " + _("worse than a week ago (%(level)s)") % {"level": health.WORDS[trouble.before]}


def _act_on(engagement: Engagement) -> str:
    """The address at which one does something about its trouble."""
    if engagement.vacant_since:
        return reverse("engagements:lead-appoint", args=[engagement.pk])
    return engagement.get_absolute_url()


def _todos_of_lead(user: User, today: date) -> list[ToDo]:
    """What waits for a project lead: to accept, try, assess, sign, answer."""
    if not user.holds(Role.LEAD):
        return []
    led = Engagement.objects.led_by(user)
    return [
        *_acceptances(led),
        *_signatures(led),
        *_assessments(led),
        *_drills(led),
        *_survival(SurvivalCheck.objects.filter(engagement__in=led).awaited(today)),
    ]


def _acceptances(led: EngagementQuerySet) -> Iterator[ToDo]:
    done = (
        Milestone.objects.done()
        .filter(engagement__in=led, accepted_on=None)
        .select_related("engagement__beneficiary")
    )
    for milestone in done.order_by("done_on", "pk")[:MAX_TODOS]:
        yield _of_engagement(
            milestone.engagement,
            kind="accept",
            number=milestone.pk,
            title=milestone.title,
            reason=_("done on %(day)s: it waits for your word")
            % {"day": day_month(milestone.done_on)},
            since=milestone.done_on,  # type: ignore[arg-type]  # done() leaves out those without
            url=reverse("engagements:milestone-accept", args=[milestone.pk]),
            verb=_("Accept"),
            fact=ACCEPT,
            detail=milestone.title,
        )


def _signatures(led: EngagementQuerySet) -> Iterator[ToDo]:
    signed = Signature.objects.filter(
        engagement=OuterRef("pk"), side=Side.BENEFICIARY, occasion=Signature.Occasion.HANDOVER
    )
    for engagement in (
        led.filter(~Exists(signed), stage=Stage.HANDOVER)
        .select_related("beneficiary")
        .order_by("sort_title", "pk")[:MAX_TODOS]
    ):
        yield _of_engagement(
            engagement,
            kind="sign",
            title=_("Sign the hand-over"),
            reason=_("the hand-over waits for your word, for or against"),
            since=engagement.stage_entered_on,
            url=reverse(
                "engagements:signature-create", args=[engagement.pk, Side.BENEFICIARY.value]
            ),
            verb=_("Sign"),
        )


def _assessments(led: EngagementQuerySet) -> Iterator[ToDo]:
    """Active engagements without the lead's assessment at intake, or, once handed over, at hand-over."""
    assessments = BarrierAssessment.objects.filter(engagement=OuterRef("pk"), side=Side.BENEFICIARY)
    missing = led.active().annotate(
        has_intake=Exists(assessments.filter(moment=Moment.INTAKE)),
        has_handover=Exists(assessments.filter(moment=Moment.HANDOVER)),
    )
    is_awaited = Q(has_intake=False) | Q(has_handover=False, stage=Stage.HANDOVER)
    for engagement in (
        missing.filter(is_awaited)
        .select_related("beneficiary")
        .order_by("sort_title", "pk")[:MAX_TODOS]
    ):
        has_intake = engagement.has_intake  # type: ignore[attr-defined]  # annotated above
        moment = Moment.HANDOVER if has_intake else Moment.INTAKE
        yield _of_engagement(
            engagement,
            kind="assess",
            title=_("Assess the four barriers"),
            reason=str(moment.label),
            since=engagement.stage_entered_on,
            url=reverse(
                "engagements:assessment-change",
                args=[engagement.pk, moment.value, Side.BENEFICIARY.value],
            ),
            verb=_("Assess"),
        )


def _drills(led: EngagementQuerySet) -> Iterator[ToDo]:
    """Engagements at launch or hand-over of which a required drill was not done alone yet."""
    alone = Drill.objects.alone().filter(engagement=OuterRef("pk"))
    kinds = {
        f"has_{kind.value}": Exists(alone.filter(kind=kind)) for kind in autonomy.REQUIRED_DRILLS
    }
    open_ones = (
        led.filter(stage__in=[Stage.LAUNCH, Stage.HANDOVER])
        .select_related("beneficiary")
        .annotate(**kinds)
        .order_by("sort_title", "pk")
    )
    for engagement in open_ones[:MAX_TODOS]:
        missing = [
            str(kind.label)
            for kind in autonomy.REQUIRED_DRILLS
            if not getattr(engagement, f"has_{kind.value}")
        ]
        if missing:
            yield _of_engagement(
                engagement,
                kind="drill",
                title=_("Try it alone"),
                reason=", ".join(missing),
                since=engagement.stage_entered_on,
                url=reverse("engagements:drill-create", args=[engagement.pk]),
                verb=_("Write down a try"),
            )


def _survival(checks: QuerySet[SurvivalCheck]) -> Iterator[ToDo]:
    for check in checks.select_related("engagement__beneficiary").order_by("due_on", "pk")[
        :MAX_TODOS
    ]:
        yield _of_engagement(
            check.engagement,
            kind="survival",
            number=check.pk,
            title=_("Is it still alive?"),
            reason=str(check),
            since=check.due_on,
            url=reverse("engagements:survival-answer", args=[check.pk]),
            verb=_("Answer"),
            nature=FOLLOW_UP,
            fact=SURVIVAL,
            detail=str(check),
            due=check.due_on,
        )


def _falling_due(user: User, today: date) -> list[ToDo]:
    """For those who run engagements: credits that end, checks without an answer, decisions and risks that are due."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    run = Engagement.objects.run_by(user)
    unanswered = SurvivalCheck.objects.filter(engagement__in=run).awaited(today)
    nobody_to_ask = Q(asked_on=None) | Q(due_on__lte=today - UNANSWERED)
    return [
        *_ending_credits(RunningCost.objects.filter(engagement__in=run).ending_free(today)),
        *_survival(unanswered.filter(nobody_to_ask)),
        *_decisions(Decision.objects.open().filter(engagement__in=run.active(), due_on__lte=today)),
        *_risks(Risk.objects.open().filter(engagement__in=run.active(), review_on__lte=today)),
        *_waiting(run, today),
    ]


def _waiting(run: EngagementQuerySet, today: date) -> Iterator[ToDo]:
    """What somebody who left held, as long as nobody takes it over."""
    waiting = holdings.waiting_in(run.active().order_by().values("pk"), today)[:MAX_TODOS]
    engagements = Engagement.objects.select_related("beneficiary").in_bulk(
        [each.engagement for each in waiting]
    )
    for each in sorted(waiting, key=lambda each: (each.since, each.engagement)):
        engagement = engagements[each.engagement]
        yield ToDo(
            key=key_of("take-over", engagement.pk, each.since),
            title=_("Waits for somebody"),
            about=engagement.title,
            reason=each.words,
            since=each.since,
            url=reverse("engagements:engagement-take-over", args=[engagement.pk]),
            verb=_("Name somebody"),
            page=engagement.get_absolute_url(),
            level="watch",
            word=_("Nobody has it"),
            place=place_of(engagement),
            nature=FOLLOW_UP,
            fact=_("Waits for somebody"),
            detail=each.words,
        )


def _ending_credits(costs: QuerySet[RunningCost]) -> Iterator[ToDo]:
    for cost in costs.select_related("engagement__beneficiary").order_by("free_until", "pk")[
        :MAX_TODOS
    ]:
        yield _of_engagement(
            cost.engagement,
            kind="credits",
            number=cost.pk,
            title=cost.label,
            reason=_("free until %(day)s") % {"day": day_text(cost.free_until)},
            since=cost.free_until,  # type: ignore[arg-type]  # ending_free() compares it
            url=reverse("engagements:engagement-autonomy", args=[cost.engagement_id]) + "#costs",
            verb=_("See the costs"),
            nature=FOLLOW_UP,
            fact=CREDITS,
            detail=_("%(what)s, until %(day)s")
            % {"what": cost.label, "day": day_month(cost.free_until)},
            due=cost.free_until,
            level="watch",
            word=_("Ends soon"),
        )


def _decisions(decisions: QuerySet[Decision]) -> Iterator[ToDo]:
    for decision in decisions.select_related("engagement__beneficiary").order_by("due_on", "pk")[
        :MAX_TODOS
    ]:
        yield _of_engagement(
            decision.engagement,
            kind="decision",
            number=decision.pk,
            title=decision.title,
            reason=_("a decision to carry out by %(day)s") % {"day": day_month(decision.due_on)},
            since=decision.due_on,  # type: ignore[arg-type]  # the query compares it
            url=reverse("engagements:decision-finish", args=[decision.pk]),
            verb=_("It is carried out"),
            nature=FOLLOW_UP,
            fact=DECISIONS,
            detail=decision.title,
            due=decision.due_on,
        )


def _risks(risks: QuerySet[Risk]) -> Iterator[ToDo]:
    for risk in risks.select_related("engagement__beneficiary").order_by("review_on", "pk")[
        :MAX_TODOS
    ]:
        yield _of_engagement(
            risk.engagement,
            kind="risk",
            number=risk.pk,
            title=risk.title,
            reason=_("a risk to look at again since %(day)s") % {"day": day_month(risk.review_on)},
            since=risk.review_on,
            url=reverse("engagements:risk-change", args=[risk.pk]),
            verb=_("Look at it"),
            nature=FOLLOW_UP,
            fact=RISKS,
            detail=risk.title,
            due=risk.review_on,
        )


def _of_engagement(
    engagement: Engagement, *, kind: str, since: date, number: int | None = None, **words: Any
) -> ToDo:
    """A to-do about an engagement; `number` is the key of the row that it is about, if it is not the engagement.

    Without a fact for the first page, its title is that, and the reason its detail.
    """
    of_first_page = {"nature": WORD, "fact": words["title"], "detail": words["reason"]}
    return ToDo(
        key=key_of(kind, number or engagement.pk, since),
        about=engagement.title,
        since=since,
        page=engagement.get_absolute_url(),
        place=place_of(engagement),
        **(of_first_page | words),
    )
