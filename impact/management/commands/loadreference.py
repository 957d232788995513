import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.models import LegalCategory, Need, ReferenceFigure, Sdg
from engagements.models import MilestoneTemplate
from impact.models import Indicator
from volunteers.models import Skill

WHY = because("Brought along by Relais")


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
        templates = read("engagements.json")["milestone_templates"]
        known = set(
            MilestoneTemplate.objects.values_list("code", flat=True)
        )  # an administrator's words stay
        self._load(
            MilestoneTemplate, [row for row in templates if row["code"] not in known], "code"
        )
        indicators = [row | {"sdg_id": row["sdg"]} for row in read("impact.json")["indicators"]]
        known = set(
            Indicator.objects.values_list("code", flat=True)
        )  # the words of the library stay
        new = [row for row in indicators if row["code"] not in known]
        self._load(Indicator, [{k: v for k, v in row.items() if k != "sdg"} for row in new], "code")

    def _load(self, model, rows, *keys):
        for row in rows:
            key = {name: row[name] for name in keys}
            rest = {name: value for name, value in row.items() if name not in keys}
            wanted = {
                name: model._meta.get_field(name).to_python(value) for name, value in rest.items()
            }
            found = model.objects.filter(**key).first() or model(**key)
            if found._state.adding or any(
                getattr(found, name) != value for name, value in wanted.items()
            ):
                for name, value in wanted.items():
                    setattr(found, name, value)
                write.save(found, by=None, why=WHY)  # unchanged rows get no history row
