//! The page: every number is the record's, nothing is dead, nothing is fetched.

mod fixture;

#[test]
fn renders() {
    let record = fixture::full();
    let timing = fixture::timing(&record);
    let html = mixture_density::report::render(&record, Some(&timing)).expect("a page");
    std::fs::write("/tmp/shots/index.html", &html).expect("writable");
}
