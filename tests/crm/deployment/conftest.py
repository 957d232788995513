"""Files that hold a secret."""

import pytest


@pytest.fixture
def secret_file(tmp_path):
    """A file that holds what it is given; its path."""

    def write(text):
        path = tmp_path / "secret"
        path.write_text(text)
        return str(path)

    return write
