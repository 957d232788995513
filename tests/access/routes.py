"""The routes of the site, read from the URL configuration: nothing is listed by hand here."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse

NOT_OURS = {"admin"}  # stock Django admin: is_staff alone, tested in TestTheAdministration


@dataclass(frozen=True)
class Route:
    name: str
    parameters: tuple

    @property
    def is_api(self):
        return self.name.startswith("api:")

    def url(self, key, words=()):
        """Its address for an object; `words` are the texts after the object's number."""
        return reverse(self.name, args=[key, *words] if words else [key] * len(self.parameters))


def all_routes(patterns=None, namespaces=()):
    """Every named route once, and the unnamed ones by their pattern: they fail for want of an expectation."""
    routes = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            name = ":".join([*namespaces, pattern.name or str(pattern.pattern)])
            routes.setdefault(
                name,
                Route(
                    name,
                    tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex),
                ),
            )
        elif getattr(pattern, "namespace", None) not in NOT_OURS:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            routes |= {route.name: route for route in all_routes(pattern.url_patterns, inner)}
    return list(routes.values())
