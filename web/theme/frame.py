"""What the frame of a page shows around its content."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the navigation. ``path`` begins with ``/`` and has no language in it."""

    path: str
    text: str
    """As people read it, from the catalogue."""
    current: bool = False
    count: int | None = None
    """How much waits there; None and 0 show nothing."""


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """The company or person on whose behalf the reader acts; stands on each of its pages."""

    name: str
    code: str
    """Register code of a company; empty for a person: no personal code is shown here."""
    picker: str
    """Path of the page on which another one is chosen, without language."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Around one page. Paths have no language; links of the frame add it."""

    path: str
    """Of this page, with its query: the language switch leads to the same page."""
    home: str = "/"
    nav: Sequence[NavLink] = ()
    account: ShownAccount | None = None
    person: str | None = None
    """Name of who is signed in; None: nobody."""
    person_menu: Sequence[NavLink] = field(default_factory=tuple)
    sign_out: str | None = None
    """Path that a POST signs out at; None: nobody is signed in."""
    status: str = ""
    """What has just happened, announced and shown once: "The access ended"."""
    refresh: int | None = None
    """Seconds after which the page is loaded again where no scripts run: it shows a progress."""
    undo: NavLink | None = None
    """Beside ``status``: how to take it back."""
