"""The command line. Each command imports what it needs when it runs, so that `cmi-bot --version` answers at once."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot import __version__
from bot.errors import ImportRefused, StartupError, UserError

if TYPE_CHECKING:
    from bot.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit status: 1 for what the person can mend, said in a line on standard error."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except ImportRefused as error:
        print("Nothing was imported. Please mend these and try again:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
    except (StartupError, UserError) as error:
        print(f"cmi-bot: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cmi-bot", description="The Customer Maturity Index in Slack.")
    parser.add_argument("--version", action="version", version=f"cmi-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, what in (
        ("run", "everything in one process: Slack, HTTP, clock and delivery"),
        ("web", "only Slack and HTTP"),
        ("worker", "only the clock and delivery"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        command.add_argument(
            "--skip-channel-check", action="store_true", help="start although a chosen channel can't be used"
        )
        command.set_defaults(run=_serve, role=name)
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(run=_migrate)
    doctor = commands.add_parser("doctor", help="say what is missing in tokens, scopes, channels and database")
    doctor.set_defaults(run=_doctor)
    give = commands.add_parser("export", help="write everything into a folder of CSV files")
    give.add_argument("--out", metavar="DIR", help="the folder to make (default: cmi-export- and the date)")
    give.set_defaults(run=_export)
    take = commands.add_parser("import", help="bring in accounts from a CSV or XLSX file")
    take.add_argument("file", help="a CSV or XLSX file with at least the column “name”")
    take.add_argument(
        "--content",
        action="store_true",
        help="the file is the content journey: category,band,position,title,url; it replaces the one before",
    )
    take.add_argument("--dry-run", action="store_true", help="only say what would happen")
    take.set_defaults(run=_import)
    rescore = commands.add_parser("rescore", help="rebuild present scores and places from what is stored")
    rescore.set_defaults(run=_rescore)
    return parser


def _rescore(_: argparse.Namespace) -> int:
    from bot import rescorer

    print(rescorer.rescore(_settings()))
    return 0


def _serve(args: argparse.Namespace) -> int:
    from bot import serve

    return serve.serve(args.role, _settings(), check_channels=not args.skip_channel_check)


def _migrate(_: argparse.Namespace) -> int:
    from bot import startup

    print(startup.migrate(_settings().database_url))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from bot import doctor

    return doctor.examine(_settings())


def _import(args: argparse.Namespace) -> int:
    from bot import importer

    take = importer.import_content if args.content else importer.import_file
    print(take(_settings(), args.file, dry_run=args.dry_run))
    return 0


def _export(args: argparse.Namespace) -> int:
    from bot import exporter

    print(exporter.export(_settings(), args.out))
    return 0


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise StartupError(f"{name} can't be used: {first['msg']}. Please correct it and start again.") from None


if __name__ == "__main__":
    sys.exit(main())
