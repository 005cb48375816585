#!/usr/bin/env python3
"""Measures `seawall scan` against the floor and prints the table of benches/README.md.

    benches/run.py [--pairs N] [--database FILE] DIRECTORY IMAGE ...

The runs of one image alternate (floor, default, diff-ids, and again), so that what else the machine
does hits all alike. CPU time (user and system) and peak resident memory are the kernel's account of
each process. Warm runs read a cache that a run before has filled. An archive DIRECTORY/IMAGE.tar, if
there is one, is scanned with `--verify none`.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

RELEASE = os.environ.get("RELEASE_DIRECTORY", "target/release")
# A file written within the last two seconds is not recognised by its stamp.
SETTLED = 2.5


def run(command):
    """CPU seconds and peak MiB of a command that may end as a red, yellow or green scan does."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 2, 3):
        raise SystemExit(f"{' '.join(command)}: {complaint.decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measured(commands, pairs):
    """Each command's median CPU seconds and largest peak, run in turn, after one round unmeasured."""
    runs = {name: [] for name in commands}
    for round_number in range(pairs + 1):
        for name, command in commands.items():
            result = run(command)
            if round_number > 0:
                runs[name].append(result)
    return {
        name: (statistics.median(cpu for cpu, _ in results), max(peak for _, peak in results))
        for name, results in runs.items()
    }


def commands_for(directory, image, cache, more):
    layout = os.path.join(directory, image)
    scan = [f"{RELEASE}/seawall", "scan", "--quiet", f"oci:{layout}:latest", *more]
    commands = {
        "floor": [f"{RELEASE}/seawall-bench-floor", layout],
        "default": [*scan, "--no-cache"],
        "diff-ids": [*scan, "--no-cache", "--verify", "diff-ids"],
        "warm": [*scan, "--cache-dir", cache],
    }
    archive = layout + ".tar"
    if os.path.exists(archive):
        trusted = [f"{RELEASE}/seawall", "scan", "--quiet", archive, "--no-cache", *more]
        commands["trusted"] = [*trusted, "--verify", "none"]
    return commands


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--database")
    parser.add_argument("directory")
    parser.add_argument("images", nargs="+")
    arguments = parser.parse_args()
    more = ["--database", arguments.database] if arguments.database else []
    print("| image | floor, CPU s | default | diff-ids | warm, ms | trusted archive, ms | peak MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    time.sleep(SETTLED)
    for image in arguments.images:
        with tempfile.TemporaryDirectory() as cache:
            commands = commands_for(arguments.directory, image, cache, more)
            result = measured(commands, arguments.pairs)
        floor = result["floor"][0]
        milliseconds = lambda name: f"{result[name][0] * 1000:.1f}" if name in result else "–"
        ratio = lambda name: f"{result[name][0] / floor:.2f} ×"
        peak = max(peak for name, (_, peak) in result.items() if name != "floor")
        print(
            f"| {image} | {floor:.3f} | {ratio('default')} | {ratio('diff-ids')} "
            f"| {milliseconds('warm')} | {milliseconds('trusted')} | {peak:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
