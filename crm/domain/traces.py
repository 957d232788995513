"""Where in the code an error came from, without what it says: its text may hold what people typed."""

from pathlib import Path
from traceback import walk_tb

CODE = Path(__file__).resolve().parents[2]
LONGEST_STACK = 30


def type_of(error: BaseException) -> str:
    """The name of its class, with the module unless it is Python's own."""
    kind = type(error)
    is_builtin = kind.__module__ == "builtins"
    return kind.__qualname__ if is_builtin else f"{kind.__module__}.{kind.__qualname__}"


def stack_of(error: BaseException) -> list[str]:
    """The lines of the code that led to it, `file:line function`, the innermost last; LONGEST_STACK at most."""
    stack = [
        f"{in_code(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return stack[-LONGEST_STACK:]


def in_code(path: str) -> str:
    """A file of ours from the top of the code, one of a package from its name on."""
    _before, installed, within = path.rpartition("site-packages/")
    return within if installed else path.removeprefix(f"{CODE}/")
