"""Run the sandbox alone: `python -m sandbox --port 8065`."""

from __future__ import annotations

import argparse
import threading

from sandbox.server import Sandbox


def main() -> None:
    """Serve until interrupted, after saying what to set in the bot's environment."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Slack workspace.")
    parser.add_argument("--port", type=int, default=8065)
    parser.add_argument("--manifest", default="manifest.yaml")
    parser.add_argument("--http", metavar="URL", help="deliver to this request URL instead of over Socket Mode")
    options = parser.parse_args()
    with Sandbox(manifest=options.manifest, port=options.port) as sandbox:
        if options.http:
            sandbox.use_http(options.http)
        for name, value in sandbox.environment.items():
            print(f"export {name}={value}")
        print(f"# Open {sandbox.url} - Ctrl-C ends it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\nBye.")


if __name__ == "__main__":
    main()
