"""The life of an agreement: what is missing is named, and what is signed stands."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from crm.domain.refusals import Refused, Stale
from tests.crm.factories import OrganisationFactory
from tests.volunteers.agreed import COMPLETE, TODAY, sign
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.models import SponsorshipAgreement
from volunteers.services import agreements

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def complete(volunteer):
    return AgreementFactory(volunteer=volunteer, consent_on=date(2025, 12, 20), **COMPLETE)


@pytest.fixture
def signed(complete, coordinator):
    return sign(sign(complete, "sponsor", coordinator), "host", coordinator)


class TestLife:
    def test_is_signed_by_both_once_nothing_is_missing(self, signed):
        assert signed.is_signed
        assert list(SponsorshipAgreement.objects.running(TODAY)) == [signed]

    def test_what_is_missing_refuses_the_signature_by_name(self, volunteer, coordinator):
        with pytest.raises(Refused, match="Their qualification"):
            sign(AgreementFactory(volunteer=volunteer), "host", coordinator)

    def test_a_side_signs_once_and_not_tomorrow(self, complete, coordinator):
        complete = sign(complete, "sponsor", coordinator)

        with pytest.raises(Refused, match="signed already"):
            sign(complete, "sponsor", coordinator)
        with pytest.raises(Refused, match="still to come"):
            sign(complete, "host", coordinator, on=TODAY + timedelta(days=1))

    def test_its_words_stand_from_the_first_name_on(self, complete, coordinator):
        with pytest.raises(Refused, match="take the signatures back"):
            agreements.change_agreement(complete, missions="Something else", by=coordinator)

    def test_taking_back_voids_every_name_with_a_reason(self, signed, coordinator):
        back = agreements.take_signatures_back(signed, reason="Another mission", by=coordinator)

        assert (back.consent_on, back.sponsor_signed_on, back.host_signatory) == (None, None, "")
        assert back.history.first().history_change_reason == "Another mission"
        assert (
            agreements.change_agreement(back, missions="Another", by=coordinator).missions
            == "Another"
        )

    def test_a_stale_draft_is_not_overwritten(self, volunteer, coordinator):
        draft = AgreementFactory(volunteer=volunteer)
        agreements.change_agreement(draft, place="Paris", by=coordinator, seen=1)

        with pytest.raises(Stale):
            agreements.change_agreement(draft, place="Lyon", by=coordinator, seen=1)

    def test_ends_early_within_its_dates_with_a_reason(self, signed, coordinator):
        for day in (date(2025, 12, 31), signed.ends_on):
            with pytest.raises(Refused):
                agreements.end_agreement(signed, on=day, reason="New job", by=coordinator)

        ended = agreements.end_agreement(
            signed, on=date(2026, 5, 1), reason="New job", by=coordinator
        )

        assert ended.last_day == date(2026, 5, 1)
        assert list(SponsorshipAgreement.objects.over(TODAY)) == [signed]
        with pytest.raises(Refused, match="ended already"):
            agreements.end_agreement(ended, on=date(2026, 4, 1), reason="Again", by=coordinator)

    def test_the_database_keeps_an_end_within_a_signed_agreement(self, complete):
        with pytest.raises(IntegrityError):
            SponsorshipAgreement.objects.filter(pk=complete.pk).update(
                ended_on=date(2026, 5, 1), end_reason="New job"
            )

    @pytest.mark.parametrize(
        ("field", "word"), [("sponsor", "by this company"), ("host", "to this host")]
    )
    def test_the_person_is_lent_by_that_company_to_that_host(
        self, volunteer, coordinator, field, word
    ):
        parties = {"sponsor": volunteer.sponsor, "host": volunteer.member} | {
            field: OrganisationFactory()
        }

        with pytest.raises(Refused, match=word) as refused:
            agreements.draft_agreement(
                volunteer=volunteer,
                starts_on=date(2026, 1, 5),
                ends_on=TODAY,
                by=coordinator,
                **parties,
            )

        assert set(refused.value.message_dict) == {"volunteer"}
