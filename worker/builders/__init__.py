"""One builder per feature: from settings and clients to the feature's activity objects."""
