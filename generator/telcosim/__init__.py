"""A simulated mobile operator whose customers' true responses are known."""
