"""The one way into the database: it leaves history, and refuses what the model's own rules do not allow."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from crm.audit import write
from crm.domain.refusals import Refused, Stale, by_field
from crm.models import Contact, Interaction, Organisation
from crm.services import organisations
from crm.services.contacts import log_interaction
from tests.crm.factories import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def contacts(organisation, size):
    return [
        Contact(
            organisation=organisation,
            kept_by=organisation,
            full_name=f"Contact {n}",
            function="Head",
        )
        for n in range(size)
    ]


def refused_fields(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return by_field(refused.value)


class TestSave:
    def test_history_says_who_when_and_why(self, coordinator):
        before = timezone.now()

        organisation = write.save(
            Organisation(name="Paniers"), by=coordinator, why="Asked for on the phone"
        )

        row = organisation.history.get()
        assert (row.history_user, row.history_change_reason, row.history_type) == (
            coordinator,
            "Asked for on the phone",
            "+",
        )
        assert before <= row.history_date <= timezone.now()

    def test_derived_columns_follow_a_save_of_some_fields(self, coordinator):
        organisation = OrganisationFactory(name="Paniers", city="Lyon")
        organisation.name, organisation.city = "Forêt", "Not saved"

        write.save(organisation, by=coordinator, why="Renamed", fields=["name"])

        organisation.refresh_from_db()
        assert (organisation.name, organisation.city) == ("Forêt", "Lyon")
        assert "foret" in organisation.search

    def test_each_save_counts_and_the_first_is_one(self, coordinator):
        organisation = write.save(Organisation(name="Paniers"), by=coordinator, why="Added")

        versions = [organisation.version]
        organisation.city = "Lyon"
        write.save(organisation, by=coordinator, why="Changed")
        versions.append(organisation.version)
        organisation.name = "Panier"
        write.save(organisation, by=coordinator, why="Changed", fields=["name"])
        organisation.refresh_from_db()

        assert [*versions, organisation.version] == [1, 2, 3]

    def test_a_deleted_row_leaves_its_last_words(self, coordinator):
        contact = ContactFactory(full_name="Zoé")
        key = contact.pk

        write.delete(contact, by=coordinator, why="Asked to be forgotten")

        row = Contact.history.get(id=key, history_type="-")
        assert (row.full_name, row.history_user, row.history_change_reason) == (
            "Zoé",
            coordinator,
            "Asked to be forgotten",
        )


class TestMany:
    @pytest.mark.parametrize("size", [2, 40])
    def test_creating_writes_a_history_row_each_and_statements_do_not_grow(
        self, coordinator, member, size
    ):
        rows = contacts(member, size)

        with CaptureQueriesContext(connection) as asked:
            write.bulk_create(rows, by=coordinator, why="Imported")

        history = Contact.history.filter(
            history_user=coordinator, history_change_reason="Imported", history_type="+"
        )
        assert Contact.objects.count() == history.count() == size
        assert len([query for query in asked if query["sql"].startswith("INSERT")]) == 2

    def test_created_rows_are_found_by_search(self, coordinator, member):
        write.bulk_create(
            [Contact(organisation=member, kept_by=member, full_name="Zoé")],
            by=coordinator,
            why="In",
        )

        assert Contact.objects.get(search__contains="zoe").full_name == "Zoé"

    def test_updating_writes_a_history_row_each(self, coordinator, member):
        rows = write.bulk_create(contacts(member, 3), by=coordinator, why="Imported")
        for row in rows:
            row.function = "Retired"

        write.bulk_update(rows, ["function"], by=coordinator, why="Retired all")

        history = Contact.history.filter(
            history_change_reason="Retired all", history_user=coordinator
        )
        assert sorted(history.values_list("history_type", "function")) == [("~", "Retired")] * 3
        assert set(Contact.objects.values_list("function", flat=True)) == {"Retired"}

    def test_one_bad_row_refuses_all_of_them(self, coordinator, member):
        rows = contacts(member, 3)
        rows[1].email = "nobody"

        errors = refused_fields(write.bulk_create, rows, by=coordinator, why="Imported")

        assert set(errors) == {"email"}
        assert not Contact.objects.exists()
        assert not Contact.history.exists()

    def test_one_bad_change_refuses_all_of_them(self, coordinator, member):
        rows = write.bulk_create(contacts(member, 3), by=coordinator, why="Imported")
        for row in rows:
            row.full_name = ""

        errors = refused_fields(
            write.bulk_update, rows, ["full_name"], by=coordinator, why="Emptied"
        )

        assert set(errors) == {"full_name"}
        assert not Contact.objects.filter(full_name="").exists()

    def test_nothing_to_do_asks_nothing(self, coordinator, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert write.bulk_create([], by=coordinator, why="Imported") == []
            write.bulk_update([], ["function"], by=coordinator, why="Changed")


class TestCheck:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "x" * 201),
            ("siren", "200034582"),
            ("siret", "20003452800041"),
            ("rna", "X123456789"),
            ("ess_form", "club"),
            ("staff_count", -1),
            ("staff_count", 10**9),
            ("annual_budget", 10**15),
            ("postal_code", "7500"),
            ("website", "javascript:alert(1)"),
        ],
    )
    def test_the_models_rules_are_refusals_at_their_field(self, field, value):
        organisation = OrganisationFactory.build(**{field: value})

        assert set(refused_fields(write.check, organisation)) == {field}

    def test_constraints_are_refusals_in_words(self):
        organisation = OrganisationFactory.build(siren="732829320", siret="20003452800014")

        with translation.override("en"):
            errors = refused_fields(write.check, organisation)

        assert errors == {"non_field_errors": ["The SIRET begins with another SIREN."]}

    def test_a_refusal_is_a_validation_error_to_those_who_expect_one(self):
        with pytest.raises(ValidationError):
            write.check(OrganisationFactory.build(name=""))

    @pytest.mark.parametrize(
        ("field", "value"), [("name", "a\0b"), ("city", "\0"), ("website", "https://a.example/\0")]
    )
    def test_a_null_character_is_refused_at_its_field(self, field, value):
        """PostgreSQL cannot store it and SQLite can: both refuse it here."""
        organisation = OrganisationFactory.build(**{field: value})

        assert field in refused_fields(write.check, organisation)

    def test_a_null_character_in_a_long_text_is_refused_by_the_service(self, coordinator, member):
        errors = refused_fields(
            log_interaction,
            Interaction(
                organisation=OrganisationFactory(),
                kept_by=member,
                kind="note",
                happened_on=timezone.localdate(),
                text="before\0after",
            ),
            by=coordinator,
            today=timezone.localdate(),
        )

        assert set(errors) == {"text"}

    def test_a_null_character_is_told_in_the_readers_language(self):
        organisation = OrganisationFactory.build(name="a\0b")

        messages = []
        for language in ("fr", "en"):
            with translation.override(language):
                messages += refused_fields(write.check, organisation)["name"]

        assert messages == [
            "Le caractère nul n’est pas autorisé.",
            "Null characters are not allowed.",
        ]

    def test_many_rows_with_a_null_character_are_refused(self, coordinator, member):
        rows = contacts(member, 2)
        rows[1].function = "\0"

        assert set(refused_fields(write.bulk_create, rows, by=coordinator, why="Imported")) == {
            "function"
        }


class TestStale:
    def test_a_version_that_moved_on_is_refused(self, coordinator):
        organisation = OrganisationFactory()
        hers, his = (
            Organisation.objects.get(pk=organisation.pk),
            Organisation.objects.get(pk=organisation.pk),
        )
        hers.city = "Lyon"
        organisations.save_organisation(hers, by=coordinator, seen=1)

        his.city = "Lille"
        with pytest.raises(Stale) as stale:
            organisations.save_organisation(his, by=coordinator, seen=1)

        assert stale.value.instance.city == "Lyon"
        assert Organisation.objects.get(pk=organisation.pk).city == "Lyon"

    @pytest.mark.parametrize("seen", [1, None])
    def test_the_present_version_and_no_form_at_all_are_fine(self, coordinator, seen):
        organisation = OrganisationFactory()
        organisation.city = "Lyon"

        assert organisations.save_organisation(organisation, by=coordinator, seen=seen).version == 2
