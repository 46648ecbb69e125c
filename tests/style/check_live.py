#!/usr/bin/env python3
"""check_live.py - every kind of event that has a sentence in a case's history (ui/parts/event*.html) is one that an open page listens to (ui/scripts/live.ts):
a stream of server-sent events is heard by name, and one that is not listened to makes no page fresh and holds no answer up."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
steps = re.search(r"STEPS[^{]*\{(.*?)\n\};", (root / "ui/scripts/live.ts").read_text(), re.S)
heard = {f"{subject}.{step}" for subject, words in re.findall(r"(\w+): '([^']*)'", steps[1] if steps else "") for step in words.split()}
told = {kind for page in sorted((root / "ui/parts").glob("event*.html")) for kinds in re.findall(r"kind\|is:([\w.,]+)", page.read_text()) for kind in kinds.split(",") if "." in kind}
if len(heard) < 20 or len(told) < 20:
    sys.exit(f"nothing to compare: {len(heard)} kinds in live.ts, {len(told)} in event*.html")
missing = sorted(told - heard)
for kind in missing:
    print(f"{kind} has a sentence in ui/parts/event*.html and is not in STEPS of ui/scripts/live.ts")
sys.exit(1 if missing else 0)
