"""Following registers: APScheduler says when, adapters read, PostgreSQL compares."""
