"""Whoever leaves hands over what they hold, or leaves it openly: nothing stays with somebody who is gone unseen."""

import pytest
from django.urls import reverse

from crm.audit.write import mark_of
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from engagements.models import Decision
from engagements.services import leads, succession
from engagements.services.succession import SUCCESSOR, Succession, hand_over
from tests.crm.factories import ContactFactory, UserFactory, person_as
from tests.engagements.factories import (
    DecisionFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RiskFactory,
)
from tests.engagements.leaving import (
    DAY,
    assignment_on,
    browser,
    lead_of,
    one_of_each,
    today,
    waits,
)
from tests.volunteers.factories import VolunteerFactory

pytestmark = pytest.mark.django_db


class TestWhatWaits:
    """It stands on the first page of those who run the engagement until somebody is named."""

    @pytest.fixture
    def unowned(self, engagement):
        return one_of_each(lead_of(engagement, ends_on=today() - 3 * DAY).contact.user, engagement)

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
