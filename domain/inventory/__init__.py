"""What a service should be, what the operator's systems told of it, and what the network has."""
