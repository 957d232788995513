from crm.rest.fields import ModelSerializer
from impact.models import Funding


class FundingSerializer(ModelSerializer):
    class Meta:
        model = Funding
        fields = ["id", "funder", "engagement", "amount", "starts_on", "reads_until"]
        read_only_fields = fields
