"""The crash model: from the log of a run it keeps what was synced, and nothing else, and the next start must cope.

The rules are those of POSIX and no kinder: bytes of a file last after a sync of that file, a name after a sync of its folder.
Only this is taken for granted: a rename is there or not, at both ends at once, so a sync of either folder makes it last.
No order is taken for granted between things that were not synced. It needs no root and no disk.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote


class Node:
    """A file with its bytes now and on the disk, or a folder (its names are in the trees)."""

    __slots__ = ("is_folder", "bytes", "durable")

    def __init__(self, is_folder: bool, data: bytes = b"", durable: bytes = b""):
        self.is_folder, self.bytes, self.durable = is_folder, bytearray(data), bytes(durable)


@dataclass
class Change:
    """Something that is not on the disk yet: names that come and go, or bytes of a file."""

    names: list[tuple[Node, str, Node | None]] = field(default_factory=list)
    file: Node | None = None
    offset: int = 0
    data: bytes | None = None
    size: int | None = None

    def apply_bytes(self, old: bytes) -> bytes:
        content = bytearray(old)
        write(content, self)
        return bytes(content)


def write(content: bytearray, change: Change) -> None:
    if change.size is not None:
        if change.size < len(content):
            del content[change.size :]
        content.extend(bytes(change.size - len(content)))
    if change.data is not None:
        content.extend(bytes(max(0, change.offset - len(content))))
        content[change.offset : change.offset + len(change.data)] = change.data


Tree = dict[Node, dict[str, Node]]


class Model:
    """The disk beside what the program sees, call by call."""

    def __init__(self, root: Path):
        self.root = root
        self.top = Node(True)
        self.by_inode: dict[int, Node] = {root.stat().st_ino: self.top}
        self.seen: Tree = {self.top: {}}
        self.disk: Tree = {self.top: {}}
        self.pending: list[Change] = []
        self.load(root, self.top)

    def load(self, folder: Path, node: Node) -> None:
        """Takes what lies there before the run for safe on the disk."""
        for path in folder.iterdir():
            data = b"" if path.is_dir() else path.read_bytes()
            child = Node(path.is_dir(), data, data)
            self.by_inode[path.stat().st_ino] = child
            for tree in (self.seen, self.disk):
                tree[node][path.name] = child
                if child.is_folder:
                    tree.setdefault(child, {})
            if child.is_folder:
                self.load(path, child)

    def place_of(self, path: str) -> tuple[Node, str]:
        parts = Path(path).relative_to(self.root).parts
        node = self.top
        for part in parts[:-1]:
            node = self.seen[node][part]
        return node, parts[-1]

    def change_names(self, *names: tuple[Node, str, Node | None]) -> None:
        put(self.seen, list(names))
        self.pending.append(Change(names=list(names)))

    def change_bytes(self, change: Change) -> None:
        write(change.file.bytes, change)
        self.pending.append(change)

    def make(self, path: str, inode: int, is_folder: bool) -> None:
        node = Node(is_folder)
        self.by_inode[inode] = node
        if is_folder:
            self.seen[node], self.disk[node] = {}, {}
        self.change_names((*self.place_of(path), node))

    def sync(self, node: Node) -> None:
        """Makes a file's bytes, or all changes of a folder's names, last."""
        left = []
        for change in self.pending:
            if change.file is node:
                continue
            if any(folder is node for folder, _, _ in change.names):
                put(self.disk, change.names)
            else:
                left.append(change)
        self.pending = left
        node.durable = bytes(node.bytes)

    def sync_all(self) -> None:
        for node in list(self.by_inode.values()):
            if not node.is_folder:
                node.durable = bytes(node.bytes)
        for change in self.pending:
            put(self.disk, change.names)
        self.pending = []

    def step(self, line: str, data: bytes) -> bool:
        """Follows one call of the log; says whether it may have changed the disk."""
        kind, result, inode, path, other, offset, length, start = line.split(" ")
        result, inode, offset, length, start = int(result), int(inode), int(offset), int(length), int(start)
        path, target = unquote(path), unquote(other)
        if result < 0 or other == "swallowed":
            return False
        node = self.by_inode.get(inode)
        if kind == "open" and result == 1:
            self.make(path, inode, False)
        elif kind == "open" and other == "truncate" and node:
            self.change_bytes(Change(file=node, size=0))
        elif kind == "mkdir":
            self.make(path, inode, True)
        elif kind == "write" and node and not path.endswith(" (deleted)"):
            self.change_bytes(Change(file=node, offset=offset, data=data[start : start + length]))
        elif kind == "size" and node:
            self.change_bytes(Change(file=node, size=offset))
        elif kind == "rename":
            folder, name = self.place_of(path)
            moved = self.seen[folder][name]
            self.change_names((folder, name, None), (*self.place_of(target), moved))
        elif kind == "remove":
            self.change_names((*self.place_of(path), None))
        elif kind == "sync" and offset == 1:
            self.sync_all()
            return True
        elif kind == "sync" and node:
            self.sync(node)
            return True
        elif kind == "link":
            raise ValueError("the model does not follow links")
        return False

    def files(self, extra: Change | None = None) -> dict[str, bytes | None]:
        """What a power cut leaves, and one change that was not synced, if any; None is a folder."""
        tree = {node: dict(names) for node, names in self.disk.items()}
        if extra:
            put(tree, extra.names)
        found: dict[str, bytes | None] = {}

        def walk(node: Node, path: str) -> None:
            for name, child in tree[node].items():
                whole = f"{path}{name}"
                found[whole] = None if child.is_folder else child.durable
                if extra and extra.file is child:
                    found[whole] = extra.apply_bytes(child.durable)
                if child.is_folder:
                    walk(child, whole + "/")

        walk(self.top, "")
        return found

    def outbox(self) -> dict[str, bytes]:
        """What a target sees now, synced or not."""
        found: dict[str, bytes] = {}

        def walk(node: Node, path: str) -> None:
            for name, child in self.seen[node].items():
                if child.is_folder:
                    walk(child, f"{path}{name}/")
                else:
                    found[f"{path}{name}"] = bytes(child.bytes)

        folder = self.seen[self.top].get("outbox")
        if folder:
            walk(folder, "")
        return {path: data for path, data in found.items() if not path.startswith(".")}


def put(tree: Tree, names: list[tuple[Node, str, Node | None]]) -> None:
    for folder, name, node in names:
        if node is None:
            tree[folder].pop(name, None)
        else:
            tree[folder][name] = node


def digest(files: dict[str, bytes | None]) -> str:
    whole = hashlib.sha256()
    for path, data in sorted(files.items()):
        whole.update(repr((path, data if data is None else hashlib.sha256(data).digest())).encode())
    return whole.hexdigest()


def lay_out(files: dict[str, bytes | None], root: Path) -> None:
    for path, data in sorted(files.items()):
        if data is None:
            (root / path).mkdir(parents=True, exist_ok=True)
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
