from django.contrib import admin

from crm.administration import AuditedAdmin
from impact.models import Indicator


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    """The words may be mended; what a figure means may not change under the figures that stand."""

    list_display = ["code", "name_fr", "kind", "aggregation"]
    search_fields = ["code", "name_fr", "name_en"]
    ordering = ["code"]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "kind", "aggregation"] if obj else []
