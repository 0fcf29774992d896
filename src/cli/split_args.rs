//! Which rows train, which choose, which judge, as `mdn fit` is asked.

use mixture_density::table::SplitSpec;

#[derive(Debug, clap::Args)]
pub(super) struct SplitArgs {
    /// Column that says `train`, `validation` or `test` of each row [default: the seed deals rows out].
    #[arg(long, value_name = "NAME", conflicts_with = "order")]
    split_column: Option<String>,
    /// Column whose equal values stay together in train, validation or test, such as the number of a patient.
    #[arg(long, value_name = "NAME", conflicts_with = "order")]
    group: Option<String>,
    /// Column of numbers or dates by whose order the last rows judge, and those before them choose.
    #[arg(long, value_name = "NAME")]
    order: Option<String>,
    /// Share of rows that choose among models; of those that are not tested on where a column says which those are.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15)]
    validation: f64,
    /// Share of rows that judge the chosen one.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15)]
    test: f64,
}

impl SplitArgs {
    pub(super) fn spec(&self) -> SplitSpec {
        let (validation, test) = (self.validation, self.test);
        let group = self.group.clone();
        if let Some(column) = self.split_column.clone() {
            return SplitSpec::Column {
                column,
                validation,
                group,
            };
        }
        if let Some(column) = self.order.clone() {
            return SplitSpec::Order {
                column,
                validation,
                test,
            };
        }
        SplitSpec::Shares {
            validation,
            test,
            group,
        }
    }
}
