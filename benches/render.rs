//! Record to page: the full study's shape, 123 networks with 2,000 points an exhibit.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mixture_density::report::render;

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/report/exhibited.rs"]
mod exhibited;
#[path = "../tests/it/report/fixture.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod fixture;

fn page(criterion: &mut Criterion) {
    let record = fixture::full();
    let timing = fixture::timing(&record);
    // The answer before the time: the page names the last network, and ends.
    let html = render(&record, Some(&timing)).expect("a page");
    assert!(html.contains("cells/article/mdn/k=40/r=2/weights_blake3"));
    assert!(html.trim_end().ends_with("</html>"));

    let mut group = criterion.benchmark_group("render");
    let n_bytes = u64::try_from(html.len()).expect("a page below 2⁶⁴ bytes");
    group.throughput(Throughput::Bytes(n_bytes));
    group.bench_function("full", |bencher| {
        bencher.iter(|| render(black_box(&record), Some(black_box(&timing))));
    });
    group.finish();
}

criterion_group!(benches, page);
criterion_main!(benches);
