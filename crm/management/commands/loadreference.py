import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load or refresh the reference data; what people have added stays."

    @transaction.atomic
    def handle(self, *args, **options):
        for file, loader in settings.REFERENCE_DATA.items():
            tables = json.loads((settings.BASE_DIR / "fixtures" / file).read_text(encoding="utf-8"))
            import_string(loader)(tables)
