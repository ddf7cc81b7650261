#!/usr/bin/env python3
"""Counts what `convert` costs where clocks lie: instructions a megabyte, allocations a thousand records.

    counts.py [--record] [--task csv,json]

Each form of the same made-up orders is converted in two sizes on one thread under valgrind; the difference is
what the data costs, without the start. `small` is what one more file of 2 KB costs, `start` the whole of a run with
one such file, both in millions of instructions. Both figures are held against those in docs/scores.md: more than 5 % above
them, or one allocation in ten records, and the command ends with 1. --record writes what was measured there.
$DROPMILL names another command to measure. Needs valgrind and strip.
"""
import argparse
import datetime
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import scores

ROOT = pathlib.Path(__file__).resolve().parent.parent
DROPMILL = os.environ.get("DROPMILL", str(ROOT / ".build" / "release" / "dropmill"))
TASKS = ["csv", "csv.gz", "json", "ndjson", "xml", "legacy", "wide", "small", "start"]
# Tasks whose allocations are not those of records.
FEW_ROWS = {"wide", "small", "start"}
SMALLER, LARGER = 8_000, 24_000
SLACK = 1.05

NAMES = ["Anna Müller", "Ben Smith", "Zoë Søndergård", "李 伟", "O'Neil, Pat", 'Said "Al" Khan']
STREETS = ["High Street", "Rue de la Paix", "Königsallee", "Via Roma"]
WORDS = ["paid", "shipped", "returned", "new"]
COLUMNS = "order_id customer_id email name address created_at amount currency qty gift status notes".split()


def orders(count):
    """Made-up orders as tuples of text, the same for the same count's beginning."""
    draw = random.Random(20261124)
    for number in range(count):
        name = draw.choice(NAMES)
        day, second = draw.randrange(1, 29), draw.randrange(86_400)
        yield (
            str(7_230_000_000_000_000_000 + number * 4_099),
            f"{draw.randrange(10**8):08}",
            f"user{draw.randrange(10**5)}@mail.test",
            name,
            f"{draw.choice(STREETS)} {draw.randrange(1, 200)}, {draw.randrange(10**4, 10**5)} Paris",
            (2026, draw.randrange(1, 13), day, second // 3600, second // 60 % 60, second % 60),
            draw.randrange(100, 10**6),
            draw.choice(["EUR", "USD", "CHF"]),
            str(draw.randrange(1, 9)),
            draw.choice(["true", "false"]),
            draw.choice(WORDS),
            draw.choice(["", "", "two\nlines", 'a "quoted" word']),
        )


def instant(when):
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % when


def quoted(cell, delimiter):
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in delimiter + '"\n') else cell


def delimited(rows, delimiter):
    return "".join(delimiter.join(quoted(cell, delimiter) for cell in row) + "\n" for row in rows)


def table(count):
    yield COLUMNS
    for row in orders(count):
        yield [*row[:5], instant(row[5]), f"{row[6] / 100:.2f}", *row[7:]]


def objects(count):
    for row in orders(count):
        cells = [*row[:5], instant(row[5]), None, *row[7:]]
        members = []
        for name, cell in zip(COLUMNS, cells):
            if name == "amount":
                cell = f"{row[6] / 100:.2f}"
            elif name not in ("order_id", "qty", "gift"):
                cell = json.dumps(cell, ensure_ascii=False)
            members.append(f'"{name}":{cell}')
        yield "{" + ",".join(members) + "}"


def legacy(count):
    yield COLUMNS
    for row in orders(count):
        year, month, day, *time = row[5]
        when = f"{day:02}.{month:02}.{year} " + ":".join(f"{part:02}" for part in time)
        amount = f"{row[6] // 100:,}".replace(",", ".") + f",{row[6] % 100:02}"
        gift = "ja" if row[9] == "true" else "nein"
        name = row[3].encode("cp1252", "ignore").decode("cp1252")
        yield [*row[:3], name, row[4], when, amount, *row[7:9], gift, *row[10:]]


