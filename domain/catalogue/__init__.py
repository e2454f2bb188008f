"""The catalogue: products that can be ordered for a service, and what carrying them out takes."""
