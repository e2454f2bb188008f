"""The worker: runs workflows and activities, starts and wakes processes, reconciles."""
