"""Tables, migrations, and the few statements that several parts share. PostgreSQL 15 to 18."""
