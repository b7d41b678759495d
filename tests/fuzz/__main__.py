"""Throw made-up input at what strangers reach: ``python -m tests.fuzz [TARGET …] [--count 1000000] [--seed N]``.

The executions are shared out among the targets by what one costs. Every round has its own seed, which is printed with
what fails, made as small as it can be: mend what is at fault, and keep the input in tests/test_fuzz.py.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import traceback

from tests.fuzz.rounds import Outcome, rounds
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run, print a line a target, and return 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", metavar="TARGET", nargs="*", help=f"of {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--count", type=int, default=1_000_000, help="executions altogether (default: a million)")
    parser.add_argument("--seed", type=int, default=None, help="of the first round (default: any)")
    args = parser.parse_args()
    unknown = set(args.targets) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    chosen = [TARGETS[name] for name in args.targets or TARGETS]
    shares = sum(target.share for target in chosen)
    seed = secrets.randbits(32) if args.seed is None else args.seed
    outcomes = []
    for target in chosen:
        outcomes.append(rounds(target, -(-args.count * target.share // shares), seed))
        tell(outcomes[-1])
    executions, seconds = sum(one.executions for one in outcomes), sum(one.seconds for one in outcomes)
    failures = sum(len(one.failures) for one in outcomes)
    sys.stdout.write(f"{executions:,} executions, {executions / seconds:,.0f} a second, {failures} rounds failed\n")
    return 1 if failures else 0


def tell(outcome: Outcome) -> None:
    """Print what came of a target, each kind of failure once."""
    rate = outcome.executions / max(outcome.seconds, 1e-9)
    sys.stdout.write(f"{outcome.target:20} {outcome.executions:>9,} executions  {rate:>7,.0f} a second\n")
    for seed, error in {type(error): (seed, error) for seed, error in reversed(outcome.failures)}.values():
        sys.stdout.write(f"\nfailed, --seed {seed}:\n{''.join(traceback.format_exception(error))}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
