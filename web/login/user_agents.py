"""A browser's family, by which people know their sessions: ``Firefox, Windows``."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""In this order: each names those below it as well."""


def family(user_agent: str) -> str:
    """Return browser and system, of those that are common; empty where neither is known.

    No version and nothing else of the header is kept: it would be a fingerprint.
    """
    known = (
        next((name for mark, name in marks if mark in user_agent), None)
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, known))
