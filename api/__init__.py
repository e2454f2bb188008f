"""The HTTP API: authenticate, authorise, validate, call a use case or a query, answer.

``auth`` says who calls and what they may call, ``http`` what all routes share, ``internal`` what is
never public; then one folder per feature. ``app`` puts it together.
"""
