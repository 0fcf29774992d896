//! Columns in memory are the table that a file of them is.

use insta::assert_snapshot;
use mixture_density::table::{Column, ColumnKind, MissingPolicy, Roles, Table};

use super::{checked, reader};

const TEXT: &str = "n,who,when,flag,y\n1.5,a,2024-01-01,yes,1\n,b,2024-01-02,no,2\n3,,,,3\n4,a,2024-02-01,yes,\n5,b,2024-03-01,no,5\n";

fn in_memory() -> Table {
    let gap = f64::NAN;
    Table::builder()
        .column("n", Column::numbers([1.5, gap, 3.0, 4.0, 5.0]))
        .column(
            "who",
            Column::texts([Some("a"), Some("b"), None, Some("a"), Some("b")]),
        )
        .column(
            "when",
            Column::texts([
                Some("2024-01-01"),
                Some("2024-01-02"),
                None,
                Some("2024-02-01"),
                Some("2024-03-01"),
            ]),
        )
        .column(
            "flag",
            Column::truths([Some(true), Some(false), None, Some(true), Some(false)]),
        )
        .column("y", Column::numbers([1.0, 2.0, 3.0, gap, 5.0]))
        .build(&Roles::of_targets(["y"]), MissingPolicy::Impute)
        .expect("sound")
}

#[test]
fn columns_are_what_a_file_of_them_is() {
    let roles = Roles::of_targets(["y"]);
    let read = Table::read(reader(TEXT).expect("names"), &roles, MissingPolicy::Impute);
    let (read, made) = (read.expect("sound"), in_memory());
    assert_eq!(read.kinds(), made.kinds());
    assert_eq!(read.feature_names(), made.feature_names());
    assert_eq!((read.n_rows(), made.n_rows()), (4, 4));
    assert_eq!(read.targets(), made.targets());
    assert_eq!(read.numbers(&[0, 3]).expect("rows"), [1, 5]);
    for name in ["n", "who", "when"] {
        assert_eq!(read.column(name), made.column(name), "{name}");
    }
}

#[test]
fn texts_are_read_as_cells_are() {
    let kind = |texts: &[&str]| Column::texts(texts.iter().map(|text| Some(*text))).kind();
    assert_eq!(kind(&["1", "2,5"]), ColumnKind::Categories);
    assert_eq!(kind(&["1", " 2.5 ", "NA"]), ColumnKind::Numbers);
    assert_eq!(kind(&["", "NA"]), ColumnKind::Empty);
    assert_eq!(kind(&["12:30", "", "6:15"]), ColumnKind::Times);
    assert_eq!(kind(&["2024-01-01", "12:30"]), ColumnKind::Categories);
    assert_eq!(kind(&["TRUE", "False"]), ColumnKind::Truths);
    assert_eq!(
        Column::categories([Some("1"), Some("2")]).kind(),
        ColumnKind::Categories
    );
}

#[test]
fn what_cannot_be_a_table_is_refused() {
    let refused = |columns: &[(&str, Vec<f64>)], targets: &[&str]| {
        let mut builder = Table::builder();
        for (name, values) in columns {
            builder = builder.column(*name, Column::numbers(values.clone()));
        }
        let roles = Roles::of_targets(targets.iter().copied());
        let table = builder.build(&roles, MissingPolicy::Error);
        table.expect_err("a fault").to_string()
    };
    let two = vec![1.0, 2.0];
    assert_snapshot!(refused(&[], &["y"]), @"the table: there is no column `y`; none of the 0 names is near it");
    assert_snapshot!(refused(&[("x", two.clone()), ("y", vec![1.0])], &["y"]), @"the table: column `y` has 1 cell where the first one has 2");
    assert_snapshot!(refused(&[("x", two.clone()), ("x", two.clone())], &["x"]), @"the table: two columns are called `x` (columns 1 and 2); rename one");
    assert_snapshot!(refused(&[("x", vec![]), ("y", vec![])], &["y"]), @"the table: there is no row below the line of names");
    assert_snapshot!(refused(&[("x", vec![f64::NAN, 1.0]), ("y", two.clone())], &["y"]), @"the table: 1 cell in 1 row holds no number (1 NaN), first in row 1 (`x`); leave those rows out with --missing drop (1 of 2 rows are left), or fill the gaps with --missing impute (all 2 rows)");
    assert_snapshot!(refused(&[("x", two.clone()), ("y", two)], &["z"]), @"the table: there is no column `z`; there is `x`, `y`");
}

#[test]
fn weights_are_checked() {
    let with = |weights: Vec<f64>| {
        let n = weights.len();
        let column = |step: usize| (0..n).map(|i| (i * step % 17) as f64).collect::<Vec<_>>();
        Table::builder()
            .column("x", Column::numbers(column(3)))
            .column("w", Column::numbers(weights))
            .column("y", Column::numbers(column(5)))
            .build(
                &Roles::of_targets(["y"]).with_weights("w"),
                MissingPolicy::Error,
            )
            .map_err(|error| error.to_string())
    };
    let table = with(vec![1.0, 0.0, f64::NAN, 2.5]).expect("sound");
    // The row without a weight is left out.
    assert_eq!(table.weights(), Some(&[1.0, 0.0, 2.5][..]));
    assert_eq!(table.feature_names(), ["x"]);
    assert_eq!(table.weights_of(&[2]).expect("rows"), Some(vec![2.5]));
    assert_snapshot!(with(vec![1.0, -2.0]).unwrap_err(), @"the table: row 2, column `w`: the weight -2 is negative; weights are 0 or more");
    assert_snapshot!(with(vec![0.0, 0.0]).unwrap_err(), @"the table: the weights in column `w` are all 0");
    let mut unlucky = vec![0.0; 16];
    // Row 1 of 16 is a test row of this seed.
    unlucky[1] = 1.0;
    let table = with(unlucky).expect("sound");
    assert_snapshot!(checked(&table).unwrap_err(), @"the table: the weights in column `w` are all 0 among the training rows");
}
