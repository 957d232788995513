"""What a member offers: written, tried, changed."""

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused
from crm.services import offers
from tests.crm.factories import (
    MemberOfferFactory,
    NeedFactory,
    OrganisationFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db


class TestOffers:
    FIELDS = {"is_open": "on", "places": "2", "lead": "", "departments": "93, 75 974"}

    @pytest.fixture
    def offer(self, member):
        return MemberOfferFactory(member=member)

    def test_a_coordinator_changes_their_own_and_history_tells(self, client, coordinator, offer):
        NeedFactory()
        client.force_login(coordinator)
        client.post(
            offer.get_absolute_url(), self.FIELDS | {"needs": ["matching"], "seen": offer.version}
        )

        offer.refresh_from_db()
        assert (offer.places, offer.needs, offer.departments) == (
            2,
            ["matching"],
            ["75", "93", "974"],
        )
        assert (
            "needs"
            in client.get(
                offer.get_absolute_url(), headers={"accept-language": "en"}
            ).content.decode()
        )
        assert offer.history.first().history_user == coordinator

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("departments", "93 999", "No department has this number: 999."),
            ("places", "-1", None),
            ("ess_forms", "invented", None),
            ("staff_max", "3", "The most cannot be below the least."),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_saves_nothing(
        self, client, coordinator, offer, field, value, sentence
    ):
        client.force_login(coordinator)
        given = self.FIELDS | {"staff_min": "10", field: value}

        response = client.post(offer.get_absolute_url(), given, headers={"accept-language": "en"})

        assert response.status_code == 422
        errors = response.context["form"].errors
        assert field in errors or "__all__" in errors
        assert sentence is None or sentence in str(errors)
        offer.refresh_from_db()
        assert offer.departments == []

    def test_trying_saves_nothing_and_tells_what_would_go_elsewhere(
        self, client, coordinator, offer
    ):
        other = MemberOfferFactory(member__name="Other member")
        for _turn in range(3):
            SupportRequestFactory()
        client.force_login(coordinator)

        response = client.post(
            offer.get_absolute_url(),
            self.FIELDS | {"departments": "", "ess_forms": ["scop"], "places": "9", "try": "1"},
            headers={"accept-language": "en"},
        )

        offer.refresh_from_db()
        assert offer.ess_forms == []
        assert response.context["trial"].moves == [(offer.member.name, other.member.name, 3)]
        assert "3 past requests would have gone elsewhere" in response.content.decode()

    def test_codes_that_do_not_exist_are_refused_whoever_calls(self, offer):
        offer.ess_forms = ["invented"]

        with pytest.raises(Refused):
            offers.save_offer(offer, by=None)

    def test_two_people_at_once_are_told(self, client, coordinator, offer):
        version = offer.version
        offer.places += 1
        offers.save_offer(offer, by=coordinator)
        client.force_login(coordinator)

        response = client.post(offer.get_absolute_url(), self.FIELDS | {"seen": version})

        assert response.status_code == 422


class TestAMembersFirstOffer:
    def test_is_written_from_the_list_of_offers(self, client, coordinator, member):
        client.force_login(coordinator)
        page = reverse("crm:offer-create", args=[member.pk])
        assert page in client.get(reverse("crm:offer-list")).content.decode()
        assert client.get(page).status_code == 200

        client.post(page, {"is_open": "on", "places": "2"})

        offer = member.offer
        assert (offer.places, offer.history.get().history_user) == (2, coordinator)
        assert page not in client.get(reverse("crm:offer-list")).content.decode()
        assert client.get(page)["Location"] == offer.get_absolute_url()

    def test_is_a_button_on_the_page_of_the_member_and_then_leads_to_it(
        self, client, coordinator, member
    ):
        client.force_login(coordinator)
        page, write = member.get_absolute_url(), reverse("crm:offer-create", args=[member.pk])
        assert write in client.get(page).content.decode()

        offer = MemberOfferFactory(member=member)

        shown = client.get(page).content.decode()
        assert (write in shown, offer.get_absolute_url() in shown) == (False, True)

    def test_has_no_button_for_who_may_neither_write_nor_read_it(self, as_desk, outsider, member):
        write = reverse("crm:offer-create", args=[member.pk])
        assert write not in as_desk.get(member.get_absolute_url()).content.decode()

        read = MemberOfferFactory(member=member).get_absolute_url()

        assert read in as_desk.get(member.get_absolute_url()).content.decode()
        as_desk.force_login(outsider)
        shown = as_desk.get(member.get_absolute_url()).content.decode()
        assert (read in shown, write in shown) == (False, False)

    def test_of_another_member_is_not_there(self, client, coordinator):
        client.force_login(coordinator)
        other = OrganisationFactory(member=True)

        assert client.get(reverse("crm:offer-create", args=[other.pk])).status_code == 404

    def test_of_any_member_for_an_administrator(self, client, administrator, member):
        client.force_login(administrator)

        assert (
            client.post(reverse("crm:offer-create", args=[member.pk]), {"places": "1"}).status_code
            == 302
        )
        assert not member.offer.is_open
