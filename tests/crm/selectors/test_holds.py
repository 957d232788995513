"""An organisation leaves the directory with nothing under way, or with somebody's word that this is meant."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from crm.models import Organisation
from crm.selectors import holds
from crm.services import organisations
from tests.crm.factories import OrganisationFactory, SupportRequestFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory
from volunteers.models import ComingCompany

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST_WORD = "Say that you archive it all the same, or settle this first."


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def organisation():
    return OrganisationFactory(beneficiary=True, member=True, sponsor=True, funder=True)


def funding(organisation, last):
    FundingFactory(funder=organisation, starts_on=last - 90 * DAY, reads_until=last)


def assignment(organisation, last):
    AssignmentFactory(volunteer__sponsor=organisation, starts_on=last - 90 * DAY, ends_on=last)
    organisation.memberships.all().delete()


def agreement(organisation, last):
    AgreementFactory(
        volunteer=None,
        sponsor=organisation,
        host=OrganisationFactory(),
        starts_on=last - 90 * DAY,
        ends_on=last,
    )


def coming(organisation, last):
    ComingCompany.objects.create(
        volunteer=VolunteerFactory(),
        sponsor=organisation,
        starts_on=last + DAY,
        entered_by=person_as(Role.ADMINISTRATOR),
    )


# What hangs on it (with its last day, where it has one), and the sentence that says so.
HELD = {
    "engagement": (
        lambda o, last: EngagementFactory(beneficiary=o, title="Forêt"),
        "1 engagement is under way: Forêt.",
    ),
    "engagement of a member": (
        lambda o, last: EngagementFactory(member=o, title="Forêt"),
        "1 engagement is under way: Forêt.",
    ),
    "request": (
        lambda o, last: SupportRequestFactory(
            owner=o, name="Paniers", waiting_for="member", state="referred"
        ),
        "It has to answer 1 request: ",
    ),
    "person": (
        lambda o, last: person_as(Role.LEAD, o, full_name="Rose Lead"),
        "1 person holds a role there: Rose Lead.",
    ),
    "mission": (assignment, "1 mission is under way or to come: "),
    "person to come": (coming, "1 person is to come to it, on the day given: "),
    "agreement": (agreement, "1 sponsorship agreement is not over."),
    "funding": (funding, "It reads about 1 engagement that it funds."),
}


def archive(organisation, **more):
    user = person_as(Role.ADMINISTRATOR)
    return organisations.archive_organisation(
        organisation, by=user, at=timezone.now(), why="It closed.", **more
    )


@pytest.mark.parametrize("what", HELD)
class TestArchivingWithSomethingUnderWay:
    def test_is_asked_about_by_service_page_and_api(self, client, coordinator, organisation, what):
        build, sentence = HELD[what]
        build(organisation, timezone.localdate())
        client.force_login(coordinator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        address = reverse("crm:organisation-archive", args=[organisation.pk])

        with pytest.raises(Refused) as refused:
            archive(organisation)
        page = client.post(address, {"why": "It closed.", "seen": organisation.version})

        errors = by_field(refused.value)["anyway"]
        assert errors[0].startswith(sentence)
        assert errors[-1] == LAST_WORD
        assert (page.status_code, page.context_data["form"].errors["anyway"]) == (422, errors)
        assert 'type="checkbox" name="anyway"' in page.content.decode()
        through_api = client.post(
            f"/api/v1/organisations/{organisation.pk}/archive/",
            {"why": "It closed.", "seen": organisation.version},
            "application/json",
        )
        assert (through_api.status_code, through_api.json()["errors"]["anyway"]) == (400, errors)
        assert Organisation.objects.get(pk=organisation.pk).archived_at is None

        assert (
            client.post(
                address, {"why": "It closed.", "anyway": "on", "seen": organisation.version}
            ).status_code
            == 302
        )
        assert Organisation.objects.get(pk=organisation.pk).archived_at is not None


@pytest.mark.parametrize("what", ["mission", "agreement", "funding"])
def test_what_ended_yesterday_holds_nothing(organisation, what):
    build, _sentence = HELD[what]
    build(organisation, timezone.localdate() - DAY)

    assert archive(organisation).archived_at is not None


def test_what_is_over_holds_nothing(organisation):
    EngagementFactory(beneficiary=organisation, stopped=True)
    EngagementFactory(beneficiary=organisation, autonomous=True)
    SupportRequestFactory(owner=organisation, state="withdrawn", due_on=None)
    person_as(Role.LEAD, organisation).memberships.update(ended_on=timezone.localdate())

    assert archive(organisation).archived_at is not None


def test_two_people_of_one_name_are_two(organisation):
    today = timezone.localdate()
    for _person in range(2):
        rose = person_as(Role.LEAD, organisation, full_name="Rose Lead")
        AssignmentFactory(volunteer__user=rose, volunteer__member=organisation, ends_on=today)
    AssignmentFactory(volunteer=rose.volunteer, ends_on=today)

    text = " ".join(holds.what_holds(organisation, today))

    assert "2 people hold a role there: Rose Lead, Rose Lead." in text
    assert "3 missions are under way or to come: Rose Lead, Rose Lead." in text


def test_twice_is_refused_in_words_and_so_is_bringing_back(organisation):
    archive(organisation)

    with pytest.raises(Refused, match="out of the directory already"):
        archive(organisation)
    organisations.restore_organisation(organisation, by=person_as(Role.DESK))
    with pytest.raises(Refused, match="in the directory already"):
        organisations.restore_organisation(organisation, by=person_as(Role.DESK))


def test_the_register_is_this():
    assert sorted(function.__name__ for function in holds._holds) == [
        "agreements_in_force",
        "assignments_to_do",
        "companies_to_come",
        "engagements_under_way",
        "fundings_read_about",
        "open_requests",
        "people_with_a_role",
    ]
