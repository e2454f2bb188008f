"""Linters of the OpenAPI documents, and clients generated from them: ``make lint-api``."""
