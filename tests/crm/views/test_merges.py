"""The pages and routes that merge; what a merge does: tests/crm/services/test_merges.py."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import KeptApart, Membership, Merge
from crm.selectors.merges import seal_of
from tests.api_client import ReadingClient
from tests.crm.factories import ContactFactory, OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory

pytestmark = pytest.mark.django_db
INBOX = reverse("crm:duplicates")


@pytest.fixture
def administrator(db):
    return person_as(Role.ADMINISTRATOR)


@pytest.fixture
def admin_page(enter, administrator):
    return enter(administrator)


@pytest.fixture
def two(db):
    kept = OrganisationFactory(name="Bel Air", siren="732829320")
    return kept, OrganisationFactory(name="Bel-Air", staff_count=12)


def fresh(rows):
    for row in rows:
        row.refresh_from_db()
    return rows


def merge_page(kept, absorbed):
    return f"{reverse('crm:organisation-merge', args=[kept.pk])}?with={absorbed.pk}"


class TestMerge:
    def test_shows_what_moves_then_does_it_and_leads_on(self, admin_page, two):
        kept, absorbed = two
        EngagementFactory(beneficiary=absorbed)
        shown = admin_page.get(merge_page(*two)).content.decode()
        assert "Engagements (supported organisation): <strong>1</strong>" in shown
        assert "Employees" in shown

        data = {"seen": seal_of(*two)}
        answer = admin_page.post(merge_page(*two), data)
        again = admin_page.post(merge_page(*two), data)

        assert answer.headers["Location"] == kept.get_absolute_url()
        assert (again.status_code, Merge.objects.count()) == (404, 1)
        lead = admin_page.get(absorbed.get_absolute_url())
        assert lead.headers["Location"] == kept.get_absolute_url()
        page = admin_page.get(kept.get_absolute_url()).content.decode()
        assert "Bel-Air, merged into it" in page
        assert "Undo the merge" in page
        undone = admin_page.post(reverse("crm:merge-undo", args=[Merge.objects.get().pk]))
        assert undone.headers["Location"] == absorbed.get_absolute_url()
        assert admin_page.get(absorbed.get_absolute_url()).status_code == 200

    def test_what_was_read_is_old(self, admin_page, two):
        old = seal_of(*two)
        two[1].version = 2
        two[1].save()

        answer = admin_page.post(merge_page(*two), {"seen": old})

        assert answer.status_code == 422
        assert seal_of(*two) in answer.content.decode()

    def test_two_numbers_ask_for_a_tick(self, admin_page, two):
        two[1].siren = "443061841"
        two[1].save()
        data = {"seen": seal_of(*two)}

        asked = admin_page.post(merge_page(*two), data)
        done = admin_page.post(merge_page(*two), data | {"are_one": "on"})

        assert (asked.status_code, done.status_code) == (422, 302)
        assert "They are one all the same" in asked.content.decode()

    def test_no_other_one_is_missing_and_itself_too(self, admin_page, two):
        for other in ("x", "0", str(two[0].pk), "9" * 30):
            url = reverse("crm:organisation-merge", args=[two[0].pk])
            assert admin_page.get(url, {"with": other}).status_code == 404

    def test_the_other_one_is_searched_for(self, admin_page, two):
        url = reverse("crm:organisation-merge", args=[two[1].pk])
        OrganisationFactory(name="Canal")

        assert admin_page.get(url).context_data["found"] == []
        assert list(admin_page.get(url, {"q": "bel"}).context_data["found"]) == [two[0]]

    def test_a_head_coordinator_merges_what_is_theirs_and_may_undo_it(self, enter, two):
        member = OrganisationFactory(member=True)
        head = enter(person_as(Role.COORDINATOR, member, is_head=True))
        EngagementFactory(beneficiary=two[1], member=member)

        assert head.post(merge_page(*two), {"seen": seal_of(*two)}).status_code == 302
        first = Merge.objects.get()
        assert head.post(reverse("crm:merge-undo", args=[first.pk])).status_code == 302
        assert head.post(merge_page(*two), {"seen": seal_of(*fresh(two))}).status_code == 302
        second = Merge.objects.standing().get()
        Membership.objects.filter(is_head=True).update(
            organisation=OrganisationFactory(member=True)
        )
        kept = head.get(two[0].get_absolute_url()).content.decode()
        assert "Undo the merge" not in kept
        assert head.post(reverse("crm:merge-undo", args=[second.pk])).status_code == 403
        assert Merge.objects.standing().exists()

    def test_a_head_coordinator_merges_nothing_of_others(self, enter, two):
        member = OrganisationFactory(member=True)
        head = enter(person_as(Role.COORDINATOR, member, is_head=True))
        EngagementFactory(beneficiary=two[1], member=member)
        EngagementFactory(beneficiary=two[1])
        refused = head.get(merge_page(*two)).content.decode()
        assert "ask an administrator" in refused
        assert "Engagements (" not in refused
        assert 'name="seen"' not in refused
        assert head.post(merge_page(*two), {"seen": seal_of(*two)}).status_code == 403

    def test_what_somebody_else_merged_is_not_there_for_a_head_coordinator(
        self, enter, admin_page, two
    ):
        admin_page.post(merge_page(*two), {"seen": seal_of(*two)})
        head = enter(person_as(Role.COORDINATOR, OrganisationFactory(), is_head=True))
        merged = Merge.objects.get()
        assert head.post(reverse("crm:merge-undo", args=[merged.pk])).status_code == 404


class TestContacts:
    def test_merged_on_their_page_that_then_leads_on(self, admin_page):
        kept = ContactFactory(full_name="Ada")
        same = {"organisation": kept.organisation, "kept_by": kept.kept_by}
        absorbed = ContactFactory(**same, full_name="Ada B", phone="0102030405")
        url = reverse("crm:contact-merge", args=[kept.pk])

        found = admin_page.get(url).context_data["found"]
        answer = admin_page.post(f"{url}?with={absorbed.pk}", {"seen": seal_of(kept, absorbed)})

        change = reverse("crm:contact-change", args=[kept.pk])
        assert (found, answer.headers["Location"]) == ([], change)
        old = admin_page.get(reverse("crm:contact-change", args=[absorbed.pk]))
        assert old.headers["Location"] == change
        assert "Ada B, merged into it" in admin_page.get(change).content.decode()


class TestInbox:
    def test_shows_pairs_and_one_says_that_they_are_two(self, page, two):
        two[1].name = two[0].name
        two[1].save()
        assert len(page.get(INBOX).context_data["organisations"]) == 1

        apart = reverse("crm:organisation-apart", args=[two[0].pk])
        page.post(apart, {"other": two[1].pk})

        assert page.get(INBOX).context_data["organisations"] == []
        assert KeptApart.objects.count() == 1
        assert page.post(apart, {}).status_code == 302
        assert page.post(apart, {"other": "x"}).status_code == 404

    @pytest.mark.parametrize("size", [1, 20])
    def test_statements_do_not_grow(self, page, size, django_assert_num_queries):
        for number in range(size):
            OrganisationFactory.create_batch(2, name=f"Canal {number}")
        page.get(INBOX)

        with django_assert_num_queries(8):
            page.get(INBOX)


class TestApi:
    def test_merges_and_undoes(self, administrator, two):
        client = ReadingClient()
        client.force_authenticate(administrator)
        body = {"absorbed": two[1].pk, "seen": 1, "absorbed_seen": 1}
        url = f"/api/v1/organisations/{two[0].pk}/merge/"

        old = client.post(url, body | {"absorbed_seen": 2}, format="json")
        merged = client.post(url, body, format="json")
        undone = client.post(f"/api/v1/merges/{merged.data['id']}/undo/", format="json")

        assert old.status_code == 409
        assert (merged.status_code, merged.data["kept"]) == (201, two[0].pk)
        assert (undone.data["left"], undone.data["merge"]["undone_at"] is None) == ([], False)
        assert client.get("/api/v1/merges/").data["results"][0]["absorbed_name"] == "Bel-Air"
