//! Raw columns become numbers, in memory as in a stream, and in whatever a file of ours says.

use std::fmt::Write as _;

use insta::assert_snapshot;
use mixture_density::seed::Seed;
use mixture_density::table::{
    Chunk, EncodedColumns, Encoding, EncodingOptions, MissingPolicy, Roles, Table,
};

use super::{reader, table};

/// A table with every kind of column, gaps among them.
fn mixed(n: usize) -> String {
    let mut stream = Seed::new(1).stream("mixed");
    let mut text = String::from("n,long,flag,who,when,at,gap,y\n");
    for row in 0..n {
        let u = stream.uniform(0.0, 1.0);
        let z = stream.normal(0.0, 1.0);
        let missing = |value: String, each: usize| match row % each == each - 1 {
            true => "NA".to_owned(),
            false => value,
        };
        let who = ["ann", "bob", "cy", "dot", "2.50"][row * row % 5];
        let who = if row == 7 { "rare" } else { who };
        let day = 1 + row % 28;
        let _ = writeln!(
            text,
            "{},{},{},{},2024-0{}-{day:02},{}:{:02},{},{z}",
            missing(z.to_string(), 9),
            missing(libm::exp(2.0 * z).to_string(), 11),
            missing(["yes", "no"][usize::from(u > 0.5)].to_owned(), 13),
            missing(who.to_owned(), 8),
            1 + row % 9,
            row % 24,
            row % 60,
            if row % 3 == 0 { "x" } else { "" },
        );
    }
    text
}

fn found(text: &str) -> (Table, Encoding) {
    let table = table(text, MissingPolicy::Impute).expect("sound");
    let train: Vec<usize> = (0..table.n_rows() / 2).collect();
    let mut options = EncodingOptions::default();
    options.long_tails = true;
    let (encoding, left_out) = Encoding::find(&table, &train, options).expect("sound");
    assert!(left_out.is_empty(), "{left_out:?}");
    (table, encoding)
}

