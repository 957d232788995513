"""A figure as it is sent to the API, and what is wrong with others."""


def figure(metric, **changes):
    return {
        "metric": metric.pk,
        "count": 60,
        "window_start": "2026-01-01",
        "window_end": "2026-06-30",
        "exposure_months": "6",
        "source": "Platform's database",
        "grade": "counted",
    } | changes


BAD_FIGURES = [
    ("count", -1),
    ("count", 10**10),
    ("count", "many"),
    ("percent", "100.01"),
    ("exposure_months", "0"),
    ("exposure_months", "NaN"),
    ("window_start", "2026-02-31"),
    ("window_end", "2025-12-31"),
    ("source", ""),
    ("source", "a\0b"),
    ("source", "x" * 301),
    ("grade", "sworn"),
    ("note_fr", "x" * 2001),
    ("metric", 987_654_321),
    ("metric", "x"),
]
