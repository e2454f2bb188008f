"""Sync with registers: the scheduler decides when, adapters read; storage compares."""
