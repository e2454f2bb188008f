from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.postgres.os_user import temporary_home


@pytest.fixture
def place() -> Iterator[Path]:
    """Where the server's user can come to, unlike pytest's own directories."""
    with temporary_home("volitus-test-") as directory:
        yield directory
