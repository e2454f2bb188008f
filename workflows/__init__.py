"""The processes. Each reads like the process it is; inputs and results carry ids only."""
