from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from impact.selectors.news import KINDS


class NewsSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    word = serializers.CharField()
    engagement = serializers.IntegerField()
    title = serializers.CharField()
    subject = serializers.CharField()
    told = serializers.CharField(source="details", allow_blank=True)
    before = serializers.CharField(allow_blank=True)


@extend_schema_serializer(component_name="Since")
class NewsSinceSerializer(serializers.Serializer):
    """`moment` is the mark, or thirty days ago; `upto` is what to send back once it is read."""

    moment = serializers.DateTimeField()
    upto = serializers.DateTimeField(allow_null=True)
    is_more = serializers.BooleanField()
    news = NewsSerializer(many=True)


class ReadSerializer(serializers.Serializer):
    upto = serializers.DateTimeField()
