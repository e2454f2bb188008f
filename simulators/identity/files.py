"""Files with secrets: readable by their owner only, and never half written."""

import json
from pathlib import Path
from typing import Any


def read(file: Path | None) -> Any:
    """Return the JSON of the file; None if there is no file."""
    if file is None or not file.exists():
        return None
    return json.loads(file.read_text())


def keep(file: Path | None, content: object) -> None:
    """Write ``content`` as JSON; do nothing if ``file`` is None."""
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(content, indent=2))
    part.replace(file)
