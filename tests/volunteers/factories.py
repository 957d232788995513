from datetime import UTC, date, datetime
from decimal import Decimal

import factory

from crm.domain.roles import Role
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.engagements.factories import EngagementFactory, TeamMemberFactory
from volunteers.models import (
    Assignment,
    Attestation,
    DayDisagreement,
    DeclaredStatement,
    EmployerCost,
    MonthSheet,
    RelayNote,
    Skill,
    SolutionPart,
    SponsorshipAgreement,
    StaffingNeed,
    Volunteer,
    WorkDay,
)
from volunteers.selectors.attestations import checksum_of


class SkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Skill

    name_fr = factory.Sequence(lambda n: f"Compétence {n}")
    name_en = factory.Sequence(lambda n: f"Skill {n}")


class VolunteerFactory(factory.django.DjangoModelFactory):
    """A lent person, who also holds the volunteer role at their company."""

    class Meta:
        model = Volunteer
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    sponsor = factory.SubFactory(OrganisationFactory, sponsor=True)
    member = factory.SubFactory(OrganisationFactory, member=True)
    days_a_week = Decimal(5)
    available_from = date(2026, 1, 1)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        MembershipFactory(user=self.user, organisation=self.sponsor, role=Role.VOLUNTEER)


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    volunteer = factory.SubFactory(VolunteerFactory)
    sponsor = factory.SelfAttribute("volunteer.sponsor")
    engagement = factory.SubFactory(EngagementFactory)
    team_member = factory.SubFactory(
        TeamMemberFactory,
        engagement=factory.SelfAttribute("..engagement"),
        user=factory.SelfAttribute("..volunteer.user"),
    )
    role = "Developer"
    starts_on = date(2026, 1, 5)
    ends_on = date(2026, 12, 31)
    days_a_week = Decimal(4)
    confirmed_on = date(2026, 1, 5)


class AttestationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attestation

    assignment = factory.SubFactory(AssignmentFactory)
    number = factory.Sequence(lambda n: f"A2026-1-{n:04d}")
    code = factory.Sequence(lambda n: f"{n:043d}")
    contents = factory.LazyAttribute(
        lambda o: {
            "number": o.number,
            "person": str(o.assignment.volunteer),
            "role": o.assignment.role,
            "company": o.assignment.volunteer.sponsor.name,
            "engagement": o.assignment.engagement.title,
            "beneficiary": o.assignment.engagement.beneficiary.name,
            "member": o.assignment.engagement.member.name,
            "first_day": "2026-01-05",
            "last_day": "2026-06-30",
            "half_days": 21,
            "milestones": [["Pilot", "2026-03-01"]],
            "skills": ["Python"],
            "signer": "Rose Martin",
            "function": "Director",
            "issued_on": "2026-06-30",
        }
    )
    checksum = factory.LazyAttribute(lambda o: checksum_of(o.contents))
    issued_on = date(2026, 6, 30)
    issued_by = factory.SubFactory(UserFactory)


class WorkDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkDay

    assignment = factory.SubFactory(AssignmentFactory)
    day = factory.Sequence(lambda n: date.fromordinal(date(2026, 2, 2).toordinal() + n))
    half_days = 2


class MonthSheetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MonthSheet

    class Params:
        is_confirmed = factory.Trait(
            state="confirmed",
            lead_by=factory.SubFactory(UserFactory),
            lead_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
        )
        is_locked = factory.Trait(
            state="locked",
            lead_by=factory.SubFactory(UserFactory),
            lead_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
            sponsor_by=factory.SubFactory(UserFactory),
            sponsor_at=datetime(2026, 7, 2, 9, tzinfo=UTC),
        )

    assignment = factory.SubFactory(AssignmentFactory)
    month = date(2026, 6, 1)


class DayDisagreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DayDisagreement

    sheet = factory.SubFactory(MonthSheetFactory)
    day = date(2026, 6, 9)
    side = "lead"
    comment = "They were ill that day."
    author = factory.SubFactory(UserFactory)
    raised_at = datetime(2026, 7, 1, 9, tzinfo=UTC)


class StaffingNeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffingNeed

    engagement = factory.SubFactory(EngagementFactory)
    skill = factory.SubFactory(SkillFactory)
    starts_on = date(2026, 7, 6)
    ends_on = date(2026, 12, 31)
    days_a_week = Decimal(3)


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SponsorshipAgreement

    sponsor = factory.SelfAttribute("volunteer.sponsor")
    host = factory.SelfAttribute("volunteer.member")
    volunteer = factory.SubFactory(VolunteerFactory)
    starts_on = date(2026, 1, 5)
    ends_on = date(2026, 12, 31)


class EmployerCostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmployerCost

    volunteer = factory.SubFactory(VolunteerFactory)
    sponsor = factory.SelfAttribute("volunteer.sponsor")
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)
    remuneration = Decimal(48_000)
    charges = Decimal(20_123)
    share = Decimal(80)


class DeclaredStatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeclaredStatement

    sponsor = factory.SubFactory(OrganisationFactory, sponsor=True)
    host = factory.SubFactory(OrganisationFactory, member=True)
    year = 2025
    starts_on = date(2025, 1, 1)
    ends_on = date(2025, 12, 31)
    number = 1
    half_days = 8
    total = Decimal("1234.50")
    paper = factory.LazyAttribute(
        lambda o: {
            **dict.fromkeys(
                ["author", "notice", "unknown", "total", "waiting_title", "eligibility", "footer"],
                "x",
            ),
            "rows": [],
            "waiting": [],
            "title": o.sponsor.name,
            "language": "fr",
            "about": f"{o.sponsor.name} → {o.host.name}",
            "header": ["a", "b", "c", "d", "e", "f"],
            "fields_title": "2041-MEC-SD",
            "fields": [["1", "Number", "unknown"]],
        }
    )
    checksum = factory.LazyAttribute(lambda o: checksum_of(o.paper))
    declared_on = date(2026, 2, 1)
    declared_by = factory.SubFactory(UserFactory)


class RelayNoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RelayNote

    assignment = factory.SubFactory(AssignmentFactory)


class SolutionPartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SolutionPart

    engagement = factory.SubFactory(EngagementFactory)
    name = factory.Sequence(lambda n: f"Part {n}")
