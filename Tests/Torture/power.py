"""Real power cuts: file systems in loop-mounted images are shut down at an exact call, mounted again and recovered.

The shutdown ioctl drops all that was not written, the journal's open transaction included. Needs root.
"""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import checks
from kills import count_calls
from place import KILLED, Place
from trial import Context, NotReached, Skip, Tally, run_all, settle

MAKE = {
    "ext4": ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,nodiscard"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
}
SIZE = {"ext4": 32 << 20, "xfs": 300 << 20}
making = threading.Lock()


class Disk:
    """A file system in an image of its own."""

    def __init__(self, context: Context, kind: str):
        self.kind = kind
        self.template = context.scratch / f"{kind}.img"
        with making:
            if not self.template.exists():
                with open(self.template, "wb") as image:
                    image.truncate(SIZE[kind])
                subprocess.run([*MAKE[kind], self.template], check=True, capture_output=True)
        self.folder = context.folder()
        self.image, self.mounted = self.folder / "image", self.folder / "mount"
        subprocess.run(["cp", "--sparse=always", self.template, self.image], check=True)
        self.mounted.mkdir()
        self.mount()

    def mount(self) -> None:
        # Copies of one image have one UUID, which XFS mounts once only unless told.
        options = "loop,nouuid" if self.kind == "xfs" else "loop"
        subprocess.run(["mount", "-o", options, self.image, self.mounted], check=True, capture_output=True)

    def unmount(self) -> None:
        subprocess.run(["umount", self.mounted], check=True, capture_output=True)

    def remove(self) -> None:
        # A program that was killed may not have let go of it yet.
        subprocess.run(["umount", "--quiet", "--lazy", self.mounted], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def require(kind: str) -> None:
    if os.geteuid() != 0:
        raise Skip("power cuts need root")
    if not shutil.which(MAKE[kind][0]):
        raise Skip(f"no {MAKE[kind][0]}")
    if not Path("/dev/loop-control").exists():
        raise Skip("no loop devices")


def cut_and_recover(context: Context, word: str) -> list[str]:
    """`ext4:both:S1-csv:17`: which file system, where the state lies and what is cut, the scenario, the call."""
    kind, way, scenario, n = word.split(":")
    require(kind)
    data = Disk(context, kind)
    state = data if way == "same" else Disk(context, kind)
    disks = [data] if state is data else [data, state]
    cut = {"same": [data], "both": disks, "data": [data], "state": [state]}[way]
    database = data.folder / "taken"
    try:
        place = Place(data.mounted / "place", context.scenarios()[scenario], state.mounted / "state")
        place.arguments = ["--minimum-free", "0"]
        place.make()
        place.state_root.mkdir(exist_ok=True)
        for disk in disks:
            subprocess.run(["sync", "-f", disk.mounted], check=True)
        ending = place.once(f"cut:any:{n}", cut=":".join(str(disk.mounted) for disk in cut))
        if ending.status in (0, 1):
            raise NotReached
        if ending.status != KILLED:
            return [f"was not cut: {ending.status} {ending.text[-300:]}"]
        for disk in disks:
            disk.unmount()
            disk.mount()
        return checks.at_any_moment(place, database) + settle(place, database)
    finally:
        for disk in disks:
            disk.remove()


def points(context: Context, kinds: list[str], ways: list[str]) -> list[str]:
    counts = {name: count_calls(context, name) for name in context.scenarios()}
    return [f"{kind}:{way}:{name}:{n}" for kind in kinds for way in ways for name in counts for n in range(1, counts[name] + 1)]


def same(context: Context) -> Tally:
    """Ledger and data on one file system."""
    chosen = []
    for kind in MAKE:
        kind_points = points(context, [kind], ["same"])
        full = context.full
        context.full = False
        chosen += context.some(kind_points, 1000 if full else 150, kind)
        context.full = full
    return run_all(context, Tally("power cut", context.seed), chosen, lambda word: cut_and_recover(context, word))


def apart(context: Context) -> Tally:
    """Ledger and data on file systems of their own, of which one or both are cut."""
    full, context.full = context.full, False
    chosen = context.some(points(context, list(MAKE), ["both", "data", "state"]), 1000 if full else 60, "apart")
    context.full = full
    return run_all(context, Tally("power cut, apart", context.seed), chosen, lambda word: cut_and_recover(context, word))
