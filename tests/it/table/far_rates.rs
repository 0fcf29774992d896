//! How often columns without a fault are warned of, and how often one mistyped number is.

use std::fmt::Write as _;

use mixture_density::seed::{Seed, Stream};
use mixture_density::table::{MissingPolicy, Part, Roles, Table, Warning};

use super::{far, parts, reader};

type Draw = fn(&mut Stream) -> f64;

fn normal(stream: &mut Stream) -> f64 {
    stream.normal(0.0, 1.0)
}

fn log_normal<const HALVES: usize>(stream: &mut Stream) -> f64 {
    libm::exp(0.5 * HALVES as f64 * normal(stream))
}

/// F(x) = 1 − x^(−α) for x ≥ 1, α in halves.
fn pareto<const HALVES: usize>(stream: &mut Stream) -> f64 {
    libm::pow(stream.uniform(0.0, 1.0), -2.0 / HALVES as f64)
}

/// Student's t with three degrees of freedom.
fn t3(stream: &mut Stream) -> f64 {
    let squares: f64 = (0..3).map(|_| libm::pow(normal(stream), 2.0)).sum();
    normal(stream) / (squares / 3.0).sqrt()
}

/// Of columns of `n` training rows and a quarter as many validation and test rows each, the share that is warned of;
/// of each column the first row's value goes through `typed`.
fn rate(draw: Draw, n: usize, typed: fn(f64) -> f64) -> f64 {
    let n_columns = if n < 1000 { 1000 } else { 400 };
    let mut stream = Seed::new(8).stream("far/rates");
    let mut text = String::from("part,y");
    (0..n_columns).for_each(|at| {
        let _ = write!(text, ",x{at}");
    });
    for row in 0..n + n / 4 * 2 {
        let part = match row {
            row if row < n => Part::Train,
            row if row % 2 == 0 => Part::Validation,
            _ => Part::Test,
        };
        let _ = write!(text, "\n{},{}", part.name(), row % 2);
        for _ in 0..n_columns {
            let value = draw(&mut stream);
            let value = if row == 0 { typed(value) } else { value };
            let _ = write!(text, ",{value:.5}");
        }
    }
    let columns = Roles::of_targets(["y"]).with_split(&parts("part"));
    let table = Table::read(reader(text).expect("names"), &columns, MissingPolicy::Error);
    let table = table.expect("sound");
    let split = table.split(&parts("part"), 0, Seed::new(0)).expect("sound");
    let told = far(&table, &split, true).expect("no fault");
    let mut names: Vec<String> = told
        .into_iter()
        .filter_map(|warning| match warning {
            Warning::FarOut(far) => Some(far.name),
            _ => None,
        })
        .collect();
    names.dedup();
    names.len() as f64 / f64::from(n_columns)
}

/// Warnings that come unasked for are read by nobody.
#[test]
fn columns_without_a_fault_are_seldom_warned_of() {
    // The most that `FarOut::RANGES` says of each.
    let cases: [(&str, Draw, f64); 6] = [
        ("normal", normal, 0.0),
        ("uniform", |stream| stream.uniform(0.0, 1.0), 0.0),
        ("t with 3 degrees of freedom", t3, 0.0),
        ("log-normal, σ = 1", log_normal::<2>, 0.001),
        ("log-normal, σ = 1.5", log_normal::<3>, 0.015),
        ("Pareto, α = 1.5", pareto::<3>, 0.027),
    ];
    for (name, draw, most) in cases {
        let rates = [10, 20, 100, 1000].map(|n| rate(draw, n, |value| value));
        assert!(rates.iter().all(|rate| *rate <= most), "{name}: {rates:?}");
    }
    // The twin: α = 0.5 has no mean, and its largest value often dwarfs the next.
    let wild = rate(pareto::<1>, 100, |value| value);
    assert!(wild > 0.2, "{wild}");
}

#[test]
fn one_mistyped_number_is_warned_of() {
    for n in [10, 20, 100, 1000] {
        let exponent = rate(normal, n, |value| value * 1e4);
        assert!(exponent >= 0.98, "{n}: {exponent}");
        assert!(rate(normal, n, |_| 1e6) >= 1.0);
        // The twin: the sign, which leaves it among the others.
        assert!(rate(normal, n, |value| -value) <= 0.01);
    }
}
