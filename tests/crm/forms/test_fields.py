"""How fields show a number, and what they give back of a refused one."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from crm.domain import typed
from crm.forms import fields


class TestFields:
    def test_stand_in_a_text_field_with_the_keys_of_digits(self):
        class Form(forms.Form):
            count = fields.WholeField()
            price = fields.NumberField()
            balance = fields.NumberField(is_signed=True)

        with translation.override("fr"):
            drawn = str(Form(initial={"count": 1234, "price": Decimal("12.50"), "balance": -3}))

        assert 'type="number"' not in drawn
        assert 'name="count" value="1234" inputmode="numeric"' in drawn
        assert 'value="12,5" inputmode="decimal"' in drawn
        assert 'name="balance" value="-3" required' in drawn

    @pytest.mark.parametrize(
        ("text", "rounded"),
        [
            ("45,4545454545 %", "45,45"),
            ("45.4545454545454%", "45,45"),
            ("0,30000000000000004", "0,3"),
            ("12,345678", "12,35"),
            ("-2,0051", "-2,01"),
        ],
    )
    def test_more_decimals_than_are_kept_are_offered_rounded_and_never_cut(self, text, rounded):
        class Form(forms.Form):
            share = fields.NumberField(unit=typed.PERCENT, max_digits=5, decimal_places=2)

        with translation.override("fr"):
            form = Form({"share": text})
            assert not form.is_valid()
            (sentence,) = form.errors["share"]
            assert text in sentence
            assert f"indique maintenant {rounded}." in sentence
            assert f'value="{rounded}"' in str(form["share"])

            again = Form({"share": form["share"].value()})
            assert again.is_valid()
            assert again.cleaned_data["share"] == Decimal(rounded.replace(",", "."))

    @pytest.mark.parametrize("text", ["45,45", "45,4500000000", "45 %"])
    def test_what_is_kept_whole_is_taken_at_once(self, text):
        class Form(forms.Form):
            share = fields.NumberField(unit=typed.PERCENT, max_digits=5, decimal_places=2)

        form = Form({"share": text})

        assert form.is_valid()
        assert form["share"].value() == text

    @pytest.mark.parametrize("text", ["abc", "1,23456789e5", "9" * 30 + ",123", "1234,567"])
    def test_what_is_refused_otherwise_stays_as_it_was_typed(self, text):
        class Form(forms.Form):
            share = fields.NumberField(max_digits=5, decimal_places=3)

        form = Form({"share": text})

        assert not form.is_valid()
        assert form["share"].value() == text

    def test_an_untouched_number_has_not_changed(self):
        field = fields.NumberField(max_digits=9, decimal_places=4)

        assert not field.has_changed(Decimal("1.2340"), field.prepare_value(Decimal("1.2340")))
        assert field.has_changed(Decimal("1.2340"), "1,235 0")
