"""The product's own source as the architecture tests read it: modules, what each imports, what each calls."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from facilitator.config import ROOT

PACKAGE = "facilitator"
FEATURES = frozenset(
    path.parent.name for path in (ROOT / PACKAGE).glob("*/__init__.py") if path.parent.name != "infra"
)


class Import(NamedTuple):
    """`from module import name`; `name` is empty for `import module`."""

    module: str
    name: str
    line: int


class Module(NamedTuple):
    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """ "room" for facilitator.room.decide; empty for facilitator.cli."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 or parts[-1] in FEATURES else ""

    def place(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, wsgi.py included."""
    paths = [*sorted((ROOT / PACKAGE).rglob("*.py")), ROOT / "wsgi.py"]
    return tuple(Module(_name(path), path, ast.parse(path.read_text(), str(path))) for path in paths)


def imports(module: Module) -> Iterator[Import]:
    """What a module imports anywhere in it; `from package import module` names the module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.place(node.lineno)}: write the whole name of what is imported"
            yield from (_resolved(node.module or "", alias.name, node.lineno) for alias in node.names)


def calls(module: Module) -> Iterator[tuple[str, int]]:
    """Dotted names of what is called, e.g. "datetime.now", with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@cache
def known() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def _resolved(source: str, name: str, line: int) -> Import:
    whole = f"{source}.{name}"
    return Import(whole, "", line) if whole in known() else Import(source, name, line)


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
