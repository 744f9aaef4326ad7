"""What Qt itself says (menus of a text field, file dialogs, names of keys) in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QTranslator

from fundledger.i18n import SOURCE

if TYPE_CHECKING:
    from fundledger.i18n import Speaker

# Qt's own English by the end of our key `qt.…`: Qt brings Russian, old Lithuanian and no Belarusian, so all come from our catalogues.
TEXTS = {
    "&Undo": "undo", "&Redo": "redo", "Cu&t": "cut", "&Copy": "copy", "&Paste": "paste", "Delete": "delete", "Select All": "select_all",
    "Copy &Link Location": "copy_link", "OK": "ok", "Cancel": "cancel", "Close": "close", "Open": "open", "Save": "save", "&Open": "open",
    "&Save": "save", "&Choose": "choose", "Choose": "choose", "Look in:": "look_in", "File &name:": "file_name",
    "Files of type:": "file_kind", "Directory:": "folder_name", "Directories": "folders", "Back": "back", "Forward": "forward",
    "Parent Directory": "parent", "Create New Folder": "new_folder", "&New Folder": "new_folder", "Create a New Folder": "new_folder",
    "List View": "list", "Detail View": "details", "Name": "name", "Size": "size", "Type": "kind", "Date Modified": "changed",
    "Computer": "computer", "My Computer": "computer", "&Rename": "rename", "&Delete": "delete", "Show &hidden files": "hidden",
    "Find Directory": "find_folder", "Save As": "save_as", "All Files (*)": "all_files", "&Yes": "yes", "&No": "no",
    "%1 already exists.\nDo you want to replace it?": "replace", "Go back": "back", "Go forward": "forward",
    "Go to the parent directory": "parent", "Change to list view mode": "list", "Change to detail view mode": "details",
    "Return": "key_return", "Space": "key_space", "Left": "key_left", "Right": "key_right", "Up": "key_up", "Down": "key_down",
}  # fmt: skip


class QtWords(QTranslator):
    """Answers Qt in one language; what is not in `TEXTS` stays Qt's English."""

    def __init__(self, speaker: Speaker) -> None:
        """Heard by the whole application until `leave`; Qt's own language needs no other words."""
        super().__init__()
        self._said = {text: speaker.say(f"qt.{key}") for text, key in TEXTS.items()} if speaker.language != SOURCE else {}
        QCoreApplication.installTranslator(self)

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The sentence; where there is none nothing at all, for an empty text would be taken for its translation."""
        del context, disambiguation, n
        return cast("str", self._said.get(text))

    def isEmpty(self) -> bool:
        """Never: Qt asks only translators that hold something."""
        return False

    def leave(self) -> None:
        """Be heard no more."""
        QCoreApplication.removeTranslator(self)
