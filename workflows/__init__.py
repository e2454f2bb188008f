"""The processes, listed in ``catalog``. Inputs and results carry ids only."""
