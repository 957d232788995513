"""Everybody who might ask for something of one engagement: each role here, elsewhere, over, and not begun.

A table of who may do what (tests/*/test_permissions.py) names them as they are called here.
"""

from datetime import timedelta

from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import ContactFactory, OrganisationFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory
from tests.impact.factories import FundingFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

DAY = timedelta(days=1)


class Around:
    """One engagement that runs today, and `people`, by what they are to it.

    "another …" holds the same role in another organisation; of a "former …" the role is over since today, of a
    "future …" it begins tomorrow. A mission, an appointment and a funding last until the end of their last day.
    """

    def __init__(self):
        self.today = today = timezone.localdate()
        self.engagement = EngagementFactory(started_on=today - 90 * DAY)
        self.sponsor = OrganisationFactory(name="Lending company", sponsor=True)
        self.funder = OrganisationFactory(name="Foundation", funder=True)
        self.people = {"nobody": UserFactory()}
        for role, home in self.homes().items():
            for word, begins, ends in [("", -90, None), ("former ", -90, 0), ("future ", 1, None)]:
                self.people[f"{word}{role.value}"] = self.person(role, home, begins, ends)
            self.people[f"another {role.value}"] = self.person(role, None, -90, None)
        for role in (Role.ADMINISTRATOR, Role.DESK):  # there is one Coalition
            del self.people[f"another {role.value}"]
        for word, home, ends in [
            ("", self.engagement.member, None),
            ("former ", self.engagement.member, 0),
        ]:
            self.people[f"{word}head"] = self.person(
                Role.COORDINATOR, home, -90, ends, is_head=True
            )
        self.people["another head"] = self.person(Role.COORDINATOR, None, -90, None, is_head=True)
        self.appoint()
        self.lend()
        self.fund()

    def homes(self):
        coalition = OrganisationFactory(name="Coalition")
        return {
            Role.ADMINISTRATOR: coalition,
            Role.DESK: coalition,
            Role.COORDINATOR: self.engagement.member,
            Role.LEAD: self.engagement.beneficiary,
            Role.SPONSOR: self.sponsor,
            Role.FUNDER: self.funder,
        }

    def person(self, role, home, begins, ends, **fields):
        person = person_as(role, home, **fields)
        ended_on = None if ends is None else self.today + ends * DAY
        person.memberships.update(started_on=self.today + begins * DAY, ended_on=ended_on)
        return person

    def appoint(self):
        """The lead of today was never appointed: the role alone opens the organisation's engagements."""
        for name, begins, ends in [
            ("lead after their last day", -60, -1),
            ("lead on their only day", 0, 0),
            ("lead before their first day", 1, 30),
        ]:
            self.people[name] = person = person_as(Role.LEAD, self.engagement.beneficiary)
            contact = ContactFactory(
                user=person,
                organisation=self.engagement.beneficiary,
                kept_by=self.engagement.member,
            )
            days = {"starts_on": self.today + begins * DAY, "ends_on": self.today + ends * DAY}
            LeadAppointmentFactory(engagement=self.engagement, contact=contact, **days)

    def lend(self):
        """`assignments`: the mission of each volunteer, by the same names."""
        self.assignments = {}
        for name, begins, ends, of in [
            ("volunteer", 0, 0, {"engagement": self.engagement}),
            ("volunteer after their mission", -30, -1, {"engagement": self.engagement}),
            ("volunteer before their mission", 1, 30, {"engagement": self.engagement}),
            (
                "volunteer not confirmed",
                -30,
                30,
                {"engagement": self.engagement, "confirmed_on": None},
            ),
            ("former volunteer", -30, 30, {"engagement": self.engagement}),
            ("another volunteer", -30, 30, {}),
        ]:
            volunteer = VolunteerFactory(
                sponsor=self.sponsor,
                member=self.engagement.member,
                available_from=self.today - 90 * DAY,
            )
            days = {"starts_on": self.today + begins * DAY, "ends_on": self.today + ends * DAY}
            self.assignments[name] = AssignmentFactory(volunteer=volunteer, **days, **of)
            self.people[name] = volunteer.user
        self.people["former volunteer"].memberships.update(
            started_on=self.today - 90 * DAY, ended_on=self.today
        )

    def fund(self):
        """The foundation reads on its last day; of two others the funding was over yesterday, or begins tomorrow."""
        FundingFactory(
            engagement=self.engagement,
            funder=self.funder,
            starts_on=self.today,
            reads_until=self.today,
        )
        for name, begins, ends in [
            ("funder after their last day", -60, -1),
            ("funder before their first day", 1, 30),
        ]:
            house = OrganisationFactory(funder=True)
            self.people[name] = person_as(Role.FUNDER, house)
            days = {"starts_on": self.today + begins * DAY, "reads_until": self.today + ends * DAY}
            FundingFactory(engagement=self.engagement, funder=house, **days)

    def who(self, may):
        """The names of those whom a permission lets."""
        return {name for name, person in self.people.items() if may(person)}
