from copy import copy

from django import template
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import resolve, reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context, name, *args):
    """The fragment of another app's own view, with this request: its own scope, queries and tests.

    A panel that its reader may not see is not there.
    """
    match = resolve(reverse(name, args=args))
    request = copy(context["request"])
    request.method = "GET"
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return ""
    return response.render().rendered_content if hasattr(response, "render") else ""
