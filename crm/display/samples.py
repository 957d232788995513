"""The samples of the style page: each is a template of its own, shown as what it makes and as what it is."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "templates" / "crm" / "style"


def samples():
    """The template of each sample, by its name."""
    return {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.html"))}
