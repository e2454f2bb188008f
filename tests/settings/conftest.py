import os
from pathlib import Path

import pytest


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without settings, and without the secrets of the machine."""
    for name in list(os.environ):
        if name.startswith("VOLITUS_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("VOLITUS_SECRETS_DIR", str(tmp_path / "no-secrets"))
    return monkeypatch
