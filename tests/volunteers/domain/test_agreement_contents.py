"""What the law wants in an agreement, by its legal form, and what of it is missing."""

from datetime import date

import pytest

from tests.volunteers.agreed import COMPLETE
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.domain.agreement_contents import contents_of, missing_of
from volunteers.models import SponsorshipAgreement

pytestmark = pytest.mark.django_db
Form = SponsorshipAgreement.Form


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def complete(volunteer):
    return AgreementFactory(volunteer=volunteer, consent_on=date(2025, 12, 20), **COMPLETE)


class TestContents:
    def test_a_loan_wants_the_contents_of_r8241_2(self):
        mandatory = [
            each for each in contents_of(SponsorshipAgreement(form=Form.LOAN)) if each.is_mandatory
        ]

        assert [each.what for each in mandatory] == [
            "The employee's identity",
            "Their qualification",
            "How wages, social charges and expenses invoiced are determined",
            "The duration",
            "The purpose pursued",
            "The missions entrusted",
            "The employee's written agreement",
            "The way back to their post, and no sanction for a refusal",
            "Who answers for the working conditions",
        ]
        assert [each.what for each in mandatory if each.is_there] == ["The duration"]

    def test_the_general_loan_wants_the_amendment(self):
        assert "The signed amendment: work, hours, place" in missing_of(
            SponsorshipAgreement(form=Form.GENERAL_LOAN)
        )
        assert "The signed amendment: work, hours, place" not in missing_of(
            SponsorshipAgreement(form=Form.LOAN)
        )

    def test_nothing_is_mandatory_in_a_service(self):
        assert missing_of(SponsorshipAgreement(form=Form.SERVICE)) == []

    def test_nothing_is_missing_once_it_is_written(self, complete):
        assert missing_of(complete) == []

    @pytest.mark.parametrize("field", COMPLETE)
    def test_each_content_is_missed_by_itself(self, complete, field):
        setattr(complete, field, False if field.startswith("has_") else "")

        assert len(missing_of(complete)) == 1
