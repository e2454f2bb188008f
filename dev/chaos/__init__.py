"""``make chaos``: a campaign of faults and kills, drawn from a seed, and its verdict."""
