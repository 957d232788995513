"""How long a key of the API lives."""

DAYS = (30, 90, 365)
WARNED_BEFORE = 14  # days
