use mixture_density::problem::Truth;
use mixture_density::problem::spiral::{Scaling, SpiralTruth};
use mixture_density::problem::{PointScores, Problem, Spiral};
use mixture_density::seed::Seed;

const ARTICLE: Spiral = Spiral {
    n: 10_000,
    jitter: 0.2,
    revolutions: 2.0,
    span: 5.0,
};

#[test]
fn table() {
    let scaling = Scaling::new(-11.5, 13.0, 5.0).unwrap();
    let truth = SpiralTruth::new(&ARTICLE, scaling).unwrap();
    let fine = SpiralTruth::refined(&ARTICLE, scaling, 4).unwrap();
    for line in include_str!("../data/problem/spiral.csv").lines().skip(1) {
        let c: Vec<f64> = line
            .split(',')
            .map(|c| c.parse().unwrap_or(f64::NAN))
            .collect();
        let at = truth.at(c[0]);
        let atf = fine.at(c[0]);
        let got = [
            at.log_density(c[1]),
            at.cdf(c[1]),
            at.mean(),
            at.variance(),
            at.crps(c[1]),
        ];
        let gotf = [
            atf.log_density(c[1]),
            atf.cdf(c[1]),
            atf.mean(),
            atf.variance(),
            atf.crps(c[1]),
        ];
        eprint!("{:8} {:8} {:12.5}", c[0], c[1], c[2]);
        for i in 0..5 {
            eprint!(" {:9.1e} {:9.1e}", got[i] - c[2 + i], gotf[i] - c[2 + i]);
        }
        eprintln!();
    }
    let r = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), 1000)
        .unwrap();
    let _ = PointScores::of(&*r.truth, 0.0, 0.0, false);
}
#[test]
fn timing() {
    let r = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), 100_000)
        .unwrap();
    let t = std::time::Instant::now();
    let m: f64 = (0..100_000)
        .map(|i| PointScores::of(&*r.truth, r.test.x[i].into(), r.test.y[i].into(), false).nll_nats)
        .sum();
    eprintln!("{m} {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let m: f64 = (0..10_000)
        .map(|i| {
            PointScores::of(&*r.truth, r.test.x[i].into(), r.test.y[i].into(), true)
                .crps
                .unwrap()
        })
        .sum();
    eprintln!("{m} {:?}", t.elapsed());
    {
        let scaling = Scaling::new(-11.5, 13.0, 5.0).unwrap();
        let truth = SpiralTruth::new(&ARTICLE, scaling).unwrap();
        let fine = SpiralTruth::refined(&ARTICLE, scaling, 4).unwrap();
        let mut w = [0.0f64; 4];
        for i in 0..20_000 {
            let (x, y) = (r.test.x[i].into(), r.test.y[i].into());
            let (a, b) = (truth.at(x), fine.at(x));
            for (w, d) in w.iter_mut().zip([
                a.log_density(y) - b.log_density(y),
                a.mean() - b.mean(),
                a.variance() - b.variance(),
                a.cdf(y) - b.cdf(y),
            ]) {
                *w = w.max(d.abs());
            }
        }
        eprintln!("{w:?}");
    }
    let t = std::time::Instant::now();
    let m: f64 = (0..100_000)
        .map(|i| libm::exp(-f64::from(r.test.x[i])))
        .sum();
    eprintln!("{m} {:?}", t.elapsed());
}
