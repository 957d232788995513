from django.contrib import admin

from crm.administration import ReferenceAdmin
from volunteers.models import Skill


@admin.register(Skill)
class SkillAdmin(ReferenceAdmin):
    list_display = ["name_fr", "name_en"]
    ordering = ["sort_fr", "pk"]
