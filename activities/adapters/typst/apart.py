"""Renders in a process of its own, which can be ended, and whose memory is bounded.

The child is given nothing but a template's name and data: no setting, no secret, no connection.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from activities.adapters.typst.renderer import Listing, NotRendered

_PATIENCE = 120
"""Seconds after which the process is killed."""
_MODULE = "activities.adapters.typst.render_one"


class ApartRenderer:
    """Renderer in a process of its own. May be used by several threads."""

    def __init__(self, *, patience: float = _PATIENCE) -> None:
        """``patience``: seconds that one document may take."""
        self._patience = patience

    def render(self, template: Listing, data: Mapping[str, Any]) -> bytes:
        """See ListingRenderer. What takes too long, or too much memory, is not rendered either."""
        command = [sys.executable, "-I", "-m", _MODULE, template.value]
        try:
            done = subprocess.run(  # noqa: S603 # our own module, a name of ours
                command,
                input=json.dumps(data, ensure_ascii=False).encode(),
                capture_output=True,
                timeout=self._patience,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotRendered(f"{template}: it took too long") from None
        if done.returncode != 0:
            # What it wrote may quote the data.
            raise NotRendered(f"{template}: the process ended with {done.returncode}")
        return done.stdout
