"""Every sentence a person reads, one catalogue a language (`zh.po`, `en.po`). Pure.

catalogue  which languages there are, and their catalogues, read when first asked for
phrases    what every language has its own way of: lists, colons, brackets, weekdays, its name
"""

from core.locale.catalogue import ELSE as ELSE
from core.locale.catalogue import LANGUAGES as LANGUAGES
from core.locale.catalogue import Language as Language
from core.locale.catalogue import Sentence as Sentence
from core.locale.catalogue import Sentences as Sentences
