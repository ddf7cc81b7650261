"""A place to do harm in: inbox, outbox and state of its own, and the program under the shim."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
sys.path.insert(0, str(PACKAGE / "Examples" / "consumer"))

KILLED = -signal.SIGKILL
# Added to the time of day, so that drops count as quiet at once.
CLOCK = 10
# A run that takes longer hangs.
PATIENCE = 120


def binary() -> str:
    return os.environ.get("DROPMILL", str(PACKAGE / ".build" / "release" / "dropmill"))


def build_shim() -> Path:
    return build_library(HERE / "shim.c")


def build_library(source: Path) -> Path:
    """Compiles a library to be preloaded, where it is not newer than its source."""
    folder = PACKAGE / ".build" / "torture"
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"{source.stem}.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        fresh = folder / f"{source.stem}.{os.getpid()}.so"
        flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-o", fresh, source], check=True)
        fresh.rename(library)
    return library


def scratch_root() -> str:
    """Memory where there is some: a kill does not care what a file system lies on."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 1 << 30 else tempfile.gettempdir()


@dataclass
class Ending:
    status: int
    text: str


class Place:
    """Folders for one trial. Data and state may lie on file systems of their own."""

    def __init__(self, root: Path, drops: dict[str, bytes], state_root: Path | None = None):
        self.root = Path(root)
        self.state_root = Path(state_root or root)
        self.inbox, self.outbox = self.root / "inbox", self.root / "outbox"
        self.state = self.state_root / "state"
        self.talk = self.root.parent / f"{self.root.name}.talk"
        self.drops = drops
        self.arguments: list[str] = []
        self.patience = PATIENCE
        # What counts as a duplicate, for the oracle.
        self.identity = "content"

    def make(self) -> "Place":
        for folder in (self.inbox, self.outbox):
            folder.mkdir(parents=True, exist_ok=True)
        self.drop(self.drops)
        return self

    def drop(self, drops: dict[str, bytes]) -> None:
        """Drops by rename, the way of careful uploaders: a name that is there is a whole file."""
        for path, data in drops.items():
            target = self.inbox / path
            target.parent.mkdir(parents=True, exist_ok=True)
            hidden = target.with_name("." + target.name + ".part")
            hidden.write_bytes(data)
            hidden.rename(target)

    def environment(self, rules: str = "", **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "LD_PRELOAD": str(build_shim()),
            "TORTURE_PREFIX": f"{self.root}:{self.state_root}",
            "TORTURE_RULES": rules,
            "TORTURE_CLOCK": str(CLOCK),
            **{f"TORTURE_{name.upper()}": str(value) for name, value in more.items()},
        }

    def command(self, *options: str) -> list[str]:
        return [binary(), "watch", str(self.inbox), str(self.outbox), "--state", str(self.state), *self.arguments, *options]

    def once(self, rules: str = "", limits=None, **more: str) -> Ending:
        """Settles what is there, or ends as the rules say."""
        try:
            done = subprocess.run(
                self.command("--once"), env=self.environment(rules, **more), capture_output=True, timeout=self.patience,
                preexec_fn=limits,
            )
        except subprocess.TimeoutExpired:
            return Ending(-1000, f"hangs for {self.patience} s")
        return Ending(done.returncode, done.stderr.decode(errors="replace"))

    def start(self, rules: str = "", **more: str) -> subprocess.Popen:
        """Starts the daemon; what it says goes to `talk`, where no fault falls upon it."""
        with open(self.talk, "ab") as talk:
            return subprocess.Popen(self.command(), env=self.environment(rules, **more), stderr=talk)

    def said(self) -> str:
        return self.talk.read_text(errors="replace")

    def calls(self, log: Path) -> list[str]:
        """The classes of the calls that a log holds, in order."""
        return [line.split(" ", 1)[0] for line in Path(log).read_text().splitlines()]

    def files(self, folder: Path, hidden: bool = True) -> list[Path]:
        found = []
        for above, folders, names in os.walk(folder):
            if not hidden:
                folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(above) / name for name in names if hidden or not name.startswith(".")]
        return sorted(found)

    def ledger(self, *queries: str) -> list[list[tuple]]:
        """Asks a copy of the ledger: the ledger itself has one user."""
        with tempfile.TemporaryDirectory(dir=scratch_root()) as folder:
            for path in self.state.glob("ledger.sqlite*"):
                shutil.copy(path, folder)
            database = sqlite3.connect(Path(folder) / "ledger.sqlite")
            try:
                return [database.execute(query).fetchall() for query in queries]
            finally:
                database.close()

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.state_root, ignore_errors=True)
        self.talk.unlink(missing_ok=True)
