"""From a request to an engagement."""

from datetime import UTC, date, datetime

import pytest

from crm.domain.refusals import Refused
from crm.models import Contact, Organisation, Referral, SupportRequest
from engagements.domain.stages import Stage
from engagements.models import Engagement
from engagements.services import intake
from tests.crm.factories import MemberOfferFactory, OrganisationFactory, ReferralFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def referral(member):
    MemberOfferFactory(member=member)
    return ReferralFactory(member=member)


def accept(referral, coordinator, **changes):
    fields = {
        "title": "Matching",
        "coordinator": coordinator,
        "started_on": date(2026, 6, 15),
    } | changes
    seen = fields.pop("seen", referral.request.version)
    return intake.accept_request(
        referral, intake.Acceptance(**fields), by=coordinator, at=NOW, seen=seen
    )


class TestAcceptRequest:
    def test_opens_an_engagement_in_scoping_with_everything_that_was_told(
        self, referral, coordinator
    ):
        support_request = referral.request
        engagement = accept(referral, coordinator)

        beneficiary = engagement.beneficiary
        assert (engagement.stage, engagement.member, engagement.request) == (
            Stage.SCOPING,
            referral.member,
            support_request,
        )
        assert engagement.need == support_request.need_text
        assert (beneficiary.name, beneficiary.ess_form, beneficiary.is_beneficiary) == (
            support_request.name,
            "association",
            True,
        )
        contact = Contact.objects.get()
        assert (contact.full_name, contact.email, contact.kept_by) == (
            "Hana Holder",
            support_request.email,
            referral.member,
        )

    def test_takes_the_organisation_that_the_desk_has_recognised(self, referral, coordinator):
        organisation = OrganisationFactory(name="Entourage")
        SupportRequest.objects.update(organisation=organisation)

        assert accept(referral, coordinator).beneficiary == organisation

    def test_an_organisation_with_the_same_number_is_not_made_twice(self, referral, coordinator):
        organisation = OrganisationFactory(siren="732829320")
        SupportRequest.objects.update(siren="732829320")

        assert accept(referral, coordinator).beneficiary == organisation
        assert Organisation.objects.filter(siren="732829320").count() == 1

    def test_a_coordinator_of_another_member_is_refused_and_nothing_is_left_half_done(
        self, referral, outsider
    ):
        with pytest.raises(Refused):
            accept(referral, outsider)

        assert Referral.objects.get().state == "proposed"
        assert not Engagement.objects.exists()

    def test_accepted_twice_is_one_engagement(self, referral, coordinator):
        accept(referral, coordinator)

        with pytest.raises(Refused):
            accept(referral, coordinator)
        assert Engagement.objects.count() == 1
