"""What a world of one of each kind lacks: the states in which a form is drawn that is not drawn in others.

`doors_of_states` adds to a world, and gives {role: [address]}; under None those of secret links.
"""

import re
from datetime import timedelta
from decimal import Decimal

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.domain.workdays import monday_of
from crm.models import Membership, User
from crm.selectors.digests import token_of_digest
from crm.services import attachments, invitations, links
from crm.services.requests import merge_request
from engagements.services.links import make_link
from engagements.services.moves import move_milestone
from impact.services.evidence import add_evidence
from impact.services.last_reading import mark_read
from impact.services.measurements import approve_measurement, submit_measurement
from impact.services.reports import share_report
from tests.crm.factories import (
    PASSWORD,
    ContactFactory,
    OrganisationFactory,
    ReferralFactory,
    SupportRequestFactory,
    UserFactory,
)
from tests.engagements.factories import (
    DecisionFactory,
    EngagementFactory,
    MilestoneFactory,
    SurvivalCheckFactory,
)
from tests.impact.factories import MeasurementFactory, MetricFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    MonthSheetFactory,
    StaffingNeedFactory,
    WorkDayFactory,
)
from volunteers.models import ComingCompany
from volunteers.services.week_links import make_week_link

DAY = timedelta(days=1)


def doors_of_states(world):
    return {
        Role.DESK: [*requests(world), reverse("crm:organisation-list") + "?archived=1"],
        Role.COORDINATOR: [
            *listed(world),
            *moved(world),
            *at_the_end(world),
            *figures(world),
            *lent(world),
        ],
        Role.LEAD: [*months(world), *figures(world)],
        Role.VOLUNTEER: [saved_week(world)],
        Role.FUNDER: news(world),
        Role.ADMINISTRATOR: [
            reverse("crm:offer-create", args=[OrganisationFactory(member=True).pk]),
            *twice(world),
        ],
        None: [*intake(world), *answers(world), *secret_links(world)],
    }


def requests(world):
    """One that was just received, and one that was merged into another."""
    received, merged, into = (SupportRequestFactory() for _each in range(3))
    merge_request(
        merged, into=into, by=world.people[Role.DESK], at=timezone.now(), seen=merged.version
    )
    yield from (reverse("crm:request-detail", args=[each.pk]) for each in (received, merged))


def listed(world):
    """What the list of engagements leads to: with one of its rows ticked, with filters on, as a saved view."""
    chosen = f"?chosen={world.objects['engagement'].pk}"
    yield reverse("engagements:engagement-assign") + chosen
    yield reverse("crm:view-create") + "?page=engagements%3Aengagement-list&query=needs%3Dlate"
    yield world.objects["saved view"].get_absolute_url()


def moved(world):
    """The roadmap right after a milestone was moved: it can be taken back."""
    milestone = MilestoneFactory(engagement=world.objects["engagement"])
    day = milestone.planned_on + DAY
    move_milestone(milestone, day, by=world.people[Role.COORDINATOR])
    address = reverse("engagements:engagement-roadmap", args=[milestone.engagement_id])
    yield f"{address}?moved={milestone.pk}.2"


def twice(world):
    """Two pairs that may be one, each ready to be merged, and an organisation that took another over."""
    organisation, contact = world.objects["organisation"], world.objects["contact"]
    pairs = {
        "organisation": (organisation, OrganisationFactory(name=organisation.name)),
        "contact": (
            contact,
            ContactFactory(
                organisation=contact.organisation,
                kept_by=contact.kept_by,
                full_name=contact.full_name,
            ),
        ),
    }
    for kind, (kept, other) in pairs.items():
        yield f"{reverse(f'crm:{kind}-merge', args=[kept.pk])}?with={other.pk}"
    yield reverse("crm:duplicates")
    yield world.objects["funder"].get_absolute_url()


def saved_week(world):
    """The week of the volunteer as it answers once it is saved."""
    page = reverse("volunteers:log-work", args=[world.objects["assignment"].pk])
    return f"{page}?saved=1&week={world.objects['log'].week}"


def at_the_end(world):
    """An engagement that is handed over, and one where a decision is left by somebody who is gone."""
    yield reverse("engagements:engagement-autonomy", args=[handed_over(world).pk])
    decision = DecisionFactory(
        engagement=world.objects["engagement"], owner=UserFactory(is_active=False)
    )
    yield reverse("engagements:engagement-take-over", args=[decision.engagement_id])


def handed_over(world):
    engagement = world.objects["engagement"]
    of = {
        "member": engagement.member,
        "beneficiary": engagement.beneficiary,
        "coordinator": engagement.coordinator,
    }
    return EngagementFactory(in_handover=True, **of)


