"""What can hold a comment: an ordered table of small functions, each with a reason (table.py).

The rulebook (book.py) judges a case (case.py) by facts (facts.py) and gives a verdict (verdict.py).
What moderators set: words (lists.py, phrases.py), blocks (blocks.py) and switches (switches.py).
"""

from __future__ import annotations

from comments_api.rules.book import Rulebook
from comments_api.rules.case import Case, said
from comments_api.rules.numbers import Numbers
from comments_api.rules.reasons import CODES, words
from comments_api.rules.table import RULES
from comments_api.rules.verdict import Verdict, code_of, codes_of

__all__ = [
    "CODES",
    "RULES",
    "Case",
    "Numbers",
    "Rulebook",
    "Verdict",
    "code_of",
    "codes_of",
    "said",
    "words",
]
