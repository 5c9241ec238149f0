"""nbgrader's Execute step with our kernel: learner's cells in it, test cells in the checker."""

import asyncio
import time
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution

from .errors import CheckerError, SubmissionKilledError
from .referee import OWN_S, Referee, Ruling
from .sandbox import BoxedKernelManager, Run
from .talk import GRACE_S, Talk

TIMED_OUT = "CellTimeoutError"
STUCK = (
    "A cell did not finish in {0} seconds and did not react to being interrupted, "
    "so the notebook was stopped."
)
DEAD = "The kernel died while running the notebook (for instance by os._exit or out of memory)."
SERVE = "__import__('cvmgrade.stage').stage.serve(globals())"
SERVING = {"cell_type": "code", "metadata": {}, "source": SERVE, "outputs": []}
MOST_OUTPUTS = 200


class BoxedExecute(Execute):  # type: ignore[misc]  # nbgrader ships no types
    """Run a grafted notebook in a run's kernel, and have a referee judge its test cells.

    Attributes
    ----------
    rulings
        What became of each test cell, by grade_id.
    seconds
        Where the time went, by phase.
    """

    def __init__(self, run: Run, referee: Referee) -> None:
        super().__init__()
        self.run, self.referee = run, referee
        self.rulings: dict[str, Ruling] = {}
        self.seconds: dict[str, float] = {"cells": 0.0, "checks": 0.0}
        self.iopub_timeout = 5
        self.shutdown_kernel = "immediate"
        self.store_widget_state = False
        self.on_notebook_start = lambda **_: run.seal()
        self.timeout_func = lambda cell: (
            run.limits.cell_s + OWN_S + 3 * GRACE_S if cell.source == SERVE else run.limits.cell_s
        )

    def execute_whole(self, nb: NotebookNode) -> NotebookNode:
        """Run all cells; turn a kernel that was lost into one recorded reason."""
        run, began = self.run, time.monotonic()
        self.referee.begin()
        try:
            self.preprocess(nb, {"metadata": {"path": str(run.folder)}})
        except (CellTimeoutError, RuntimeError) as error:
            run.reason = run.reason or _why_lost(run, error)
            raise SubmissionKilledError(run.reason) from error
        finally:
            self.referee.finish()
        self.seconds["kernel"] = time.monotonic() - began - sum(self.seconds.values())
        return nb

    def handle_comm_msg(self, outs: Any, msg: Any, cell_index: int) -> None:
        """Ignore messages between kernel and page: there is no page, and they may say anything."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Run one cell where it belongs."""
        began = time.monotonic()
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            run_sync(self._judge)(cell, index)
            phase = "checks"
        else:
            cell, resources = super().preprocess_cell(cell, resources, index)
            cell.get("outputs", [])[MOST_OUTPUTS:] = []
            phase = "cells"
        self.seconds[phase] += time.monotonic() - began
        return cell, resources

    async def _judge(self, cell: NotebookNode, index: int) -> None:
        """Let the kernel serve while the referee asks, and write down the ruling."""
        loop = asyncio.get_running_loop()

        async def stop(*, kill: bool) -> None:
            if kill:
                self.run.reason = self.run.reason or STUCK.format(self.run.limits.cell_s)
                await self.km.shutdown_kernel(now=True)
            else:
                await self.km.interrupt_kernel()

        def from_thread(*, kill: bool) -> None:
            asyncio.run_coroutine_threadsafe(stop(kill=kill), loop).result(GRACE_S)

        name = cell.metadata.nbgrader.grade_id
        talk = Talk(self.run.line, self.run.limits.cell_s, from_thread)
        serving = asyncio.ensure_future(self._serve(index, talk))
        try:
            ruling = await asyncio.to_thread(self._ask, name, talk)
        finally:
            await serving
            self.nb.cells[index] = cell
        self.rulings[name] = ruling
        cell.outputs = outputs(ruling, float(cell.metadata.nbgrader.points))

    def _ask(self, name: str, talk: Talk) -> Ruling:
        try:
            return self.referee.judge(name, talk)
        finally:
            talk.end()

    async def _serve(self, index: int, talk: Talk) -> None:
        """Run the serving cell; if it ends before the checks do, they shall not wait for it."""
        await self.async_execute_cell(_node(**SERVING), index, store_history=False)
        talk.over()

    def create_kernel_manager(self) -> BoxedKernelManager:
        """Ignore the notebook's kernelspec: the kernel is the run's."""
        self.km = BoxedKernelManager(run=self.run, parent=self)
        return self.km


def outputs(ruling: Ruling, most: float) -> list[NotebookNode]:
    """Return a test cell's outputs, in which nbgrader reads the points we gave."""
    made = []
    if ruling.printed:
        made.append(_text(ruling.printed))
    reached = points(ruling, most)
    if reached == most:
        return made
    kind, said = (TIMED_OUT, "") if ruling.timed_out else ruling.error or ("", "")
    if reached == 0:
        told = {"ename": kind, "evalue": said, "traceback": [f"{kind}: {said}"]}
        return [*made, _node(output_type="error", **told)]
    number = _node(output_type="execute_result", execution_count=None, metadata={})
    number.data = {"text/plain": repr(reached)}
    return [*made, _text(f"{said}\n"), number]


def _text(said: str) -> NotebookNode:
    return _node(output_type="stream", name="stdout", text=said)


def _node(**content: Any) -> NotebookNode:
    return NotebookNode(**content)  # type: ignore[no-untyped-call]


def points(ruling: Ruling, most: float) -> float:
    """Return the points of a ruling, in [0, most]; what is no number of points is none."""
    if ruling.timed_out:
        return 0.0
    if ruling.error is not None:
        return most * ruling.share if 0 < ruling.share < 1 else 0.0
    if ruling.number is None:
        return most
    return ruling.number if 0 <= ruling.number <= most else 0.0


def _why_lost(run: Run, error: Exception) -> str:
    if isinstance(error, CellTimeoutError):
        return STUCK.format(run.limits.cell_s)
    if isinstance(error, DeadKernelError):
        return DEAD
    said = run.log.read_text(errors="replace").strip() if run.log.exists() else ""
    last = said.splitlines()[-1][:300] if said else str(error)
    raise CheckerError(f"The kernel did not start: {last}") from None
