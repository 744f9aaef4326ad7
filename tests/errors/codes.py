"""Finds every error code the program can raise, by reading its sources."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CODE = re.compile(r"cancelled|[a-z]+\.(?!(?:db|json|lock|since)$)[a-z]+(?:_[a-z0-9]+)*")
# What cannot be read in a statement's head is named after the statement instead of the line.
_RENAMED = {f"line.{what}": f"statement.{what}" for what in ("amount", "currency", "date", "direction")}
_MAKERS = frozenset({"KnownError", "Problem", "warn", "_warn"})


def codes(sources: Path) -> dict[str, set[str]]:
    """Every code with the modules that make it, below a folder of sources."""
    found: dict[str, set[str]] = {}
    for path in sorted(sources.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for code in _codes_of(tree):
            for name in {code, _RENAMED.get(code, code)}:
                found.setdefault(name, set()).add(str(path.relative_to(sources)))
    return found


def _codes_of(tree: ast.Module) -> Iterator[str]:
    names = _assignments(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _is_maker(node.func):
            yield from _texts(node.args[0], names, set())
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "KnownError" for base in node.bases):
            calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and _is_super(call)]
            yield from (text for call in calls for text in _texts(call.args[0], names, set()))


def _is_maker(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    return name in _MAKERS


def _is_super(call: ast.Call) -> bool:
    inner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "super" and bool(call.args)


def _assignments(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name of a module is ever bound to: by assignment, as the variable of a loop, or as the parameter of a call.

    A function of the module stands for what it returns and yields.
    """
    bound: dict[str, list[ast.expr]] = {}
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        for target, value in _bindings(node, functions):
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    bound.setdefault(name.id, []).append(value)
    return bound


def _bindings(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> list[tuple[ast.expr, ast.expr]]:
    """The pairs of a target and a value that a piece of a program binds."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            return [(target, value)]
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            return [(target, value)]
        case ast.Call(func=ast.Name(id=name), args=args) if name in functions:
            return [(ast.Name(parameter.arg), given) for parameter, given in zip(functions[name].args.args, args, strict=False)]
        case ast.FunctionDef(name=name):
            given = [each.value for each in ast.walk(node) if isinstance(each, ast.Return | ast.Yield | ast.YieldFrom)]
            return [(ast.Name(name), value) for value in given if value is not None]
    return []


def _texts(expression: ast.expr, names: dict[str, list[ast.expr]], seen: set[str]) -> Iterator[str]:
    """Every text an expression may come to that has the form of a code."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.Name) and node.id in names and node.id not in seen:
            seen.add(node.id)
            for value in names[node.id]:
                yield from _texts(value, names, seen)
