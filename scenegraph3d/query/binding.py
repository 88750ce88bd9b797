"""Binding: which things of a scene the words of a text speak of, so that most of what the text says is true.

Branch and bound over one slot after the other: each may take one of its candidates, or none. Exact until `MOST_STEPS`
terms have been weighed; then the best assignment so far, which the result says.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOST_STEPS = 50_000
_SLACK = 1e-12  # of sums of floats
Assignment = Mapping[int, int | None]


@dataclass(frozen=True)
class Slot:
    """A place for one thing.

    Attributes:
        rows: what it may be, the most likely first; where it can be none of these, None.
        apart: slots that must be other things.
        after: the slot before it among like ones: it takes a later one of the same rows; None for the first.
    """

    rows: tuple[int, ...]
    apart: frozenset[int] = frozenset()
    after: int | None = None


@dataclass(frozen=True)
class Term:
    """One statement.

    Attributes:
        slots: those that it speaks of.
        worth: what it is worth under an assignment of some of them; never less than under one that assigns more.
    """

    slots: tuple[int, ...]
    worth: Callable[[Assignment], float]


@dataclass(frozen=True)
class Bound:
    """The best assignment.

    Attributes:
        rows: for each slot, a row or None.
        exact: no other one is worth more.
    """

    rows: tuple[int | None, ...]
    exact: bool = True


def bind(slots: Sequence[Slot], terms: Sequence[Term], most_steps: int = MOST_STEPS) -> Bound:
    """The assignment whose terms are worth most in sum; of equal ones the one with earlier rows in earlier slots."""
    rows: list[int | None] = [None] * len(slots)
    exact = True
    for part in _parts(slots, terms):
        search = _Search(slots, terms, part, most_steps)
        for slot, row in search.best().items():
            rows[slot] = row
        exact = exact and search.exact
    return Bound(tuple(rows), exact)


def _parts(slots: Sequence[Slot], terms: Sequence[Term]) -> list[list[int]]:
    """Slots that have nothing to do with each other apart, each part in the order in which it is best filled."""
    near: list[set[int]] = [set() for _ in slots]
    for term in terms:
        for slot in term.slots:
            near[slot].update(term.slots)
    out: list[list[int]] = []
    left = dict.fromkeys(range(len(slots)))
    while left:
        part = list(_reached(next(iter(left)), slots, near))
        for slot in part:
            del left[slot]
        out.append(part)
    return out


def _reached(start: int, slots: Sequence[Slot], near: Sequence[set[int]]) -> Iterator[int]:
    """From one slot on, those of the same statements first, then those that compete for the same things."""
    seen, related = {start}, [start]
    rivals: list[int] = []
    while related or rivals:
        slot = related.pop() if related else rivals.pop()
        yield slot
        for others, queue in ((near[slot], related), (slots[slot].apart, rivals)):
            fresh = sorted(others - seen, reverse=True)
            seen.update(fresh)
            queue.extend(fresh)


@dataclass
class _Search:
    slots: Sequence[Slot]
    terms: Sequence[Term]
    order: list[int]
    most_steps: int
    exact: bool = True
    _taken: dict[int, int | None] = field(default_factory=dict)
    _holders: dict[int, list[int]] = field(default_factory=dict)

    def best(self) -> dict[int, int | None]:
        """The best assignment of this part's slots."""
        members = set(self.order)
        about: dict[int, list[int]] = {slot: [] for slot in self.order}
        for k, term in enumerate(self.terms):
            for slot in set(term.slots) & members:
                about[slot].append(k)
        value = {k: self.terms[k].worth({}) for k in sorted({k for ks in about.values() for k in ks})}
        found: dict[int, int | None] = {}
        top, total, steps = -math.inf, sum(value.values()), 0
        stack = [(total, iter(self._choices(0, total, value, about)))]
        undo: list[dict[int, float]] = []
        while stack:
            total, choices = stack[-1]
            choice = next(choices, None) if steps <= self.most_steps or not found else None
            if choice is None or choice[0] <= top + _SLACK:
                self.exact = self.exact and (choice is not None or steps <= self.most_steps)
                stack.pop()
                if undo:
                    self._leave(self.order[len(undo) - 1])
                    value.update(undo.pop())
                continue
            bound, row, changed = choice
            slot = self.order[len(undo)]
            if len(undo) + 1 == len(self.order):
                top, found = bound, {**self._taken, slot: row}
                continue
            self._take(slot, row)
            undo.append({k: value[k] for k in changed})
            value.update(changed)
            further = self._choices(len(undo), bound, value, about)
            steps += sum(len(choice[2]) for choice in further)
            stack.append((bound, iter(further)))
        return found

    def _choices(
        self, depth: int, total: float, value: Mapping[int, float], about: Mapping[int, Sequence[int]]
    ) -> list[tuple[float, int | None, dict[int, float]]]:
        """What the next slot may be, the best bound first: the bound, the row, and the terms that it changes."""
        slot = self.order[depth]
        out = []
        for row in self._open_rows(slot):
            self._taken[slot] = row
            changed = {k: self.terms[k].worth(self._taken) for k in about[slot]}
            del self._taken[slot]
            out.append((total + sum(new - value[k] for k, new in changed.items()), row, changed))
        return sorted(out, key=lambda choice: -choice[0])

    def _open_rows(self, slot: int) -> list[int | None]:
        this = self.slots[slot]
        rows: list[int | None] = [row for row in this.rows if this.apart.isdisjoint(self._holders.get(row, ()))]
        if this.after in self._taken:
            before = self._taken[this.after]
            start = len(this.rows) if before is None else this.rows.index(before) + 1
            rows = [row for row in rows if row in this.rows[start:]]
        return [*rows, None] if this.apart or not rows else rows

    def _take(self, slot: int, row: int | None) -> None:
        self._taken[slot] = row
        if row is not None:
            self._holders.setdefault(row, []).append(slot)

    def _leave(self, slot: int) -> None:
        row = self._taken.pop(slot)
        if row is not None:
            self._holders[row].remove(slot)
