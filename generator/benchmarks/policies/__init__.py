"""Campaign policies set against the oracle, on worlds whose true responses are known."""
