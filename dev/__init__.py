"""Development: ``make run``, ``make demo``, ``make chaos``, ``make check``. Not in the product."""
