"""The steps of a journey: each prints `ok N name` or `FAIL N name: why`; one that needs a failed one is skipped."""

import time

from desk import Missing

STEPS = []


def step(name, needs=()):
    """Registers a step; `needs` names the functions of the steps without which it makes no sense."""
    def register(function):
        STEPS.append((name, function, needs))
        return function

    return register


class Skip(Exception):
    """A step that cannot be made here, and why."""


def run(j):
    """Makes all registered steps in order with `j`, which has the desk `d` and `figures`; gives the exit code."""
    passed, failed, skipped = 0, [], []
    try:
        for number, (name, function, needs) in enumerate(STEPS, 1):
            if any(n in failed or n in skipped for n in needs):
                skipped.append(function)
                print(f"skip {number} {name}", flush=True)
                continue
            begun = time.monotonic()
            try:
                function(j)
            except Skip as why:
                skipped.append(function)
                print(f"skip {number} {name}: {why}", flush=True)
            except Exception as why:  # pylint: disable=broad-except  (whatever went wrong, the next steps still run)
                failed.append(function)
                kind = "" if isinstance(why, (Missing, AssertionError)) else f"{type(why).__name__}: "
                print(f"FAIL {number} {name}: {kind}{why}", flush=True)
                j.d.shot(f"fail-{number:02}-{function.__name__}")
            else:
                passed += 1
                print(f"ok {number} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    finally:
        j.d.stop()
    for figure in j.figures:
        print(f"figure: {figure}")
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0
