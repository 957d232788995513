from crm.rest.fields import ModelSerializer
from engagements.models import (
    Solution,
)


class SolutionSerializer(ModelSerializer):
    class Meta:
        model = Solution
        fields = [
            "id",
            "version",
            "engagement",
            "name",
            "kind",
            "url",
            "repository",
            "stack",
            "licence",
            "accessibility",
        ]
        read_only_fields = fields
