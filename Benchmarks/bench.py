#!/usr/bin/env python3
"""Measures the built command; ratios within one run, since clocks of shared machines lie.

    bench.py convert [--size 10m|100m|1g] [--runs N]    `convert` against DuckDB, A B A B, values checked
    bench.py durable [--size …] [--runs N]              `watch --once` beside `convert` and DuckDB's DISTINCT
    bench.py small [--files N]                          N small drops through `watch --once`
    bench.py latency [--drops N]                        one small drop at a time, from rename to manifest
    bench.py scaling [--size 10m|100m|1g] [--runs N]    `convert` on one processor and on more, A B A B
    bench.py widening [--size …] [--runs N]             `convert` of a file whose last row makes an integer text

Data comes from $SHARED/bench/gen.py (made once, kept in $BENCH_DATA), the check from $SHARED/bench/check.py.
Needs Python with numpy and duckdb: `make bench` makes that. $DROPMILL names another command to measure.
"""
import argparse
import csv
import io
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("SHARED", ROOT / ".." / "shared")).resolve()
DATA = pathlib.Path(os.environ.get("BENCH_DATA", pathlib.Path.home() / ".cache" / "dropmill-bench"))
DROPMILL = os.environ.get("DROPMILL", str(ROOT / ".build" / "release" / "dropmill"))

# What a user would write with DuckDB for the same job: types found, one JSON object a line.
DUCKDB = """
import sys, duckdb
source, out, reader = sys.argv[1:]
c = duckdb.connect()
c.execute("SET threads=2")
options = ", maximum_object_size=400000000" if reader == "read_json" else ""
c.execute(f"COPY (FROM {reader}('{source}'{options})) TO '{out}' (FORMAT json)")
"""

# task: (file, the set of gen.py that holds it, DuckDB's reader or None)
TASKS = {
    "csv": ("orders-{}.csv", "{}", "read_csv"),
    "csv.gz": ("orders-{}.csv.gz", "{}-gz", "read_csv"),
    "json": ("orders-{}.json", "{}", "read_json"),
    "ndjson": ("orders-{}.ndjson", "{}", "read_json"),
    "xml": ("orders-{}.xml", "{}", None),
}


def generate(name):
    env = {**os.environ, "BENCH_DATA": str(DATA)}
    DATA.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, SHARED / "bench" / "gen.py", name], check=True, env=env)


def measure(words, **options):
    """Seconds by the clock, seconds of processor, peak MiB and exit code of one process."""
    start = time.monotonic()
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def convert(a):
    print(f"convert, {a.size}, {a.runs} pairs after a first one that warms up")
    print("task     ours s   MB/s   peak MiB  DuckDB s   peak MiB  ours/DuckDB  values")
    wrong = False
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        ours_out, theirs_out = pathlib.Path(folder) / "ours", pathlib.Path(folder) / "theirs"
        for task in a.task:
            file, data_set, reader = TASKS[task]
            generate(data_set.format(a.size))
            source = DATA / file.format(a.size)
            ours_words = [DROPMILL, "convert", str(source), "-o", str(ours_out)]
            theirs_words = [sys.executable, "-c", DUCKDB, str(source), str(theirs_out), reader]
            ours, theirs, verdict = [], [], ""
            for turn in range(a.runs + 1):
                remove(ours_out)
                one = measure(ours_words)
                if one[3] not in (0, 1):
                    sys.exit(f"bench: {' '.join(ours_words)} ended with {one[3]}")
                if turn == 0:
                    check = [sys.executable, SHARED / "bench" / "check.py", ours_out, DATA / f"orders-{a.size}.csv"]
                    verdict = subprocess.run(check, capture_output=True, text=True).stdout.strip()
                    wrong |= not verdict.startswith("right")
                other = None
                if reader:
                    remove(theirs_out)
                    other = measure(theirs_words)
                    if other[3]:
                        sys.exit(f"bench: DuckDB ended with {other[3]} on {source}")
                if turn:
                    ours.append(one)
                    theirs.append(other)
            seconds = statistics.median(x[0] for x in ours)
            line = f"{task:8} {seconds:6.3f} {source.stat().st_size / 1e6 / seconds:6.0f} {max(x[2] for x in ours):10.0f}"
            if reader:
                ratio = statistics.median(x[0] / y[0] for x, y in zip(ours, theirs))
                their_seconds = statistics.median(y[0] for y in theirs)
                line += f" {their_seconds:9.3f} {max(y[2] for y in theirs):10.0f} {ratio:12.3f}"
            else:
                line += f" {'-':>9} {'-':>10} {'-':>12}"
            print(f"{line}  {verdict}", flush=True)
    sys.exit(1 if wrong else 0)


# The same job with duplicates dropped, as far as DuckDB goes: nothing of it is durable.
DISTINCT = """
import sys, duckdb
source, out = sys.argv[1:]
c = duckdb.connect()
c.execute("SET threads=2")
c.execute(f"COPY (SELECT DISTINCT * FROM read_csv('{source}')) TO '{out}' (FORMAT json)")
"""


