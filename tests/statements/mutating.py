"""Damages a file the way downloads, editors and hostile people do, for every text format."""

from __future__ import annotations

from hypothesis import strategies as st

Step = tuple[str, float, float, int]

mutations = st.lists(
    st.tuples(st.sampled_from(["cut", "double", "flip", "swap", "blow"]), st.floats(0, 1), st.floats(0, 1), st.integers(0, 255)),
    min_size=1,
    max_size=4,
)


def mutated(content: bytes, steps: list[Step]) -> bytes:
    """The content after each step: a part cut or doubled, an octet flipped, two lines swapped, a number blown up."""
    for kind, one, other, octet in steps:
        start, end = sorted((int(one * len(content)), int(other * len(content))))
        before, part, after = content[:start], content[start:end], content[end:]
        lines = content.split(b"\n")
        match kind:
            case "cut":
                content = before + after
            case "double":
                content = before + part + part + after
            case "flip":
                content = before + bytes([octet]) + content[start + 1 :]
            case "swap":
                first, second = int(one * (len(lines) - 1)), int(other * (len(lines) - 1))
                lines[first], lines[second] = lines[second], lines[first]
                content = b"\n".join(lines)
            case _:
                content = content.replace(b"0.", b"0" * (octet % 50) + b".", 1)
    return content
