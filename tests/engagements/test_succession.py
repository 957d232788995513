"""Whoever leaves hands over what they hold, or leaves it openly: nothing stays with somebody who is gone unseen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership, User
from engagements import todos
from engagements.models import Decision
from engagements.models.team import people_of
from engagements.selectors import holdings
from engagements.services import leads, succession
from engagements.services.succession import SUCCESSOR, Succession, hand_over
from tests.api_client import ReadingBrowser
from tests.crm.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import (
    BlockerFactory,
    DecisionFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RiskFactory,
)
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def colleague(member):
    return person_as(Role.COORDINATOR, member, full_name="Cleo Colleague")


@pytest.fixture
def administrator():
    return person_as(Role.ADMINISTRATOR)


def browser(user):
    client = ReadingBrowser()
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def lead_of(engagement, **more):
    contact = ContactFactory(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        full_name="Rose Lead",
        user=person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead"),
    )
    return LeadAppointmentFactory(engagement=engagement, contact=contact, **more)


def one_of_each(person, engagement):
    """Whatever somebody can hold in an engagement, besides following it."""
    return {
        "decision": DecisionFactory(engagement=engagement, owner=person),
        "risk": RiskFactory(engagement=engagement, owner=person),
        "milestone": MilestoneFactory(engagement=engagement, owner=person),
        "blocker": BlockerFactory(engagement=engagement, owner=person),
    }


def waits(engagement):
    return {key: len(rows) for key, rows in holdings.left_in(engagement, today()).items()}


def assignment_on(engagement, **more):
    more = {"starts_on": engagement.started_on, "ends_on": today() + 30 * DAY} | more
    volunteer = VolunteerFactory(member=engagement.member, available_from=engagement.started_on)
    return AssignmentFactory(engagement=engagement, volunteer=volunteer, **more)


class TestWhoHasLeft:
    """Somebody whose every role, appointment and mission in the engagement is over; each at its last day."""

    @pytest.mark.parametrize(("days", "is_there"), [(0, True), (-1, False)])
    def test_a_lent_person_is_there_on_the_last_day(self, engagement, days, is_there):
        person = assignment_on(engagement, ends_on=today() + days * DAY).volunteer.user
        one_of_each(person, engagement)

        assert bool(waits(engagement)) is not is_there
        assert (person in people_of(engagement, today())) is is_there

    @pytest.mark.parametrize(("days", "is_there"), [(0, True), (-1, False)])
    def test_a_lead_is_there_on_the_last_day(self, engagement, days, is_there):
        person = lead_of(engagement, ends_on=today() + days * DAY).contact.user
        one_of_each(person, engagement)

        assert bool(waits(engagement)) is not is_there
        assert (person in people_of(engagement, today())) is is_there

    @pytest.mark.parametrize(("days", "is_there"), [(1, True), (0, False)])
    def test_a_coordinator_is_gone_on_the_day_that_ends_the_role(
        self, engagement, coordinator, days, is_there
    ):
        one_of_each(coordinator, engagement)
        Membership.objects.filter(user=coordinator).update(
            started_on=today() - 9 * DAY, ended_on=today() + days * DAY
        )

        assert set(waits(engagement)) == (set() if is_there else set(holdings.KINDS))

    def test_who_stays_in_another_part_is_there(self, engagement, coordinator):
        appointment = lead_of(engagement, ends_on=today() - DAY)
        DecisionFactory(engagement=engagement, owner=appointment.contact.user)
        MembershipFactory(user=appointment.contact.user, organisation=engagement.member)

        assert waits(engagement) == {}

    def test_who_is_on_the_way_may_hold_something(self, engagement):
        person = assignment_on(
            engagement, starts_on=today() + DAY, confirmed_on=None
        ).volunteer.user

        assert person in people_of(engagement, today())

    def test_a_closed_account_holds_nothing(self, engagement):
        person = lead_of(engagement).contact.user
        one_of_each(person, engagement)
        person.is_active = False
        person.save()

        assert set(waits(engagement)) == {"decision", "risk", "milestone", "blocker"}
        assert person not in people_of(engagement, today())

    def test_what_is_closed_waits_for_nobody(self, engagement):
        person = lead_of(engagement, ends_on=today() - DAY).contact.user
        DecisionFactory(engagement=engagement, owner=person, done_on=today())
        RiskFactory(engagement=engagement, owner=person, closed_on=today())
        MilestoneFactory(engagement=engagement, owner=person, done=True)

        assert waits(engagement) == {}

    def test_nothing_waits_where_the_engagement_is_over(self, member, coordinator):
        stopped = EngagementFactory(member=member, coordinator=coordinator, stopped=True)
        one_of_each(lead_of(stopped, ends_on=today() - DAY).contact.user, stopped)

        assert waits(stopped) == {}


class TestWhatWaits:
    """It stands on the first page of those who run the engagement until somebody is named."""

    @pytest.fixture
    def unowned(self, engagement):
        return one_of_each(lead_of(engagement, ends_on=today() - 3 * DAY).contact.user, engagement)

    def of_kind(self, user):
        return [need for need in todos.todos_of(user, today()) if need.kind == "take-over"]

    def test_is_one_thing_to_do_an_engagement_with_all_that_waits(
        self, engagement, coordinator, unowned
    ):
        DecisionFactory(engagement=engagement, owner=unowned["decision"].owner)

        (need,) = self.of_kind(coordinator)

        assert need.reason == "2 open decisions · 1 open risk · 1 open milestone · 1 open blocker"
        assert need.since == today() - 3 * DAY
        assert need.url == reverse("engagements:engagement-take-over", args=[engagement.pk])

    def test_is_not_asked_of_those_who_do_not_run_it(self, unowned, engagement):
        assert self.of_kind(person_as(Role.COORDINATOR, OrganisationFactory(member=True))) == []
        assert self.of_kind(lead_of(engagement, starts_on=today()).contact.user) == []

    @pytest.mark.parametrize("size", [1, 4])
    def test_costs_one_query_whatever_waits(self, member, size, django_assert_num_queries):
        for _number in range(size):
            each = EngagementFactory(member=member)
            one_of_each(lead_of(each, ends_on=today() - DAY).contact.user, each)

        engagements = list(member.supported.values_list("pk", flat=True))

        with django_assert_num_queries(1):
            rows = holdings.waiting_in(engagements, today())
        assert len(rows) == size

    def test_is_gone_once_somebody_is_named_with_the_reason(
        self, engagement, coordinator, colleague, unowned
    ):
        page = browser(coordinator)
        address = reverse("engagements:engagement-take-over", args=[engagement.pk])
        form = page.get(address).content.decode()
        assert "Who takes over the open decision" in form
        assert "Cleo Colleague" in form

        answer = page.post(address, {"reason": "She is gone", "takes_decision": colleague.pk})

        assert answer.status_code == 302
        decision = Decision.objects.get(pk=unowned["decision"].pk)
        assert decision.owner == colleague
        latest = decision.history.order_by("-history_id").first()
        assert (latest.history_user, latest.history_change_reason) == (coordinator, "She is gone")
        assert set(waits(engagement)) == {"risk", "milestone", "blocker"}

    def test_is_taken_by_somebody_who_may_hold_it_only(self, engagement, coordinator, unowned):
        stranger = UserFactory()

        with pytest.raises(Refused) as refused:
            succession.take_over(
                engagement,
                succession=Succession(today(), "Why", {"decision": stranger}),
                by=coordinator,
            )
        assert refused.value.message_dict == {
            "takes_decision": ["Choose somebody who may hold all of it."]
        }

    def test_wants_somebody(self, engagement, coordinator, unowned):
        page = browser(coordinator)
        answer = page.post(
            reverse("engagements:engagement-take-over", args=[engagement.pk]), {"reason": "Why"}
        )

        assert answer.status_code == 422
        assert "Choose somebody for one of them at least." in answer.content.decode()

    def test_page_of_nothing_says_so(self, engagement, coordinator):
        page = browser(coordinator).get(
            reverse("engagements:engagement-take-over", args=[engagement.pk])
        )

        assert "Nothing waits for somebody" in page.content.decode()

    def test_a_second_click_is_told(self, engagement, coordinator, colleague, unowned):
        everything = Succession(today(), "Why", dict.fromkeys(unowned, colleague))
        succession.take_over(engagement, succession=everything, by=coordinator)

        with pytest.raises(Refused) as refused:
            succession.take_over(engagement, succession=everything, by=coordinator)
        assert refused.value.messages == ["Nothing waits for somebody here any more."]

    def test_is_read_and_taken_over_through_the_api(
        self, engagement, coordinator, colleague, unowned
    ):
        page = browser(coordinator)
        waiting = page.get(f"/api/v1/engagements/{engagement.pk}/waiting/").json()
        assert waiting["decision"] == [unowned["decision"].pk]

        body = {"reason": "She is gone", "takes_decision": colleague.pk, "takes_risk": colleague.pk}
        answer = page.post(
            f"/api/v1/engagements/{engagement.pk}/take-over/", body, content_type="application/json"
        )

        assert answer.status_code == 200
        assert answer.json() == {"engagement": [], "decision": [], "risk": []} | {
            key: [unowned[key].pk] for key in ("milestone", "blocker")
        }

    def test_its_words_are_kept_by_whoever_mends_them(self, engagement, coordinator, unowned):
        """An owner who has left stays the owner until another is chosen: mending a title takes nothing away."""
        page, milestone, decision = browser(coordinator), unowned["milestone"], unowned["decision"]
        changed = {
            "title": "Mended",
            "planned_on": milestone.planned_on,
            "owner": milestone.owner_id,
            "seen": 1,
        }
        assert (
            page.post(
                reverse("engagements:milestone-change", args=[milestone.pk]), changed
            ).status_code
            == 302
        )
        changed = {
            "title": "Mended",
            "decided_on": decision.decided_on,
            "owner": decision.owner_id,
            "seen": 1,
        }
        assert (
            page.post(
                reverse("engagements:decision-change", args=[decision.pk]), changed
            ).status_code
            == 302
        )

        assert waits(engagement)["milestone"] == waits(engagement)["decision"] == 1

    def test_says_beside_the_name_that_they_left(self, engagement, coordinator, unowned):
        page = (
            browser(coordinator)
            .get(reverse("engagements:steering", args=[engagement.pk]))
            .content.decode()
        )

        assert page.count("has left") == 2


class TestALeadLeaves:
    def test_what_they_hold_goes_to_the_one_who_is_appointed(self, engagement, coordinator):
        rows = one_of_each(lead_of(engagement).contact.user, engagement)
        new = ContactFactory(
            organisation=engagement.beneficiary,
            kept_by=engagement.member,
            user=person_as(Role.LEAD, engagement.beneficiary, full_name="New Lead"),
        )
        page, address = (
            browser(coordinator),
            reverse("engagements:lead-appoint", args=[engagement.pk]),
        )
        assert "Rose Lead still holds" in page.get(address).content.decode()

        data = {"contact": new.pk, "starts_on": today(), "share": 100, "takes_decision": SUCCESSOR}
        page.post(address, data | {"seen": mark_of(engagement.leads.get())})

        rows["decision"].refresh_from_db()
        assert rows["decision"].owner == new.user
        assert set(waits(engagement)) == {"risk", "milestone", "blocker"}

    def test_what_they_hold_is_asked_on_the_page_of_their_last_day(
        self, engagement, coordinator, colleague
    ):
        appointment = lead_of(engagement)
        rows = one_of_each(appointment.contact.user, engagement)
        page, address = browser(coordinator), reverse("engagements:lead-end", args=[appointment.pk])
        assert "Who takes over the milestone to come" in page.get(address).content.decode()

        takers = {f"takes_{key}": colleague.pk for key in rows}
        page.post(address, {"ends_on": today() - DAY, "seen": mark_of(appointment), **takers})

        assert waits(engagement) == {}
        assert {type(row).objects.get(pk=row.pk).owner for row in rows.values()} == {colleague}

    def test_a_refused_taker_leaves_the_lead_in_office(self, engagement, coordinator):
        appointment = lead_of(engagement)
        DecisionFactory(engagement=engagement, owner=appointment.contact.user)

        with pytest.raises(Refused):
            leads.end_lead(
                appointment,
                ends_on=today(),
                by=coordinator,
                succession=Succession(today(), "", {"decision": UserFactory()}),
            )
        appointment.refresh_from_db()
        assert appointment.ends_on is None

    def test_the_api_replaces_in_the_same_way(self, engagement, coordinator, colleague):
        rows = one_of_each(lead_of(engagement).contact.user, engagement)
        body = {
            "new_name": "New Lead",
            "starts_on": today().isoformat(),
            "takes_risk": colleague.pk,
        }
        answer = browser(coordinator).post(
            f"/api/v1/engagements/{engagement.pk}/appoint-lead/",
            body,
            content_type="application/json",
        )

        assert answer.status_code == 201
        rows["risk"].refresh_from_db()
        assert rows["risk"].owner == colleague


class TestALeadWithoutAnAccountLeaves:
    @pytest.fixture
    def appointment(self, engagement):
        contact = ContactFactory(
            organisation=engagement.beneficiary, kept_by=engagement.member, full_name="Rose Named"
        )
        return LeadAppointmentFactory(engagement=engagement, contact=contact)

    @pytest.fixture
    def held(self, engagement, appointment):
        owned = {"engagement": engagement, "owner": None, "owner_lead": appointment}
        return {"decision": DecisionFactory(**owned), "risk": RiskFactory(**owned)}

    @pytest.mark.parametrize(("days", "waiting"), [(0, {}), (-1, {"decision": 1, "risk": 1})])
    def test_what_they_own_waits_from_the_day_after_the_last(
        self, engagement, appointment, held, days, waiting
    ):
        appointment.ends_on = today() + days * DAY
        appointment.save()

        assert waits(engagement) == waiting

    def test_is_marked_as_gone_and_taken_over(
        self, engagement, coordinator, colleague, appointment, held
    ):
        appointment.ends_on = today() - DAY
        appointment.save()
        page = browser(coordinator)
        steering = reverse("engagements:steering", args=[engagement.pk])
        assert page.get(steering).content.decode().count("has left") == 2

        everything = Succession(today(), "Why", {"decision": colleague, "risk": colleague})
        succession.take_over(engagement, succession=everything, by=coordinator)

        held["decision"].refresh_from_db()
        assert (held["decision"].owner, held["decision"].owner_lead) == (colleague, None)
        assert waits(engagement) == {}

    def test_the_next_one_without_an_account_takes_over(
        self, engagement, coordinator, appointment, held
    ):
        MilestoneFactory(engagement=engagement)
        page, address = (
            browser(coordinator),
            reverse("engagements:lead-appoint", args=[engagement.pk]),
        )
        assert "Rose Named still holds" in page.get(address).content.decode()

        data = {
            "new_name": "Next Named",
            "starts_on": today(),
            "share": 100,
            "takes_decision": SUCCESSOR,
        }
        page.post(address, data | {"seen": mark_of(appointment)})

        held["decision"].refresh_from_db()
        held["risk"].refresh_from_db()
        assert str(held["decision"].holder) == "Next Named"
        assert held["risk"].owner_lead == appointment

    def test_a_milestone_is_held_with_an_account(self, engagement, coordinator, held):
        new = LeadAppointmentFactory()
        MilestoneFactory(engagement=engagement, owner=coordinator)

        with pytest.raises(Refused):
            hand_over(
                coordinator,
                [engagement.pk],
                Succession(today(), "", {"milestone": SUCCESSOR}),
                by=coordinator,
                successor=new,
            )


class TestALentPersonLeaves:
    @pytest.fixture
    def assignment(self, engagement):
        return assignment_on(engagement)

    def test_a_shorter_assignment_asks_who_takes_over(
        self, engagement, coordinator, colleague, assignment
    ):
        rows = one_of_each(assignment.volunteer.user, engagement)
        page, address = (
            browser(coordinator),
            reverse("volunteers:assignment-shorten", args=[assignment.pk]),
        )
        assert "Who takes over the open blocker" in page.get(address).content.decode()

        page.post(
            address,
            {"ends_on": today() - DAY, "seen": assignment.version, "takes_blocker": colleague.pk},
            follow=True,
        )

        rows["blocker"].refresh_from_db()
        assert rows["blocker"].owner == colleague
        assert set(waits(engagement)) == {"decision", "risk", "milestone"}

    def test_looking_at_what_follows_hands_nothing_over(
        self, engagement, coordinator, colleague, assignment
    ):
        rows = one_of_each(assignment.volunteer.user, engagement)
        browser(coordinator).post(
            reverse("volunteers:assignment-shorten", args=[assignment.pk]),
            {
                "ends_on": today(),
                "seen": assignment.version,
                "takes_blocker": colleague.pk,
                "look": 1,
            },
        )

        rows["blocker"].refresh_from_db()
        assert rows["blocker"].owner == assignment.volunteer.user

    def test_the_one_who_arrives_takes_over(self, engagement, coordinator, assignment):
        rows = one_of_each(assignment.volunteer.user, engagement)
        arriving = VolunteerFactory(
            sponsor=assignment.volunteer.sponsor,
            member=engagement.member,
            available_from=engagement.started_on,
        )
        data = {
            "seen": assignment.version,
            "volunteer": arriving.pk,
            "last_day": assignment.ends_on,
            "overlap_days": 3,
            "ends_on": assignment.ends_on + 60 * DAY,
            "takes_decision": SUCCESSOR,
        }
        page = browser(coordinator)
        address = reverse("volunteers:assignment-replace", args=[assignment.pk])
        page.post(address, data | {"look": 1})
        rows["decision"].refresh_from_db()
        assert rows["decision"].owner == assignment.volunteer.user

        assert page.post(address, data).status_code == 302
        rows["decision"].refresh_from_db()
        assert rows["decision"].owner == arriving.user

    def test_the_api_shortens_in_the_same_way(self, engagement, coordinator, colleague, assignment):
        rows = one_of_each(assignment.volunteer.user, engagement)
        body = {
            "ends_on": today().isoformat(),
            "seen": assignment.version,
            "takes_milestone": colleague.pk,
        }
        answer = browser(coordinator).post(
            f"/api/v1/assignments/{assignment.pk}/shorten/", body, content_type="application/json"
        )

        assert answer.status_code == 200
        rows["milestone"].refresh_from_db()
        assert rows["milestone"].owner == colleague


class TestSomebodyLeavesTheHouse:
    """A role ends, or the account is closed: by its page, the API or the administration."""

    def leave(self, administrator, person, **given):
        address = reverse("engagements:person-leave", args=[person.pk])
        return browser(administrator).post(address, {"reason": "A new post"} | given)

    @pytest.mark.parametrize("ends", ["role", "account"])
    def test_the_last_administrator_stays(self, administrator, ends):
        role = administrator.memberships.get()
        data = {"role": "all" if ends == "account" else role.pk}

        answer = self.leave(administrator, administrator, **data)
        assert answer.status_code == 422
        assert "Nobody else administers Relais" in answer.content.decode()

        person_as(Role.ADMINISTRATOR)
        assert self.leave(administrator, administrator, **data).status_code == 302

    def test_lists_all_that_they_hold_with_counts(
        self, administrator, coordinator, member, engagement
    ):
        EngagementFactory(member=member, coordinator=coordinator)
        one_of_each(coordinator, engagement)
        address = reverse("engagements:person-leave", args=[coordinator.pk])
        page = browser(administrator).get(address).content.decode()

        assert (
            "2 engagements followed · 1 open decision · 1 open risk · 1 open milestone · 1 open blocker"
            in page
        )
        assert "Who takes over the 2 engagements that are followed" in page

    def test_the_account_is_closed_and_all_changes_hands_at_once(
        self, administrator, coordinator, colleague, engagement
    ):
        rows = one_of_each(coordinator, engagement)
        takers = {f"takes_{key}": colleague.pk for key in holdings.KINDS}

        assert self.leave(administrator, coordinator, role="all", **takers).status_code == 302

        coordinator.refresh_from_db()
        engagement.refresh_from_db()
        assert not coordinator.is_active
        assert engagement.coordinator == colleague
        assert {type(row).objects.get(pk=row.pk).owner for row in rows.values()} == {colleague}
        assert waits(engagement) == {}
        assert (
            engagement.history.order_by("-history_id").first().history_change_reason == "A new post"
        )
        assert (
            coordinator.history.order_by("-history_id").first().history_change_reason
            == "A new post"
        )

    def test_a_role_ends_and_what_nobody_takes_waits_openly(
        self, administrator, coordinator, colleague, engagement
    ):
        one_of_each(coordinator, engagement)
        role = coordinator.memberships.get()

        self.leave(administrator, coordinator, role=role.pk, takes_engagement=colleague.pk)

        role.refresh_from_db()
        coordinator.refresh_from_db()
        assert (role.ended_on, coordinator.is_active) == (today(), True)
        assert set(waits(engagement)) == {"decision", "risk", "milestone", "blocker"}
        assert any(need.kind == "take-over" for need in todos.todos_of(colleague, today()))

    def test_a_role_elsewhere_keeps_what_is_held_here(
        self, administrator, coordinator, colleague, engagement
    ):
        elsewhere = MembershipFactory(user=coordinator, started_on=today() - DAY)
        self.leave(administrator, coordinator, role=elsewhere.pk, takes_engagement=colleague.pk)

        engagement.refresh_from_db()
        assert engagement.coordinator == coordinator

    def test_a_refused_taker_leaves_everything_as_it_was(
        self, administrator, coordinator, engagement
    ):
        stranger = UserFactory()
        with pytest.raises(Refused):
            succession.leave(
                coordinator,
                succession=Succession(today(), "Why", {"engagement": stranger}),
                by=administrator,
            )
        coordinator.refresh_from_db()
        assert coordinator.is_active

    def test_those_who_run_engagements_of_two_members_run_both_to_take_all(
        self, member, coordinator, colleague
    ):
        other = OrganisationFactory(member=True)
        MembershipFactory(user=coordinator, organisation=other)
        both = [EngagementFactory(member=each, coordinator=coordinator) for each in (member, other)]
        assert list(holdings.takers_of("engagement", both, today())) == [coordinator]

        MembershipFactory(user=colleague, organisation=other)
        assert set(holdings.takers_of("engagement", both, today())) == {coordinator, colleague}

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DESK, Role.LEAD])
    def test_is_written_down_by_administrators(self, role, member, coordinator):
        answer = self.leave(person_as(role, member), coordinator, role="all")

        assert answer.status_code == 404

    def test_the_api_goes_the_same_way(self, administrator, coordinator, colleague, engagement):
        body = {"person": coordinator.pk, "reason": "A new post", "takes_engagement": colleague.pk}
        answer = browser(administrator).post(
            "/api/v1/departures/", body, content_type="application/json"
        )

        assert answer.status_code == 204
        coordinator.refresh_from_db()
        engagement.refresh_from_db()
        assert (coordinator.is_active, engagement.coordinator) == (False, colleague)

    @pytest.mark.parametrize("door", ["page", "API", "service"])
    def test_every_role_ends_with_the_account(self, administrator, coordinator, door):
        to_come = MembershipFactory(user=coordinator, started_on=today() + 9 * DAY)
        over = MembershipFactory(
            user=coordinator, started_on=today() - 9 * DAY, ended_on=today() - DAY
        )

        if door == "page":
            self.leave(administrator, coordinator, role="all")
        elif door == "API":
            body = {"person": coordinator.pk, "reason": "A new post"}
            browser(administrator).post(
                "/api/v1/departures/", body, content_type="application/json"
            )
        else:
            succession.leave(
                coordinator, succession=Succession(today(), "A new post"), by=administrator
            )

        coordinator.refresh_from_db()
        assert not coordinator.is_active
        assert not coordinator.memberships.not_over().filter(started_on__lte=today()).exists()
        assert Membership.objects.get(pk=to_come.pk).ended_on == to_come.started_on
        assert Membership.objects.get(pk=over.pk).ended_on == over.ended_on
        assert to_come.history.latest().history_change_reason == "A new post"

    def test_the_api_ends_a_role_of_that_person_only(self, administrator, coordinator, colleague):
        body = {
            "person": coordinator.pk,
            "role": colleague.memberships.get().pk,
            "reason": "A new post",
        }
        answer = browser(administrator).post(
            "/api/v1/departures/", body, content_type="application/json"
        )

        assert answer.status_code == 400
        assert colleague.memberships.get().ended_on is None


class TestTheAdministration:
    """It closes nobody who still holds something: it says what, and where it changes hands."""

    @pytest.fixture
    def page(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def close(self, page, user):
        data = {"full_name": user.full_name, "latin_name": "", "email": user.email}
        return page.post(reverse("admin:crm_user_change", args=[user.pk]), data)

    def change(self, page, row, **changes):
        data = {"user": row.user_id, "organisation": row.organisation_id, "role": row.role}
        data |= {"started_on": row.started_on.isoformat(), "ended_on": ""} | changes
        return page.post(reverse("admin:crm_membership_change", args=[row.pk]), data)

    def test_keeps_the_last_administrator(self, page, administrator):
        answer = self.close(page, administrator)

        administrator.refresh_from_db()
        assert administrator.is_active
        assert "Nobody else administers Relais" in answer.content.decode()

    def test_says_what_is_held_and_links_the_page(self, page, coordinator, engagement):
        answer = self.close(page, coordinator)

        coordinator.refresh_from_db()
        assert coordinator.is_active
        words = answer.content.decode()
        assert "still holds: 1 engagement followed." in words
        assert f'href="{reverse("engagements:person-leave", args=[coordinator.pk])}"' in words

    def test_closes_who_holds_nothing(self, page):
        role = MembershipFactory()
        assert self.close(page, role.user).status_code == 302

        role.refresh_from_db()
        assert not User.objects.get(pk=role.user_id).is_active
        assert (role.ended_on, str(role.history.latest().history_change_reason)) == (
            today(),
            "The account was closed",
        )

    @pytest.mark.parametrize("changes", [{"ended_on": "today"}, {"role": Role.DESK.value}])
    def test_takes_no_role_away_by_which_something_is_held(
        self, page, coordinator, engagement, changes
    ):
        row = coordinator.memberships.get()
        answer = self.change(
            page, row, **{k: today().isoformat() if v == "today" else v for k, v in changes.items()}
        )

        row.refresh_from_db()
        assert (row.role, row.ended_on) == (Role.COORDINATOR, None)
        assert "still holds" in answer.content.decode()

    def test_ends_a_role_by_which_nothing_is_held(self, page, colleague):
        row = colleague.memberships.get()
        assert self.change(page, row, ended_on=today().isoformat()).status_code == 302

        row.refresh_from_db()
        assert row.ended_on == today()

    def test_deletes_not_the_last_role_of_an_administrator(self, page, administrator):
        row = administrator.memberships.get()
        page.post(reverse("admin:crm_membership_delete", args=[row.pk]), {"post": "yes"})

        assert administrator.memberships.exists()

    def test_deletes_no_role_by_which_something_is_held(self, page, coordinator, engagement):
        row = coordinator.memberships.get()
        answer = page.post(reverse("admin:crm_membership_delete", args=[row.pk]), {"post": "yes"})

        assert Membership.objects.filter(pk=row.pk).exists()
        assert "still holds" in answer.content.decode()


def test_where_nobody_can_be_chosen_the_form_says_what_to_do_first(administrator, engagement):
    """The only coordinator leaves: a list that holds nobody would be a dead end."""
    page = browser(administrator)
    address = reverse("engagements:person-leave", args=[engagement.coordinator_id])

    alone = page.get(address).context_data["form"]["takes_engagement"]
    person_as(Role.COORDINATOR, engagement.member)
    together = page.get(address).context_data["form"]["takes_engagement"]

    assert "first invite somebody" in alone.help_text
    assert together.help_text == engagement.title
