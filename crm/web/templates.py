"""The environment of our pages: Jinja2, strict about names, with the formats of the reader's language.

Django's own engine stays second in TEMPLATES, for the administration and the pages that libraries bring.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from crm.web import panels
from crm.web.drawn import FIELD, token_of


def environment(display: Iterable[str] = (), **options: Any) -> Environment:
    """Django asks for it once. `display` are modules whose FILTERS and FUNCTIONS templates may call by name.

    A name that is not given is an error where it is printed or asked for; a block's line leaves no line behind.
    """
    options |= {
        "autoescape": select_autoescape(disabled_extensions=["txt"], default=True),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 (set above)
    texts = (translation.gettext, translation.ngettext)
    made.install_gettext_callables(*texts, newstyle=True)  # type: ignore[attr-defined]  # by i18n
    made.globals |= {
        "coalition": coalition,
        "panel": panel,
        "querystring": querystring,
        "static": static,
        "today": timezone.localdate,
        "url": url,
    }
    for name in display:
        module = import_module(name)
        made.filters |= {name: for_each_reader(format_) for name, format_ in module.FILTERS.items()}
        made.globals |= module.FUNCTIONS
    return made


def for_each_reader(format_: Callable[..., Any]) -> Callable[..., Any]:
    """The format as a filter that Jinja does not work out once and keep: it depends on the reader's language.

    `{{ 3|days }}` would be kept in the language of whoever comes first; a filter that takes the context is not.
    """

    @pass_context
    @wraps(format_)
    def formatted(_context: Context, *args: Any, **kwargs: Any) -> Any:
        return format_(*args, **kwargs)

    return formatted


def coalition() -> str:
    """What the members that share Relais call themselves together."""
    return settings.COALITION


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its name; NoReverseMatch where there is none."""
    return reverse(name, args=args, kwargs=kwargs)


@pass_context
def querystring(context: Context, **changes: Any) -> str:
    """The address's query with these values; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query or context["request"].GET else ""


@pass_context
def panel(context: Context, name: str, *args: Any) -> SafeString:
    """See crm.web.panels."""
    return panels.panel(context["request"], name, *args)


class FormTokens:
    """`{{ csrf_input }}`: Django's token and what crm.web.drawn reads beside it, anew in each form of a page."""

    def __init__(self, request: HttpRequest):
        self.request = request

    def __html__(self) -> str:
        guard = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(self.request)
        )
        if not hasattr(self.request, "user"):  # refused before anybody looked who it is
            return guard
        drawn = token_of(self.request)
        return guard + format_html('<input type="hidden" name="{}" value="{}">', FIELD, drawn)


def form_tokens(request: HttpRequest) -> dict[str, Any]:
    """A context processor: no form can forget one half of its tokens."""
    return {"csrf_input": FormTokens(request)}
