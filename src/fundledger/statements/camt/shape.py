"""An XML fragment cut into its tags and its texts, and the tags as a tree of places.

Bank files repeat a few shapes of entry a hundred thousand times. The tags of a shape are read once into a tree whose
nodes know the place of their text; after that an entry costs one cut and a few list look-ups. A fragment comes from
the XML serialiser, or it is plain text of the file (see `camt_lift`): in both, < and > stand only in tags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import DEEPEST, LONGEST_FIELD, MOST_ATTRIBUTES, MOST_ELEMENTS, check_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = 0  # the place of the text before the first tag, always empty
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_TAG = re.compile(rf"((?:{_NAME}:)?{_NAME})((?:[ \n\t]+(?:{_NAME}:)?{_NAME}=\"[^\"&]*\")*)[ \n\t]*(/?)")
_ATTRIBUTE = re.compile(r"([^ \n\t]+)=\"[^\"]*\"")
_CURRENCY = re.compile(r"\sCcy=\"([^\"]*)\"")


@dataclass(slots=True)
class Node:
    """One element of a shape: its local name, its attributes as written, the place of its text, its children."""

    name: str
    attributes: str = ""
    place: int = NOWHERE
    children: list[Node] = field(default_factory=list)

    def all(self, path: str) -> Iterator[Node]:
        """Every node at a path of local names such as RmtInf/Ustrd, in the order of the file."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> Node | None:
        """The first node at the first path that exists."""
        return next((node for path in paths for node in self.all(path)), None)

    def place_of(self, *paths: str) -> int:
        """The place of that node's text, NOWHERE if there is none."""
        node = self.first(*paths)
        return node.place if node else NOWHERE

    @property
    def currency(self) -> str:
        """The currency attribute of an amount, empty where it is missing."""
        match = _CURRENCY.search(self.attributes)
        return match[1] if match else ""


def cut(fragment: str) -> tuple[list[str], list[str]]:
    """Tags and texts of a fragment; the text after tag n stands at n + 1.

    Raises KnownError file.field for a text longer than is stored, file.elements for more tags than a bank writes.
    """
    if len(fragment) > LONGEST_FIELD and fragment.count("<") - fragment.count("</") > MOST_ELEMENTS:
        raise KnownError("file.elements", "", limit=MOST_ELEMENTS)
    parts = fragment.replace(">", "<").split("<")
    tags, texts = parts[1::2], parts[0::2]
    if len(fragment) > LONGEST_FIELD:
        check_fields(texts)
    if "&" in fragment:
        texts = [_unescaped(text) for text in texts]
    return tags, texts


def _unescaped(text: str) -> str:
    """Text without escapes; the ampersand comes last so that none is undone twice."""
    if "&" not in text:
        return text
    for escape, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#13;", "\r"), ("&amp;", "&")):
        text = text.replace(escape, letter)
    return text


def shape(tags: list[str]) -> Node:
    """The tree of a fragment's tags; of tags that do not nest, some tree (see `is_plain`).

    Raises KnownError file.depth and file.attributes at the bounds.
    """
    path = [Node("")]
    for number, tag in enumerate(tags):
        if tag.startswith("/"):
            if len(path) > 1:
                path.pop()
            continue
        name, _, attributes = tag.rstrip("/").replace("\n", " ").partition(" ")
        if attributes.count('="') > MOST_ATTRIBUTES:
            raise KnownError("file.attributes", "", limit=MOST_ATTRIBUTES)
        node = Node(name.rpartition(":")[2], " " + attributes, number + 1)
        path[-1].children.append(node)
        if not tag.endswith("/"):
            path.append(node)
            if len(path) > DEEPEST:
                raise KnownError("file.depth", "", limit=DEEPEST)
    return next(iter(path[0].children), path[0])


def is_plain(tags: list[str]) -> bool:
    """Whether the tags are those of one well-formed element, in the narrow form nearly every bank writes.

    Narrow: ASCII names, attributes in double quotes without escapes and none twice. What is not plain may still be
    good XML; it is left to the parser.
    """
    opened: list[str] = []
    for number, tag in enumerate(tags):
        if tag.startswith("/"):
            if not opened or opened.pop() != tag[1:]:
                return False
            continue
        match = _TAG.fullmatch(tag)
        names = _ATTRIBUTE.findall(match[2]) if match else []
        if match is None or len(set(names)) < len(names) or (number and not opened):
            return False
        if not match[3]:
            opened.append(match[1])
    return not opened
