"""The web pages: self-service and console. A client of the HTTP API and nothing else.

It imports ``settings`` and ``runtime`` only. Its own rows are sessions (``web/sessions.py``), in a
schema with a role of its own.
"""
