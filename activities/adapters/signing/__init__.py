"""Signing by Mobile-ID, Smart-ID and the operator's e-seal, and what proves a signature later."""
