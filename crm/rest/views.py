"""What every route of the API starts from."""

import re
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import mixins, status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.relations import ManyRelatedField, RelatedField
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, IntegerField, ListSerializer
from rest_framework.viewsets import GenericViewSet

from crm.rest import repeats
from crm.rest.fields import SeenMarkField
from crm.selectors.paging import can_be_asked

TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')


SEEN = OpenApiParameter(
    "seen", int, description="The version that was read, where there is no If-Match."
)


class PreconditionRequired(APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = gettext_lazy(
        "Say what you have read: its version in “seen”, or its ETag in If-Match."
    )


class ScopedViewSet(GenericViewSet):
    """Rows that the person may see, as the pages list them. Subclasses set `queryset = Model.objects.none()`.

    What changes a row that counts its versions says which one was read: by `seen` in the body, or by If-Match.
    """

    permission_classes = [IsAuthenticated]
    makes = frozenset(
        {"create"}
    )  # actions that may find no row to have read: what is there all the same is stale
    tells_a_secret: frozenset[str] = frozenset()  # actions whose answer holds one: it is given once

    def initial(self, request, *args, **kwargs):
        """From here on it is known who asks: a POST that bears a key is done once."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and repeats.HEADER in request.headers:
            self.post = partial(self._once, self.post)

    def _once(self, act, request, *args, **kwargs):
        act = partial(act, request, *args, **kwargs)
        keeps_answer = self.action not in self.tells_a_secret
        return repeats.once(
            request, request.headers[repeats.HEADER], act, keeps_answer=keeps_answer
        )

    def get_queryset(self):
        """A missing row and somebody else's are the same 404."""
        rows = self.queryset.model.objects.visible_to(self.request.user)
        return rows.for_list() if hasattr(rows, "for_list") else rows.order_by("pk")

    def get_object(self):
        """A key that no row can have is as one that is missing."""
        if not can_be_asked(self.kwargs.values()):
            raise NotFound
        return super().get_object()

    def may(self, allowed):
        """Yours, but not for this: 403."""
        if not allowed:
            raise PermissionDenied

    def given(self, serializer_class, *, context=None, **kwargs):
        """The body, checked and cleaned by a serializer."""
        context = self.get_serializer_context() | (context or {})
        return self.checked(serializer_class(data=self.request.data, context=context, **kwargs))

    def asked(self, serializer_class):
        """The same of the address, for what has no body: a DELETE."""
        return self.checked(serializer_class(data=self.request.query_params.dict(), context={}))

    def checked(self, serializer):
        """What a serializer makes of what was sent; names that it does not know are refused with the rest."""
        unknown = unknown_names(serializer, serializer.initial_data)
        if serializer.partial and (gaps := gaps_in_rows(serializer, serializer.initial_data)):
            raise ValidationError(unknown | gaps)
        serializer.is_valid(raise_exception=not unknown)
        if unknown:
            raise ValidationError(serializer.errors | unknown)
        given = serializer.validated_data
        seen = serializer.fields.get("seen")
        if isinstance(seen, IntegerField) and not isinstance(seen, SeenMarkField):
            given["seen"] = self._seen(given.get("seen"))
        return given

    def _seen(self, seen):
        told = (seen, version_in(self.request.headers.get("If-Match")))
        if versions := [version for version in told if version is not None]:
            return min(versions)  # versions only grow: of two, the older one is not what is there
        if self.action in self.makes:
            return 0
        if self.request.headers.get("If-Match", "").strip() == "*":
            return None
        raise PreconditionRequired

    def finalize_response(self, request, response, *args, **kwargs):
        """A row that counts its versions carries its version as ETag, to be given back as If-Match."""
        response = super().finalize_response(request, response, *args, **kwargs)
        told = getattr(response, "data", None)
        if (
            status.is_success(response.status_code)
            and isinstance(told, dict)
            and isinstance(told.get("version"), int)
        ):
            response.headers["ETag"] = f'"{told["version"]}"'
        return response


class CreateModelMixin(mixins.CreateModelMixin):
    """The framework's, with the bodies as all routes check them."""

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        self.checked(serializer)
        self.perform_create(serializer)
        return Response(serializer.data, status=status.HTTP_201_CREATED)


def version_in(header):
    """The version that If-Match names; the newest of several, 0 where it is no version of ours, None for none or *.

    A weak tag is taken as well: proxies weaken them, and ours are versions of the row, not of the bytes.
    """
    if not header or header.strip() == "*":
        return None
    found = [tag for tag in TAG.findall(header) if re.fullmatch("[0-9]{1,10}", tag)]
    return max((int(tag) for tag in found), default=0)


def unknown_names(serializer, given):
    """{name: [sentence]} of what no field of a body knows, at any depth: names that are misspelt, halves of keys."""
    if isinstance(serializer, ListSerializer):
        rows = given if isinstance(given, list) else []
        found = [unknown_names(serializer.child, row) for row in rows]
        return found if any(found) else {}
    if not isinstance(given, dict) or not isinstance(serializer, BaseSerializer):
        return {}
    fields = getattr(serializer, "fields", {})
    wrong = {str(name): [_("There is no such field.")] for name in given if name not in fields}
    for name, field in fields.items():
        if name not in given:
            continue
        if isinstance(field, BaseSerializer) and (below := unknown_names(field, given[name])):
            wrong[name] = below
        elif isinstance(field, RelatedField | ManyRelatedField) and _holds_half_a_key(given[name]):
            wrong[name] = [_("A key is a whole number.")]
    return wrong


def gaps_in_rows(serializer, given):
    """{name: [{field: [sentence]}]} of rows within a PATCH: it may leave out a list, and no half of one of its rows."""
    wrong = {}
    for name, field in serializer.fields.items():
        rows = given.get(name) if isinstance(given, dict) else None
        if isinstance(field, ListSerializer) and isinstance(rows, list):
            wanted = {
                each.field_name: each for each in field.child.fields.values() if each.required
            }
            gaps = [
                {
                    missing: [wanted[missing].error_messages["required"]]
                    for missing in wanted
                    if missing not in row
                }
                for row in rows
                if isinstance(row, dict)
            ]
            if any(gaps):
                wrong[name] = gaps
    return wrong


def _holds_half_a_key(given):
    """1.5 would be taken for row 1."""
    return any(isinstance(key, float) for key in (given if isinstance(given, list) else [given]))
