"""The HTTP API: authenticate, authorise, validate, start or signal, read. Decides nothing itself.

One file per resource. ``admission`` says who may call, ``problems`` how a refusal looks,
``app`` puts it together.
"""
