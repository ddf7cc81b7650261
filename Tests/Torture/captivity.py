"""What a drop that took the program over could still do: nothing outside of its folders, and nothing to the machine."""

import errno
import os
import shutil
import signal
import subprocess
import time

import drops
from place import HERE, PACKAGE, PATIENCE, Place, build_library
from trial import Context, Skip, Tally, run_all

DENIED = {errno.EACCES, errno.EPERM}
# What only Landlock denies, and what needs a user with rights in any case.
BY_FILES = ("foreign", "/etc/passwd", "inside")


def captivity(context: Context) -> Tally:
    """Each attempt from inside a watch is denied; the same attempts from one that may do all do not all fail."""

    def attempts(place: Place, *options: str, stays: bool) -> dict[str, int]:
        foreign = place.root / "foreign"
        foreign.mkdir()
        (foreign / "secret").write_text("a secret")
        report = place.root / "report"
        environment = {
            **os.environ,
            "LD_PRELOAD": str(build_library(HERE / "captive.c")),
            "CAPTIVE_REPORT": str(report),
            "CAPTIVE_FOREIGN": str(foreign),
            "CAPTIVE_INSIDE": str(place.inbox),
            **({"CAPTIVE_STAYS": "1"} if stays else {}),
        }
        watch = subprocess.Popen(place.command(*options), env=environment, stderr=subprocess.DEVNULL)
        try:
            # Once a drop is settled the program has long confined itself.
            until(lambda: any(place.files(place.inbox / "_done")), watch)
            watch.send_signal(signal.SIGUSR1)
            until(lambda: "done" in report.read_text(), watch)
        finally:
            watch.kill()
            watch.wait()
        assert (foreign / "secret").exists()
        lines = (line.rsplit(" ", 1) for line in report.read_text().splitlines())
        return {what: int(number) for what, number in lines if what != "done"}

    def trial(word: str) -> list[str]:
        if word == "unit":
            return exposure()
        place = Place(context.folder(), drops.many(context.seed, 1)).make()
        if word == "free":
            allowed = [what for what, number in attempts(place, "--set", "confine=false", stays=True).items() if not number]
            return [] if len(allowed) >= 6 else [f"the attempts prove nothing, only these succeed: {allowed}"]
        found = attempts(place, stays=False)
        if not landlock():
            found = {what: number for what, number in found.items() if not any(part in what for part in BY_FILES)}
        wrong = [f"{what}: allowed, or failed otherwise ({number})" for what, number in found.items() if number not in DENIED]
        if (place.root / "foreign" / "secret").read_text() != "a secret":
            wrong.append("a foreign file was changed")
        return wrong

    return run_all(context, Tally("captivity", context.seed), ["confined", "free", "unit"], trial, jobs=1)


def exposure() -> list[str]:
    """What is wrong with the service's own walls, by systemd's measure: 2.0 at most, of 10."""
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", PACKAGE / "packaging" / "dropmill.service"]
    done = subprocess.run(command, capture_output=True, text=True)
    return [] if done.returncode == 0 else [done.stdout.strip().splitlines()[-1]]


def until(holds, watch: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if watch.poll() is not None:
            raise Skip(f"the watch ended with {watch.returncode}")
        if time.monotonic() > end:
            raise TimeoutError("the watch does nothing")
        time.sleep(0.02)


def landlock() -> bool:
    """Whether this kernel has Landlock: only such denies files."""
    try:
        with open("/sys/kernel/security/lsm") as list_of:
            return "landlock" in list_of.read()
    except OSError:
        import ctypes

        return ctypes.CDLL(None).syscall(444, None, 0, 1) >= 2
