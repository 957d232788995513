from django.contrib import admin

from volunteers.models import Skill


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name_fr", "name_en"]
    ordering = ["sort_fr", "pk"]
