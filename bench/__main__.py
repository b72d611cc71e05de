"""Print every measurement: what it is, its cost, the cost it cannot go below, their ratio."""

from bench import deadline, grid, layout, sweep

BENCHES = (deadline.rows, layout.rows, grid.rows, sweep.rows)


def main() -> None:
    """Run all and print one table; times are nanoseconds a call."""
    print(f"{'name':<30}{'ours ns':>10}{'floor ns':>10}{'ratio':>8}")
    for bench in BENCHES:
        for name, ours, floor in bench():
            print(f"{name:<30}{ours:>10.0f}{floor:>10.0f}{ours / floor:>8.1f}")


if __name__ == "__main__":
    main()
