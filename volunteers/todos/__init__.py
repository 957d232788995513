"""What the lent team asks of a person."""

from crm.domain.todos import source
from volunteers.todos import agreements, assignments, months, relay


@source
def todos_of(user, today):
    """Months to sign, agreements, relays, then weeks to log and assignments to confirm and to prolong."""
    return [
        *months.todos_of(user, today),
        *agreements.todos_of(user, today),
        *relay.todos_of(user, today),
        *assignments.todos_of(user, today),
    ]
