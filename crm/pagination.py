"""Pages of the API: by key, so that the last one costs what the first one does. Defines no view (import order)."""

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("pk",)

    def get_ordering(self, request, queryset, view):
        """The queryset's own order where it has one that ends on the key, which makes it total."""
        ordering = tuple(queryset.query.order_by)
        return ordering if ordering and ordering[-1].lstrip("-") in {"pk", "id"} else self.ordering

    def get_paginated_response_schema(self, schema):
        """The framework's examples end in a stray quote, and are no addresses."""
        answer = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            answer["properties"][name]["example"] = "https://relais.example/api/v1/engagements/?p=cD00ODY%3D"
        return answer
