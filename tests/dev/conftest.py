from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.postgres.os_user import temporary_home


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the server's user can reach, unlike pytest's own."""
    with temporary_home("volitus-test-") as directory:
        yield directory
