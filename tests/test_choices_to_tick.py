"""Whatever is chosen by a round button has a name: the dashes of an empty list are no choice there."""

import inspect
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django import forms

APPS = ("crm", "engagements", "volunteers", "impact")
MODULES = [
    module.name
    for app in APPS
    for module in walk_packages(import_module(f"{app}.forms").__path__, f"{app}.forms.")
]
FORMS = {
    f"{form.__module__}.{name}": form
    for module in map(import_module, MODULES)
    for name, form in inspect.getmembers(module, inspect.isclass)
    if issubclass(form, forms.BaseForm) and form.__module__ in MODULES
}


@pytest.mark.parametrize("name", FORMS)
def test_no_round_button_is_a_row_of_dashes(name):
    dashes = [
        field_name
        for field_name, field in FORMS[name].base_fields.items()
        if type(field.widget) is forms.RadioSelect
        and any(str(label).strip("-") == "" for _value, label in field.widget.choices)
    ]

    assert dashes == []
