"""What a key of the API may open, and how long."""

# The routes of an app, in words; organisations and support requests stand in the lowest one.
AREAS = ("crm", "engagements", "volunteers", "impact")
DAYS = (30, 90, 365)
WARNED_BEFORE = 14  # days
