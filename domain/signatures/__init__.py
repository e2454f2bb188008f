"""Signatures of people and of the operator over documents."""
