"""What the shell of every page shows: where one can go, in the words of the role."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from crm import permissions
from crm.domain.roles import Role
from crm.models import Organisation


@dataclass(frozen=True)
class MenuEntry:
    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    current: bool


# (label, url name, icon, the roles that have it; None is everybody), the most used first.
PLACES = [
    (_("My week"), "volunteers:week", "calendar-check", {Role.VOLUNTEER}),
    (_("Today"), "crm:home", "sun", None),
    (_("Me"), "volunteers:me", "circle-user", {Role.VOLUNTEER}),
    (
        _("Engagements"),
        "engagements:engagement-list",
        "handshake",
        {Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.VOLUNTEER},
    ),
    (
        _("Requests"),
        "crm:request-list",
        "inbox",
        {Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR},
    ),
    (
        _("Team"),
        "volunteers:people-list",
        "users",
        {Role.ADMINISTRATOR, Role.COORDINATOR, Role.SPONSOR},
    ),
    (
        _("Impact"),
        "impact:summary",
        "chart-line",
        {Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.FUNDER, Role.VOLUNTEER},
    ),
    (
        _("Days"),
        "volunteers:month-list",
        "calendar-days",
        {Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.SPONSOR, Role.VOLUNTEER},
    ),
    (
        _("Directory"),
        "crm:organisation-list",
        "book-open",
        {Role.ADMINISTRATOR, Role.COORDINATOR, Role.DESK, Role.LEAD, Role.SPONSOR, Role.FUNDER},
    ),
]
ON_PHONE = 3


def shell(request):
    user = getattr(request, "user", None)
    nav = _places(request, user) if user and user.is_authenticated else []
    return {
        "shell": {
            "nav": nav,
            "more": nav[ON_PHONE:],
            "here": here(request),
            "demo": is_demo(),
            "sees_people": bool(nav) and permissions.can_see_people(user),
            "languages": [
                Language(code, get_language_info(code)["name_local"], code == get_language())
                for code, _name in settings.LANGUAGES
            ],
        }
    }


def here(request):
    """The address to come back to: of a refused form the page that it stood on, for its own may take posts alone."""
    if request.method == "GET":
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    return (
        before
        if url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure())
        else "/"
    )


def is_demo():
    """Whether the demo is loaded; asked of the database once in five minutes."""
    return cache.get_or_set(
        "is-demo", lambda: Organisation.objects.filter(is_fictional=True).exists(), timeout=300
    )


def _places(request, user):
    here = request.path
    places = []
    for label, name, icon, roles in PLACES:
        if roles is None or user.holds(*roles):
            url = reverse(name)
            places.append(
                MenuEntry(label, url, icon, here == url or (url != "/" and here.startswith(url)))
            )
    return places