def wide(count):
    draw = random.Random(7)
    yield [f"sensor_{column:04}" for column in range(1000)]
    for _ in range(count // 32):
        yield [f"{draw.randrange(-10**6, 10**6) / 100:.2f}" for _ in range(1000)]


def xml(count):
    escape = lambda cell: cell.replace("&", "&amp;").replace("<", "&lt;")
    yield '<?xml version="1.0"?>\n<orders>\n'
    for row in list(table(count))[1:]:
        yield "<order>" + "".join(f"<{n}>{escape(c)}</{n}>" for n, c in zip(COLUMNS, row)) + "</order>\n"
    yield "</orders>\n"


def content(task, count):
    """The bytes of a task's file, as they are before compression."""
    if task in ("csv", "csv.gz"):
        return delimited(table(count), ",").encode()
    if task == "json":
        return ("[" + ",\n".join(objects(count)) + "]\n").encode()
    if task == "ndjson":
        return "".join(line + "\n" for line in objects(count)).encode()
    if task == "xml":
        return "".join(xml(count)).encode()
    if task == "legacy":
        return delimited(legacy(count), ";").replace("\n", "\r\n").encode("cp1252")
    return delimited(wide(count), ",").encode()


def valgrind(tool, pattern, command, folder):
    """One figure that a tool of valgrind prints."""
    words = ["valgrind", f"--tool={tool}", "--log-file=log"]
    if tool == "callgrind":
        words.append("--callgrind-out-file=/dev/null")
    done = subprocess.run(words + command, cwd=folder, capture_output=True, text=True)
    log = (folder / "log").read_text()
    found = re.search(pattern, log)
    if done.returncode not in (0, 1) or not found:
        sys.exit(f"counts: {' '.join(command)} under {tool} ended with {done.returncode}\n{done.stderr[-500:]}{log[-500:]}")
    return int(found[1].replace(",", ""))


def run(words, folder):
    """Instructions, allocations and records of one run that writes to `out`."""
    instructions = valgrind("callgrind", r"Collected : ([0-9]+)", words, folder)
    allocations = valgrind("memcheck", r"total heap usage: ([0-9,]+) allocs", words, folder)
    return instructions, allocations, (folder / "out").read_bytes().count(b"\n")


def measure_files(task, folder, command):
    """What a file of 2 KB costs: millions of instructions, and allocations a thousand records."""
    words = [command, "convert", "-q", "--threads", "1", "-o", "out"]
    names = [f"f{number:05}.csv" for number in range(300)]
    rows = list(table(12 * len(names)))
    for number, name in enumerate(names):
        (folder / name).write_bytes(delimited([COLUMNS, *rows[1 + 12 * number : 13 + 12 * number]], ",").encode())
    if task == "start":
        instructions, allocations, records = run([*words, names[0]], folder)
        return instructions / 1e6, allocations / records * 1000
    few, many = (run(words + names[:count], folder) for count in (100, 300))
    instructions, allocations, records = (m - f for f, m in zip(few, many))
    return instructions / 200 / 1e6, allocations / records * 1000


def measure(task, folder, command):
    """Instructions a megabyte and allocations a thousand records."""
    if task in ("small", "start"):
        return measure_files(task, folder, command)
    sizes, instructions, allocations, records = [], [], [], []
    for count in (SMALLER, LARGER):
        data = content(task, count)
        source = folder / f"data.{task}"
        source.write_bytes(gzip.compress(data, 6, mtime=0) if task == "csv.gz" else data)
        words = [command, "convert", "-q", "--threads", "1", "-o", "out", source.name]
        for figures, figure in zip((instructions, allocations, records), run(words, folder)):
            figures.append(figure)
        sizes.append(len(data))
    megabytes = (sizes[1] - sizes[0]) / 1e6
    per_megabyte = (instructions[1] - instructions[0]) / megabytes / 1e6
    per_thousand = (allocations[1] - allocations[0]) / (records[1] - records[0]) * 1000
    return per_megabyte, per_thousand


def recorded():
    """The figures in docs/scores.md: task to millions of instructions a megabyte."""
    rows = scores.section("counts")
    return {m[1]: float(m[2]) for m in re.finditer(r"^\| (\S+) \| ([0-9.]+) \|", rows, re.M)}


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--task", type=lambda s: s.split(","), default=TASKS)
    a = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("counts: valgrind is not installed: apt-get install valgrind")
    before, missed, rows = recorded(), False, []
    print("task       M instructions/MB  recorded  allocations/1,000 records")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # valgrind 3.19 gives up on the debug information of Swift 6.
        command = folder / "dropmill"
        subprocess.run(["strip", "--strip-debug", "-o", command, DROPMILL], check=True)
        for task in a.task:
            instructions, allocations = measure(task, folder, str(command))
            old = before.get(task)
            bad = (old is not None and instructions > old * SLACK) or (allocations > 100 and task not in FEW_ROWS)
            missed |= bad
            rows.append(f"| {task} | {instructions:.2f} | {allocations:.1f} |")
            print(f"{task:10} {instructions:17.2f} {old or 0:9.2f} {allocations:26.1f}  {'MORE' if bad else 'ok'}", flush=True)
    if a.record:
        if a.task != TASKS:
            sys.exit("counts: only a run of all tasks is recorded")
        head = ["| task | M instructions a MB; `small`: a file; `start`: a run | allocations in 1,000 records |", "| --- | --- | --- |"]
        scores.replace("counts", f"Measured {datetime.date.today()}, commit {scores.commit()}, `make instructions RECORD=1`.\n\n" + "\n".join(head + rows))
        return
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
