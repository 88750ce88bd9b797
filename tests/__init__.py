"""Tests, in folders that mirror the library's.

`check` is the type checker that executes the library's annotations in the test run (see pyproject.toml): beartype,
where a whole number passes for a floating-point one, as it does for every type checker.
"""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
