//! Sections of the page of a fit, in the order of the reader's questions.
//!
//! | file | answers |
//! | --- | --- |
//! | `good` | is it any good? |
//! | `rows` | which single rows are shown, and how they are called |
//! | `matters` | which features matter? |
//! | `trained` | how was it trained? |
//! | `columns` | what is the table, and what did a row hold before it was encoded? |
//! | `using` | how is it used? |

pub(super) mod columns;
pub(super) mod good;
pub(super) mod matters;
pub(super) mod rows;
pub(super) mod trained;
pub(super) mod using;
