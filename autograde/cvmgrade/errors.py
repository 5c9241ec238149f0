"""What can go wrong, each with a message for the person who must act."""


class CvmError(Exception):
    """Base of every error the commands report: one or two lines that say what to do.

    The command line catches this class once, at its rim, prints the message and leaves with
    ``exit_code``.
    """

    exit_code = 1


class UsageError(CvmError):
    """The command was asked for something that does not exist or does not fit."""

    exit_code = 2


class AssignmentError(CvmError):
    """An assignment source is missing, incomplete or written wrongly."""


class CohortError(CvmError):
    """A cohort folder is missing, broken or used by another run."""


class LeakError(CvmError):
    """A release would show learners something that belongs to the grader."""


class IntakeError(CvmError):
    """One submission cannot be received; the message names the file and the reason."""


class SandboxError(CvmError):
    """Learners' code cannot be run safely on this machine."""

    exit_code = 3


class SubmissionKilledError(Exception):
    """A submission's run was ended from outside; the message is the recorded reason."""


class GraftError(Exception):
    """A submission is no notebook that can be run; the message is the recorded reason."""


class CheckerError(Exception):
    """The grader's own part failed, not the submission; the message is the recorded reason."""
