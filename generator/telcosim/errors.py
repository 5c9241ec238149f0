"""What can go wrong, one class per failure that a caller may want to tell apart."""


class TelcosimError(Exception):
    """Base of every error of the simulator; its message is one or two lines for a person."""


class ConfigError(TelcosimError):
    """A preset, parameter or option that the simulator cannot run with."""


class WorldError(TelcosimError):
    """A folder that is not a whole world, or cannot become one."""


class NoTruthError(TelcosimError):
    """The world is closed: its truth is kept by whoever grades it."""


class PolicyError(TelcosimError):
    """A policy or a table of decisions that cannot be carried out."""


class LostWorkerError(TelcosimError):
    """A piece of work took the process that did it with it, more than once."""
