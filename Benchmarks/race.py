#!/usr/bin/env python3
"""Runs `convert` against the fastest tools for the same work, in turn (A B A B), and writes the table.

    race.py [--size 10m|100m|1g] [--task csv-typed,json] [--runs 3]

Tasks, peers and goals are those of $SHARED/bench/peers.py; a peer's values are checked first, on the smallest set
of the same data, and one that loses any is marked and not raced. Ratios are medians of pairs. A whole run at 100m or
1g replaces the table in docs/scores.md; a part of it only prints. $DROPMILL names another command to race.
"""
import argparse
import csv
import datetime
import decimal
import glob
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import scores

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("SHARED", ROOT / ".." / "shared")).resolve()
DROPMILL = os.environ.get("DROPMILL", str(ROOT / ".build" / "release" / "dropmill"))
FLAGS = {"csv-str": "--types text", "csv-dedup": "--dedup", "parts-dedup": "--dedup", "small-dedup": "--dedup"}
# Seconds that one peer's pairs may take in all, the first pair aside.
PATIENCE = 24

if not (SHARED / "bench" / "peers.py").exists():
    sys.exit(f"race: no peers at {SHARED}/bench; set SHARED to the folder that holds bench/")
sys.path.insert(0, str(SHARED / "bench"))
import peers  # noqa: E402


def plain(value):
    """A value as text that compares across tools: numbers by value, times without their notation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*", text):
        return text[:19].replace("T", " ")
    try:
        return str(decimal.Decimal(text).normalize() + 0)
    except decimal.InvalidOperation:
        return text.lower() if text in ("True", "False", "TRUE", "FALSE") else text


def compare(out, source, rows=400):
    """Whether `out` holds the values of the first rows of a CSV file, and as many records as it has."""
    paths = sorted(pathlib.Path(out).iterdir()) if os.path.isdir(out) else [out]
    lines = (line for path in paths for line in open(path, encoding="utf-8", errors="replace") if line.strip())
    with open(source, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        for number, row in enumerate(reader):
            line = next(lines, None)
            if line is None:
                return f"ends after {number} records"
            if number >= rows:
                continue
            try:
                record = json.loads(line, parse_float=str, parse_int=str)
            except ValueError:
                return "no JSON lines"
            for name, cell in zip(names, row):
                found = plain(record.get(name))
                if found != plain(cell) and not (cell == "NA" and found == ""):
                    return f"row {number + 1}, {name}: {found[:40]} for {cell[:40]}"
    return "right" if next(lines, None) is None else "holds more records than the source"


def verdict(task, size, command, **words):
    """What the output of one run is worth: `right`, or what is wrong with it."""
    small = size if "{S}" not in peers.T[task][0] else "10m"
    source = peers.need(peers.T[task], small)
    out = os.path.join(peers.OUT, "check")
    peers.clean(out)
    seconds, _, _, status = peers.run(peers.fill(command, source, out, task=task, **words), 600)
    if status in (126, 127):
        return None
    if status:
        said = open(os.path.join(peers.OUT, "stderr")).read().strip().splitlines()
        return f"ends with {status}: {said[-1][:80] if said else ''}"
    answer = peers.check(task, small, out) or compare(out, source)
    peers.clean(out)
    return answer.split("|")[0].strip() or "no answer from the check"


def pairs(ours, theirs, runs):
    """Measures of both in turn; the first pair warms up and does not count."""
    found, spent = [], 0
    for turn in range(runs + 1):
        peers.clean(os.path.join(peers.OUT, "a"))
        one = peers.run(ours, 600)
        peers.clean(os.path.join(peers.OUT, "b"))
        other = peers.run(theirs, 600)
        if one[3] or other[3]:
            return None
        if turn or one[0] + other[0] > PATIENCE / 2:
            found.append((one, other))
            spent += one[0] + other[0]
            if spent > PATIENCE:
                break
    return found


def seconds(value):
    return f"{value * 1000:.0f} ms" if value < 0.2 else f"{value:.2f} s"


def race(task, a, our_verdict):
    """The rows of one task, and whether a goal was missed."""
    source = peers.need(peers.T[task], a.size)
    megabytes = peers.size(source) / 1e6
    files = len(glob.glob(source))
    known = {name: (threads, command) for name, threads, command, _ in peers.T[task][3]}
    rows, missed = [], not our_verdict.startswith("right")
    for name, goal, *floor in peers.GOALS[task]:
        threads, command = (2, floor[0]) if floor else known[name]
        their_verdict = "reads only" if floor else verdict(task, a.size, command, t=threads)
        if their_verdict is None:
            rows.append((task, name, "", "", "", f"{goal:g}", "not installed"))
            continue
        if not floor and not their_verdict.startswith("right"):
            rows.append((task, name, "", "", "", f"{goal:g}", f"not raced: {their_verdict}"))
            continue
        fill = lambda words, out: peers.fill(words, source, os.path.join(peers.OUT, out), t=threads, task=task)
        found = pairs(fill(a.command.replace("{flags}", FLAGS.get(task, "")), "a"), fill(command, "b"), a.runs)
        if found is None:
            rows.append((task, name, "", "", "", f"{goal:g}", "one of both failed"))
            missed = True
            continue
        ratio = statistics.median(one[0] / other[0] for one, other in found)
        wall, peak = statistics.median(one[0] for one, _ in found), max(one[2] for one, _ in found)
        limit = peers.RSS[task][["10m", "100m", "1g"].index(a.size)] if task in peers.RSS else None
        met = ratio <= goal and (limit is None or peak <= limit)
        missed |= not met
        speed = f"{files / wall:,.0f} files/s" if files > 100 else f"{megabytes / wall:,.0f} MB/s"
        rows.append((
            task, name, f"{seconds(wall)}, {speed}, {peak:.0f} MiB",
            f"{seconds(statistics.median(other[0] for _, other in found))}, {max(other[2] for _, other in found):.0f} MiB",
            f"{ratio:.3f}", f"{goal:g}", ("met" if met else "**missed**") + ("" if our_verdict.startswith("right") else f"; ours: {our_verdict}"),
        ))
    for out in "ab":
        peers.clean(os.path.join(peers.OUT, out))
    return rows, missed


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--size", default="100m", choices=["10m", "100m", "1g"])
    parser.add_argument("--task", type=lambda s: s.split(","), default=list(peers.GOALS))
    parser.add_argument("--runs", type=int, default=3)
    a = parser.parse_args()
    a.command = f"'{DROPMILL}' convert -q {{flags}} -o {{out}} {{in}}"
    os.makedirs(peers.OUT, exist_ok=True)
    head = ("task", "peer", "ours", "theirs", "ours / theirs", "goal", "")
    table, missed = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)], False
    print("\n".join(table), flush=True)
    for task in a.task:
        command = a.command.replace("{flags}", FLAGS.get(task, ""))
        rows, failed = race(task, a, verdict(task, a.size, command, t=2) or "not built")
        missed |= failed
        for row in rows:
            table.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
            print(table[-1], flush=True)
    if a.task == list(peers.GOALS) and a.size != "10m":
        load = os.getloadavg()[0]
        note = (
            f"{datetime.date.today()}, commit {scores.commit()}, `make race PART='--size {a.size}'`, {os.cpu_count()} processors,"
            f" load at the end {load:.1f}. Whole processes, medians of pairs in turn, warm page cache; the goal is the most"
            " that ours / theirs may be."
        )
        scores.replace(f"race {a.size}", note + "\n\n" + "\n".join(table))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
