"""Layouts banks and payment processors have published.

Column names as they export them; a layout is recognised by the set of its columns, wherever they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.statements.tables.profiles_baltic import BALTIC
from fundledger.statements.tables.profiles_german import GERMAN
from fundledger.statements.tables.profiles_online import ONLINE
from fundledger.statements.tables.profiles_processors import PROCESSORS
from fundledger.statements.tables.profiles_western import WESTERN

if TYPE_CHECKING:
    from fundledger.statements.layout import Layout

PROFILES: tuple[Layout, ...] = (*BALTIC, *ONLINE, *GERMAN, *WESTERN, *PROCESSORS)
