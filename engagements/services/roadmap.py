"""The roadmap as a whole: which milestone waits for which, and milestones from templates."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from engagements.domain.roadmap import loop
from engagements.models import Dependency, Milestone
from engagements.services.locks import lock_running


def set_dependencies(milestone, after, *, by):
    """Make a milestone wait for these and no others: whether that changed anything.

    Call it under the engagement's lock.
    """
    wanted = {other.pk: other for other in after}
    if any(other.engagement_id != milestone.engagement_id for other in wanted.values()):
        raise Refused({"after": _("A milestone waits for milestones of its own engagement.")})
    if milestone.pk in wanted:
        raise Refused({"after": _("A milestone cannot wait for itself.")})
    known = {
        row.after_id: row
        for row in Dependency.objects.filter(milestone=milestone).select_related("after")
    }
    for number in known.keys() - wanted.keys():
        write.delete(known[number], by=by, why=because("No longer waits"))
    for number in wanted.keys() - known.keys():
        new = Dependency(
            engagement_id=milestone.engagement_id, milestone=milestone, after=wanted[number]
        )
        write.save(new, by=by, why=because("Waits"))
    _refuse_loop(milestone)
    return known.keys() != wanted.keys()


def _refuse_loop(milestone):
    edges = Dependency.objects.filter(engagement=milestone.engagement_id).order_by(
        "milestone", "after"
    )
    edges = edges.values_list(
        "milestone", "after"
    )  # ordered: the same loop is told in the same words
    if found := loop(edges):
        titles = Milestone.objects.in_bulk(found)
        names = " → ".join(titles[number].title for number in found)
        raise Refused(
            {"after": _("These wait for each other without end: %(loop)s.") % {"loop": names}}
        )


@transaction.atomic
def plan_roadmap(engagement, planned, *, by):
    """Add the milestones of a plan (rows of roadmap.PlannedMilestone), with their waits: all of them or none."""
    engagement = lock_running(engagement)
    titles = {row.title for row in planned}
    taken = (
        engagement.milestones.filter(title__in=titles)
        .order_by("pk")
        .values_list("title", flat=True)
    )
    if taken:
        names = ", ".join(taken)
        raise Refused(
            {
                "codes": _("These milestones are in the roadmap already: %(titles)s.")
                % {"titles": names}
            }
        )
    if any(row.planned_on < engagement.started_on for row in planned):
        raise Refused({"first_on": _("A milestone cannot come before the engagement starts.")})
    made = {}
    for row in planned:
        milestone = Milestone(
            engagement=engagement,
            title=row.title,
            planned_first_on=row.planned_on,
            planned_on=row.planned_on,
        )
        made[row.code] = write.save(milestone, by=by, why=because("From a template"))
    for row in planned:
        if row.after:
            set_dependencies(made[row.code], [made[row.after]], by=by)
    return list(made.values())
