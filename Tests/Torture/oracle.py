"""The reference converter: slow, plain, and with nothing of the program's own in it.

It reads a drop with Python's csv, json, xml and gzip, types whole columns, and gives the records as canonical lines. It knows
only what the drops of `drops.py` hold; what it does not know it refuses, so that it cannot agree by accident.
"""

import csv
import functools
import gzip
import io
import json
import re
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import dataclass, field


@dataclass
class Expected:
    """What must become of one drop."""

    lines: list[str] = field(default_factory=list)
    rejected: int = 0
    held: bool = False

    @property
    def read(self) -> int:
        return len(self.lines) + self.rejected


# Without an end: a soak asks for each of its drops several times, other parts have few that differ.
@functools.lru_cache(maxsize=None)
def convert(name: str, data: bytes) -> Expected:
    """The records of a drop; never raises for a drop that is only bad."""
    try:
        if name.endswith(".gz"):
            data, name = gzip.decompress(data), name[: -len(".gz")]
    except (EOFError, OSError, zlib.error):
        return Expected(held=True)
    suffix = name.rsplit(".", 1)[1]
    try:
        return {"csv": of_csv, "json": of_json, "ndjson": of_lines, "xml": of_xml}[suffix](data)
    except (json.JSONDecodeError, ElementTree.ParseError):
        return Expected(held=True)


def of_csv(data: bytes) -> Expected:
    text = data.decode("utf-8-sig")
    header_line = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header_line.count)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    good = [row for row in rows if len(row) == len(header)]
    return Expected(typed(header, good), rejected=len(rows) - len(good))


def of_json(data: bytes) -> Expected:
    value = json.loads(data)
    assert isinstance(value, list) and all(isinstance(record, dict) for record in value)
    return Expected([canonical(record) for record in value])


def of_lines(data: bytes) -> Expected:
    expected = Expected()
    for line in data.decode().splitlines():
        try:
            expected.lines.append(canonical(json.loads(line)))
        except json.JSONDecodeError:
            expected.rejected += 1
    return expected


def of_xml(data: bytes) -> Expected:
    records = list(ElementTree.fromstring(data))
    assert all(not child.attrib and not len(child) for record in records for child in record)
    names = sorted({child.tag for record in records for child in record})
    return Expected(typed(names, [[record.findtext(name) or "" for name in names] for record in records]))


def typed(header: list[str], rows: list[list[str]]) -> list[str]:
    readers = [reader_of([row[index] for row in rows if row[index]]) for index in range(len(header))]
    return [
        canonical({name: reader(cell) for name, reader, cell in zip(header, readers, row) if cell})
        for row in rows
    ]


def reader_of(cells: list[str]):
    """The narrowest type that every cell of the column has."""
    if all(re.fullmatch(r"-?(0|[1-9]\d{0,14})", cell) for cell in cells):
        return int
    if all(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", cell) and len(cell) < 15 for cell in cells):
        return float
    if all(cell in ("true", "false") for cell in cells):
        return lambda cell: cell == "true"
    return str


def canonical(value: dict) -> str:
    """RFC 8785 for what the drops hold: ASCII names, numbers that print alike everywhere."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value):
    if isinstance(value, dict):
        assert all(name.isascii() for name in value)
        return {name: plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [plain(member) for member in value]
    if isinstance(value, float):
        assert abs(value) < 1e15
        return int(value) if value.is_integer() else value
    return value
