"""Our environment of Jinja: what it leaves to each reader."""

import pytest
from django.template import engines
from django.utils import translation


@pytest.mark.parametrize(
    ("source", "english", "french"),
    [
        ("{{ 1234.5|number }}", "1,234.5", "1\u202f234,5"),
        ("{{ 1.5|times }}", "1.5", "1,5"),
        ("{{ _('Cancel') }}", "Cancel", "Annuler"),
    ],
)
def test_a_template_is_kept_and_what_it_says_is_not(source, english, french):
    template = engines["jinja2"].from_string(source)

    for language, words in (("en", english), ("fr", french), ("en", english)):
        with translation.override(language):
            assert words in template.render({})