def durable(a):
    generate(a.size)
    source = DATA / f"orders-{a.size}.csv"
    took = {"convert": [], "watch": [], "DISTINCT": []}
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        folder = pathlib.Path(folder)
        out = folder / "out"
        for run in range(a.runs + 1):
            place = folder / f"run-{run}"
            (place / "inbox" / "orders").mkdir(parents=True)
            shutil.copyfile(source, place / "inbox" / "orders" / source.name)
            time.sleep(3.2)  # the drop settles: what is timed is the work alone
            words = [DROPMILL, "watch", str(place / "inbox"), str(place / "outbox"), "--state", str(place / "state"), "--once"]
            rounds = {
                "watch": words,
                "convert": [DROPMILL, "convert", "-o", str(out), str(source)],
                "DISTINCT": [sys.executable, "-c", DISTINCT, str(source), str(out)],
            }
            for name, command in rounds.items():
                seconds, processor, peak, status = measure(command, stderr=subprocess.DEVNULL)
                if status:
                    sys.exit(f"bench: {name} ended with {status}")
                if run:  # the first round warms up
                    took[name].append((seconds, processor, peak))
                remove(out) if name != "watch" and out.exists() else None
            remove(place)
    print(f"{source.name}, {a.runs} rounds; seconds and processor seconds are medians, MiB the most")
    for name, rounds in took.items():
        seconds, processor = (statistics.median(r[i] for r in rounds) for i in (0, 1))
        print(f"{name:9} {seconds:7.2f} s {processor:7.2f} s of processor {max(r[2] for r in rounds):7.0f} MiB")
    ratios = [d[0] / w[0] for d, w in zip(took["DISTINCT"], took["watch"])]
    print(f"watch is {statistics.median(ratios):.2f} times as fast as DISTINCT")


def with_outlier(source, target):
    """A copy whose last row holds a word where all others have an integer."""
    shutil.copyfile(source, target)
    with open(target, "rb+") as file:
        header = file.readline().decode().rstrip().split(",")
        file.seek(-4096, os.SEEK_END)
        last = file.read().split(b"\n")[-2]
        row = next(csv.reader([last.decode()]))
        row[header.index("qty")] = "many"
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(row)
        file.seek(-len(last) - 1, os.SEEK_END)
        file.truncate()
        file.write(text.getvalue().encode())


def widening(a):
    """The worst case of proving types on the whole column: all is converted, and then once more."""
    generate(a.size)
    source = DATA / f"orders-{a.size}.csv"
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        odd, out = pathlib.Path(folder) / "odd.csv", pathlib.Path(folder) / "out"
        with_outlier(source, odd)
        plain, widened = [], []
        for _ in range(a.runs + 1):
            for path, took in ((source, plain), (odd, widened)):
                took.append(measure([DROPMILL, "convert", "-o", str(out), str(path)]))
                if took[-1][3]:
                    sys.exit(f"bench: convert ended with {took[-1][3]} on {path}")
        with open(out, "rb") as file:
            first = json.loads(file.readline())["qty"]
            file.seek(-4096, os.SEEK_END)
            last = json.loads(file.read().split(b"\n")[-2])["qty"]
    if not isinstance(first, str) or last != "many":
        sys.exit(f"bench: the outlier was not honoured: {first!r} and {last!r}")
    # The first pair warms up.
    plain, widened = plain[1:], widened[1:]
    seconds, processor = (statistics.median(w[i] / p[i] for p, w in zip(plain, widened)) for i in (0, 1))
    print(
        f"{source.name}, the last row makes an integer text: {statistics.median(w[0] for w in widened):.2f} s,"
        f" {seconds:.2f} times the plain run by the clock, {processor:.2f} times by the processor,"
        f" peak {max(w[2] for w in widened):.0f} MiB"
    )


def receipts(inbox):
    """Every receipt under the inbox's own folders."""
    for place in ("_done", "_held"):
        for path in (inbox / place).rglob("*.receipt.json"):
            yield path


def small(a):
    generate("small")
    sources = sorted((DATA / "small").glob("*.csv"))[: a.files]
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        inbox, outbox = pathlib.Path(folder) / "inbox", pathlib.Path(folder) / "outbox"
        (inbox / "orders").mkdir(parents=True)
        outbox.mkdir()
        for source in sources:
            shutil.copyfile(source, inbox / "orders" / source.name)
        total = sum(source.stat().st_size for source in sources)
        time.sleep(3.2)  # the drops settle: what is timed is the work alone
        words = [DROPMILL, "watch", str(inbox), str(outbox), "--state", f"{folder}/state", "--once"]
        seconds, processor, peak, status = measure(words, stderr=subprocess.DEVNULL)
        settled = sum(1 for _ in receipts(inbox))
        records = sum(json.loads(p.read_bytes())["records"] for p in outbox.rglob("*.manifest.json"))
        print(
            f"small drops: {len(sources)} files, {total / 1e6:.1f} MB: {seconds:.2f} s, {len(sources) / seconds:.0f} files/s,"
            f" {processor:.2f} s of processor, peak {peak:.0f} MiB, exit {status}, {settled} receipts, {records} records"
        )
        sys.exit(0 if settled == len(sources) and status == 0 else 1)


