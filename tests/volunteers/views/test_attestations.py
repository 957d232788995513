"""The pages of an attestation: issued and found, printed, and checked by anybody who holds the paper."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.crm.factories import UserFactory, person_as
from tests.volunteers.attested import TODAY, ends_in_june, issue
from tests.volunteers.factories import AttestationFactory, VolunteerFactory
from volunteers.models import Attestation
from volunteers.selectors import attestations
from volunteers.services.attestations import revoke_attestation

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(member, coordinator):
    return ends_in_june(member, coordinator)


class TestThePages:
    @pytest.fixture
    def ending(self, assignment):
        today = timezone.localdate()
        type(assignment).objects.filter(pk=assignment.pk).update(ends_on=today)
        assignment.refresh_from_db()
        return assignment

    def test_issued_by_the_coordinator_and_found_by_the_person(self, client, ending, coordinator):
        client.force_login(coordinator)
        url = reverse("volunteers:attestation-create", args=[ending.pk])
        assert "Left out" in client.get(url, headers={"accept-language": "en"}).content.decode()
        typed = {
            "signer": "Rose",
            "function": "Director",
            "language": "fr",
            "seen": attestations.seal_of(ending),
        }
        response = client.post(url, typed)
        issued = Attestation.objects.get()
        assert response["Location"] == issued.get_absolute_url()
        assert client.post(url, typed).status_code == 422

        client.force_login(ending.volunteer.user)
        page = client.get(reverse("volunteers:volunteer-detail", args=[ending.volunteer_id]))
        assert issued.get_absolute_url() in page.content.decode()

    def test_what_was_typed_is_kept_where_something_is_missing(self, client, ending, coordinator):
        client.force_login(coordinator)
        url = reverse("volunteers:attestation-create", args=[ending.pk])
        response = client.post(url, {"signer": "Rose ‘R’ Martin", "function": "", "language": "fr"})

        assert response.status_code == 422
        assert "Rose ‘R’ Martin" in response.content.decode()

    def test_the_paper_is_a_pdf_with_the_same_bytes_twice(self, client, ending, coordinator):
        issued = issue(ending, today=timezone.localdate())
        client.force_login(ending.volunteer.user)
        first, second = (
            client.get(reverse("volunteers:attestation-pdf", args=[issued.pk])).content
            for _n in "ab"
        )

        assert first.startswith(b"%PDF")
        assert first == second

    @pytest.mark.parametrize("size", [1, 6])
    def test_the_persons_page_asks_the_same_number_of_questions(
        self, client, size, member, coordinator, django_assert_num_queries
    ):
        volunteer = VolunteerFactory(member=member)
        for _n in range(size):
            AttestationFactory(
                assignment__volunteer=volunteer,
                assignment__days_a_week=1,
                assignment__engagement__member=member,
            )
        client.force_login(coordinator)
        url = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        client.get(url)
        with django_assert_num_queries(14):
            client.get(url)

    def test_the_sponsor_and_the_lead_have_none(self, assignment):
        issue(assignment)
        for user in (
            person_as("sponsor", assignment.volunteer.sponsor),
            person_as("lead", assignment.engagement.beneficiary),
            person_as("coordinator"),
            UserFactory(),
        ):
            assert not Attestation.objects.visible_to(user).exists()


class TestThePublicPage:
    def check(self, client, code):
        return client.get(
            reverse("volunteers:attestation-check", args=[code]), headers={"accept-language": "en"}
        )

    def test_shows_what_the_paper_says_without_an_account_and_writes_nothing(
        self, client, assignment, django_assert_num_queries
    ):
        issued = issue(assignment)
        with django_assert_num_queries(1):
            page = self.check(client, issued.code)

        text = page.content.decode()
        assert "genuine, and it stands" in text
        assert "Job &lt;platform&gt;" in text
        assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)

    def test_a_revoked_one_says_so_and_neither_why_nor_what(self, client, assignment):
        issued = issue(assignment)
        revoke_attestation(issued, reason="Secret quarrel", by=issued.issued_by, today=TODAY)

        text = self.check(client, issued.code).content.decode()
        assert "was revoked" in text
        assert "Secret quarrel" not in text
        assert "Rose Martin" not in text

    def test_a_tampered_row_is_told(self, client, assignment):
        issued = issue(assignment)
        Attestation.objects.update(contents=issued.contents | {"half_days": 400})

        assert "do not match" in self.check(client, issued.code).content.decode()

    @pytest.mark.parametrize("code", ["x", "a" * 43, "a" * 400])
    def test_an_unknown_code_is_as_if_missing(self, client, assignment, code):
        issue(assignment)

        assert self.check(client, code).status_code == 404
