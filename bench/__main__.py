"""Print every measurement: what it is, its cost, the cost it cannot go below, their ratio, and its bound."""

import sys

from bench import book, deadline, grid, homes, layout, month, sweep

BENCHES = (deadline.rows, layout.rows, grid.rows, sweep.rows, month.rows, homes.rows, book.rows)
# How many times its floor something may cost, by the beginning of its name; the others are only watched.
BOUNDS = {"idle sweep": 5.0, "month": 2.0, "home": 1.5, "workbook": 1.2}


def main() -> None:
    """Run all and print one table; times are nanoseconds a call. Leave with 1 if a bound does not hold."""
    broken = 0
    print(f"{'name':<44}{'ours ns':>14}{'floor ns':>14}{'ratio':>8}{'bound':>8}")
    for bench in BENCHES:
        for name, ours, floor in bench():
            bound = _bound(name)
            holds = bound is None or ours / floor <= bound
            said = "" if bound is None else f"{bound:>8}  {'holds' if holds else 'DOES NOT HOLD'}"
            print(f"{name:<44}{ours:>14.0f}{floor:>14.0f}{ours / floor:>8.2f}{said}", flush=True)
            broken += not holds
    sys.exit(1 if broken else 0)


def _bound(name: str) -> float | None:
    """Return how many times its floor something may cost; what is not a time is held to the floor itself."""
    if name.endswith("MB"):
        return 1.0
    return next((most for start, most in BOUNDS.items() if name.startswith(start)), None)


if __name__ == "__main__":
    main()
