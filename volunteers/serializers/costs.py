from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from volunteers.models import EmployerCost, Volunteer
from volunteers.selectors.companies import people_valued_by
from volunteers.services.costs import COST_FIELDS


class EmployerCostSerializer(ModelSerializer):
    """Euros a year for the whole post; `share` of it lent, in per cent."""

    full_name = serializers.CharField(source="volunteer.user.full_name", read_only=True)

    class Meta:
        model = EmployerCost
        fields = ["id", "version", "volunteer", "full_name", "sponsor", *COST_FIELDS]
        read_only_fields = fields


class EnterCostSerializer(ModelSerializer):
    volunteer = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none())

    class Meta:
        model = EmployerCost
        fields = ["volunteer", *COST_FIELDS]
        validators = []  # the service says it under the person's lock, in words

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["volunteer"].queryset = people_valued_by(request.user)


class ChangeCostSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = EmployerCost
        fields = [*COST_FIELDS, "seen"]
