"""Fits that take long: threads beside them, Ctrl-C, progress."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np

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


def test_ctrl_c_stops_a_fit():
    code = textwrap.dedent("""
        import numpy as np, sys, time
        from mixture_density import MixtureDensityRegressor
        rng = np.random.default_rng(0)
        X = rng.normal(size=(20_000, 5))
        y = X[:, 0] + rng.normal(size=20_000)
        model = MixtureDensityRegressor()
        print("ready", flush=True)
        try:
            model.fit(X, y)
        except KeyboardInterrupt:
            print("stopped", hasattr(model, "n_features_in_"), flush=True)
            sys.exit(7)
    """)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(1)
    started = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 7 and said == "stopped False\n"
    # A second where the processors are free; this leaves room for those that are not.
    assert time.monotonic() - started < 20


def test_progress_is_said_on_stderr(capfd):
    X, y = two_branches(40)
    quick(members=1, max_epochs=1).fit(X, y)
    assert capfd.readouterr() == ("", "")
    quick(members=1, max_epochs=1, verbose=True).fit(X, y)
    assert "fitted in" in capfd.readouterr().err
