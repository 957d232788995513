"""Every text that takes a value takes any, in both languages: a per cent sign, a brace, a tag, a very long one."""

import re
from contextlib import suppress

import polib
import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, RegexValidator
from django.forms.utils import ErrorDict
from django.utils import translation
from django.utils.functional import Promise
from rest_framework import serializers

from crm.domain.refusals import in_words
from crm.management.catalogues import APPS, path_of
from tests.test_typed_fields import FORMS, below, name_of

OURS = ("crm", "engagements", "volunteers", "impact")
EVIL = ["%", "%s", "100 % {x} %(name)s", "{0}{x}", "<b>&'\"", "\u202eabc", "x" * 100_000, ""]
HOLES = re.compile(r"%\((\w+)\)([sd])")
LANGUAGES = ("fr", "en")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


def texts():
    """[(app, said in English, said in French)]; plurals are two."""
    for app in APPS:
        for entry in polib.pofile(str(path_of(app))):
            if entry.msgid_plural:
                yield app, entry.msgid, entry.msgstr_plural[0]
                yield app, entry.msgid_plural, entry.msgstr_plural[1]
            else:
                yield app, entry.msgid, entry.msgstr


def literal_signs(text):
    """The per cent signs that stand for themselves, as they are written: doubled or not."""
    return sorted(re.findall(r"%%|%", HOLES.sub("", text)))


class TestCatalogues:
    def test_a_per_cent_sign_is_written_alike_in_both_languages(self):
        """Who formats a text knows the English one alone: a sign that stands in the French one only would break it."""
        wrong = [
            (said, french)
            for _app, said, french in texts()
            if literal_signs(said) != literal_signs(french)
        ]

        assert wrong == []

    def test_a_text_with_a_hole_takes_any_value(self):
        wrong = []
        for _app, *both in texts():
            for text in both:
                holes = HOLES.findall(text)
                for evil in EVIL if holes else ():
                    values = {name: 12 if kind == "d" else evil for name, kind in holes}
                    try:
                        sentence = text % values
                    except (ValueError, TypeError, KeyError) as error:
                        wrong.append((text, error))
                        break
                    if any(kind == "s" for _name, kind in holes) and evil not in sentence:
                        wrong.append((text, evil))
        assert wrong == []

    def test_no_text_is_half_formatted(self):
        """ "%s" and "{}" have no name, and French may need another order."""
        nameless = [
            said
            for _app, said, _french in texts()
            if re.search(r"%[sd]|\{\w*\}", HOLES.sub("", said))
        ]

        assert nameless == []


def constraints():
    return [
        pytest.param(constraint, id=f"{model._meta.label}: {constraint.name}")
        for model in MODELS
        for constraint in model._meta.constraints
    ]


def test_there_are_constraints():
    assert len(constraints()) > 90


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("constraint", constraints())
def test_a_constraint_says_why_it_refuses(constraint, language):
    with translation.override(language):
        sentence = str(constraint.get_violation_error_message())

    assert sentence
    assert "%" not in sentence.replace("100 %", "").replace("100\u00a0%", "")


def checks_of(owner):
    for check in owner.validators:
        if isinstance(check, BaseValidator | RegexValidator) and isinstance(
            check.message, str | Promise
        ):
            yield check


def bounds():
    bounds_found = {}
    for model in MODELS:
        for field in model._meta.concrete_fields:
            for check in checks_of(field):
                bounds_found[f"{model._meta.label}.{field.name}: {type(check).__name__}"] = check
    for form in FORMS:
        for name, field in getattr(form, "base_fields", {}).items():
            for check in checks_of(field):
                bounds_found[f"{name_of(form)}.{name}: {type(check).__name__}"] = check
    return bounds_found


BOUNDS = bounds()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bound_of_a_field_says_why_it_refuses(language):
    assert len(BOUNDS) > 300
    wrong = []
    with translation.override(language):
        for name, check in BOUNDS.items():
            for evil in EVIL:
                limit = getattr(check, "limit_value", 1)
                params = {
                    "limit_value": limit() if callable(limit) else limit,
                    "show_value": evil,
                    "value": evil,
                }
                try:
                    sentence = in_words(
                        ValidationError(check.message, code=check.code, params=params)
                    ).messages[0]
                except (ValueError, TypeError, KeyError) as error:
                    sentence = str(error)
                    wrong.append((name, sentence))
                    break
    assert wrong == []


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_no_value_breaks_the_field_of_a_form(form, language, db):
    """Whatever is typed is taken or refused with a sentence."""
    values = [*EVIL, "0", "-1", "150", "0.001", "99999999999999999999", "2026-13-01", "٣", "\0"]
    with translation.override(language):
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.FileField | forms.ModelChoiceField):
                continue
            for value in values:
                sent = [value] if isinstance(field, forms.MultipleChoiceField) else value
                try:
                    field.clean(sent)
                except ValidationError as error:
                    sentences = str(ErrorDict({name: error.messages}))
                    assert "%(" not in sentences.replace("%(name)s", ""), (
                        name,
                        value,
                        sentences[:300],
                    )


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_breaks_a_field_of_the_api(language, db):
    ours = [one for one in below(serializers.Serializer) if one.__module__.split(".")[0] in OURS]
    with translation.override(language):
        for serializer in ours:
            if issubclass(serializer, serializers.ModelSerializer) and not hasattr(
                serializer, "Meta"
            ):
                continue
            for field in serializer().fields.values():
                if field.read_only or isinstance(
                    field, serializers.RelatedField | serializers.BaseSerializer
                ):
                    continue
                for value in [*EVIL, 0, -1, 150, 10**30, 1e300, True, None, [], {}, "2026-13-01"]:
                    with suppress(serializers.ValidationError):
                        field.run_validation(value)
