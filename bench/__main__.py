"""Print every measurement: what it is, its cost, the cost it cannot go below, their ratio, and its bound."""

from bench import book, deadline, grid, layout, month, sweep

BENCHES = (deadline.rows, layout.rows, grid.rows, sweep.rows, month.rows, book.rows)
# How many times its floor something may cost, by the beginning of its name; the others are only watched.
BOUNDS = {"idle sweep": 5.0, "month": 2.0, "workbook": 1.2}


def main() -> None:
    """Run all and print one table; times are nanoseconds a call."""
    print(f"{'name':<44}{'ours ns':>14}{'floor ns':>14}{'ratio':>8}{'bound':>8}")
    for bench in BENCHES:
        for name, ours, floor in bench():
            print(f"{name:<44}{ours:>14.0f}{floor:>14.0f}{ours / floor:>8.2f}{_held(name, ours / floor)}")


def _held(name: str, ratio: float) -> str:
    """Return the bound of a measurement and whether it holds; what is not a time is held to its floor."""
    bound = next((most for start, most in BOUNDS.items() if name.startswith(start)), None)
    if name.endswith("MB"):
        bound = 1.0
    if bound is None:
        return ""
    return f"{bound:>8}  {'holds' if ratio <= bound else 'DOES NOT HOLD'}"


if __name__ == "__main__":
    main()
