"""What changed, told in words."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from crm.audit import write
from crm.audit.history import entries
from crm.models import Organisation
from tests.crm.factories import SupportRequestFactory, UserFactory
from tests.impact.factories import FundingFactory

pytestmark = pytest.mark.django_db


class TestEntries:
    def test_what_changed_is_told_newest_first_in_words(self, coordinator):
        organisation = write.save(Organisation(name="Paniers"), by=coordinator, why="Added")
        organisation.city, organisation.is_member = "Lyon", True
        write.save(organisation, by=coordinator, why="Moved")

        with translation.override("en"):
            latest, first = entries(organisation)
            changes = {(change.field, change.before, change.after) for change in latest.changes}

        assert (latest.by, latest.why, first.why, first.changes) == (
            coordinator,
            "Moved",
            "Added",
            (),
        )
        assert changes == {("town", "", "Lyon"), ("Coalition member", "no", "yes")}

    def test_derived_fields_and_the_count_of_saves_stay_out(self, coordinator):
        organisation = write.save(Organisation(name="Paniers"), by=coordinator, why="Added")
        organisation.name = "Forêt"
        write.save(organisation, by=coordinator, why="Renamed")

        latest = entries(organisation)[0]

        assert [(change.before, change.after) for change in latest.changes] == [
            ("Paniers", "Forêt")
        ]

    def test_a_column_without_a_label_is_a_note_of_our_own(self, coordinator):
        request = write.save(SupportRequestFactory.build(need=None), by=coordinator, why="Added")
        request.mailed_at, request.city = timezone.now(), "Lyon"
        write.save(request, by=coordinator, why="Changed")

        assert [change.after for change in entries(request)[0].changes] == ["Lyon"]

    def test_a_choice_is_told_by_its_label(self, coordinator):
        organisation = write.save(Organisation(name="Paniers"), by=coordinator, why="Added")
        organisation.ess_form = "scop"
        write.save(organisation, by=coordinator, why="Changed")

        with translation.override("en"):
            change = entries(organisation)[0].changes[0]

        assert (change.before, change.after) == ("", "Worker cooperative (SCOP)")

    @pytest.mark.parametrize(
        ("language", "amount", "day"),
        [("fr", "1\u202f150,5", "1er juin 2026"), ("en", "1,150.5", "1 June 2026")],
    )
    def test_amounts_and_days_are_told_as_the_reader_writes_them(self, language, amount, day):
        funding = FundingFactory(amount=None, starts_on=date(2026, 1, 1))
        funding.amount, funding.starts_on = Decimal("1150.50"), date(2026, 6, 1)
        write.save(funding, by=UserFactory(), why="Agreed")

        with translation.override(language):
            values = {change.after for change in entries(funding)[0].changes}

        assert values == {amount, day}

    def test_only_the_latest_are_told_each_with_what_changed(self, coordinator):
        organisation = write.save(Organisation(name="Name 0"), by=coordinator, why="Added")
        for n in range(1, 6):
            organisation.name = f"Name {n}"
            write.save(organisation, by=coordinator, why="Renamed")

        entries_shown = entries(organisation, limit=3)

        assert [entry.changes[0].after for entry in entries_shown] == ["Name 5", "Name 4", "Name 3"]

    def test_passwords_are_in_no_history(self, coordinator):
        names = {field.name for field in coordinator.history.model._meta.get_fields()}

        assert names & {"password", "last_login", "search"} == set()
        assert "full_name" in names
