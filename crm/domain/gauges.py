"""Numbers about this Relais that a monitoring system may draw: never about a person or an organisation."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Gauge:
    """`counts` is {value of the label: number}, or {"": number} for a gauge without a label."""

    name: str
    meaning: str
    counts: Mapping[str, float]
    label: str = ""
