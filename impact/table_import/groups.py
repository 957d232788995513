"""Groups of a measurement as people write them, one a line: criterion ; group ; count (; out of)."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.domain.formatting import is_french
from impact.models import Breakdown, Dimension
from impact.table_import.cells import read_choice, read_text, read_whole

MAX_GROUPS = 60  # of one measurement
MAX_MESSAGES = 3  # of what is wrong in one cell
SEPARATOR = re.compile(r"\s*[;\t]\s*")
LANGUAGES = " / "  # between the French and the English name of a group

read_dimension = read_choice(Dimension, "")
read_label = read_text(80)


def groups_of_text(text: str) -> list[dict[str, Any]]:
    """The columns of each group; ValidationError with a reason for each line that cannot be read."""
    groups, errors = [], []
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    if len(lines) > MAX_GROUPS:
        raise ValidationError(_("%(most)s groups at most.") % {"most": MAX_GROUPS})
    for number, line in lines:
        try:
            groups.append(_group(SEPARATOR.split(line.strip())))
        except ValueError as error:
            errors.append(_("Line %(number)s: %(reason)s") % {"number": number, "reason": error})
    if errors:
        raise ValidationError(errors)
    return groups


def read_groups(cell: str) -> list[dict[str, Any]]:
    """The same of a cell of a table, where the groups stand on lines of their own or with | between them."""
    try:
        return groups_of_text(cell.replace("|", "\n"))
    except ValidationError as error:
        raise ValueError(" ".join(error.messages[:MAX_MESSAGES])) from error


def text_of_groups(groups: Iterable[Breakdown]) -> str:
    """The groups as `groups_of_text` reads them, in the reader's language."""
    return "\n".join(
        " ; ".join(
            [
                str(Dimension(group.dimension).label),
                f"{group.label_fr}{LANGUAGES}{group.label_en}"
                if group.label_en
                else group.label_fr,
                str(group.count),
                *([] if group.total is None else [str(group.total)]),
            ]
        )
        for group in groups
    )


def _group(cells: Sequence[str]) -> dict[str, Any]:
    if not 3 <= len(cells) <= 4 or not all(cells[:3]):
        raise ValueError(
            _("write the criterion, the group and the count, with semicolons between them.")
        )
    label_fr, _slash, label_en = cells[1].partition(LANGUAGES)
    return {
        "dimension": read_dimension(cells[0]),
        "label_fr": read_label(label_fr.strip()),
        "label_en": read_label(label_en.strip()),
        "count": read_whole(cells[2]),
        "total": read_whole(cells[3]) if len(cells) == 4 else None,
    }


def example() -> str:
    return "genre ; Femmes / Women ; 120" if is_french() else "gender ; Femmes / Women ; 120"
