"""The watcher where the kernel tells little or nothing: overflows, no events, no watches, folders that come and go, odd writers.

What changes the machine (the length of its event queues) or mounts something needs root, and is put back at the end.
"""

import contextlib
import mmap
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import checks
import consumer
import drops
from faults import is_settled, wait_for
from place import Place
from races import stop
from trial import Context, Skip, Tally, run_all, settle

QUEUES = Path("/proc/sys/fs/inotify/max_queued_events")
# Everything is listed every 30 s; what comes after that and its conversion is late.
LATEST = 45


def require_root(*programs: str) -> None:
    if os.geteuid() != 0:
        raise Skip("needs root")
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"no {program}")


@contextlib.contextmanager
def queues_of(length: int):
    """The length of the whole machine's event queues, for as long as it takes to open one."""
    require_root()
    before = QUEUES.read_text()
    try:
        QUEUES.write_text(str(length))
    except OSError as error:
        raise Skip(f"{QUEUES} cannot be set: {error.strerror}") from error
    try:
        yield
    finally:
        QUEUES.write_text(before)


class Confined(Place):
    """A place whose daemon has a user namespace of its own, with a limit that holds there alone."""

    limited = ("max_inotify_watches", 0)

    def command(self, *options: str) -> list[str]:
        name, value = self.limited
        script = f'echo {value} > /proc/sys/user/{name} && exec "$@"'
        return ["unshare", "-r", "sh", "-c", script, "sh", *super().command(*options)]


def confined(context: Context, name: str, value: int, dropped: dict[str, bytes]) -> Place:
    script = f"echo {value} > /proc/sys/user/{name}"
    if subprocess.run(["unshare", "-r", "sh", "-c", script], capture_output=True).returncode != 0:
        raise Skip("no user namespaces")
    place = Confined(context.folder(), dropped).make()
    place.limited = (name, value)
    return place


def tables(count: int, feeds: int = 5) -> dict[str, bytes]:
    return {f"feed{n % feeds}/{n}.csv": f"id,name\n{n},n{n}\n{n + count},m{n}\n".encode() for n in range(count)}


def begun(place: Place) -> subprocess.Popen:
    # By the real clock: who writes slowly must not look quiet.
    daemon = place.start(clock=0)
    if not wait_for(lambda: "watching" in place.said(), 30):
        daemon.kill()
        raise AssertionError(f"does not begin to watch: {place.said()[-300:]}")
    return daemon


def all_come(place: Place, daemon, seconds: float = LATEST) -> list[str]:
    soon = wait_for(lambda: is_settled(place), seconds)
    wrong = [] if soon else [f"not all is settled after {seconds:.0f} s: {place.said()[-300:]}"]
    return wrong + stop(daemon, place) + settle(place, place.root / "taken")


def queue_of_64(context: Context) -> list[str]:
    """The kernel's queue holds 64 events, and thousands come at once: all are found by listing."""
    place = Place(context.folder(), {}).make()
    for feed in range(5):
        (place.inbox / f"feed{feed}").mkdir()
    with queues_of(64):
        daemon = begun(place)
    place.drops = tables(50_000 if context.full else 5_000)
    place.drop(place.drops)
    return all_come(place, daemon, 600 if context.full else 120)


def no_events(context: Context) -> list[str]:
    """What is written behind a FUSE mount tells of nothing: it is found by looking, and the watch says so."""
    require_root("bindfs")
    place = Place(context.folder(), {}).make()
    behind = place.root / "behind"
    behind.mkdir()
    subprocess.run(["bindfs", behind, place.inbox], check=True)
    try:
        daemon = begun(place)
        real, place.drops = place.inbox, tables(40)
        place.inbox = behind
        place.drop(place.drops)
        place.inbox = real
        return all_come(place, daemon, 90)
    finally:
        subprocess.run(["umount", "-l", place.inbox], check=False)


