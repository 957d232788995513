"""The paper of an agreement, which one signs: whole clauses, who the parties are, and for whom the mission is."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from crm.audit.write import mark_of
from crm.domain.refusals import Refused
from crm.files.pdf import pdf
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory
from volunteers.exports.agreements import BLANK, paper_of
from volunteers.services import agreements
from volunteers.views.agreements import PAPER

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


class TestThePaper:
    """What one signs: whole clauses, who the parties are, and for whom the mission is."""

    @pytest.fixture
    def agreement(self, member):
        volunteer = VolunteerFactory(member=member, user__full_name="Léa Dupont")
        sponsor = volunteer.sponsor
        sponsor.siren, sponsor.street, sponsor.postal_code, sponsor.city = (
            "732829320",
            "1 rue Neuve",
            "75001",
            "Paris",
        )
        sponsor.save()
        return AgreementFactory(
            volunteer=volunteer,
            engagement=EngagementFactory(
                member=member, title="Forêt", beneficiary__name="Les Arbres"
            ),
            sponsor_representative="Rose Martin",
            sponsor_capacity="directrice",
            has_return=True,
            has_insurance=True,
            particular_terms="Le télétravail est possible.",
        )

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_prints_clauses_and_no_boxes(self, agreement, language):
        with translation.override(language):
            paper = paper_of(agreement, language, date(2026, 6, 1))

        texts = "\n".join(article["text"] for article in paper["articles"])
        assert ("retrouve son poste" if language == "fr" else "returns to their post") in texts
        assert "clauses" not in paper
        assert "Le télétravail est possible." in texts
        for absent in ("confidentiel", "keep to themselves"):
            assert absent not in texts

    def test_the_purpose_of_a_loan_is_not_the_object_of_an_association(self, agreement):
        agreement.purpose = "partnership"
        with translation.override("fr"):
            titles = [
                each["title"] for each in paper_of(agreement, "fr", date(2026, 6, 1))["articles"]
            ]

        assert "Article 3. Finalité" in titles

    def test_names_the_parties_as_a_contract_does(self, agreement):
        company, host = paper_of(agreement, "en", date(2026, 6, 1))["parties"]

        words = " ".join(company["lines"])
        for fact in (
            "SIREN 732829320",
            "1 rue Neuve, 75001 Paris",
            "Rose Martin, in their capacity as directrice",
        ):
            assert fact in words
        assert f"SIREN {BLANK}" in host["lines"], "what is not known is left to be written"

    def test_names_the_beneficiary_and_the_assignment(self, agreement, member):
        def said():
            return paper_of(agreement, "en", date(2026, 6, 1))["articles"][0]["text"]

        assert "Les Arbres (Forêt)" in said()
        agreement.engagement = None
        AssignmentFactory(
            volunteer=agreement.volunteer,
            engagement=EngagementFactory(
                member=member, title="Mer", beneficiary__name="Les Vagues"
            ),
        )
        assert "Les Vagues (Mer)" in said()

    def test_an_engagement_of_another_host_is_refused(self, agreement, coordinator):
        with pytest.raises(Refused) as refused:
            agreements.change_agreement(agreement, engagement=EngagementFactory(), by=coordinator)

        assert "engagement" in refused.value.message_dict

    @pytest.mark.parametrize("text", ["李小龍", "علي", "สมชาย", "Олена", "Ελένη", "Đặng 🌻"])
    def test_is_printed_whatever_the_script(self, agreement, text):
        agreement.missions = text
        paper = paper_of(agreement, "fr", date(2026, 6, 1))

        assert pdf(PAPER, paper).startswith(b"%PDF-")

    def test_a_name_that_cannot_be_printed_is_asked_for_in_latin_letters(self, client, agreement):
        person = agreement.volunteer.user
        client.force_login(person)
        address = reverse("volunteers:volunteer-identity", args=[agreement.volunteer_id])

        seen = mark_of(person)
        refused = client.post(address, {"full_name": "李小龍", "seen": seen})
        client.post(address, {"full_name": "李小龍", "latin_name": "Li Xiaolong", "seen": seen})

        person.refresh_from_db()
        agreement.volunteer.user = person
        assert (refused.status_code, set(refused.context_data["form"].errors)) == (
            422,
            {"latin_name"},
        )
        assert (str(person), person.on_paper) == ("李小龍", "Li Xiaolong")
        assert "Li Xiaolong" in paper_of(agreement, "fr", date(2026, 6, 1))["articles"][1]["text"]
