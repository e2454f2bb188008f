"""Documents of contracts: what they say, and which kinds are kept."""
