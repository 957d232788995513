"""The reference data that Relais brings along: rows of fixtures/*.json, loaded as often as one likes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from crm.audit import write
from crm.audit.history import column_of
from crm.audit.reasons import because
from crm.models import LegalCategory, Need, ReferenceFigure, Sdg

WHY = because("Brought along by Relais")


def load_reference(tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """The rows of fixtures/crm.json."""
    load_rows(Sdg, tables["sdgs"], "number")
    load_rows(LegalCategory, tables["legal_categories"], "code")
    load_rows(ReferenceFigure, tables["reference_figures"], "key", "valid_from")
    load_rows(Need, tables["needs"], "code")


def load_rows(
    model: type[models.Model], rows: Iterable[Mapping[str, Any]], *keys: str, refresh: bool = True
) -> None:
    """Save each row under its keys: new, or changed where its values differ; an unchanged one gets no history.

    With `refresh=False` a row that exists stays as it is: administrators may have written its words anew.
    """
    for row in rows:
        saved = model._default_manager.filter(**{name: row[name] for name in keys}).first()
        if saved and not refresh:
            continue
        instance = saved or model()
        values = {name: column_of(model, name).to_python(row[name]) for name in row}
        if not saved or any(getattr(saved, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(instance, name, value)
            write.save(instance, by=None, why=WHY)
