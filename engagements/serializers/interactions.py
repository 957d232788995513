from rest_framework import serializers

from crm.models import Contact, Interaction
from crm.rest.fields import ApiDayField
from engagements.serializers.engagements import PLAUSIBLE


class InteractionWriteSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Interaction.Kind.choices)
    happened_on = ApiDayField(validators=PLAUSIBLE)
    text = serializers.CharField(max_length=10_000)
    contact = serializers.PrimaryKeyRelatedField(
        queryset=Contact.objects.none(), required=False, allow_null=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)
