"""A day as it is typed into a form."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.domain.day_field import DayField


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2000-01-01", date(2000, 1, 1)),
        ("2099-12-31", date(2099, 12, 31)),
        ("1/5/26", date(2026, 5, 1)),
        (" 01.05.2026 ", date(2026, 5, 1)),
    ],
)
def test_takes_a_day_as_people_write_it(text, day):
    with translation.override("fr"):
        assert DayField().clean(text) == day


@pytest.mark.parametrize("text", ["1999-12-31", "2100-01-01"])
def test_refuses_days_before_2000_and_after_2099(text):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(text)

    assert refused.value.messages == ["Give a date between 2000 and 2099."]


def test_refuses_what_is_no_day_in_the_words_of_whoever_reads():
    with translation.override("fr"), pytest.raises(ValidationError) as refused:
        DayField().clean("le 31 février 2026")

    assert "le 31 février 2026" in refused.value.messages[0]
    assert "date" in refused.value.messages[0]
