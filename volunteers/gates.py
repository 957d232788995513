"""What the lent team demands of an engagement before a stage, who of it works there today, and what it holds."""

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import ngettext

from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.selectors.holds import hold, named
from engagements.domain.stages import ENDINGS, Ending, Stage, gate
from engagements.models.team import away, last_day
from volunteers.models import Assignment, ComingCompany, SponsorshipAgreement
from volunteers.services.assignments import end_assignments, hold_assignments


@gate(Stage.BUILD, "confirmed-assignment")
def has_confirmed_assignment(engagement, today):
    """Somebody of the lent team is confirmed, now or to come."""
    if (
        not Assignment.objects.filter(engagement=engagement, ends_on__gte=today)
        .confirmed()
        .exists()
    ):
        return because("Confirm at least one volunteer first.")
    return None


@away
def has_no_assignment_today(user, engagement, today):
    """Their assignments there are over, or are still to begin or to be confirmed."""
    assignments = Assignment.objects.of(user).filter(engagement=engagement)
    return assignments.exists() and not assignments.confirmed().on(today).exists()


@last_day
def of_the_last_assignment():
    """Confirmed or not: who is on the way may be given something to look after."""
    theirs = Assignment.objects.filter(team_member=OuterRef("pk")).order_by("-ends_on")
    return Subquery(theirs.values("ends_on")[:1])


def assignments_after(engagement, today):
    """Of an engagement that is about to be stopped."""
    rows = Assignment.objects.filter(engagement=engagement, ends_on__gt=today).select_related(
        "volunteer__user"
    )
    assignments = [
        f"{row.volunteer} ({day_text(row.ends_on)})" for row in rows.order_by("ends_on", "pk")
    ]
    if not assignments:
        return None
    sentence = ngettext(
        "%(number)s mission goes on after today, until the day given: %(names)s.",
        "%(number)s missions go on after today, until the days given: %(names)s.",
        len(assignments),
    )
    return sentence % {"number": len(assignments), "names": named(assignments)}


ENDINGS.append(Ending(sentence=assignments_after, hold=hold_assignments, end=end_assignments))


@hold
def assignments_to_do(organisation, today):
    """Of the people whom it lends, or to whom they are lent."""
    lent = Assignment.objects.lent_by([organisation.pk]) | Q(volunteer__member=organisation)
    assignments = Assignment.objects.filter(lent, ends_on__gte=today).order_by(
        "volunteer__user__sort_name", "volunteer"
    )
    rows = list(assignments.values_list("volunteer", "volunteer__user__full_name"))
    if not rows:
        return None
    sentence = ngettext(
        "%(number)s mission is under way or to come: %(names)s.",
        "%(number)s missions are under way or to come: %(names)s.",
        len(rows),
    )
    return sentence % {"number": len(rows), "names": named(list(dict(rows).values()))}


@hold
def companies_to_come(organisation, today):
    """People whom it is to lend from a day on."""
    coming = ComingCompany.objects.filter(sponsor=organisation).select_related("volunteer__user")
    names = [
        f"{row.volunteer} ({day_text(row.starts_on)})" for row in coming.order_by("starts_on", "pk")
    ]
    if not names:
        return None
    sentence = ngettext(
        "%(number)s person is to come to it, on the day given: %(names)s.",
        "%(number)s people are to come to it, on the days given: %(names)s.",
        len(names),
    )
    return sentence % {"number": len(names), "names": named(names)}


@hold
def agreements_in_force(organisation, today):
    parties = Q(sponsor=organisation) | Q(host=organisation)
    number = (
        SponsorshipAgreement.objects.with_last_day().filter(parties, stops_on__gte=today).count()
    )
    if not number:
        return None
    sentence = ngettext(
        "%(number)s sponsorship agreement is not over.",
        "%(number)s sponsorship agreements are not over.",
        number,
    )
    return sentence % {"number": number}
