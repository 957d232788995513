import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from crm.models import LegalCategory, Need, ReferenceFigure, Sdg
from engagements.models import MilestoneTemplate
from impact.models import Indicator
from volunteers.models import Skill


def read(name):
    return json.loads((settings.BASE_DIR / "fixtures" / name).read_text(encoding="utf-8"))


class Command(BaseCommand):
    help = "Load or refresh the reference data; what people have added stays."

    @transaction.atomic
    def handle(self, *args, **options):
        crm = read("crm.json")
        self._load(Sdg, crm["sdgs"], "number")
        self._load(LegalCategory, crm["legal_categories"], "code")
        self._load(ReferenceFigure, crm["reference_figures"], "key", "valid_from")
        self._load(Need, crm["needs"], "code")
        self._load(Skill, read("volunteers.json")["skills"], "name_fr")
        for row in read("engagements.json")["milestone_templates"]:
            MilestoneTemplate.objects.get_or_create(code=row["code"], defaults=row)  # an administrator's words stay
        indicators = [row | {"sdg_id": row["sdg"]} for row in read("impact.json")["indicators"]]
        self._load(Indicator, [{k: v for k, v in row.items() if k != "sdg"} for row in indicators], "code")

    def _load(self, model, rows, *keys):
        for row in rows:
            key = {name: row[name] for name in keys}
            rest = {name: value for name, value in row.items() if name not in keys}
            found, is_new = model.objects.get_or_create(**key, defaults=rest)
            wanted = {name: model._meta.get_field(name).to_python(value) for name, value in rest.items()}
            if not is_new and any(getattr(found, name) != value for name, value in wanted.items()):
                model.objects.update_or_create(**key, defaults=wanted)  # unchanged rows get no history row
