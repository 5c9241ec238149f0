"""A simulated mobile operator whose customers' true responses are known."""

from telcosim import errors
from telcosim.generate import generate
from telcosim.verify import verify
from telcosim.world import load, truth

__all__ = ["errors", "generate", "load", "truth", "verify"]
