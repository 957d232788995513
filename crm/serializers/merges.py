from rest_framework import serializers

from crm.models import Contact, Merge, Organisation
from crm.rest.fields import ApiWholeField, ModelSerializer
from crm.serializers.seen import SeenSerializer


class MergeSerializer(ModelSerializer):
    undone_until = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Merge
        fields = [
            "id",
            "subject",
            "kept",
            "absorbed",
            "absorbed_name",
            "by",
            "at",
            "undone_until",
            "undone_at",
            "undone_by",
        ]
        read_only_fields = fields


class UndoneSerializer(serializers.Serializer):
    """What became of a merge that was undone, with a sentence for each thing that could not be put back."""

    merge = MergeSerializer()
    left = serializers.ListField(child=serializers.CharField())


class _MergingSerializer(SeenSerializer):
    """Which one is merged into the one of the address; `seen` is the version of that, `absorbed_seen` of the other."""

    absorbed_seen = ApiWholeField(min_value=1, max_value=2**31 - 1)
    are_one = serializers.BooleanField(
        default=False, help_text="Says that they are one although their numbers differ."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            absorbed = self.fields["absorbed"]
            absorbed.queryset = absorbed.queryset.model.objects.visible_to(request.user)


class OrganisationMergingSerializer(_MergingSerializer):
    absorbed = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.none())


class ContactMergingSerializer(_MergingSerializer):
    absorbed = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none())