def figures(world):
    """A draft with its evidence, a figure that was submitted, and one that was approved."""
    engagement, author, today = (
        world.objects["engagement"],
        world.people[Role.VOLUNTEER],
        timezone.localdate(),
    )
    draft, submitted, approved = (
        MeasurementFactory(
            metric=MetricFactory(engagement=engagement), status="draft", author=author
        )
        for _each in "abc"
    )
    add_evidence(draft, SimpleUploadedFile("proof.pdf", b"%PDF-1.4 proof"), by=author, today=today)
    for each in (submitted, approved):
        submit_measurement(each, by=author)
    approved.refresh_from_db()
    approve_measurement(approved, by=world.people[Role.LEAD], seen=approved.version)
    yield from (
        reverse("impact:measurement-detail", args=[each.pk])
        for each in (draft, submitted, approved)
    )


def lent(world):
    """A closed need, a person with a weekly link who is to change company, a mission with its days confirmed."""
    today, engagement = timezone.localdate(), world.objects["engagement"]
    need = StaffingNeedFactory(engagement=engagement, closed_on=today)
    yield reverse("volunteers:need-detail", args=[need.pk])
    other = world.objects["proposed assignment"].volunteer
    make_week_link(other, monday_of(today), at=timezone.now())
    ComingCompany.objects.create(
        volunteer=other,
        sponsor=OrganisationFactory(is_sponsor=True),
        starts_on=today + 9 * DAY,
        entered_by=other.user,
    )
    yield reverse("volunteers:volunteer-detail", args=[other.pk])
    sheet = sheet_of(world, is_confirmed=True)
    yield reverse("volunteers:attestation-create", args=[sheet.assignment_id])


def months(world):
    """A month that is over and waits for the lead."""
    yield reverse("volunteers:month-sheet", args=[sheet_of(world).pk])


def sheet_of(world, **state):
    """Of a second mission, with one day in the month before this one."""
    today = timezone.localdate()
    month = (today.replace(day=1) - DAY).replace(day=1)
    assignment = AssignmentFactory(
        volunteer=world.objects["volunteer"],
        engagement=world.objects["engagement"],
        starts_on=month,
        ends_on=today + DAY,
        days_a_week=Decimal("0.5"),
        team_member=world.objects["assignment"].team_member,
    )
    WorkDayFactory(assignment=assignment, day=month + 2 * DAY)
    return MonthSheetFactory(assignment=assignment, month=month, **state)


def news(world):
    """Somebody who has said that all is read."""
    now = timezone.now()
    mark_read(world.people[Role.FUNDER], upto=now, at=now)
    yield reverse("impact:news")


def intake(world):
    """A draft with a file, one whose mail did not come, a request that waits for its holder, an address to confirm."""
    now = timezone.now()
    draft = SupportRequestFactory(draft=True)
    attachments.attach(draft, SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan"), at=now)
    question = SupportRequestFactory(waiting_for="holder", state="qualified")
    unconfirmed = SupportRequestFactory(is_address_confirmed=False)
    for request, purpose in (
        (draft, "mail"),
        (draft, "browser"),
        (question, "mail"),
        (unconfirmed, "mail"),
    ):
        yield reverse("crm:ask-enter", args=[links.make_link(request, purpose, at=now)])


def answers(world):
    """What a member is asked by mail."""
    referral = ReferralFactory()
    token = links.make_link(referral.request, "member", at=timezone.now(), referral=referral)
    yield reverse("engagements:answer-enter", args=[token])


def way_in(person):
    """The address in the mail by which somebody chooses a password."""
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invitations.send_way_in(person)
    return re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]


def nobody_administers(world):
    """As on a new install: whoever set it up is led to a page of their own."""
    Membership.objects.filter(role=Role.ADMINISTRATOR).update(ended_on=timezone.localdate())
    founder = User.objects.create_superuser(
        "founder@relais.example", PASSWORD, full_name="Zoé Première"
    )
    return founder, reverse("crm:first-steps")


def secret_links(world):
    """What opens without an account: a word, a check, a week, a report, and the end of the mails."""
    now, report = timezone.now(), world.objects["report"]
    engagement, check = (
        handed_over(world),
        SurvivalCheckFactory(engagement__member=world.objects["member"]),
    )
    yield make_link(engagement, "signature", sent_to="Rose", at=now)
    yield make_link(check.engagement, "survival", sent_to="Rose", at=now, check=check)
    token = make_week_link(world.objects["volunteer"], monday_of(timezone.localdate()), at=now)
    yield reverse("volunteers:week-link-enter", args=[token])
    until = timezone.localdate() + 9 * DAY
    yield share_report(report, sent_to="Board", until=until, by=report.published_by, at=now)[1]
    yield reverse("impact:report-check", args=[report.code])
    yield reverse("volunteers:attestation-check", args=[world.objects["attestation"].code])
    yield way_in(UserFactory())
    yield reverse("crm:digest-leave", args=[token_of_digest(world.people[Role.COORDINATOR])])
