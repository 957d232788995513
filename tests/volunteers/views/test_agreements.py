"""Who is offered to sign an agreement on its page, what the page names as missing, and the list of them all."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Membership, User
from tests.crm.factories import OrganisationFactory, person_as
from tests.volunteers.agreed import COMPLETE, sign
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.models import SponsorshipAgreement

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
