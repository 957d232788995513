"""Every number and day that people type, wherever it is asked, passes the one reading of crm.domain.typed."""

import importlib
import pkgutil

import django_filters
import pytest
from django import forms
from django.contrib import admin
from django.forms.formsets import ManagementForm
from django.test import RequestFactory
from django.utils import translation
from drf_spectacular.drainage import get_override
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.generics import GenericAPIView

from crm.domain import typed
from crm.forms import fields
from crm.rest.fields import TypedText
from crm.rest.filters import FilterBackend

OURS = ("crm", "engagements", "volunteers", "impact")
HIDDEN = (forms.HiddenInput, forms.MultipleHiddenInput)


def load_everything():
    for name in OURS:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in module.name and not module.name.endswith(
                ("wsgi", "sheet_reader")
            ):
                importlib.import_module(module.name)


def below(cls):
    for one in cls.__subclasses__():
        yield one
        yield from below(one)


load_everything()
FORMS = sorted(
    {one for one in below(forms.BaseForm) if one.__module__.split(".")[0] in OURS},
    key=lambda one: (one.__module__, one.__qualname__),
)


def name_of(form):
    return f"{form.__module__}.{form.__name__}"


def numbers_of(form):
    return {
        name: field
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.IntegerField) and not isinstance(field.widget, HIDDEN)
    }


def test_there_are_forms_with_numbers():
    assert sum(len(numbers_of(form)) for form in FORMS) > 60
    assert ManagementForm not in FORMS


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_every_number_of_a_form_is_read_as_people_type_it(form):
    for name, field in numbers_of(form).items():
        assert isinstance(field, fields.TypedNumber), name
        assert not isinstance(field.widget, forms.NumberInput), name
    for name, field in getattr(form, "base_fields", {}).items():
        if isinstance(field, forms.DateField) and not isinstance(field.widget, HIDDEN):
            assert isinstance(field, fields.DayField), name
        assert getattr(field.widget, "input_type", "") != "number", name


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_only_spaces_are_nothing(form):
    days = {
        name: field
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, fields.DayField)
    }
    for name, field in (numbers_of(form) | days).items():
        if field.required:
            with pytest.raises(forms.ValidationError) as refused:
                field.clean(" \u00a0")
            assert refused.value.code == "required", name
        else:
            assert field.clean(" \u00a0") is None, name


def filter_sets():
    """Those of pages and routes by name, and those that the API makes of a view's `filterset_fields`."""
    named = {one for one in below(django_filters.FilterSet) if one.__module__.split(".")[0] in OURS}
    views = [view for view in below(GenericAPIView) if view.__module__.split(".")[0] in OURS]
    classes = [
        view
        for view in views
        if getattr(view, "filterset_fields", None) and view.queryset is not None
    ]
    return [*named, *(FilterBackend().get_filterset_class(view, view.queryset) for view in classes)]


def test_every_day_that_narrows_a_list_is_read_as_people_type_it():
    loose, number = [], 0
    for one in filter_sets():
        for name, each in one.base_filters.items():
            number += isinstance(each, django_filters.DateFilter)
            if (
                isinstance(each, django_filters.DateFilter)
                and each.field_class is not fields.DayField
            ):
                loose.append(f"{one._meta.model.__name__}.{name}")
    assert number > 6
    assert loose == []


@pytest.mark.parametrize(
    "model",
    [one for one in admin.site._registry if one._meta.app_label in OURS],
    ids=lambda model: model._meta.label,
)
def test_the_administration_reads_numbers_the_same_way(model, admin_user):
    request = RequestFactory().get("/")
    request.user = admin_user
    form = admin.site._registry[model].get_form(request)
    assert all(isinstance(field, fields.TypedNumber) for field in numbers_of(form).values())


def component_of(serializer):
    """The name by which the document of the API calls a serializer."""
    return get_override(
        serializer, "component_name", serializer.__name__.removesuffix("Serializer")
    )


@pytest.fixture(scope="module")
def bodies():
    """The serializers of every body that the API takes, by its document, and those nested in them."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    components = {
        schema.get("$ref", "").rsplit("/")[-1].removeprefix("Patched").removesuffix("Request")
        for path in document["paths"].values()
        for operation in path.values()
        for content in [operation.get("requestBody", {}).get("content", {})]
        for schema in [content.get("application/json", {}).get("schema", {})]
    } - {""}
    bodies_taken = [one for one in below(serializers.Serializer) if component_of(one) in components]
    assert components == set(map(component_of, bodies_taken))
    nested = [
        type(getattr(field, "child", field))
        for one in bodies_taken
        for field in one().fields.values()
    ]
    return {*bodies_taken, *(one for one in nested if issubclass(one, serializers.Serializer))}


def test_every_number_and_day_in_a_body_of_the_api_is_read_as_people_type_it(bodies):
    loose = []
    for body in bodies:
        for field_name, field in body().fields.items():
            field = getattr(field, "child", field)
            kinds = (
                serializers.IntegerField,
                serializers.FloatField,
                serializers.DecimalField,
                serializers.DateField,
            )
            if (
                not field.read_only
                and isinstance(field, kinds)
                and not isinstance(field, TypedText)
            ):
                loose += [f"{body.__name__}.{field_name}"] * (field_name != "seen")
    assert len(bodies) > 40
    assert loose == [], "\n".join(loose)


WORDS = {
    typed.MONEY: ("euro",),
    typed.PERCENT: ("%", "per cent"),
    typed.DAYS: ("days",),
    typed.MONTHS: ("months",),
    typed.HOURS: ("hours",),
}


@pytest.mark.parametrize(
    "form", [form for form in FORMS if issubclass(form, forms.ModelForm)], ids=name_of
)
def test_a_number_with_a_unit_in_its_name_takes_that_unit(form):
    with translation.override("en"):
        for name, field in numbers_of(form).items():
            label = str(form._meta.model._meta.get_field(name).verbose_name).lower()
            units = {unit for unit, words in WORDS.items() if any(word in label for word in words)}
            assert not units or field.unit in units, name
