"""What the API's document says of all routes alike: their headers, their refusals, and fields that may be empty."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from rest_framework.fields import IntegerField
from rest_framework.serializers import Serializer

from crm.rest import repeats
from crm.rest.fields import SeenMarkField
from crm.rest.views import SEEN, ScopedViewSet

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The ETag of the answer that was read: its version in quotes, or * for whatever is there.",
    "example": '"3"',
}
KEY = {
    "in": "header",
    "name": repeats.HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": repeats.MAX_KEY_LENGTH},
    "description": "A name of your own for this request: sent again within a day, it is not done twice, and gets the "
    "first answer.",
    "example": "2f6c1f1e-8d55-4d4e-9b0a-5f4f8a0c7b11",
}
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "request": {
            "type": "string",
            "description": "Where our side failed: the name by which our log has the request.",
        },
        "errors": {
            "type": "object",
            "additionalProperties": {},
            "description": "Sentences, by field.",
        },
    },
    "required": ["type", "status", "title"],
}
CHANGED = "It was changed after you had read it."
DESCRIPTIONS = {
    "409": CHANGED + " You gave “seen”.",
    "412": CHANGED + " You gave If-Match.",
    "428": "Say which version you have read, in If-Match or “seen”.",
}
KEY_DESCRIPTIONS = {
    "409": "It is being done, or was done and its answer held a secret.",
    "422": "This key came with another body.",
}


class Schema(AutoSchema):
    """The document of one route.

    A read-only text may be empty where its column may, which the framework does not look at. Which routes ask for a
    version, and how they refuse a wrong one, follows from the body that they take.
    """

    def get_operation(self, path, path_regex, path_prefix, method, registry):
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None or not isinstance(self.view, ScopedViewSet):
            return operation
        refusals = self._refusals_of_versions()
        descriptions = {code: DESCRIPTIONS[code] for code in refusals}
        if "412" in refusals:
            operation.setdefault("parameters", []).append(IF_MATCH)
        if method == "POST":
            operation.setdefault("parameters", []).append(KEY)
            descriptions |= {
                code: " ".join(filter(None, [descriptions.get(code), words]))
                for code, words in KEY_DESCRIPTIONS.items()
            }
        for code, words in descriptions.items():
            operation["responses"].setdefault(code, self._problem(registry, words))
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _refusals_of_versions(self):
        """The status codes of a route that takes which version was read, or the seal, which no header can give."""
        body = force_instance(self.get_request_serializer())
        seen_field = body.fields.get("seen") if isinstance(body, Serializer) else None
        if seen_field is None and SEEN not in self.get_override_parameters():
            return ()
        if isinstance(seen_field, SeenMarkField):
            return ("409",)
        if seen_field is not None and not isinstance(seen_field, IntegerField):
            return ("409", "428")
        return ("409", "412") if self.view.action in self.view.makes else ("409", "412", "428")

    def _problem(self, registry, words):
        component = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM
        )
        registry.register_on_missing(component)
        return {
            "description": words,
            "content": {"application/problem+json": {"schema": component.ref}},
        }

    def _map_serializer_field(self, field, direction, bypass_extensions=False):
        if field.read_only and hasattr(field, "allow_blank") and _column_may_be_empty(field):
            field.allow_blank = True
        return super()._map_serializer_field(field, direction, bypass_extensions)


def _column_may_be_empty(field):
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {column.name: column for column in model._meta.concrete_fields} if model else {}
    return field.source in columns and columns[field.source].blank
