"""Answers that are broken off on purpose, when a part of them is sent already."""


class BrokenOff(Exception):
    """There is no more of an answer that was begun: the server closes the connection.

    So nobody takes what they have for all of it. It is no fault of the API, and logged in a line.
    """
