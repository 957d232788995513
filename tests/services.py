"""What a service answers, and what it leaves in the history: asked in the same way of each."""

import pytest

from crm.domain.refusals import Refused, by_field

WHOLE = "non_field_errors"  # where a sentence is about no field


def refusal(service, *given, **named):
    """{field: [sentences]} of what a service will not do."""
    with pytest.raises(Refused) as refused:
        service(*given, **named)
    return by_field(refused.value)


def last_line(row):
    """(who, why) of the latest line in the history of a row, whether it is still there or not."""
    line = row._meta.model.history.filter(id=row.pk).latest()
    return line.history_user, str(line.history_change_reason)
