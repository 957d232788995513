"""The territories of an offer, whoever writes it."""

import pytest

from crm.domain.refusals import Refused
from crm.services.offers import save_offer
from tests.crm.factories import MemberOfferFactory, SupportRequestFactory


@pytest.mark.django_db
class TestOffer:
    @pytest.mark.parametrize("code", ["988", "987", "986", "975", "2B"])
    def test_names_territories_overseas(self, administrator, code):
        offer = MemberOfferFactory()
        offer.departments = [code]

        save_offer(offer, by=administrator)

        offer.refresh_from_db()
        assert offer.departments == [code]

    @pytest.mark.parametrize("code", ["20", "96", "99", "00", "979", "x"])
    def test_refuses_numbers_that_no_territory_has_whoever_calls(self, administrator, code):
        offer = MemberOfferFactory()
        offer.departments = ["75", code]

        with pytest.raises(Refused, match=r"department|département"):
            save_offer(offer, by=administrator)

    def test_a_request_knows_its_territory(self):
        assert SupportRequestFactory(postal_code="20200").department == "2B"
