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
        "errors": {
            "type": "object",
            "additionalProperties": {},
            "description": "Sentences, by field.",
        },
    },
    "required": ["type", "status", "title"],
}
CHANGED = "It was changed after you had read it."
SAYS = {
    "409": CHANGED + " You gave “seen”.",
    "412": CHANGED + " You gave If-Match.",
    "428": "Say which version you have read, in If-Match or “seen”.",
}
KEY_SAYS = {
    "409": "It is being done, or was done and its answer held a secret.",
    "422": "This key came with another body.",
}


class Schema(AutoSchema):
    """Says of a read-only text that it may be empty, where its column may: nothing else would know.

    Which routes ask for a version, and what they answer then, follows from the body that they read.
    """

    def get_operation(self, path, path_regex, path_prefix, method, registry):
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None or not isinstance(self.view, ScopedViewSet):
            return operation
        says = {}
        asked = self._asks_what_was_read()
        says |= {code: SAYS[code] for code in asked}
        if "412" in asked:
            operation.setdefault("parameters", []).append(IF_MATCH)
        if method == "POST":
            operation.setdefault("parameters", []).append(KEY)
            says |= {
                code: " ".join(filter(None, [says.get(code), words]))
                for code, words in KEY_SAYS.items()
            }
        for code, words in says.items():
            operation["responses"].setdefault(code, self._problem(registry, words))
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _asks_what_was_read(self):
        """The refusals of a route that reads which version was read, or the seal, which no header gives."""
        body = force_instance(self.get_request_serializer())
        seen = body.fields.get("seen") if isinstance(body, Serializer) else None
        if seen is None and SEEN not in self.get_override_parameters():
            return ()
        if isinstance(seen, SeenMarkField):
            return ("409",)
        if seen is not None and not isinstance(seen, IntegerField):
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
