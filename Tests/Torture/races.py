"""What comes between two steps of the watcher, put there at the exact call by the shim, and names that look alike."""

import os
import signal
import threading

import checks
import drops
from faults import is_settled, wait_for
from place import Place
from trial import Context, Tally, run_all, settle

# Far less than the half minute after which everything is listed anyway.
SOON = 20


def stop(daemon, place: Place) -> list[str]:
    daemon.send_signal(signal.SIGTERM)
    ended = daemon.wait(30)
    return [] if ended == 128 + signal.SIGTERM else [f"SIGTERM ends it with {ended}: {place.said()[-300:]}"]


def late(context: Context) -> list[str]:
    """A drop comes after everything was opened and right before the kernel is told to watch its folder."""
    place = Place(context.folder(), {"orders/a.csv": drops.scenarios(context.seed)["S1-csv"]["orders/a.csv"]})
    folder = place.inbox / "orders"
    folder.mkdir(parents=True)
    (folder / ".late").write_bytes(place.drops["orders/a.csv"])
    daemon = place.start(late="orders/a.csv")
    soon = wait_for(lambda: is_settled(place), SOON)
    wrong = [] if soon else [f"a drop that came while it started is not taken after {SOON} s"]
    return wrong + stop(daemon, place) + settle(place, place.root / "taken")


def overflow(context: Context) -> list[str]:
    """The kernel's queue overflows: the events of a drop are lost, and only that is told."""
    place = Place(context.folder(), {}).make()
    (place.inbox / "orders").mkdir()
    daemon = place.start(overflow="1")
    wait_for(lambda: "watching" in place.said(), SOON)
    place.drops = {"orders/a.csv": drops.scenarios(context.seed)["S1-csv"]["orders/a.csv"]}
    place.drop(place.drops)
    soon = wait_for(lambda: is_settled(place), SOON)
    wrong = [] if soon else [f"a drop whose events were lost is not taken after {SOON} s"]
    return wrong + stop(daemon, place) + settle(place, place.root / "taken")


def swapped(context: Context) -> list[str]:
    """Between the look at a file and its claim another one, which is being written, takes its name."""
    whole = drops.scenarios(context.seed)["S1-csv"]["orders/a.csv"]
    place = Place(context.folder(), {"orders/a.csv": b"id,name\n1,Ann\n2,Ben\n"}).make()
    database = place.root / "taken"
    writer = os.open(place.inbox / "orders" / ".swap", os.O_WRONLY | os.O_CREAT)
    os.write(writer, whole[: len(whole) // 2])
    first = place.once("swap:rename:1@*/inbox/orders/a.csv")
    place.drops = {"orders/a.csv": whole}
    wrong = [] if first.status in (0, 1) else [f"ends with {first.status}: {first.text[-300:]}"]
    wrong += checks.at_any_moment(place, database)
    os.write(writer, whole[len(whole) // 2 :])
    os.close(writer)
    return wrong + settle(place, database)


def alike(context: Context) -> list[str]:
    """Names that look the same, or are no text at all, are different files."""
    rows = drops.scenarios(context.seed)["S1-csv"]
    names = ["\u00e9.csv", "e\u0301.csv", "\udcff\udcfe.csv", "a\nb.csv", "\u212b.csv", "\u00c5.csv"]
    place = Place(context.folder(), {f"orders/{name}": rows["orders/a.csv"] + f"{index},x,y,1.5,01,true,2026-01-01\n".encode()
                                     for index, name in enumerate(names)}).make()
    ending = place.once()
    wrong = [] if ending.status in (0, 1) else [f"ends with {ending.status}: {ending.text[-300:]}"]
    return wrong + checks.when_settled(place, place.root / "taken")


def repeated(context: Context) -> list[str]:
    """By occurrence, equal rows of a drop are events of their own, and a resend adds only those there were not yet."""
    rows = [b"1,Ann,2.5\n", b"1,Ann,2.5\n", b"2,Ben,3.5\n", b"1,Ann,2.5\n"]
    more = rows + [b"2,Ben,3.5\n", b"1,Ann,2.5\n"]
    place = Place(context.folder(), {f"events/{name}.csv": b"id,name,price\n" + b"".join(chosen)
                                     for name, chosen in [("a", rows), ("b", rows), ("c", more)]}).make()
    place.arguments = ["--set", "identity=occurrence"]
    place.identity = "occurrence"
    return settle(place, place.root / "taken", again=True)


TRIALS = {"late": late, "overflow": overflow, "swapped": swapped, "alike": alike, "repeated": repeated}


def races(context: Context) -> Tally:
    return run_all(context, Tally("races and names", context.seed), TRIALS, lambda word: TRIALS[word](context))
