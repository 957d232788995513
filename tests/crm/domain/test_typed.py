"""Numbers and days as people type them: a form, the API and an import make the same of the same text."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from crm.domain import typed
from crm.domain.roles import Role
from crm.forms import fields
from crm.models import Organisation
from crm.rest.fields import ApiDayField, ApiNumberField, ApiWholeField
from impact.table_import import cells
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.volunteers.factories import EmployerCostFactory

NARROW, NO_BREAK = "\u202f", "\u00a0"

TWO_WAYS, NOT_WHOLE, NO_NUMBER = (
    "de deux façons",
    "n’est pas un nombre entier",
    "n’est pas un nombre",
)

NUMBERS = {  # typed: (in a field of whole numbers, in one of decimal numbers)
    "12": (12, 12),
    "012": (12, 12),
    "+3": (3, 3),
    "85,0": (85, 85),
    "12,50": (NOT_WHOLE, Decimal("12.5")),
    "12.50": (NOT_WHOLE, Decimal("12.5")),
    "1234,5": (NOT_WHOLE, Decimal("1234.5")),
    "1234.5": (NOT_WHOLE, Decimal("1234.5")),
    "0,125": (NOT_WHOLE, Decimal("0.125")),
    ".5": (NOT_WHOLE, Decimal("0.5")),
    ",5": (NOT_WHOLE, Decimal("0.5")),
    "1234,567": (NOT_WHOLE, Decimal("1234.567")),
    "85 000": (85_000, 85_000),
    f"85{NARROW}000": (85_000, 85_000),
    f"85{NO_BREAK}000": (85_000, 85_000),
    "85\u2009000": (85_000, 85_000),
    "1 234 567": (1_234_567, 1_234_567),
    "85  000": (85_000, 85_000),
    "-0": (0, 0),
    f"1{NARROW}234,5": (NOT_WHOLE, Decimal("1234.5")),
    "1 234,567": (NOT_WHOLE, Decimal("1234.567")),
    "1'234": (1234, 1234),
    "1’234’567.25": (NOT_WHOLE, Decimal("1234567.25")),
    "1.234,56": (NOT_WHOLE, Decimal("1234.56")),
    "1,234.56": (NOT_WHOLE, Decimal("1234.56")),
    "1.234.567": (1_234_567, 1_234_567),
    "1,234,567": (1_234_567, 1_234_567),
    "１２３４": (1234, 1234),
    "１２，５": (NOT_WHOLE, Decimal("12.5")),
    "١٢": (12, 12),
    "\ufeff12\u200e": (12, 12),
    "85.000": (TWO_WAYS, TWO_WAYS),
    "1.000": (TWO_WAYS, TWO_WAYS),
    "1,234": (TWO_WAYS, TWO_WAYS),
    "+1.234": (TWO_WAYS, TWO_WAYS),
    "999.999": (TWO_WAYS, TWO_WAYS),
    "12 50": (NOT_WHOLE, NO_NUMBER),
    "8 5000": (NOT_WHOLE, NO_NUMBER),
    "0 123": (NOT_WHOLE, NO_NUMBER),
    "1.234,5,6": (NOT_WHOLE, NO_NUMBER),
    "1,23,456": (NOT_WHOLE, NO_NUMBER),
    "1 234.567,5": (NOT_WHOLE, NO_NUMBER),
    "5,": (NOT_WHOLE, NO_NUMBER),
    "1²": (NOT_WHOLE, NO_NUMBER),
    "½": (NOT_WHOLE, NO_NUMBER),
    "1\u200b2": (NOT_WHOLE, NO_NUMBER),
    "\u202e12": (NOT_WHOLE, NO_NUMBER),
    "1e5": (NOT_WHOLE, NO_NUMBER),
    "1_000": (NOT_WHOLE, NO_NUMBER),
    "0x1F": (NOT_WHOLE, NO_NUMBER),
    "NaN": (NOT_WHOLE, NO_NUMBER),
    "inf": (NOT_WHOLE, NO_NUMBER),
    "(5)": (NOT_WHOLE, NO_NUMBER),
    "12 %": (NOT_WHOLE, NO_NUMBER),
    "12 €": (NOT_WHOLE, NO_NUMBER),
    "85 k€": (NOT_WHOLE, NO_NUMBER),
    "douze": (NOT_WHOLE, NO_NUMBER),
    "9" * 50: (NOT_WHOLE, NO_NUMBER),
    "%s{x}<b>": (NOT_WHOLE, NO_NUMBER),
}

SIGNED = {
    "-5": -5,
    "−5": -5,
    "–5": -5,
    "- 5": -5,
    "－5": -5,
    "-1 234,5": Decimal("-1234.5"),
    "-1.234": TWO_WAYS,
}

UNITS = {
    (typed.MONEY, "85 000 €"): 85_000,
    (typed.MONEY, f"85{NARROW}000{NO_BREAK}€"): 85_000,
    (typed.MONEY, "€85,000.50"): Decimal("85000.5"),
    (typed.MONEY, "-€5"): -5,
    (typed.MONEY, "1 234,56 EUR"): Decimal("1234.56"),
    (typed.MONEY, "12 euros"): 12,
    (typed.MONEY, "85.000 €"): TWO_WAYS,
    (typed.MONEY, "73 %"): NO_NUMBER,
    (typed.PERCENT, "73 %"): 73,
    (typed.PERCENT, f"45,5{NO_BREAK}%"): Decimal("45.5"),
    (typed.PERCENT, "45,5％"): Decimal("45.5"),
    (typed.PERCENT, "73 €"): NO_NUMBER,
    (typed.DAYS, "2,5 jours"): Decimal("2.5"),
    (typed.DAYS, "1 j"): 1,
    (typed.MONTHS, "3 mois"): 3,
    (typed.HOURS, "12,5 h"): Decimal("12.5"),
    (typed.HOURS, "12h30"): NO_NUMBER,
}

NO_DATE = "n’est pas une date"

DAYS = {
    "2026-05-01": date(2026, 5, 1),
    "01/05/2026": date(2026, 5, 1),
    "1/5/26": date(2026, 5, 1),
    "01.05.2026": date(2026, 5, 1),
    "01-05-26": date(2026, 5, 1),
    "1er mai 2026": date(2026, 5, 1),
    "1er\u00a0mai 2026": date(2026, 5, 1),
    "1ER MAI 2026": date(2026, 5, 1),
    "vendredi 1er mai 2026": date(2026, 5, 1),
    "ven. 1 mai 2026": date(2026, 5, 1),
    "mar. 3 mars 2026": date(2026, 3, 3),
    "1er mars 2026": date(2026, 3, 1),
    "1re mars 2026": date(2026, 3, 1),
    "1° mars 2026": date(2026, 3, 1),
    "31 mars 2026": date(2026, 3, 31),
    "31 MARS 26": date(2026, 3, 31),
    "mardi 31 mars 2026": date(2026, 3, 31),
    "le 31 mars 2026": date(2026, 3, 31),
    "le mardi 31 mars 2026": date(2026, 3, 31),
    "March 31, 2026": date(2026, 3, 31),
    "Mar 31, 2026": date(2026, 3, 31),
    "Tuesday, March 31st, 2026": date(2026, 3, 31),
    "the 31st of March 2026": date(2026, 3, 31),
    "31 / 03 / 2026": date(2026, 3, 31),
    "31 /3/ 26": date(2026, 3, 31),
    "14 août 2026": date(2026, 8, 14),
    "14-août-26": date(2026, 8, 14),
    "3 févr. 2026": date(2026, 2, 3),
    "May 1, 2026": date(2026, 5, 1),
    "1st May 2026": date(2026, 5, 1),
    "2026-05-01 00:00:00": date(2026, 5, 1),
    "2026-05-01T00:00:00Z": date(2026, 5, 1),
    "01/05/2026 00:00": date(2026, 5, 1),
    "０１/０５/２０２６": date(2026, 5, 1),
    "31/02/2026": NO_DATE,
    "05/31/2026": NO_DATE,
    "26 mai": NO_DATE,
    "mai": NO_DATE,
    "May 26": NO_DATE,
    "45292": NO_DATE,
    "2026-05-01 14:30": NO_DATE,
    "demain": NO_DATE,
    "le le 31 mars 2026": NO_DATE,
    "martien 31 mars 2026": NO_DATE,
    "%s{x}<b>": NO_DATE,
}

WINDOWS = {
    "mars 2026": (date(2026, 3, 1), date(2026, 3, 31)),
    "mars-26": (date(2026, 3, 1), date(2026, 3, 31)),
    "mar. 2026": (date(2026, 3, 1), date(2026, 3, 31)),
    "mai-26": (date(2026, 5, 1), date(2026, 5, 31)),
    "mai 2026": (date(2026, 5, 1), date(2026, 5, 31)),
    "févr.-26": (date(2026, 2, 1), date(2026, 2, 28)),
    "juil-26": (date(2026, 7, 1), date(2026, 7, 31)),
    "Aug-26": (date(2026, 8, 1), date(2026, 8, 31)),
    "2026-05": (date(2026, 5, 1), date(2026, 5, 31)),
    "05/2026": (date(2026, 5, 1), date(2026, 5, 31)),
    "2026": (date(2026, 1, 1), date(2026, 12, 31)),
}


def of_a_form(field, text):
    try:
        return field.clean(text)
    except forms.ValidationError as error:
        return " ".join(error.messages)


def of_the_api(field, text):
    try:
        return field.run_validation(text)
    except serializers.ValidationError as error:
        return " ".join(map(str, error.detail))


def of_an_import(read, text):
    try:
        return read(text)
    except ValueError as error:
        return str(error)


def readings(text, unit=None):
    """[(door, as a whole number, as a decimal one)]"""
    places = {"max_digits": 40, "decimal_places": 10}
    return [
        (
            "form",
            of_a_form(fields.WholeField(unit=unit), text),
            of_a_form(fields.NumberField(unit=unit, **places), text),
        ),
        (
            "API",
            of_the_api(ApiWholeField(unit=unit), text),
            of_the_api(ApiNumberField(unit=unit, **places), text),
        ),
        (
            "import",
            of_an_import(cells.read_whole, text),
            of_an_import(cells.read_number(unit), text),
        ),
    ]


def is_as(found, expected):
    return (
        expected in found
        if isinstance(expected, str) and isinstance(found, str)
        else found == expected
    )


class TestNumbers:
    @pytest.mark.parametrize("text", NUMBERS)
    def test_are_read_the_same_at_every_door(self, text):
        whole, decimal = NUMBERS[text]

        with translation.override("fr"):
            for door, as_whole, as_decimal in readings(text):
                assert is_as(as_whole, whole), (door, as_whole)
                assert is_as(as_decimal, decimal), (door, as_decimal)

    @pytest.mark.parametrize("text", SIGNED)
    def test_below_zero_keep_their_sign(self, text):
        with translation.override("fr"):
            for door, _whole, found in readings(text):
                assert is_as(found, SIGNED[text]), (door, found)

    @pytest.mark.parametrize(("unit", "text"), UNITS)
    def test_may_have_the_unit_of_their_field(self, unit, text):
        with translation.override("fr"):
            for door, _whole, found in readings(text, unit):
                assert is_as(found, UNITS[unit, text]), (door, found)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("85.000", "« 85.000 » se lit de deux façons : écrivez 85000 ou 85."),
            (
                "1,234",
                "« 1,234 » se lit de deux façons : écrivez 1234 si c’est ce que vous voulez dire.",
            ),
        ],
    )
    def test_what_can_be_read_in_two_ways_says_both(self, text, said):
        with translation.override("fr"), pytest.raises(typed.Unreadable) as unreadable:
            typed.read_whole(text)

        assert str(unreadable.value) == said

    def test_the_two_ways_that_are_offered_can_be_read(self):
        for language in ("fr", "en"):
            with translation.override(language), pytest.raises(typed.TwoWays) as error:
                typed.read_number("1,234")
            assert {
                typed.read_number(str(error.value.large)),
                typed.read_number(typed.written(error.value.small)),
            } == {
                Decimal(1234),
                Decimal("1.234"),
            }

    @pytest.mark.parametrize("value", [12, 12.0, 85.0])
    def test_numbers_of_json_are_taken_as_they_are(self, value):
        assert ApiWholeField().run_validation(value) == value
        assert ApiNumberField(max_digits=9, decimal_places=3).run_validation(value) == Decimal(
            str(value)
        )

    @pytest.mark.parametrize("value", [True, None, [], {}, 12.5, float("inf"), float("nan")])
    def test_what_is_no_whole_number_in_json_is_refused(self, value):
        with pytest.raises(serializers.ValidationError):
            ApiWholeField().run_validation(value)

    @given(
        value=st.decimals(
            allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
        )
    )
    def test_what_stands_in_a_field_is_read_back(self, value):
        for language in ("fr", "en"):
            with translation.override(language):
                assert typed.read_number(typed.written(value)) == value

    @given(text=st.text(max_size=60))
    def test_no_text_breaks_a_reading(self, text):
        for read in (typed.read_number, typed.read_whole, typed.read_day, typed.read_days):
            with suppress(typed.Unreadable):
                read(text)


class TestDays:
    @pytest.mark.parametrize("text", DAYS)
    def test_are_read_the_same_at_every_door(self, text):
        with translation.override("fr"):
            assert is_as(of_a_form(fields.DayField(), text), DAYS[text])
            assert is_as(of_the_api(ApiDayField(), text), DAYS[text])
            if isinstance(DAYS[text], date) or text not in WINDOWS:
                assert is_as(of_an_import(cells.read_first_day, text), DAYS[text])

    @pytest.mark.parametrize("month", range(1, 13))
    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize(
        "shape", ["{day} {name} 2026", "{name} {day}, 2026", "{weekday} {day} {name} 2026"]
    )
    @pytest.mark.parametrize("form", ["l F", "D N", "D. N"])
    def test_are_read_in_every_month_as_they_are_written(self, month, language, shape, form):
        """A name of a month may begin as one of a weekday: "mars", "mardi"."""
        weekday, name = form.split()
        for day in (date(2026, month, number) for number in range(1, 29)):
            with translation.override(language):
                parts = {"weekday": date_format(day, weekday), "name": date_format(day, name)}
                text = shape.format(day="1er" if day.day == 1 else day.day, **parts)
                assert typed.read_day(text) == day, text

    @pytest.mark.parametrize("text", WINDOWS)
    def test_a_month_or_a_year_is_a_window_and_no_day(self, text):
        first, last = WINDOWS[text]

        with translation.override("fr"):
            assert (cells.read_first_day(text), cells.read_last_day(text)) == (first, last)
            assert NO_DATE in of_a_form(fields.DayField(), text)
            assert NO_DATE in of_the_api(ApiDayField(), text)


@pytest.mark.django_db
class TestDoors:
    """The same through a page and a route."""

    def test_a_computed_percentage_is_pasted_in_two_steps(self, client):
        cost = EmployerCostFactory()
        client.force_login(person_as(Role.SPONSOR, cost.sponsor))
        page = reverse("volunteers:cost-change", args=[cost.pk])
        facts = {
            "starts_on": cost.starts_on.isoformat(),
            "ends_on": cost.ends_on.isoformat(),
            "remuneration": "48000",
            "charges": "20123",
            "share": "45.4545454545 %",
            "seen": cost.version,
        }

        refused = client.post(page, facts)
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["share"]
        share = refused.context["form"]["share"].value()
        client.post(page, facts | {"share": share})

        cost.refresh_from_db()
        assert cost.share == Decimal("45.45")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("85 000 €", 85_000), ("1.234.567", 1_234_567), ("85.000", None), ("1234,5", None)],
    )
    def test_a_budget_is_never_a_thousand_times_too_small(
        self, client, administrator, text, expected
    ):
        client.force_login(administrator)
        organisation, other = OrganisationFactory(), OrganisationFactory()
        api = ReadingClient()
        api.force_authenticate(administrator)

        page = client.post(
            reverse("crm:organisation-change", args=[organisation.pk]),
            {
                "name": "A",
                "is_beneficiary": "on",
                "general_interest": "to-check",
                "annual_budget": text,
                "seen": organisation.version,
            },
        )
        answer = api.patch(
            f"/api/v1/organisations/{other.pk}/",
            {"annual_budget": text, "seen": other.version},
            format="json",
        )

        rows = Organisation.objects.filter(pk__in=[organisation.pk, other.pk]).values_list(
            "annual_budget", flat=True
        )
        assert (page.status_code, answer.status_code) == ((302, 200) if expected else (422, 400))
        assert list(rows) == [expected, expected]
        if not expected:
            errors = page.context["form"].errors["annual_budget"]
            assert errors == answer.json()["errors"]["annual_budget"]
