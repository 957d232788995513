"""The figures of law, as they are published."""

from decimal import Decimal

from volunteers.domain.valuation import Cap, GiftRules

PMSS = {2020: 3428, 2021: 3428, 2022: 3428, 2023: 3666, 2024: 3864, 2025: 3925, 2026: 4005}
CAPS = {year: Cap(pmss=Decimal(pmss), multiple=Decimal(3)) for year, pmss in PMSS.items()}
RULES = GiftRules(
    rate=Decimal(60),
    rate_above=Decimal(40),
    threshold=Decimal(2_000_000),
    ceiling_floor=Decimal(20_000),
    ceiling_turnover=Decimal(5),
    carry_years=5,
)