def latency(a):
    generate("small")
    sources = sorted((DATA / "small").glob("*.csv"))[: a.drops]
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        inbox, outbox = pathlib.Path(folder) / "inbox", pathlib.Path(folder) / "outbox"
        (inbox / "orders").mkdir(parents=True)
        outbox.mkdir()
        words = [DROPMILL, "watch", str(inbox), str(outbox), "--state", f"{folder}/state"]
        daemon = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took, seen = [], []
        try:
            for number, source in enumerate(sources):
                hidden = inbox / "orders" / f".{source.name}.part"
                shutil.copyfile(source, hidden)
                start = time.monotonic()
                hidden.rename(inbox / "orders" / source.name)
                visible = None
                while sum(1 for _ in receipts(inbox)) <= number:
                    if visible is None and sum(1 for _ in outbox.rglob("*.manifest.json")) > number:
                        visible = time.monotonic() - start
                    if daemon.poll() is not None or time.monotonic() - start > 60:
                        sys.exit(f"bench: no receipt for {source.name}")
                    time.sleep(0.001)
                if number:  # the first one waits for the start as well
                    took.append(time.monotonic() - start)
                    seen.append(took[-1] if visible is None else visible)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
        took.sort()
        print(
            f"latency of {len(took)} drops of 2 KB from their rename: manifest {statistics.median(seen) * 1000:.0f} ms,"
            f" receipt {statistics.median(took) * 1000:.0f} ms (medians), slowest {took[-1] * 1000:.0f} ms"
        )


def scaling(a):
    """`convert` pinned to 1, 2, 4 … processors, in turn: how far more of them help, and what they cost."""
    processors = sorted(os.sched_getaffinity(0))
    widths = [n for n in (1, 2, 4, 8, 16) if n <= len(processors)]
    if len(widths) < 2:
        sys.exit("bench: one processor is all there is")
    print(f"convert, {a.runs} rounds after a first one that warms up; medians; speed-up is over one processor of the round")
    print("task     " + "".join(f"{f'{n} pinned':>22}" for n in widths))
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        out = pathlib.Path(folder) / "out"
        for task in a.task:
            if task == "small":
                generate("small")
                sources = sorted(str(path) for path in (DATA / "small").glob("*.csv"))
            else:
                file, data_set, _ = TASKS[task]
                generate(data_set.format(a.size))
                sources = [str(DATA / file.format(a.size))]
            took = {n: [] for n in widths}
            for turn in range(a.runs + 1):
                for n in widths:
                    pinned = ["taskset", "-c", ",".join(map(str, processors[:n]))]
                    remove(out)
                    one = measure([*pinned, DROPMILL, "convert", "-q", "--threads", str(n), "-o", str(out), *sources])
                    if one[3] not in (0, 1):
                        sys.exit(f"bench: convert ended with {one[3]}")
                    if turn:
                        took[n].append(one)
            line = f"{task:9}"
            for n in widths:
                seconds, processor = (statistics.median(run[i] for run in took[n]) for i in (0, 1))
                gain = statistics.median(one[0] / more[0] for one, more in zip(took[1], took[n]))
                line += f"{f'{seconds:.2f} s {processor:.2f} cpu {gain:.2f}x':>22}"
            print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parts = parser.add_subparsers(required=True)
    part = parts.add_parser("convert")
    part.add_argument("--size", default="100m", choices=["10m", "100m", "1g"])
    part.add_argument("--runs", type=int, default=3)
    part.add_argument("--task", type=lambda s: s.split(","), default=["csv", "csv.gz", "json", "ndjson", "xml"])
    part.set_defaults(run=convert)
    part = parts.add_parser("durable")
    part.add_argument("--size", default="100m", choices=["10m", "100m", "1g"])
    part.add_argument("--runs", type=int, default=3)
    part.set_defaults(run=durable)
    part = parts.add_parser("small")
    part.add_argument("--files", type=int, default=10_000)
    part.set_defaults(run=small)
    part = parts.add_parser("widening")
    part.add_argument("--size", default="100m", choices=["10m", "100m", "1g"])
    part.add_argument("--runs", type=int, default=3)
    part.set_defaults(run=widening)
    part = parts.add_parser("latency")
    part.add_argument("--drops", type=int, default=20)
    part.set_defaults(run=latency)
    part = parts.add_parser("scaling")
    part.add_argument("--size", default="100m", choices=["10m", "100m", "1g"])
    part.add_argument("--runs", type=int, default=5)
    part.add_argument("--task", type=lambda s: s.split(","), default=[*TASKS, "small"])
    part.set_defaults(run=scaling)
    a = parser.parse_args()
    if not (SHARED / "bench" / "gen.py").exists():
        sys.exit(f"bench: no data generator at {SHARED}/bench; set SHARED to the folder that holds bench/")
    a.run(a)


if __name__ == "__main__":
    main()
