"""``volitus events``: list the history, and verify it."""

from cli.audit import events, verify

app = events.app
verify.register(app)
