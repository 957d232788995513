"""Each member's own address book, and what was noted of a call."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import Contact, Interaction
from tests.crm.factories import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def address(name, pk):
    return reverse(f"crm:{name}", args=[pk])


class TestContacts:
    def test_is_added_to_the_members_own_address_book(self, page, member, coordinator):
        organisation = OrganisationFactory()
        data = {"full_name": 'Zoé "Zo" 🌱', "email": "zoe@amis.example", "kept_by": member.pk}

        response = page.post(address("contact-create", organisation.pk), data)

        contact = Contact.objects.get()
        assert response.status_code == 302
        assert (contact.full_name, contact.organisation, contact.kept_by) == (
            'Zoé "Zo" 🌱',
            organisation,
            member,
        )
        assert contact.history.get().history_user == coordinator

    @pytest.mark.parametrize(
        ("field", "value"), [("full_name", ""), ("email", "zoe"), ("phone", "0" * 31)]
    )
    def test_bad_input_is_told_at_its_field_and_kept(self, page, member, field, value):
        data = {"full_name": "Zoé", "function": "Typed function", "kept_by": member.pk} | {
            field: value
        }

        response = page.post(address("contact-create", OrganisationFactory().pk), data)

        assert response.status_code == 422
        assert set(response.context_data["form"].errors) == {field}
        assert "Typed function" in response.content.decode()
        assert not Contact.objects.exists()

    def test_nobody_writes_into_the_address_book_of_another_member(self, page, outsider):
        elsewhere = outsider.memberships.get().organisation

        response = page.post(
            address("contact-create", OrganisationFactory().pk),
            {"full_name": "Zoé", "kept_by": elsewhere.pk},
        )

        assert "kept_by" in response.context_data["form"].errors
        assert not Contact.objects.exists()

    def test_is_changed_by_its_keepers_and_missing_to_others(
        self, enter, coordinator, outsider, member
    ):
        contact = ContactFactory(kept_by=member, full_name="Zoé")
        url, data = (
            address("contact-change", contact.pk),
            {"full_name": "Zoé Z", "kept_by": member.pk, "seen": 1},
        )

        assert enter(outsider).post(url, data).status_code == 404
        assert enter(coordinator).post(url, data).status_code == 302
        contact.refresh_from_db()
        assert contact.full_name == "Zoé Z"


class TestInteractions:
    def given(self, member, **changes):
        today = timezone.localdate().isoformat()
        return {
            "kind": "call",
            "happened_on": today,
            "kept_by": member.pk,
            "text": "They agree.",
        } | changes

    def test_is_written_down_with_its_author(self, page, member, coordinator):
        organisation = OrganisationFactory()
        contact = ContactFactory(organisation=organisation, kept_by=member)

        response = page.post(
            address("interaction-create", organisation.pk),
            self.given(member, contact=contact.pk, text='"Oui" 🌱'),
        )

        written = Interaction.objects.get()
        assert response.status_code == 302
        assert (written.author, written.contact, written.kept_by, written.text) == (
            coordinator,
            contact,
            member,
            '"Oui" 🌱',
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("happened_on", "2099-01-01"),
            ("happened_on", "1999-12-31"),
            ("kind", "dream"),
            ("text", "a\0b"),
            ("text", ""),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, page, member, field, value):
        response = page.post(
            address("interaction-create", OrganisationFactory().pk),
            self.given(member, **{field: value}),
        )

        assert response.status_code == 422
        assert set(response.context_data["form"].errors) == {field}
        assert not Interaction.objects.exists()

    def test_a_contact_of_another_organisation_or_member_is_no_choice(self, page, member):
        organisation = OrganisationFactory()
        for contact in (ContactFactory(kept_by=member), ContactFactory(organisation=organisation)):
            response = page.post(
                address("interaction-create", organisation.pk),
                self.given(member, contact=contact.pk),
            )
            assert "contact" in response.context_data["form"].errors
        assert not Interaction.objects.exists()


class TestNamesakes:
    def post(self, page, organisation, member, **changes):
        data = {"full_name": "Zoé Martin", "kept_by": member.pk} | changes
        return page.post(reverse("crm:contact-create", args=[organisation.pk]), data)

    def test_the_same_name_at_the_same_organisation_is_said(self, page, member):
        existing = ContactFactory(full_name="Zoe MARTIN", kept_by=member)

        response = self.post(page, existing.organisation, member)

        assert response.status_code == 422
        assert Contact.objects.count() == 1
        self.post(page, existing.organisation, member, is_another="on")
        assert Contact.objects.count() == 2

    def test_the_same_address_anywhere_in_ones_book_is_said(self, page, member):
        ContactFactory(full_name="Z. M.", email="Zoe@asso.example", kept_by=member)

        assert (
            self.post(page, OrganisationFactory(), member, email="zoe@asso.example").status_code
            == 422
        )

    def test_namesakes_elsewhere_and_books_of_others_are_no_twins(self, page, member):
        ContactFactory(full_name="Zoé Martin", kept_by=member)
        theirs = ContactFactory(full_name="Zoé Martin", email="zoe@asso.example")

        assert (
            self.post(page, theirs.organisation, member, email="zoe@asso.example").status_code
            == 302
        )
