"""Models that are kept: pickles, files, and those of the command line."""

import copy
import csv
import json
import os
import pickle
import subprocess

import numpy as np
import pytest

from conftest import quick, straight
from mixture_density import MixtureDensityRegressor

MDN = os.environ.get("MDN")


def test_pickles_answer_alike(one_target):
    X, _, model = one_target
    for other in [pickle.loads(pickle.dumps(model)), copy.deepcopy(model)]:
        assert np.array_equal(other.predict(X), model.predict(X))
        assert other.record_ == model.record_
        assert other.get_params() == model.get_params()


def test_files_answer_alike(two_targets, tmp_path):
    X, _, model = two_targets
    path = tmp_path / "model.safetensors"
    model.save(path)
    loaded = MixtureDensityRegressor.load(str(path))
    assert np.array_equal(loaded.predict_mixture(X).covariances, model.predict_mixture(X).covariances)
    assert loaded.weights_blake3_ == model.weights_blake3_
    assert loaded.covariance == model.covariance
    again = tmp_path / "again.safetensors"
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_what_is_no_model_is_refused(tmp_path, one_target):
    path = tmp_path / "model.safetensors"
    with pytest.raises(ValueError):
        MixtureDensityRegressor.load(path)
    one_target[2].save(path)
    whole = path.read_bytes()
    MixtureDensityRegressor.load(path)
    for bad in [b"", b"model", whole[:-1], whole + b"x"]:
        path.write_bytes(bad)
        with pytest.raises(ValueError):
            MixtureDensityRegressor.load(path)
    with pytest.raises(ValueError):
        one_target[2].save(tmp_path / "no" / "folder")


def table(path, X, y, parts):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["x0", "x1", "part", "y"])
        for (a, b), part, target in zip(X.tolist(), parts, y.tolist()):
            writer.writerow([repr(a), repr(b), part, repr(target)])


@pytest.mark.skipif(not MDN, reason="the variable MDN names no program")
def test_the_command_line_learns_the_same(tmp_path):
    X, y = straight(80)
    parts = ["test" if row % 4 == 3 else "train" for row in range(80)]
    path = tmp_path / "rows.csv"
    table(path, X, y, parts)
    options = ["--target", "y", "--split-column", "part", "--epochs", "4", "--members", "2"]
    out = tmp_path / "fit"
    subprocess.run([MDN, "fit", path, *options, "--seed", "5", "--out", out], check=True, capture_output=True)
    theirs = MixtureDensityRegressor.load(out / "model.safetensors")
    learnt = np.array(parts) == "train"
    ours = quick(random_state=5).fit(X[learnt], y[learnt])
    assert ours.weights_blake3_ == theirs.weights_blake3_
    assert np.array_equal(ours.predict_mixture(X).scales, theirs.predict_mixture(X).scales)
    record = json.loads((out / "record.json").read_text())
    assert ours.record_ == record["cells"][0]["ensemble"]
    # The twin: another seed, other weights.
    assert quick(random_state=6).fit(X[learnt], y[learnt]).weights_blake3_ != theirs.weights_blake3_


@pytest.mark.skipif(not MDN, reason="the variable MDN names no program")
def test_the_command_line_reads_our_model_and_draws_the_same(tmp_path, one_target):
    X, y, model = one_target
    model.save(tmp_path / "model.safetensors")
    path = tmp_path / "rows.csv"
    table(path, X, y, ["train"] * len(X))
    asked = [MDN, "sample", tmp_path / "model.safetensors", path, "--n", "3", "--seed", "9"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    draws = [float(line.split(",")[2]) for line in done.stdout.splitlines()[1:]]
    assert np.array_equal(np.reshape(draws, (len(X), 3)), model.sample(X, 3, random_state=9))
