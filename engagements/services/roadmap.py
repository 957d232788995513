"""The roadmap as a whole: which milestone waits for which, and milestones from templates."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.domain.roadmap import PlannedMilestone, loop
from engagements.models import Dependency, Engagement, Milestone, MilestoneTemplate
from engagements.services.locks import lock_running


def set_dependencies(milestone: Milestone, after: Iterable[Milestone], *, by: User) -> bool:
    """Make a milestone wait for those in `after` and no others; gives whether that changed anything.

    Call it under the engagement's lock.
    """
    awaited = {other.pk: other for other in after}
    if any(other.engagement_id != milestone.engagement_id for other in awaited.values()):
        raise Refused({"after": _("A milestone waits for milestones of its own engagement.")})
    if milestone.pk in awaited:
        raise Refused({"after": _("A milestone cannot wait for itself.")})
    saved = {
        row.after_id: row
        for row in Dependency.objects.filter(milestone=milestone).select_related("after")
    }
    for key in saved.keys() - awaited.keys():
        write.delete(saved[key], by=by, why=because("No longer waits"))
    for key in awaited.keys() - saved.keys():
        new = Dependency(
            engagement_id=milestone.engagement_id, milestone=milestone, after=awaited[key]
        )
        write.save(new, by=by, why=because("Waits"))
    _refuse_loop(milestone)
    return saved.keys() != awaited.keys()


def _refuse_loop(milestone: Milestone) -> None:
    dependencies = Dependency.objects.filter(engagement=milestone.engagement_id)
    # Ordered, so that the same loop is always described in the same words.
    edges = dependencies.order_by("milestone", "after").values_list("milestone", "after")
    if keys := loop(edges):
        milestones = Milestone.objects.in_bulk(keys)
        names = " → ".join(milestones[key].title for key in keys)
        raise Refused(
            {"after": _("These wait for each other without end: %(loop)s.") % {"loop": names}}
        )


def made_from(
    templates: Iterable[MilestoneTemplate], engagement: Engagement
) -> dict[str, Milestone]:
    """The milestones of the roadmap that bear the title of one of these templates, in either language, by its code."""
    by_title = {
        milestone.title.casefold(): milestone for milestone in engagement.milestones.order_by("-pk")
    }
    found = {}
    for template in templates:
        for title in (template.title_fr, template.title_en):
            if title.casefold() in by_title:
                found[template.code] = by_title[title.casefold()]
    return found


@transaction.atomic
def plan_roadmap(
    engagement: Engagement,
    planned: Sequence[PlannedMilestone],
    *,
    by: User,
    there: Mapping[str, Milestone] | None = None,
    again: Sequence[str] = (),
) -> list[Milestone]:
    """Add the milestones of a plan, with what each waits for: all of them or none.

    `there` are milestones of the roadmap that the new ones may wait for, by the codes of their templates; `again` are
    the titles of those that were asked for although they are there.
    """
    engagement = lock_running(engagement)
    titles = {row.title for row in planned} | set(again)
    existing = (
        engagement.milestones.filter(title__in=titles)
        .order_by("pk")
        .values_list("title", flat=True)
    )
    if existing:
        names = ", ".join(existing)
        raise Refused(
            {
                "codes": _("These milestones are in the roadmap already: %(titles)s.")
                % {"titles": names}
            }
        )
    if any(row.planned_on < engagement.started_on for row in planned):
        raise Refused({"first_on": _("A milestone cannot come before the engagement starts.")})
    milestones = dict(there or {})
    for row in planned:
        milestone = Milestone(
            engagement=engagement,
            title=row.title,
            planned_first_on=row.planned_on,
            planned_on=row.planned_on,
        )
        milestones[row.code] = write.save(milestone, by=by, why=because("From a template"))
    for row in planned:
        if row.after in milestones:
            set_dependencies(milestones[row.code], [milestones[row.after]], by=by)
    return [milestones[row.code] for row in planned]
