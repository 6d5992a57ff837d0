"""Entry of ./rialto: makes this folder importable as a package, whatever the caller's directory."""
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from rialto_cli.main import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
