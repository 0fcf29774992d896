//! The page of a study of tables: recipes compared over the splits of each table, beside what others have reached.
//!
//! | file | does |
//! | --- | --- |
//! | `view` | the record as problems, each with its contenders |
//! | `measured` | each contender's scores over the splits |
//! | `scores` | table of scores, with measured peers and published rows below |
//! | `pairs` | differences of contenders, split by split |
//! | `chosen` | what ensembles chose on each split |
//! | `known` | the standard tables by their hashes, and what was published of them |
//! | `peers` | other software measured on the same splits |
//! | `figure` | the splits' losses |
//! | `page` | puts them together for `templates/table-study.html` |

mod chosen;
mod figure;
mod known;
mod measured;
mod page;
mod pairs;
mod peers;
mod scores;
mod view;

pub(super) use page::html;
pub(super) use view::TableStudyView;
