"""Processor seconds that the package takes to import beside NumPy: the median of several fresh processes."""

import statistics
import subprocess
import sys

CODE = """
import time
import numpy
started = time.process_time()
import mixture_density
print(time.process_time() - started)
"""


def seconds():
    runs = [subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True) for _ in range(7)]
    return statistics.median(float(run.stdout) for run in runs)


if __name__ == "__main__":
    took = seconds()
    print(f"import: {1000 * took:.1f} ms beside NumPy's own")
    sys.exit(took > 0.15)
