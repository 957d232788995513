"""Pages of the API: by key, so that the last one costs what the first one does. Defines no view (import order)."""

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from crm.selectors.paging import can_be_asked, field_of


class Pages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("pk",)

    def paginate_queryset(self, queryset, request, view=None):
        """A cursor whose values do not fit these rows is refused like one that cannot be decoded."""
        self.queryset = queryset
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError, ArithmeticError, ValidationError, DataError):
            if self.cursor is None:
                raise
            raise NotFound(self.invalid_cursor_message) from None

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                field_of(self.queryset, self.ordering[0].lstrip("-")).to_python(cursor.position)
            except ValidationError:
                raise NotFound(self.invalid_cursor_message) from None
            if not can_be_asked([cursor.position]):
                raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_ordering(self, request, queryset, view):
        """The queryset's own order where a page can begin after any of its rows, else that of the keys.

        It is by columns, of which the first is never empty, and ends on the key, which makes it total.
        """
        ordering = tuple(queryset.query.order_by)
        if not ordering or not all(isinstance(column, str) for column in ordering):
            return self.ordering
        first, last = ordering[0].lstrip("-"), ordering[-1].lstrip("-")
        return (
            ordering
            if last in {"pk", "id"} and not field_of(queryset, first).null
            else self.ordering
        )

    def get_paginated_response_schema(self, schema):
        """The framework's examples end in a stray quote, and are no addresses."""
        answer = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            answer["properties"][name]["example"] = (
                "https://relais.example/api/v1/engagements/?p=cD00ODY%3D"
            )
        return answer
