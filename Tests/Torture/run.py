#!/usr/bin/env python3
"""Attacks the program and holds what is left against the oracle: nothing lost, nothing early, nothing twice.

    run.py [PART…] [--full] [--seed N] [--only WORD]

Without parts: all of them. Each prints how many trials passed, failed and were skipped. A failure names its trial and seed;
`--only` with that word makes it again. DROPMILL is the program, .build/release/dropmill by default.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import place
from trial import Context


def parts() -> dict:
    """The parts by name, the cheapest first."""
    import captivity
    import erasing
    import faults
    import kills
    import limits
    import modelled
    import mutants
    import power
    import races
    import servers
    import soak
    import watching

    return {
        "kills": kills.kills,
        "double-kills": kills.double_kills,
        "erase": erasing.erasures,
        "model": modelled.prefixes,
        "model-alone": modelled.alone,
        "syncs": faults.syncs,
        "space": faults.space,
        "full": faults.full_then_free,
        "interruptions": faults.interruptions,
        "reads": faults.reads,
        "descriptors": limits.descriptors,
        "floor": limits.floor,
        "device": limits.other_device,
        "outbox": limits.outboxes,
        "clock": limits.clocks,
        "two-daemons": limits.two_daemons,
        "captivity": captivity.captivity,
        "races": races.races,
        "watching": watching.watching,
        "servers": servers.servers,
        "power": power.same,
        "power-apart": power.apart,
        "swallowed": mutants.swallowed,
        "soak": soak.soak,
        "mutants": mutants.mutants,
    }


def main() -> int:
    known = parts()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(known))
    parser.add_argument("--full", action="store_true", help="all trials instead of a bounded share")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=int, default=0, help="how long a soak lasts")
    parser.add_argument("--only", default="", metavar="WORD", help="only trials whose name holds this")
    arguments = parser.parse_args()
    for name in arguments.parts:
        if name not in known:
            parser.error(f"no such part: {name}")
    if not os.access(place.binary(), os.X_OK):
        parser.error(f"no program at {place.binary()}: make build")
    place.build_shim()
    scratch = Path(tempfile.mkdtemp(prefix="dropmill-torture-", dir=place.scratch_root()))
    # A copy: a build beside the run must not change what is tested.
    os.environ["DROPMILL"] = str(shutil.copy(place.binary(), scratch / "dropmill"))
    context = Context(arguments.seed, arguments.full, arguments.jobs, scratch, arguments.only, arguments.seconds)
    failed = 0
    try:
        # The mutants take a build of their own.
        for name in arguments.parts or [name for name in known if arguments.full or name != "mutants"]:
            started = time.monotonic()
            tally = known[name](context)
            failed += tally.failed
            print(f"{tally.line()} ({time.monotonic() - started:.0f} s, seed {context.seed})", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
