"""Models that are kept: pickles, files, and those of the command line."""

import copy
import csv
import json
import os
import pickle
import shutil
import subprocess

import numpy as np
import pandas as pd
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


def same_bytes(folder, model, csv, options):
    """Whether `mdn fit` writes the bytes of this model."""
    out = folder / "fit"
    shutil.rmtree(out, ignore_errors=True)
    asked = [MDN, "fit", csv, "--target", "y", *options, "--out", out]
    subprocess.run(asked, check=True, capture_output=True)
    model.save(folder / "ours.safetensors")
    return (folder / "ours.safetensors").read_bytes() == (out / "model.safetensors").read_bytes()


QUICK = ["--epochs", "4", "--members", "2", "--seed", "5"]


@pytest.mark.skipif(not MDN, reason="the variable MDN names no program")
def test_the_command_line_writes_the_same_bytes(tmp_path):
    X, y = straight(80)
    parts = np.array(["test" if row % 4 == 3 else "train" for row in range(80)])
    csv = tmp_path / "rows.csv"
    table(csv, X, y, parts)
    with_parts = quick(random_state=5, table_name="rows.csv").fit(X, y, parts=parts)
    assert same_bytes(tmp_path, with_parts, csv, [*QUICK, "--split-column", "part"])
    record = json.loads((tmp_path / "fit/record.json").read_text())
    for key in ["cells", "choice", "scores_test", "data", "model_blake3"]:
        assert with_parts.record_[key] == record[key], key
    assert with_parts.scores_ == record["scores_test"]
    # The shares of the command; and a network in place of an ensemble.
    frame = pd.read_csv(csv)[["x0", "x1", "y"]]
    frame.to_csv(csv, index=False)
    by_share = quick(random_state=5, table_name="rows.csv").fit(frame[["x0", "x1"]], frame["y"])
    assert same_bytes(tmp_path, by_share, csv, QUICK)
    assert not same_bytes(tmp_path, by_share, csv, [*QUICK[:-1], "6"])
    tuned = MixtureDensityRegressor(components=[1, 3], max_epochs=3, table_name="rows.csv").fit(X, y)
    assert same_bytes(tmp_path, tuned, csv, ["--components", "1,3", "--epochs", "3"])


def mixed(n=90, seed=0):
    """Text, truth values, dates, times and gaps."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=n),
            "count": rng.integers(0, 50, n),
            "colour": rng.choice(["red", "green", "blue"], n),
            "is_new": rng.uniform(size=n) > 0.5,
            "day": pd.to_datetime("2024-02-27") + pd.to_timedelta(rng.integers(0, 300, n), "D"),
            "moment": pd.to_datetime("2024-02-27") + pd.to_timedelta(rng.integers(0, 9**9, n), "s"),
            "width": np.where(rng.uniform(size=n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    frame.loc[::9, "colour"] = None
    y = 2 * frame["size"] + 3 * (frame["colour"] == "red") + 0.1 * rng.normal(size=n)
    return frame, y.rename("y")


@pytest.mark.skipif(not MDN, reason="the variable MDN names no program")
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_are_read_as_their_csv(tmp_path, library):
    X, y = mixed()
    csv = tmp_path / "rows.csv"
    options = {"random_state": 5, "table_name": "rows.csv", "missing": "impute"}
    if library == "pandas":
        pd.concat([X, y], axis=1).to_csv(csv, index=False)
        model = quick(**options).fit(X, y)
    else:
        polars = pytest.importorskip("polars")
        own = pd.concat([X, y], axis=1).astype(object)
        own = own.where(own.notna(), None)
        dates = {name: [at.to_pydatetime() for at in own[name]] for name in ["day", "moment"]}
        frame = polars.DataFrame({name: dates.get(name, own[name].tolist()) for name in own})
        frame.write_csv(csv)
        X, y = frame.drop("y"), frame["y"]
        model = quick(**options).fit(X, y)
    assert same_bytes(tmp_path, model, csv, [*QUICK, "--missing", "impute"])
    theirs = MixtureDensityRegressor.load(tmp_path / "fit/model.safetensors")
    assert np.array_equal(theirs.predict(X), model.predict(X))
    assert list(theirs.feature_names_in_) == list(X.columns)


def test_frames_with_more_than_numbers():
    X, y = mixed()
    with pytest.raises(ValueError, match="contains nothing \\(NaN\\) in column 'colour', first in row 0"):
        quick().fit(X, y)
    model = quick(missing="impute").fit(X, y)
    expected = model.predict(X)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(X), expected)
    assert np.array_equal(model.predict(X.assign(colour=X["colour"].astype("category"))), expected)
    assert not np.array_equal(model.predict(X.assign(colour="red")), expected)
    # A level that nobody has seen is answered; a word in place of a number is not.
    assert np.isfinite(model.predict(X.assign(colour="mauve"))).all()
    with pytest.raises(ValueError, match="row 1 of column `size` holds what the model does not know"):
        model.predict(X.assign(size="large"))
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(X.rename(columns={"size": "length"}))
    dropped = quick(missing="drop").fit(X, y)
    with pytest.raises(ValueError, match="holds nothing"):
        dropped.predict(X)
    with pytest.raises(ValueError, match="spans of time"):
        quick().fit(X.assign(span=X["day"] - X["day"].min()), y)


def test_the_page_is_that_of_the_record(tmp_path, one_target):
    X, y, model = one_target
    model.report(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert page.lower().lstrip().startswith("<!doctype html") and "scores_test/nll_nats.mean" in page
    pickle.loads(pickle.dumps(model)).report(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == page
    model.save(tmp_path / "model.safetensors")
    for silent in [quick(test_share=0).fit(X, y), MixtureDensityRegressor.load(tmp_path / "model.safetensors")]:
        assert silent.scores_ == {} and silent.record_ == {}
        with pytest.raises(ValueError, match="no record to report"):
            silent.report(tmp_path / "none.html")
    assert not (tmp_path / "none.html").exists()


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
