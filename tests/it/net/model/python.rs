//! The Python example gives the densities of the library.

use std::io::Write as _;
use std::process::{Command, Stdio};

use mixture_density::net::{Covariance, Model, Pieces, WideComponent};

use super::{data, fitted, metadata, parts, recipe, training};

/// Python, if it has NumPy and safetensors.
fn python() -> Option<&'static str> {
    let probe = Command::new("python3")
        .args(["-c", "import numpy, safetensors"])
        .stderr(Stdio::null())
        .status();
    probe
        .is_ok_and(|status| status.success())
        .then_some("python3")
}

/// Of features seen in pieces, one of them as it is, and with wider scales, some of which a floor holds.
fn in_pieces() -> Model {
    let data = data(400);
    let mut knots = Pieces::of(&data.x, 2, 5).knots().to_vec();
    knots[1].clear();
    let pieces = Pieces::from_knots(knots).expect("rising knots");
    let training = training(Covariance::Full, &recipe(), metadata()).pieces(pieces);
    let [train, validation] = parts(&data);
    let fit = Model::fit(&training.least_scales(vec![0.3, 0.1]), train, validation);
    let narrow = fit.expect("a training").0.with_scale_factor(0.7);
    let model = fitted(Covariance::Diagonal).with_scale_factor(1.4);
    Model::ensemble(vec![narrow.expect("above 0"), model.expect("above 0")])
        .expect("the same names")
}

#[test]
fn the_python_example_gives_the_same_densities() {
    let Some(python) = python() else {
        let words = "not run: python3 has no NumPy or no safetensors\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/own/load_model.py");
    let folder = tempfile::tempdir().unwrap();
    let [diagonal, full] = [Covariance::Diagonal, Covariance::Full].map(fitted);
    let wide = WideComponent::new(0.01, vec![0.0, 100.0], vec![3.0, 20.0]).unwrap();
    let mixed = full.clone().with_wide(Some(wide)).unwrap();
    let average = Model::ensemble(vec![mixed, diagonal.clone(), full.clone()]).unwrap();
    for model in [diagonal, full, average, in_pieces()] {
        let path = folder.path().join("model.safetensors");
        model.save(&path).unwrap();
        let data = data(60);
        let mut table = String::from("a,b,u,v\n");
        let mut want = Vec::new();
        let mixtures = model.mixtures(&data.x).unwrap();
        for (i, (x, y)) in data.x.chunks(2).zip(data.y.chunks(2)).enumerate() {
            table += &format!("{},{},{},{}\n", x[0], x[1], y[0], y[1]);
            want.push(mixtures.get(i).unwrap().log_density(y).unwrap());
        }
        let mut child = Command::new(python)
            .args([script.as_ref(), path.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(table.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let found: Vec<f64> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| line.parse().unwrap())
            .collect();
        assert_eq!(found.len(), want.len());
        // The library's layers are in f32, NumPy's here in f64.
        let is_close = |found: &[f64]| {
            found
                .iter()
                .zip(&want)
                .all(|(f, w)| (f - w).abs() < 1e-5 * w.abs().max(1.0))
        };
        assert!(is_close(&found), "{found:?} {want:?}");
        // The twin: a density in the network's units, without Σ ln s.
        let shifted: Vec<f64> = found
            .iter()
            .map(|f| f + model.members().next().unwrap().y_units().log_scale())
            .collect();
        assert!(!is_close(&shifted));
    }
}
