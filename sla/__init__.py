"""The rules of the contract: pure functions, standard library only, told the time.

Nothing here reads a clock, a file or a database. Rule numbers (T1, C4, F2 ...) are those of the
project's design page and are repeated in ``docs/rules.md``.
"""
