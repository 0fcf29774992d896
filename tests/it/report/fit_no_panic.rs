//! Records of fits that no fit makes: a page or a sentence, never a panic.

use mixture_density::record::Record;
use mixture_density::report::render;

use super::fit_fixture;
use super::no_panic::panics;

#[test]
fn no_changed_record_makes_the_page_panic() {
    for n_targets in [1, 2] {
        let sound = fit_fixture::json_of(n_targets);
        let record = fit_fixture::record(n_targets);
        assert!(render(&record, None).is_ok(), "{n_targets}");
        let (found, n_taken, n_refused) = panics(&sound, |record: &Record| render(record, None));
        assert!(found.is_empty(), "{found:#?}");
        assert!(n_taken > 100 && n_refused > 5, "{n_taken} {n_refused}");
    }
}
