"""French territories by their number: the 96 departments of the mainland and Corsica, and those overseas."""

MAINLAND = frozenset(f"{number:02}" for number in range(1, 96)) - {"20"} | {"2A", "2B"}
OVERSEAS = frozenset({"971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988", "989"})
ALL = MAINLAND | OVERSEAS
# Both have their own number since 2007, and kept the postcodes of Guadeloupe.
ISLANDS = {"97133": "977", "97150": "978"}


def territory_of(postcode: str) -> str:
    """ "93", "2A" or "974" for a postcode of five digits; "" where it is not known.

    A few villages have the postcode of the next department: the number is that of the post office.
    """
    if postcode.startswith("20"):
        return "2A" if postcode < "20200" else "2B"
    if postcode.startswith(("97", "98")):
        return ISLANDS.get(postcode, postcode[:3])
    return postcode[:2]


def as_territories(text: str) -> list[str]:
    """The numbers in a text: "75, 2a 974" is 2A, 75 and 974; 1 is 01, and 20 both parts of Corsica."""
    found = set()
    for code in text.upper().replace(",", " ").replace(";", " ").split():
        found |= {"2A", "2B"} if code == "20" else {code.zfill(2)}
    return sorted(found)
