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

    def validated(self, serializer_class, *, context=None, **kwargs):
        """The body, checked and cleaned by a serializer."""
        context = self.get_serializer_context() | (context or {})
        return self.checked(serializer_class(data=self.request.data, context=context, **kwargs))

    def validated_query(self, serializer_class):
        """The query string, checked and cleaned by a serializer, of what has no body: a DELETE."""
        return self.checked(serializer_class(data=self.request.query_params.dict(), context={}))

    def checked(self, serializer):
        """What a serializer makes of what was sent; names that it does not know are refused with the rest."""
        unknown = unknown_names(serializer, serializer.initial_data)
        if serializer.partial and (gaps := gaps_in_rows(serializer, serializer.initial_data)):
            raise ValidationError(unknown | gaps)
        serializer.is_valid(raise_exception=not unknown)
        if unknown:
            raise ValidationError(serializer.errors | unknown)
        values = serializer.validated_data
        seen_field = serializer.fields.get("seen")
        if isinstance(seen_field, IntegerField) and not isinstance(seen_field, SeenMarkField):
            values["seen"] = self._version_read(values.get("seen"))
        return values

    def _version_read(self, seen):
        """The version that the body (`seen`) or If-Match names; a 428 where none is named and one must be."""
        named = (seen, version_in(self.request.headers.get("If-Match")))
        if versions := [version for version in named if version is not None]:
            return min(versions)  # versions only grow: of two, the older one is not what is there
        if self.action in self.makes:
            return 0
        if self.request.headers.get("If-Match", "").strip() == "*":
            return None
        raise PreconditionRequired

    def finalize_response(self, request, response, *args, **kwargs):
        """A row that counts its versions carries its version as ETag, to be given back as If-Match."""
        response = super().finalize_response(request, response, *args, **kwargs)
        row = getattr(response, "data", None)
        if (
            status.is_success(response.status_code)
            and isinstance(row, dict)
            and isinstance(row.get("version"), int)
        ):
            response.headers["ETag"] = f'"{row["version"]}"'
        return response


class CreateModelMixin(mixins.CreateModelMixin):
    """The framework's, with the bodies as all routes check them."""

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        self.checked(serializer)
        self.perform_create(serializer)
        return Response(serializer.data, status=status.HTTP_201_CREATED)


def version_in(header):
    """The version that If-Match names: the newest of several, 0 where it is none of ours, None for no header or *.

    A weak tag is taken as well: proxies weaken them, and ours are versions of the row, not of the bytes.
    """
    if not header or header.strip() == "*":
        return None
    tags = [tag for tag in TAG.findall(header) if re.fullmatch("[0-9]{1,10}", tag)]
    return max((int(tag) for tag in tags), default=0)


def unknown_names(serializer, sent):
    """{name: [sentence]} of what was sent and no field takes, at any depth: misspelt names, keys that are no number."""
    if isinstance(serializer, ListSerializer):
        rows = sent if isinstance(sent, list) else []
        errors_of_rows = [unknown_names(serializer.child, row) for row in rows]
        return errors_of_rows if any(errors_of_rows) else {}
    if not isinstance(sent, dict) or not isinstance(serializer, BaseSerializer):
        return {}
    fields = getattr(serializer, "fields", {})
    errors = {str(name): [_("There is no such field.")] for name in sent if name not in fields}
    for name, field in fields.items():
        if name not in sent:
            continue
        if isinstance(field, BaseSerializer) and (below := unknown_names(field, sent[name])):
            errors[name] = below
        elif isinstance(field, RelatedField | ManyRelatedField) and _holds_half_a_key(sent[name]):
            errors[name] = [_("A key is a whole number.")]
    return errors


def gaps_in_rows(serializer, sent):
    """{name: [{field: [sentence]}]} of lists of rows in a PATCH, which may leave out a list but no field of a row."""
    errors = {}
    for name, field in serializer.fields.items():
        rows = sent.get(name) if isinstance(sent, dict) else None
        if isinstance(field, ListSerializer) and isinstance(rows, list):
            required = {
                each.field_name: each for each in field.child.fields.values() if each.required
            }
            gaps = [
                {
                    missing: [required[missing].error_messages["required"]]
                    for missing in required
                    if missing not in row
                }
                for row in rows
                if isinstance(row, dict)
            ]
            if any(gaps):
                errors[name] = gaps
    return errors


def _holds_half_a_key(sent):
    """1.5 would be taken for row 1."""
    return any(isinstance(key, float) for key in (sent if isinstance(sent, list) else [sent]))
