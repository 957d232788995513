from copy import copy

from django import template
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import resolve, reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context, name, *args):
    """The fragment that a view gives for this request, of an app that the page's own may not import.

    It is empty where that view answers 403 or 404: the reader may not see it.
    """
    match = resolve(reverse(name, args=args))
    request = copy(context["request"])
    request.method = "GET"
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return ""
    return response.render().rendered_content if hasattr(response, "render") else ""
