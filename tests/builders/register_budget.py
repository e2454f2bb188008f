"""Settings of the register's daily queries."""


def budget(daily: str, *, people: str = "0", sync: str = "0") -> dict[str, str]:
    """So many queries a day, and so many of them for people only and for sync only."""
    return {
        "VOLITUS_REGISTER_DAILY_LIMIT": daily,
        "VOLITUS_REGISTER_PEOPLE_RESERVE": people,
        "VOLITUS_REGISTER_SYNC_RESERVE": sync,
    }
