#!/usr/bin/env python3
"""Takes batches from an outbox, each record exactly once: the reference for programs of your own.

    consumer.py OUTBOX DATABASE            takes what is there
    consumer.py OUTBOX DATABASE --remove   and removes what it has taken

Only the standard library; the records end in a SQLite database. The five rules, in the order of the code:

1. Go by manifests. A file without its manifest is not there yet; the manifest appears last.
2. Take a feed's batches in sequence. A number that is missing means: stop this feed and ask.
3. Hold the data against the manifest's size, count and SHA-256 before you use any of it.
4. Record the batch's name in the same transaction as its records. A name that you know is never taken again: after
   a power cut the same batch, with the same bytes, may appear a second time. A manifest that counts `erased` is
   the one case of other bytes: people were taken out of the batch.
5. Only then remove it: the data, then the manifest, so that a name which is still there can always be told.

A line `{"$erased": ...}` tells whom to erase: records whose column has a value of that salted hash.
"""

import argparse
import hashlib
import json
import os
import sqlite3
import sys
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS taken (
    feed TEXT NOT NULL, sequence INTEGER NOT NULL, batch TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (feed, sequence)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (feed TEXT NOT NULL, sequence INTEGER NOT NULL, line TEXT NOT NULL);
"""


class Trouble(Exception):
    """A feed that a person must look at; the others go on."""


def read_whole(manifest_path: Path) -> tuple[dict, list[str]]:
    """A manifest and the lines of its batch; rule 3."""
    manifest = json.loads(manifest_path.read_bytes())
    try:
        data = manifest_path.with_name(manifest["batch"] + ".ndjson").read_bytes()
    except FileNotFoundError:
        raise Trouble(f"{manifest['batch']}: the manifest is there and its data is not") from None
    found = (len(data), data.count(b"\n"), hashlib.sha256(data).hexdigest())
    wanted = (manifest["bytes"], manifest["records"], manifest["sha256"])
    if found != wanted:
        raise Trouble(f"{manifest['batch']}: bytes, records and sha256 are {found}, the manifest says {wanted}")
    return manifest, data.decode().splitlines()


def erase(database: sqlite3.Connection, feed: str, column: str, salt: str, sha256: str) -> None:
    """Deletes the records of a person; the value is the member's text, a number as it is written."""
    rows = database.execute("SELECT rowid, line FROM records WHERE feed = ?", [feed]).fetchall()
    for row, line in rows:
        value = json.loads(line, parse_int=str, parse_float=str).get(column)
        text = value if isinstance(value, str) else json.dumps(value)
        if hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest() == sha256:
            database.execute("DELETE FROM records WHERE rowid = ?", [row])


def take_lines(database: sqlite3.Connection, feed: str, sequence: int, lines: list[str]) -> None:
    """Takes records, and erases whom a line tells of."""
    for line in lines:
        person = json.loads(line).get("$erased") if line.startswith('{"$erased":') else None
        if person:
            erase(database, feed, person["column"], person["salt"], person["sha256"])
        else:
            database.execute("INSERT INTO records VALUES (?, ?, ?)", (feed, sequence, line))


def remove(manifest_path: Path) -> None:
    """Rule 5; the directory is synced so that a removed batch does not come back with the power."""
    manifest_path.with_name(manifest_path.name.replace(".manifest.json", ".ndjson")).unlink(missing_ok=True)
    manifest_path.unlink()
    folder = os.open(manifest_path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def take_feed(database: sqlite3.Connection, feed: Path, removing: bool) -> int:
    """Takes what a feed has, in sequence; gives how many records."""
    count = 0
    last = database.execute("SELECT max(sequence) FROM taken WHERE feed = ?", [feed.name]).fetchone()[0] or 0
    # Rules 1 and 2: the number stands at the end of the name.
    manifests = {int(path.name.split(".manifest.json")[0].rsplit("-", 1)[1]): path for path in feed.glob("*.manifest.json")}
    for sequence, path in sorted(manifests.items()):
        known = database.execute(
            "SELECT sha256 FROM taken WHERE feed = ? AND sequence = ?", [feed.name, sequence]
        ).fetchone()
        if known is None:
            if sequence != last + 1:
                raise Trouble(f"{feed.name}: batch {last + 1} is missing, {sequence} is there")
            manifest, lines = read_whole(path)
            with database:  # Rule 4: all of it, or nothing.
                database.execute(
                    "INSERT INTO taken VALUES (?, ?, ?, ?)", [feed.name, sequence, manifest["batch"], manifest["sha256"]]
                )
                take_lines(database, feed.name, sequence, lines)
            last = sequence
            count += len(lines)
        elif path.with_name(path.name.replace(".manifest.json", ".ndjson")).exists():
            found = read_whole(path)[0]
            if found["sha256"] != known[0] and not found.get("erased"):
                raise Trouble(f"{feed.name}: batch {sequence} was taken before with other bytes")
        if removing:
            remove(path)
    return count


def take(outbox: str, database_path: str, removing: bool = False) -> tuple[int, list[str]]:
    """Takes all that is there; gives the count of new records and what is wrong, feed by feed."""
    count, troubles = 0, []
    database = sqlite3.connect(database_path)
    database.executescript(TABLES)
    for feed in sorted(path for path in Path(outbox).iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            count += take_feed(database, feed, removing)
        except Trouble as trouble:
            troubles.append(str(trouble))
    database.close()
    return count, troubles


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outbox")
    parser.add_argument("database")
    parser.add_argument("--remove", action="store_true", help="remove what was taken")
    arguments = parser.parse_args()
    count, troubles = take(arguments.outbox, arguments.database, arguments.remove)
    print(f"{count} new records")
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