def no_watches(context: Context) -> list[str]:
    """Watches run out: it says so and looks instead."""
    place = confined(context, "max_inotify_watches", 2, tables(10))
    return come_without_events(place)


def no_inotify(context: Context) -> list[str]:
    """Not even a descriptor to watch with is to be had."""
    return come_without_events(confined(context, "max_inotify_instances", 0, tables(10)))


def come_without_events(place: Place) -> list[str]:
    daemon = begun(place)
    wait_for(lambda: is_settled(place), LATEST)
    more = {f"late/{n}.csv": f"id,name\n{n},x\n".encode() for n in range(10)}
    place.drops = place.drops | more
    place.drop(more)
    wrong = [] if "every two seconds" in place.said() else [f"does not say why it looks: {place.said()[-300:]}"]
    return wrong + all_come(place, daemon, 90)


def folder_renamed(context: Context) -> list[str]:
    """A feed's folder gets another name; what is dropped into it then belongs to the new feed."""
    place = Place(context.folder(), tables(4, feeds=1)).make()
    daemon = begun(place)
    wait_for(lambda: is_settled(place), LATEST)
    (place.inbox / "feed0").rename(place.inbox / "renamed")
    more = {f"renamed/{n}.csv": f"id,name\n{n},x\n".encode() for n in range(10)}
    place.drops = place.drops | more
    place.drop(more)
    return all_come(place, daemon)


def folder_made_anew(context: Context) -> list[str]:
    """A feed's folder is removed and made again, many times, with drops in between."""
    place = Place(context.folder(), {}).make()
    daemon = begun(place)
    for turn in range(10):
        more = {f"feed/{turn}-{n}.csv": f"id,name\n{turn},n{n}\n".encode() for n in range(5)}
        place.drops = place.drops | more
        place.drop(more)
        if not wait_for(lambda: is_settled(place), LATEST):
            break
        shutil.rmtree(place.inbox / "feed")
    return all_come(place, daemon)


def dropped_while_starting(context: Context) -> list[str]:
    """Starts under a dropper that never rests: nothing falls between the watches and the listing."""
    place = Place(context.folder(), {}).make()
    over, written = threading.Event(), {}

    def feed() -> None:
        for path, data in tables(100_000).items():
            if over.is_set():
                return
            place.drop({path: data})
            written[path] = data
            time.sleep(0.001)

    dropper = threading.Thread(target=feed)
    dropper.start()
    try:
        for _ in range(200 if context.full else 20):
            daemon = begun(place)
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
    finally:
        over.set()
        dropper.join()
    place.drops = dict(written)
    return settle(place, place.root / "taken")


# MARK: Writers


