"""A simulated mobile operator whose customers' true responses are known."""

from telcosim import errors
from telcosim.actions import ACTIONS
from telcosim.compare import compare
from telcosim.config import load_config
from telcosim.generate import generate
from telcosim.programme import NoContact
from telcosim.simulate import World, resume, simulate
from telcosim.verify import verify
from telcosim.world import load, truth

NO_CONTACT = NoContact()
"""The policy that contacts nobody."""

__all__ = [
    "ACTIONS",
    "NO_CONTACT",
    "World",
    "compare",
    "errors",
    "generate",
    "load",
    "load_config",
    "resume",
    "simulate",
    "truth",
    "verify",
]
