"""Errors of use cases; the API and the command line translate them.

Refused              the answer is no; ``code`` is stable, and the code of the API's problem
└── NotFound         there is no such thing, or none that the caller may see
TemporalUnavailable  see services.temporal: nothing can be started at the moment
"""


class Refused(Exception):
    """The use case was not carried out, and would not be if it were repeated.

    Args:
        code: Stable, for programs: one of ``api.http.problem_kinds.KINDS``.
        detail: For people. Never what the caller sent.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class NotFound(Refused):
    """There is no such thing, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("not_found")
