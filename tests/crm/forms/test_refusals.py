"""A refusal stands in the form that was sent, with what is saved now beside what was typed."""

import pytest
from django import forms
from django.http import QueryDict

from crm.domain.refusals import Asked, DoneElsewhere, OtherFigures, Refused, Stale, Twins
from crm.forms.refusals import refusals_in
from crm.models import Organisation
from crm.services import organisations
from tests.crm.factories import OrganisationFactory, UserFactory


class AddressForm(forms.Form):
    name = forms.CharField(label="Name")
    city = forms.CharField(required=False, label="City")
    is_esus = forms.BooleanField(required=False, label="ESUS")
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


def sent(form_class=AddressForm, initial=None, **typed):
    data = QueryDict(mutable=True)
    data.update({"name": "Emmaüs", "seen": "1"} | typed)
    form = form_class(data, initial=initial or {})
    assert form.is_valid(), form.errors
    return form


class TestWhere:
    def test_each_sentence_stands_at_its_field(self):
        form = sent()
        with refusals_in(form):
            raise Refused({"city": "There is no such town."})

        assert form.errors == {"city": ["There is no such town."]}

    @pytest.mark.parametrize("field", ["seen", "gone"])
    def test_what_no_field_shows_stands_on_top(self, field):
        form = sent()
        with refusals_in(form):
            raise Refused({field: "It is over."})

        assert form.errors == {"__all__": ["It is over."]}

    def test_what_is_asked_shows_its_box(self):
        form = sent()
        assert form.fields["anyway"].widget.is_hidden
        with refusals_in(form):
            raise Asked("anyway", ["One engagement is under way."])

        assert form.errors == {"anyway": ["One engagement is under way."]}
        assert 'type="checkbox"' in str(form["anyway"])

    def test_twins_and_other_verbs_are_linked(self):
        class TwinForm(AddressForm):
            is_another = forms.BooleanField(required=False, widget=forms.HiddenInput)

        form = sent(TwinForm)
        with refusals_in(form):
            raise Twins("name", "There is one.", [("Emmaüs", "/organisations/1/")])
        assert (form.errors["name"], form.twins) == (
            ["There is one."],
            [("Emmaüs", "/organisations/1/")],
        )

        form = sent()
        with refusals_in(form):
            raise DoneElsewhere("Close the account there.", [("Léa", "/people/1/leave/")])
        assert form.links == [("Léa", "/people/1/leave/")]

    def test_other_figures_bring_the_seal_of_those_there_are_now(self):
        form = sent(initial={"seen": "new seal"}, seen="old seal")
        with refusals_in(form):
            raise OtherFigures("The figures are others now.")

        assert form["seen"].value() == "new seal"


@pytest.mark.django_db
class TestStale:
    @pytest.fixture
    def saved(self):
        """Read as version 1 by both; somebody else has saved another town and name since."""
        organisation = organisations.save_organisation(
            OrganisationFactory.build(name="Emmaüs", city="Lille"), by=UserFactory()
        )
        organisation.city, organisation.name = "Roubaix", "Emmaüs Roubaix"
        organisations.save_organisation(organisation, by=UserFactory())
        return Organisation.objects.get(pk=organisation.pk)

    def test_what_one_has_not_touched_takes_what_is_saved(self, saved):
        form = sent(name="Emmaüs Nord", city="Lille")
        with refusals_in(form):
            raise Stale(saved)

        assert form["city"].value() == "Roubaix"
        assert form.taken_over == [("City", "Roubaix")]

    def test_what_both_changed_stays_as_typed_with_what_is_saved_beside(self, saved):
        form = sent(name="Emmaüs Nord", city="Lille")
        with refusals_in(form):
            raise Stale(saved)

        assert form["name"].value() == "Emmaüs Nord"
        assert form.saved_now == [("Name", "Emmaüs Roubaix")]

    def test_sent_again_it_bears_the_version_that_is_saved_now(self, saved):
        form = sent(name="Emmaüs Nord")
        with refusals_in(form):
            raise Stale(saved)

        assert str(form["seen"].value()) == "2"

    def test_of_a_tick_the_saved_one_is_told_in_words(self, saved):
        saved.is_esus = True
        form = sent(is_esus="")
        with refusals_in(form):
            raise Stale(saved)

        assert ("ESUS", "yes") in form.saved_now + form.taken_over
