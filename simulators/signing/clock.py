"""Time of a simulator: the machine's, and what the control interface adds."""

import time


class Clock:
    """Seconds since some moment."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead
