"""The words of the grammar: verbs, their nouns and what each takes; all words of help come from the catalogue."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn, Self

from fundledger import __version__
from fundledger.domain.problem import KnownError
from fundledger.i18n import languages, public_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fundledger.cli.call import Call
    from fundledger.i18n import Speaker

    Run = Callable[[Call], int]


def program(speaker: Speaker, run: Run) -> tuple[argparse.ArgumentParser, Verbs]:
    """The parser of a whole command line and the verbs to declare; `run` is what it does without a verb."""
    parser = _Parser(prog="fundledger", add_help=False, allow_abbrev=False)
    parser.speaker = speaker
    parser.description = speaker.say("cli.about")
    parser.set_defaults(run=run)
    Verb(parser, speaker).common().takes("--version", action="version", version=f"fundledger {__version__}")
    return parser, Verbs(parser, speaker)


def a_language(text: str) -> str:
    """A language of the command line; raises KnownError language.unknown."""
    if text.replace("-", "_").split("_")[0].lower() not in languages():
        raise KnownError("language.unknown", text, known=languages())
    return text


def a_public_language(text: str) -> str:
    """A language of public texts, or all of them; raises KnownError language.unknown."""
    if text != "all" and text.replace("-", "_").split("_")[0].lower() not in public_languages():
        raise KnownError("language.unknown", text, known=[*public_languages(), "all"])
    return text


class Verbs:
    """A group of verbs: the top level, or those of one noun."""

    def __init__(self, parser: argparse.ArgumentParser, speaker: Speaker, noun: str = "") -> None:
        """Verbs hang below a parser; `noun` is how they are called together."""
        self._speaker, self._noun = speaker, noun
        self._below = parser.add_subparsers(
            title=speaker.say("cli.verbs"), metavar=speaker.say("cli.verb"), dest=f"{noun}verb", required=bool(noun), parser_class=_Parser
        )

    def verb(self, name: str, run: Run, *, public: bool = False) -> Verb:
        """One verb and the function that does it; what is `public` is written in more languages than it speaks."""
        parser = self._add(f"{self._noun}{name}".replace("-", "_"), name)
        parser.set_defaults(run=run)
        return Verb(parser, self._speaker).common(public=public)

    def noun(self, name: str) -> Verbs:
        """The verbs of one noun; within another noun they are called by both."""
        key = f"{self._noun}{name}"
        parser = self._add(key, name)
        Verb(parser, self._speaker).common()
        return Verbs(parser, self._speaker, f"{key}_")

    def _add(self, key: str, name: str) -> argparse.ArgumentParser:
        said = _literal(self._speaker.say(f"cli.help.{key}"))
        parser = self._below.add_parser(name, help=said, description=said, add_help=False, allow_abbrev=False)
        parser.speaker = self._speaker
        return parser


class Verb:
    """The arguments of one verb; the help of an argument is `cli.option.NAME`."""

    def __init__(self, parser: argparse.ArgumentParser, speaker: Speaker) -> None:
        """Arguments are added to a parser of their own."""
        self._parser, self._speaker = parser, speaker
        self._arguments = parser.add_argument_group(speaker.say("cli.arguments"))
        self._options = parser.add_argument_group(speaker.say("cli.options"))

    def takes(self, *flags: str, said: str | None = None, **rules: Any) -> Self:  # noqa: ANN401  whatever argparse takes
        """An argument, in argparse's own words; `said` is its help's key where its name says something else elsewhere."""
        group = self._options if flags[0].startswith("-") else self._arguments
        name = rules.get("dest") or flags[0].lstrip("-")
        if flags[0].startswith("-") and "action" not in rules:
            rules.setdefault("metavar", name[0].upper())
        group.add_argument(*flags, help=_literal(self._speaker.say(f"cli.option.{said or name.replace('-', '_')}")), **rules)
        return self

    def common(self, *, public: bool = False) -> Self:
        """What every verb takes."""
        read, said = (a_public_language, "language_public") if public else (a_language, "language")
        return self.takes("--help", action="help").takes("--language", type=read, said=said, metavar="L", default=argparse.SUPPRESS)

    def book(self) -> Self:
        """A book and where its passphrase is."""
        return self.takes("book", metavar="BOOK").takes("--passphrase-file", metavar="F")

    def json(self) -> Self:
        """One object a line instead of a table."""
        return self.flag("--json")

    def reveal(self) -> Self:
        """Shows what is masked."""
        return self.flag("--reveal")

    def flag(self, name: str) -> Self:
        """An option that is there or not."""
        return self.takes(name, action="store_true")

    def choice(self, name: str, among: Iterable[str], **rules: Any) -> Self:  # noqa: ANN401  as takes
        """One word of several."""
        words = tuple(among)
        return self.takes(name, choices=words, metavar="|".join(words), **rules)


class _Parser(argparse.ArgumentParser):
    """A parser that refuses like every other part of the program."""

    speaker: Speaker

    def error(self, message: str) -> NoReturn:
        """Raise KnownError usage.wrong instead of printing a usage text."""
        raise KnownError("usage.wrong", message, help=f"{self.prog} --help")

    def format_help(self) -> str:
        """The help with the word for usage in the reader's language."""
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups, f"{self.speaker.say('cli.usage')} ")
        formatter.add_text(self.description)
        for group in self._action_groups:
            formatter.start_section(group.title)
            formatter.add_arguments(group._group_actions)  # noqa: SLF001  argparse's own way of printing a group
            formatter.end_section()
        return formatter.format_help()


def _literal(text: str) -> str:
    """Help text in which argparse finds nothing to fill in."""
    return text.replace("%", "%%")
