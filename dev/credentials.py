"""The development stack's passwords and keys: invented once, kept in a file only we can read."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Self

from pydantic import BaseModel, SecretStr


class Credentials(BaseModel, frozen=True):
    """Good for this stack only; the data it holds can be read with no others."""

    postgres_password: SecretStr
    register_password: SecretStr
    payload_keys: SecretStr
    payload_key_current: str

    @classmethod
    def load(cls, file: Path) -> Self:
        """Those of the file; invented and written there at the first call."""
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".new")
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump(_invented(), out, indent=2)
            half.rename(file)
        return cls.model_validate_json(file.read_text())


def _invented() -> dict[str, str]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "postgres_password": secrets.token_urlsafe(24),
        "register_password": secrets.token_urlsafe(24),
        "payload_keys": json.dumps({"dev-1": key}),
        "payload_key_current": "dev-1",
    }
