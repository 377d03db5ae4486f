"""The runner: see `runner.py`, which makes these files a package."""
