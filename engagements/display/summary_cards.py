"""What comes first on an engagement's page, in three answers: who leads, what is next, what is in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import ago, day_text, late, per_cent, percent, slip
from engagements.display import lead_coverage_chart
from engagements.display.lead_coverage_chart import Strip
from engagements.domain import health
from engagements.domain.health import Rule
from engagements.models import Blocker, Engagement, LeadAppointment, Milestone

MAX_LETTERS = 120


@dataclass(frozen=True)
class CardLink:
    """What may be done about it, or where there is more; `of` is what it is done to."""

    url: str
    verb: str
    of: str = ""


@dataclass(frozen=True)
class Card:
    """A question, the fact that answers it, and what belongs to it.

    `level` is "watch" or "act" where the fact asks for something, else ""; `alarm` is what is late about it.
    """

    key: str
    title: str
    fact: str
    level: str = ""
    alarm: str = ""
    details: tuple[str, ...] = ()
    link: CardLink | None = None
    strip: Strip | None = None


@dataclass(frozen=True)
class Rows:
    """What the cards are made of, as the page lists it: leads the last first, milestones in order, open blockers."""

    leads: Sequence[LeadAppointment]
    milestones: Sequence[Milestone]
    blockers: Sequence[Blocker]


@dataclass(frozen=True)
class Rights:
    """What the reader may do: run the engagement, write its news, resolve a blocker."""

    can_run: bool
    can_write: bool
    can_resolve: bool


def of(
    engagement: Engagement, today: date, rows: Rows, *, silence: str, rights: Rights
) -> tuple[Card, Card, Card]:
    """The three cards of an engagement that carries with_facts()."""
    return (
        lead_card(engagement, today, rows.leads, rights),
        milestone_card(engagement, today, rows.milestones, rights),
        trouble_card(engagement, today, rows.blockers, silence=silence, rights=rights),
    )


def silence_of(engagement: Engagement, today: date, rules: Iterable[Rule]) -> str:
    """The sentence of the rule of silence where it fires today, else ""."""
    if not engagement.is_active:
        return ""
    firing = health.fired(engagement, today, rules)
    return next(
        (str(rule.reason(engagement, today)) for rule in firing if rule.fact == health.SILENCE), ""
    )


def lead_card(
    engagement: Engagement, today: date, leads: Sequence[LeadAppointment], rights: Rights
) -> Card:
    strip = lead_coverage_chart.of(engagement, leads, today)
    covered = _covered(strip)
    may_appoint = rights.can_run and engagement.is_active
    appoint = reverse("engagements:lead-appoint", args=[engagement.pk])
    vacant_since = engagement.vacant_since
    if vacant_since:
        fact = _("Nobody since %(day)s") % {"day": day_text(vacant_since)}
        details = [ago(vacant_since).capitalize()]
        if engagement.stand_in:
            details.append(_("%(name)s stands in") % {"name": engagement.stand_in})
        link = CardLink(appoint, _("Appoint")) if may_appoint else None
        return Card("lead", _("Project lead"), fact, "watch", "", (*details, *covered), link, strip)
    now = next((lead for lead in leads if _leads_on(lead, today)), None)
    if now is None:
        return Card("lead", _("Project lead"), _("Nobody today"), "", "", covered, None, strip)
    since = _("%(share)s since %(day)s") % {
        "share": per_cent(now.share),
        "day": day_text(now.starts_on),
    }
    name = now.contact.full_name
    link = CardLink(appoint, _("Replace"), name) if may_appoint else None
    return Card("lead", _("Project lead"), name, "", "", (since, *covered), link, strip)


def _covered(strip: Strip | None) -> tuple[str, ...]:
    """How much of the time somebody led; nothing where it was all of it."""
    if strip is None or not strip.coverage.gaps:
        return ()
    share = percent((strip.coverage.covered_percent or 0) / 100)
    return (_("covered %(share)s of the time") % {"share": share},)


def _leads_on(lead: LeadAppointment, today: date) -> bool:
    return lead.starts_on <= today and (lead.ends_on is None or lead.ends_on >= today)


def milestone_card(
    engagement: Engagement, today: date, milestones: Sequence[Milestone], rights: Rights
) -> Card:
    roadmap = CardLink(
        reverse("engagements:engagement-roadmap", args=[engagement.pk]), _("Roadmap")
    )
    awaited = next((milestone for milestone in milestones if not milestone.done_on), None)
    may_plan = rights.can_run and engagement.is_active
    if awaited is None:
        fact = _("No milestone yet")
        if milestones:
            fact = ngettext(
                "%(number)s milestone, and it is done",
                "%(number)s milestones, all of them done",
                len(milestones),
            ) % {"number": len(milestones)}
        create = reverse("engagements:milestone-create", args=[engagement.pk])
        link = CardLink(create, _("Add a milestone")) if may_plan else roadmap
        return Card("milestone", _("Next milestone"), fact, link=link)
    day = _("%(day)s, %(ago)s") % {
        "day": day_text(awaited.planned_on),
        "ago": ago(awaited.planned_on),
    }
    moved = (
        _("%(slip)s on the day planned first") % {"slip": slip(awaited.slip)}
        if awaited.slip
        else _("as planned first")
    )
    change = reverse("engagements:milestone-change", args=[awaited.pk])
    return Card(
        "milestone",
        _("Next milestone"),
        awaited.title,
        alarm=late(awaited.planned_on, today),
        details=(day, moved),
        link=CardLink(change, _("Move"), awaited.title) if may_plan else roadmap,
    )


def trouble_card(
    engagement: Engagement,
    today: date,
    blockers: Sequence[Blocker],
    *,
    silence: str,
    rights: Rights,
) -> Card:
    """What blocks, the oldest first; where nothing does, whether anybody still writes."""
    news = (
        CardLink(reverse("engagements:log-create", args=[engagement.pk]), _("Write the news"))
        if rights.can_write and engagement.is_active
        else None
    )
    if blockers:
        return _blocked_card(blockers, today, rights)
    if silence:
        told = _last_news(engagement) if not engagement.is_unheard else ()
        return Card("trouble", _("Silence"), silence, "watch", details=told, link=news)
    return Card(
        "trouble", _("Blockers"), _("Nothing blocks"), details=_last_news(engagement), link=None
    )


def _blocked_card(blockers: Sequence[Blocker], today: date, rights: Rights) -> Card:
    first = blockers[0]
    days = (today - first.opened_on).days
    fact = (
        ngettext("For %(days)s day", "For %(days)s days", days) % {"days": days}
        if days
        else _("Since today")
    )
    text = Truncator(first.text).chars(MAX_LETTERS)
    details = [text, _("written down by %(name)s") % {"name": first.opened_by}]
    if others := len(blockers) - 1:
        details.append(
            ngettext("and %(number)s other", "and %(number)s others", others) % {"number": others}
        )
    resolve = reverse("engagements:blocker-resolve", args=[first.pk])
    link = CardLink(resolve, _("Resolve"), Truncator(first.text).chars(40))
    return Card(
        "trouble",
        ngettext("Blocker", "Blockers", len(blockers)),
        fact,
        "watch",
        details=tuple(details),
        link=link if rights.can_resolve else None,
    )


def _last_news(engagement: Engagement) -> tuple[str, ...]:
    """The day of the news; where nobody has written, that of the start, which stands for it, says nothing."""
    if engagement.is_unheard:
        return ()
    day = engagement.last_news_on
    return (_("Last news: %(day)s, %(ago)s") % {"day": day_text(day), "ago": ago(day)},)
