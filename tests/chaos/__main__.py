"""Run the long one, and print what became of it: ``python -m tests.chaos --help``."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bot_process import ROOT
from tests.chaos.run import Plan, chaos
from tests.postgres import open_postgres


def main() -> None:
    """Run it as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=chaos.__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--sqlite", action="store_true", help="one process on a file instead")
    args = parser.parse_args()
    plan = Plan(args.requests, args.workers, args.kills, args.seed)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        postgres = None if args.sqlite else stack.enter_context(open_postgres())
        tally = asyncio.run(chaos(Path(folder), ROOT.parent / "shared" / "specs", plan, postgres))
    print(tally)  # noqa: T201
    sys.exit(not tally.is_clean)


if __name__ == "__main__":
    main()
