"""Small parts that a page shows dozens of times, rendered once and cached."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.translation import gettext as _
from lucide.templatetags import lucide

from crm.display import messages

SHAPES = {
    "good": "circle-check",
    "watch": "triangle-alert",
    "act": "octagon-alert",
    "unknown": "circle-question-mark",
}


@lru_cache(maxsize=256)
def icon(name, size=20):
    """An icon that repeats what the words beside it say."""
    return lucide.lucide(name, size=size, aria_hidden="true")


def optional(field):
    """Beside a label, whether the field may stay empty; a form's `conditions` say in words when it may not."""
    if field.field.required:
        return ""
    words = getattr(field.form, "conditions", {}).get(field.name, _("(optional)"))
    return format_html(' <span class="optional">{}</span>', words) if words else ""


def step(entry, for_holder):
    """A line of a request's open file, as a sentence for its holder or for whoever works on it."""
    return messages.step(entry, for_holder)


def status(level, word):
    """A meaning (good, watch, act, unknown, or plain) as word + shape + colour."""
    return _status(str(level), str(word))


@lru_cache(maxsize=1024)
def _status(level, word):
    shape = icon(SHAPES[level], 16) if level in SHAPES else ""
    return format_html('<span class="status {}">{}<span>{}</span></span>', level, shape, word)


def badge(level, word):
    """The same in a row of many, where only what asks somebody to act is filled."""
    return _badge(str(level), str(word))


@lru_cache(maxsize=1024)
def _badge(level, word):
    shape = icon(SHAPES[level], 16) if level in SHAPES else ""
    return format_html('<span class="badge {}">{}<span>{}</span></span>', level, shape, word)
