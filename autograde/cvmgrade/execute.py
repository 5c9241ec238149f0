"""nbgrader's Execute step with our kernel: boxed, bounded, and with clean verdicts."""

from contextvars import ContextVar
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade

from .errors import SubmissionKilledError
from .sandbox import BoxedKernelManager, Run

CURRENT: ContextVar[Run] = ContextVar("cvmgrade_run")
"""The run of this submission; nbgrader makes its steps itself, so they find it here."""

TIMED_OUT = "CellTimeoutError"
STUCK = (
    "A cell did not finish in {0} seconds and did not react to being interrupted, "
    "so the notebook was stopped."
)
DEAD = "The kernel died while running the notebook (for instance by os._exit or out of memory)."


class BoxedExecute(Execute):  # type: ignore[misc]  # nbgrader ships no types
    """Run the notebook in the current run's kernel."""

    def preprocess(
        self, nb: NotebookNode, resources: Any, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run all cells; turn a kernel that was lost into one recorded reason."""
        run = CURRENT.get()
        self.timeout = run.limits.cell_s
        self.iopub_timeout = 5
        self.shutdown_kernel = "immediate"
        _no_tags(nb)
        try:
            nb, resources = super().preprocess(nb, resources, km)
        except (CellTimeoutError, RuntimeError) as error:
            run.reason = run.reason or _why_lost(run, error)
            raise SubmissionKilledError(run.reason) from error
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code":
                keep_verdict_only(cell)
        return nb, resources

    def create_kernel_manager(self) -> BoxedKernelManager:
        """Ignore the notebook's kernelspec: the kernel is the run's."""
        self.km = BoxedKernelManager(run=CURRENT.get(), parent=self)
        return self.km


def keep_verdict_only(cell: NotebookNode) -> None:
    """Leave a test cell nothing but its error and its printed text.

    nbgrader reads a test cell's points from its outputs: any warning on standard error would cost
    all points, and a printed number would count as partial credit. Our test cells pass or raise.
    """
    cell.outputs = [
        output
        for output in cell.outputs
        if output.output_type == "error"
        or (output.output_type == "stream" and output.get("name") == "stdout")
    ]


def _no_tags(nb: NotebookNode) -> None:
    """Drop tags: nbclient skips or forgives cells by tag, and tags come from the submission."""
    for cell in nb.cells:
        cell.metadata.pop("tags", None)


def _why_lost(run: Run, error: Exception) -> str:
    if isinstance(error, CellTimeoutError):
        return STUCK.format(run.limits.cell_s)
    if isinstance(error, DeadKernelError):
        return DEAD
    said = run.log.read_text(errors="replace").strip() if run.log.exists() else ""
    last = said.splitlines()[-1][:300] if said else str(error)
    return f"The kernel did not start: {last}"