def copied(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def moved(path: Path, data: bytes) -> None:
    outside = path.parent.parent.parent / f"{path.parent.name}-{path.name}"
    outside.write_bytes(data)
    outside.rename(path)


def slow(path: Path, data: bytes) -> None:
    with open(path, "wb", buffering=0) as file:
        for start in range(0, len(data), max(len(data) // 4, 1)):
            file.write(data[start : start + max(len(data) // 4, 1)])
            time.sleep(1)


def reopened(path: Path, data: bytes) -> None:
    step = max(len(data) // 4, 1)
    for start in range(0, len(data), step):
        with open(path, "ab") as file:
            file.write(data[start : start + step])
        time.sleep(0.25)


def linked(path: Path, data: bytes) -> None:
    """An SFTP server without POSIX rename: the new name is a link, then the old one goes."""
    partial = path.with_name(path.name + ".filepart")
    partial.write_bytes(data)
    os.link(partial, path)
    time.sleep(1)
    partial.unlink()


def renamed(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.rename(path)


def synced(path: Path, data: bytes) -> None:
    """The way of rsync: a hidden name, the time of the source, then the rename."""
    hidden = path.with_name(f".{path.name}.Xy1z2W")
    hidden.write_bytes(data)
    os.utime(hidden, (1, 1))
    hidden.rename(path)


def mapped(path: Path, data: bytes) -> None:
    with open(path, "w+b") as file:
        file.truncate(len(data))
        with mmap.mmap(file.fileno(), len(data)) as view:
            time.sleep(1)
            view[:] = data
            view.flush()


WRITERS = [copied, moved, slow, reopened, linked, renamed, synced, mapped]


def writers(context: Context) -> list[str]:
    """Eight ways of writing a file, side by side: each comes once, whole."""
    place = Place(context.folder(), {}).make()
    daemon = begun(place)
    count = 100 if context.full else 8
    dropped = {f"{writer.__name__}/{n}.csv": drops.as_csv(drops.records(30, range(1, 100_000), random.Random(f"{writer.__name__}{n}")))
               for writer in WRITERS for n in range(count)}

    def write(writer) -> None:
        (place.inbox / writer.__name__).mkdir(exist_ok=True)
        for n in range(count):
            writer(place.inbox / writer.__name__ / f"{n}.csv", dropped[f"{writer.__name__}/{n}.csv"])

    threads = [threading.Thread(target=write, args=[writer]) for writer in WRITERS]
    for thread in threads:
        thread.start()
    place.drops = dropped
    wrong: list[str] = []
    while any(thread.is_alive() for thread in threads):
        wrong += checks.at_any_moment(place, place.root / "taken")
        time.sleep(0.2)
    return wrong + all_come(place, daemon, 90)


def swapped_often(context: Context) -> list[str]:
    """A name is now a file, now a link to a secret, as fast as it goes: not one byte of the secret comes out."""
    place = Place(context.folder(), {}).make()
    secret = place.root / "secret.csv"
    secret.write_bytes(b"id,name\n" + b"666,c4n4ry\n" * 50)
    (place.inbox / "feed").mkdir()
    spare = place.root / "spare"
    spare.mkdir()
    daemon = begun(place)
    over = threading.Event()
    swaps = 0

    def race(number: int) -> None:
        nonlocal swaps
        name, link = place.inbox / "feed" / f"{number}.csv", spare / f"{number}.link"
        while not over.is_set():
            file = spare / f"{number}.file"
            file.write_bytes(f"id,name\n{swaps},good\n".encode())
            os.utime(file, (1, 1))
            os.replace(file, name)
            with contextlib.suppress(FileExistsError):
                link.symlink_to(secret)
            with contextlib.suppress(FileNotFoundError):
                os.replace(link, name)
            swaps += 2
            if swaps % 64 < 2:
                time.sleep(0.6)

    threads = [threading.Thread(target=race, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    wanted, began = (100_000 if context.full else 5_000), time.monotonic()
    while swaps < wanted and time.monotonic() - began < (900 if context.full else 60):
        time.sleep(0.1)
    over.set()
    for thread in threads:
        thread.join()
    wrong = stop(daemon, place)
    ending = place.once()
    wrong += [] if ending.status in (0, 1) else [f"ends with {ending.status}: {ending.text[-300:]}"]
    if swaps < wanted // 10:
        wrong.append(f"only {swaps} swaps in time")
    for path in place.files(place.outbox) + place.files(place.state):
        if path.is_file() and b"c4n4ry" in path.read_bytes():
            wrong.append(f"bytes of a file outside the inbox lie in {path.name}")
    if b"c4n4ry" in place.said().encode():
        wrong.append("bytes of a file outside the inbox were said")
    wrong += consumer.take(str(place.outbox), str(place.root / "taken"))[1]
    place.remove()
    return wrong


TRIALS = {trial.__name__.replace("_", "-"): trial for trial in (
    queue_of_64, no_events, no_watches, no_inotify, folder_renamed, folder_made_anew, dropped_while_starting, writers, swapped_often,
)}


def watching(context: Context) -> Tally:
    """One after the other: the limits are the machine's."""
    return run_all(context, Tally("watching", context.seed), TRIALS, lambda word: TRIALS[word](context), jobs=1)
