from django.contrib import admin

from crm.administration import AuditedAdmin
from engagements.models import MilestoneTemplate


@admin.register(MilestoneTemplate)
class MilestoneTemplateAdmin(AuditedAdmin):
    list_display = ["title_fr", "kind", "barrier", "days", "after", "position"]
    list_filter = ["kind", "barrier"]
    list_select_related = ["after"]
    ordering = ["position", "code"]
