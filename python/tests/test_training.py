"""Fits that take long: threads beside them, Ctrl-C, progress."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from conftest import quick, two_branches


def test_other_threads_run_during_a_fit():
    X, y = two_branches(300)
    model = quick(max_epochs=20)
    fit = threading.Thread(target=model.fit, args=(X, y))
    fit.start()
    turns = 0
    while fit.is_alive():
        turns += 1
        time.sleep(0.001)
    assert turns > 3 and model.predict(X).shape == y.shape


def test_one_model_is_asked_by_many_threads(one_target):
    X, _, model = one_target
    expected = model.predict(X)
    answers = [None] * 8

    def ask(index):
        answers[index] = model.predict(X)

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(answer, expected) for answer in answers)


STOPPED = """
import numpy as np, os, signal, threading, time
from mixture_density import MixtureDensityRegressor
rng = np.random.default_rng(0)
X = rng.normal(size=(20_000, 5))
y = X[:, 0] + rng.normal(size=20_000)
model = MixtureDensityRegressor()
sent = []

def send():
    time.sleep(DELAY)
    sent.extend([time.monotonic(), time.process_time()])
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=send).start()
try:
    model.fit(X, y)
    print("fitted")
except KeyboardInterrupt:
    now = time.monotonic(), time.process_time()
    print("stopped", hasattr(model, "n_features_in_"), now[0] - sent[0], now[1] - sent[1])
"""


@pytest.mark.parametrize("delay", [0.3, 2.0])
def test_ctrl_c_stops_a_fit_within_a_second(delay):
    """By the clock; where others keep the processors busy, by the time that they gave to this process."""
    code = STOPPED.replace("DELAY", str(delay))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    word, is_fitted, wall_s, cpu_s = run.stdout.split()
    assert (word, is_fitted) == ("stopped", "False")
    # All processors work: a second of the clock is as many of theirs.
    assert min(float(wall_s), float(cpu_s) / len(os.sched_getaffinity(0))) < 1, run.stdout


def test_progress_is_said_on_stderr(capfd):
    X, y = two_branches(40)
    quick(members=1, max_epochs=1).fit(X, y)
    assert capfd.readouterr() == ("", "")
    quick(members=1, max_epochs=1, verbose=True).fit(X, y)
    assert "fitted in" in capfd.readouterr().err
