"""The worker: runs workflows and activities, starts and wakes what may go on, reconciles."""