#[test]
fn every_kind_has_its_columns() {
    let (_, encoding) = found(&mixed(400));
    assert_snapshot!(encoding.names().join(" "), @"n n=(missing) long long=(missing) flag flag=(missing) who=2.5 who=ann who=bob who=(missing) when at gap=x gap=(missing)");
    assert_eq!(encoding.check(), Ok(()));
    let json = serde_json::to_string(&encoding).expect("sound");
    let again: Encoding = serde_json::from_str(&json).expect("sound");
    assert_eq!(again, encoding);
    let kinds = encoding
        .columns
        .iter()
        .map(|column| serde_json::to_value(column.kind));
    let kinds: Result<Vec<_>, _> = kinds.collect();
    assert_snapshot!(serde_json::Value::Array(kinds.expect("sound")), @r#"["number","number","truth","category","date","time","category"]"#);
}

#[test]
fn a_stream_is_encoded_as_the_table_in_memory() {
    let text = mixed(400);
    let (table, encoding) = found(&text);
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let expected = encoding.features_of(&table, &all).expect("rows");
    for n_rows in [1, 7, 1000] {
        let mut reader = reader(&text).expect("names");
        let columns = EncodedColumns::find(&encoding, &mut reader, &[]).expect("columns");
        let (mut found, mut chunk) = (Vec::new(), Chunk::default());
        let mut n_unknown = 0;
        while reader
            .read_encoded(&columns, n_rows, &mut chunk)
            .expect("rows")
        {
            found.extend_from_slice(chunk.values());
            n_unknown += chunk.unknown_levels().n_cells();
            assert!(chunk.unanswered().is_empty());
        }
        assert_eq!(found, expected);
        assert_eq!(n_unknown, 0);
    }
}

/// Nothing but the training rows decides: others may hold anything.
#[test]
fn rows_that_are_not_learnt_from_decide_nothing() {
    let text = mixed(400);
    let (_, encoding) = found(&text);
    let mut other = text.clone();
    for row in 0..400 {
        let _ = writeln!(other, "{row}e3,1,no,new{},2031-01-01,3:00,x,1", row % 40);
    }
    let table = table(&other, MissingPolicy::Impute).expect("sound");
    let train: Vec<usize> = (0..200).collect();
    let mut options = EncodingOptions::default();
    options.long_tails = true;
    let (again, _) = Encoding::find(&table, &train, options).expect("sound");
    assert_eq!(again, encoding);
    // The twin: learnt from, they do.
    let train: Vec<usize> = (0..600).collect();
    let (more, _) = Encoding::find(&table, &train, options).expect("sound");
    assert_ne!(more, encoding);
}

#[test]
fn new_levels_are_counted_and_rows_without_an_answer_told_apart() {
    let (_, encoding) = found(&mixed(400));
    let text = "who,n,long,flag,when,at,gap,y\nann,1,1,TRUE,2024-01-01,1:00,,1\nzed,2,1,no,2024-01-01,1:00,x,2\n2.5,x,1,no,2024-01-01,1:00,x,3\n2.5,3,1,perhaps,2024-01-01,1:00,x,4\n,,,,2024-01-01T12:00:00Z,,,\nrare,3,1,0,20240101,1:00,x,4\nrare,3,1,1,2024-01-01,1:00,x,4\n";
    let mut source = reader(text).expect("names");
    let columns = EncodedColumns::find(&encoding, &mut source, &["y".to_owned()]);
    let columns = columns.expect("columns");
    let mut chunk = Chunk::default();
    assert!(
        source
            .read_encoded(&columns, 100, &mut chunk)
            .expect("rows")
    );
    assert_eq!(chunk.rows(), [1, 2, 7]);
    assert_snapshot!(chunk.unknown_levels(), @r#"3 cells hold categories that the model has not learnt, which count as rare: 3 in `who` (first "zed" in row 2)"#);
    let unanswered: Vec<String> = chunk.unanswered().iter().map(ToString::to_string).collect();
    assert_snapshot!(unanswered.join("\n"), @r#"
    row 3 holds "x" in column `n`
    row 4 holds "perhaps" in column `flag`
    row 6 holds "20240101" in column `when`
    "#);
    // The row without a target is left out whatever its features are.
    assert_snapshot!(chunk.missing(), @"1 cell in 1 row holds no number (1 empty), first in row 5 (`y`)");
    // To a strict reader such a cell is a fault of the file.
    let mut source = reader(text).expect("names");
    let columns = EncodedColumns::find(&encoding, &mut source, &[])
        .expect("columns")
        .strict();
    let fault = source.read_encoded(&columns, 100, &mut chunk).unwrap_err();
    assert_snapshot!(fault, @r#"t.csv: row 3, column `n` holds "x", which is no number"#);
}

#[test]
fn an_encoding_that_is_none_is_refused() {
    for (columns, why) in [
        ("", "no column"),
        (
            r#"{"name": "a", "kind": "number"}, {"name": "a", "kind": "date"}"#,
            "two columns",
        ),
        (r#"{"name": "a", "kind": "category"}"#, "gives nothing"),
        (r#"{"name": "a", "kind": "gap"}"#, "gives nothing"),
        (
            r#"{"name": "a", "kind": "number", "levels": ["x"]}"#,
            "its kind has not",
        ),
        (
            r#"{"name": "a", "kind": "number", "gap_column": true}"#,
            "its kind has not",
        ),
        (
            r#"{"name": "a", "kind": "category", "levels": ["x"], "fill": 1}"#,
            "its kind has not",
        ),
        (
            r#"{"name": "a", "kind": "category", "levels": ["x"], "rare": ["x"]}"#,
            "twice",
        ),
        (
            r#"{"name": "a", "kind": "date", "transform": {"by": "log", "least": 1}}"#,
            "its kind has not",
        ),
        (
            r#"{"name": "a", "kind": "number", "transform": {"by": "log", "least": 0}}"#,
            "none",
        ),
        (
            r#"{"name": "a", "kind": "number", "transform": {"by": "asinh", "center": 0, "scale": -1}}"#,
            "none",
        ),
    ] {
        let json = format!("{{\"columns\": [{columns}]}}");
        let encoding: Encoding = serde_json::from_str(&json).expect("JSON");
        let said = encoding.check().expect_err(&json);
        assert!(said.contains(why), "{said}: {json}");
    }
    for json in [
        r#"{"columns": [{"name": "a"}]}"#,
        r#"{"columns": [], "more": 1}"#,
    ] {
        assert!(serde_json::from_str::<Encoding>(json).is_err());
    }
    // The twin.
    let sound =
        r#"{"columns": [{"name": "a", "kind": "category", "levels": ["x"], "rare": ["y"]}]}"#;
    let sound: Encoding = serde_json::from_str(sound).expect("JSON");
    assert_eq!(sound.check(), Ok(()));
    assert_eq!(sound.names(), ["a=x", "a=(rare)"]);
}

#[test]
fn columns_of_no_use_are_left_out_or_refused() {
    let of = |cell: &dyn Fn(usize) -> String, explicit: bool| {
        let rows = (0..300).map(|row| format!("{},{},{}\n", row * 7 % 11, cell(row), row * 3 % 17));
        let text = "x,odd,y\n".to_owned() + &rows.collect::<String>();
        let roles = Roles::of_targets(["y"]);
        let roles = match explicit {
            true => roles.with_features(["x", "odd"]),
            false => roles,
        };
        let table = Table::read(reader(text).expect("names"), &roles, MissingPolicy::Drop);
        let table = table.map_err(|error| error.to_string())?;
        let checked = super::checked(&table)?;
        let said = checked.warnings.iter().map(ToString::to_string);
        let names = checked.encoding.names().join(" ");
        Ok::<_, String>((names, said.collect::<Vec<_>>().join("|")))
    };
    let left_out = |cell: &dyn Fn(usize) -> String| {
        let (names, said) = of(cell, false).expect("sound");
        assert_eq!(names, "x");
        said
    };
    let name = |row: usize| format!("name{row}");
    assert_snapshot!(left_out(&name), @"column `odd` has a text of its own in every row and is left out|target `y` has 17 different values, and 100 % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise");
    assert_snapshot!(left_out(&|row| format!("n{}", row % 150)), @"column `odd` has 150 different texts and is left out|target `y` has 17 different values, and 100 % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise");
    assert_snapshot!(of(&name, true).unwrap_err(), @"t.csv: column `odd` has a text of its own in every row; leave the column out with --features x");
    let typed = |row: usize| match row {
        40 => "1O.5".to_owned(),
        _ => format!("{}.5", row * 13 % 97),
    };
    assert_snapshot!(of(&typed, false).unwrap_err(), @r#"t.csv: column `odd` has other text among numbers (1 cell in row 41: "1O.5"); say --na 1O.5 if that is a missing value, or leave the column out with --features x"#);
    let dated = |row: usize| match row {
        200 => "soon".to_owned(),
        _ => format!("2024-{:02}-{:02}", 1 + row % 12, 1 + row % 28),
    };
    assert_snapshot!(of(&dated, false).unwrap_err(), @r#"t.csv: column `odd` has other text among dates (1 cell in row 201: "soon"); say --na soon if that is a missing value, or leave the column out with --features x"#);
    assert_snapshot!(left_out(&|_| "same".to_owned()), @"target `y` has 17 different values, and 100 % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise|feature `odd` is same in every training row and is left out");
    // The twins: few enough; numbers of which one is written otherwise.
    let few = of(&|row| format!("n{}", row % 20), false).expect("sound");
    assert_eq!(few.0.split(' ').count(), 21);
    let children = of(&|row| ["0", "1", "2", "3+"][row % 4].to_owned(), false).expect("sound");
    assert_eq!(children.0, "x odd=0 odd=1 odd=2 odd=3+");
}
