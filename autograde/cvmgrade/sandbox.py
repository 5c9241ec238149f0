"""Kernels in a box: a provisioner for jupyter_client, and the kernel manager that asks for it."""

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Instance

from . import probe, scratch
from .box import Box, Contents, Limits
from .line import Inherited, Line, Local
from .stage import CHANNEL
from .watch import Watch

CONNECTION = "kernel.json"
KERNEL = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


@dataclass
class Run:
    """What one run of a notebook sees and may use, and why it was ended if it was.

    Attributes
    ----------
    log
        What the box and the kernel said on their standard error, outside the box's reach.
    line
        The connection over which the kernel answers the checks.
    """

    contents: Contents
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True
    folder: Path = field(default_factory=scratch.folder)
    reason: str = ""

    def __post_init__(self) -> None:
        self.sockets = self.folder / "k"  # short: socket paths end at 107 characters
        self.sockets.mkdir(mode=0o700)
        self.log = self.folder / "log"
        self.line: Line = Inherited() if self.sandboxed else Local()

    def seal(self) -> None:
        """Close the folder once the kernel's sockets are there: nothing is put in their place.

        It binds another user than ours, so it holds where we are root; elsewhere the guard looks.
        """
        self.sockets.chmod(0o555)

    def close(self) -> None:
        """Close the connection and remove the private folder."""
        self.sockets.chmod(0o700)
        self.line.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class SandboxProvisioner(LocalProvisioner):
    """Start the kernel in bubblewrap, see ``cvmgrade.box``, or beside us if a run asks for it."""

    run = Instance(Run)
    watch: Watch | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file and prepare the command, boxed when the run is."""
        kwargs = await super().pre_launch(**kwargs)
        told, inherited = {CHANNEL: self.run.line.address}, self.run.line.inherited
        if not self.run.sandboxed:
            cwd = self.run.folder / "learner"
            cwd.mkdir()
            lay_out_world(self.run.contents, cwd)
            environment = open_environment(self.run.contents) | told
            return kwargs | {"cwd": str(cwd), "env": environment}
        machine = probe.machine()
        if machine.uid is not None:  # the box's user may make sockets here, until it is sealed
            self.run.sockets.chmod(0o777)
            self.run.folder.chmod(0o711)
            (self.run.sockets / CONNECTION).chmod(0o644)
        box = Box(machine, self.run.contents, self.run.limits, self.run.sockets, told)
        return {
            "cmd": box.command(kwargs["cmd"]),
            "env": {},
            "cwd": str(self.run.folder),
            "pass_fds": inherited,
        }

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and its guard; what they say on their own reaches a log only."""
        with self.run.log.open("wb") as log:
            info = await super().launch_kernel(cmd, **{**kwargs, "stdout": log, "stderr": log})
        if self.pid is not None:
            self.watch = Watch(self.pid, self.run.limits, self.run.sockets)
        self.run.line.started()
        return info

    async def cleanup(self, restart: bool = False) -> None:
        """End the guard and keep its verdict."""
        await super().cleanup(restart=restart)
        if self.watch:
            self.watch.stop()
            self.run.reason = self.run.reason or self.watch.reason


class BoxedKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel is ours, whatever kernelspec the submission names."""

    run = Instance(Run)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.connection_file = str(self.run.sockets / CONNECTION)
        if self.run.sandboxed:
            self.transport = "ipc"
            self.ip = str(self.run.sockets / "s")

    @property
    def kernel_spec(self) -> KernelSpec:
        """The interpreter that grades; into a box, interrupts travel as messages."""
        provisioner = {"provisioner_name": "cvm-sandbox", "config": {"run": self.run}}
        return KernelSpec(
            argv=KERNEL,
            display_name="Python 3",
            language="python",
            interrupt_mode="message" if self.run.sandboxed else "signal",
            metadata={"kernel_provisioner": provisioner},
        )


def lay_out_world(contents: Contents, cwd: Path) -> None:
    """Without a box: lay the pack's data into the folder that the code runs in."""
    if contents.world:
        shutil.copytree(contents.world, cwd / "world")


def open_environment(contents: Contents) -> dict[str, str]:
    """Without a box: our environment without what is ours alone (the secret above all)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CVM_")}
    return kept | {"PYTHONPATH": str(contents.lib)}
