"""Agreements: what the law wants is named while it is missing; what is signed stands."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.audit.write import mark_of
from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.files.pdf import pdf
from crm.models import Membership, User
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory
from volunteers.domain.agreement_contents import contents_of, missing_of
from volunteers.domain.loans import LIMIT_SINCE, longest_loan
from volunteers.exports.agreements import BLANK, paper_of
from volunteers.models import SponsorshipAgreement
from volunteers.selectors.loan_limits import sum_of_loans
from volunteers.services import agreements
from volunteers.todos.agreements import todos_of
from volunteers.views.agreements import PAPER

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
COMPLETE = {
    "purpose": "partnership",
    "qualification": "Engineer",
    "missions": "Build the platform",
    "costs": "Nothing is invoiced",
    "has_return": True,
    "has_conditions": True,
}
Form = SponsorshipAgreement.Form


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def complete(volunteer):
    return AgreementFactory(volunteer=volunteer, consent_on=date(2025, 12, 20), **COMPLETE)


def sign(agreement, side, by, on=date(2026, 1, 2)):
    return agreements.sign_agreement(
        agreement,
        agreements.AgreementSignature(side=side, name="Ada Martin", on=on),
        seen=agreement.version,
        by=by,
        today=TODAY,
    )


@pytest.fixture
def signed(complete, coordinator):
    return sign(sign(complete, "sponsor", coordinator), "host", coordinator)


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


class TestLength:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "years", "last"),
        [
            (date(2026, 1, 1), date(2028, 12, 31), 3, date(2028, 12, 31)),
            (date(2022, 1, 1), date(2024, 4, 16), 2, date(2023, 12, 31)),
            (date(2022, 4, 18), date(2024, 4, 17), 3, date(2025, 4, 17)),
            (date(2024, 2, 29), date(2026, 1, 1), 3, date(2027, 2, 28)),
        ],
    )
    def test_three_years_or_two_before_the_law_of_2024(self, starts_on, ends_on, years, last):
        assert longest_loan(starts_on, ends_on) == (years, last)

    @given(starts_on=st.dates(date(2000, 1, 1), date(2090, 1, 1)), days=st.integers(0, 3000))
    def test_the_limit_is_a_whole_number_of_years_less_a_day(self, starts_on, days):
        ends_on = starts_on + timedelta(days=days)
        years, last = longest_loan(starts_on, ends_on)

        assert years == (3 if ends_on >= LIMIT_SINCE else 2)
        assert 365 * years - 1 <= (last - starts_on).days <= 365 * years + 1

    def test_a_loan_that_is_too_long_is_not_signed(self, complete, coordinator):
        longer = agreements.change_agreement(
            agreements.take_signatures_back(complete, reason="Longer", by=coordinator),
            ends_on=date(2029, 1, 5),
            by=coordinator,
        )
        longer = agreements.record_consent(
            longer, seen=longer.version, on=date(2026, 1, 2), by=coordinator, today=TODAY
        )

        with pytest.raises(Refused, match="3 years at most"):
            sign(longer, "host", coordinator)

    def test_a_service_has_no_limit(self, volunteer, coordinator):
        service = AgreementFactory(volunteer=volunteer, form=Form.SERVICE, ends_on=date(2035, 1, 1))

        assert sign(service, "host", coordinator).host_signed_on is not None


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


class TestWhoSigns:
    def at(self, agreement, verb, *more):
        return reverse(f"volunteers:agreement-{verb}", args=[agreement.pk, *more])

    def test_each_for_themselves(self, client, volunteer, coordinator):
        agreement = AgreementFactory(volunteer=volunteer, **COMPLETE)
        client.force_login(volunteer.user)
        assert (
            client.post(self.at(agreement, "consent"), {"on": "2026-01-02", "seen": 1}).status_code
            == 302
        )
        assert (
            client.post(
                self.at(agreement, "sign", "sponsor"), {"on": "2026-01-02", "name": "Me"}
            ).status_code
            == 403
        )

        client.force_login(person_as(Role.SPONSOR, volunteer.sponsor))
        assert (
            client.post(
                self.at(agreement, "sign", "sponsor"),
                {"on": "2026-01-02", "name": "Ada", "seen": 2},
            ).status_code
            == 302
        )
        assert (
            client.post(
                self.at(agreement, "sign", "host"), {"on": "2026-01-02", "name": "Ada"}
            ).status_code
            == 403
        )
        assert client.get(self.at(agreement, "change")).status_code == 403

        client.force_login(coordinator)
        by_host = client.post(
            self.at(agreement, "sign", "host"), {"on": "2026-01-02", "name": "Cam", "seen": 3}
        )
        assert by_host.status_code == 302
        agreement.refresh_from_db()
        assert agreement.is_signed

    @pytest.mark.parametrize(
        ("side", "representative", "offered"),
        [
            ("sponsor", "", ""),
            ("sponsor", "Ada", "Ada"),
            ("host", "H", "Camille"),
        ],
    )
    def test_nobody_is_offered_to_sign_for_the_other_side(
        self, client, complete, coordinator, side, representative, offered
    ):
        """Whoever keeps the paper writes down what the company signed on it: not in their own name unawares."""
        User.objects.filter(pk=coordinator.pk).update(full_name="Camille")
        SponsorshipAgreement.objects.filter(pk=complete.pk).update(
            **{f"{side}_representative": representative}
        )
        client.force_login(coordinator)

        form = client.get(self.at(complete, "sign", side)).context_data["form"]

        assert form["name"].value() == offered

    def test_one_that_ends_early_has_not_ended_before_its_day(self, client, signed, coordinator):
        client.force_login(coordinator)
        today, states = timezone.localdate(), []
        for day in (today, today - timedelta(days=1)):
            SponsorshipAgreement.objects.filter(pk=signed.pk).update(
                ends_on=today + timedelta(days=30), ended_on=day, end_reason="x"
            )
            page = client.get(self.at(signed, "detail"), headers={"accept-language": "en"})
            states.append(re.search("ended early|ends early", page.content.decode()).group())

        assert states == ["ends early", "ended early"]

    def test_a_contact_who_changed_company_sees_it_no_more(self, client, complete, volunteer):
        contact = person_as(Role.SPONSOR, volunteer.sponsor)
        client.force_login(contact)
        assert client.get(self.at(complete, "detail")).status_code == 200

        Membership.objects.filter(user=contact).update(
            organisation=OrganisationFactory(sponsor=True)
        )

        assert client.get(self.at(complete, "detail")).status_code == 404

    def test_the_page_names_what_is_missing_and_the_paper_too(self, client, volunteer, coordinator):
        agreement = AgreementFactory(volunteer=volunteer)
        client.force_login(coordinator)

        page = client.get(
            self.at(agreement, "detail"), headers={"accept-language": "en"}
        ).content.decode()
        paper = client.get(self.at(agreement, "pdf"), headers={"accept-language": "en"})

        assert "7 things that the law wants are missing" in page
        assert "Sign for the host" not in page
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")

    @pytest.mark.parametrize("name", ["Zoë 🌻 d'Arc", "<b>X</b> #set text(99pt)", "𝒩ora"])
    def test_the_paper_takes_any_name(self, client, complete, coordinator, name):
        complete.volunteer.user.full_name = name
        complete.volunteer.user.save()
        client.force_login(coordinator)

        assert client.get(self.at(complete, "pdf")).content.startswith(b"%PDF-")

    @pytest.mark.parametrize("side", ["nobody", "host-signed"])
    def test_a_side_that_does_not_exist_is_refused(self, client, complete, coordinator, side):
        client.force_login(coordinator)

        assert client.get(self.at(complete, "sign", side)).status_code == 403

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_of_the_list_do_not_grow(
        self, client, member, coordinator, size, django_assert_num_queries
    ):
        for _n in range(size):
            AgreementFactory(volunteer=VolunteerFactory(member=member))
        client.force_login(coordinator)

        with django_assert_num_queries(6):
            client.get(reverse("volunteers:agreement-list"))

    @pytest.mark.parametrize(
        ("state", "found"), [("unsigned", 1), ("running", 1), ("over", 0), ("x", 2), ("", 2)]
    )
    def test_the_list_is_narrowed_by_state(
        self, client, signed, volunteer, coordinator, state, found
    ):
        signed.ends_on = timezone.localdate() + timedelta(days=9)
        signed.save()
        AgreementFactory(volunteer=volunteer)
        client.force_login(coordinator)

        answer = client.get(reverse("volunteers:agreement-list"), {"state": state})

        assert len(answer.context_data["agreements"]) == found

    def test_a_second_agreement_on_the_same_days_is_pointed_at(
        self, client, complete, volunteer, coordinator
    ):
        AgreementFactory(volunteer=volunteer)
        client.force_login(coordinator)

        page = client.get(
            self.at(complete, "detail"), headers={"accept-language": "en"}
        ).content.decode()

        assert "is it the same loan?" in page


class TestNeeds:
    def reasons(self, person, today=TODAY):
        return [need.reason for need in todos_of(person, today)]

    def test_each_side_is_told_what_is_missing(self, volunteer, coordinator):
        AgreementFactory(volunteer=volunteer)

        assert self.reasons(coordinator) == ["7 contents missing"]
        assert self.reasons(person_as(Role.SPONSOR, volunteer.sponsor)) == ["7 contents missing"]
        assert self.reasons(volunteer.user) == ["An agreement about you waits for your word"]
        assert self.reasons(person_as(Role.COORDINATOR)) == []

    def test_an_end_is_told_two_months_before(self, signed, coordinator):
        assert self.reasons(coordinator, date(2026, 10, 1)) == []
        assert self.reasons(coordinator, date(2026, 11, 15)) == ["agreement ends on 31 December"]

    def test_the_longest_loan_is_told_as_such(self, signed, coordinator):
        SponsorshipAgreement.objects.update(ends_on=date(2029, 1, 4))

        (reason,) = self.reasons(coordinator, date(2028, 12, 1))

        assert reason == "the longest loan that the law allows ends on 4 January"


class TestApi:
    def test_drafts_completes_and_signs(self, volunteer, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        root = "/api/v1/agreements/"
        parties = {
            "sponsor": volunteer.sponsor_id,
            "host": volunteer.member_id,
            "volunteer": volunteer.pk,
        }
        dates = {"starts_on": "2026-01-05", "ends_on": "2026-12-31"}

        made = api.post(root, parties | dates | {"form": "loan-l8241-3"}, format="json")
        at = f"{root}{made.data['id']}/"
        signature = {"side": "host", "name": "Cam", "on": "2026-01-02"}
        assert len(made.data["missing"]) == 7
        assert api.post(f"{at}sign/", signature, format="json").status_code == 400
        api.patch(at, COMPLETE, format="json")
        api.post(f"{at}consent/", {"on": "2026-01-02"}, format="json")

        assert api.post(f"{at}sign/", signature, format="json").data["host_signatory"] == "Cam"

    def test_anothers_people_are_no_choice(self, coordinator, volunteer):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        foreign = VolunteerFactory()
        given = {
            "sponsor": foreign.sponsor_id,
            "host": foreign.member_id,
            "volunteer": foreign.pk,
            "form": "service",
        }

        answer = api.post(
            "/api/v1/agreements/",
            given | {"starts_on": "2026-01-05", "ends_on": "2026-12-31"},
            format="json",
        )

        assert answer.status_code == 400
        assert {"host", "volunteer"} <= set(answer.json()["errors"])


class TestLoansThatFollowEachOther:
    @pytest.fixture
    def second(self, volunteer):
        AgreementFactory(volunteer=volunteer, starts_on=date(2022, 1, 1), ends_on=date(2024, 6, 30))
        return AgreementFactory(
            volunteer=volunteer, starts_on=date(2024, 9, 1), ends_on=date(2026, 8, 31)
        )

    def test_are_added_up_and_left_to_an_adviser(self, client, second, coordinator):
        found = sum_of_loans(second)
        assert (found.loans, found.days, found.allowed) == (2, 912 + 730, 1_095)

        client.force_login(coordinator)
        page = client.get(
            second.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()
        assert "in 2 loans" in page

    def test_an_early_end_shortens_the_sum(self, second):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(
            ended_on=date(2022, 3, 1),
            end_reason="Left",
            sponsor_signatory="Ada",
            sponsor_signed_on=date(2022, 1, 1),
            host_signatory="Rose",
            host_signed_on=date(2022, 1, 1),
            consent_on=date(2022, 1, 1),
        )

        assert sum_of_loans(second) is None

    @pytest.mark.parametrize(
        "change",
        [{"form": Form.SERVICE}, {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 2, 1)}],
    )
    def test_a_service_or_a_later_loan_is_not_counted(self, second, change):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(**change)

        assert sum_of_loans(second) is None

    def test_another_host_or_person_is_not_counted(self, second):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(
            host=OrganisationFactory(member=True)
        )

        assert sum_of_loans(second) is None


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
