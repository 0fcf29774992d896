//! What is said of each row is what its mixture says.

use insta::assert_snapshot;
use mixture_density::predict::{Format, Keep, PredictError, Questions, RowPolicy, predict};
use mixture_density::table::MissingPolicy;

use super::{ByHand, long_table, on_threads, predicted, reader};

fn everything() -> Questions {
    Questions {
        quantiles: vec![0.05, 0.5],
        regions: vec![0.9],
        above: vec![-1.5],
        below: vec![2.0],
        keep: Keep::None,
        modes: true,
        density_grid: Some(3),
        parameters: true,
    }
}

/// Column by column of the first row.
fn first_row(csv: &str) -> Vec<(&str, &str)> {
    let mut lines = csv.lines();
    let (names, row) = (lines.next().expect("names"), lines.next().expect("a row"));
    names.split(',').zip(row.split(',')).collect()
}

fn close(text: &str, expected: f64) {
    let found: f64 = text.parse().expect("a number");
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} is not {expected}"
    );
}

#[test]
fn names_are_the_users_own_with_what_was_asked() {
    let text = "b,a\n1,2\n";
    let said = |model: &ByHand, questions: &Questions| {
        let csv = predicted(model, text, questions, Format::Csv).expect("predictions");
        csv.lines().next().expect("names").to_owned()
    };
    assert_snapshot!(said(&ByHand::one(), &Questions::default()), @"row,y_mean,y_sd");
    assert_snapshot!(said(&ByHand::one(), &everything()), @"row,y_mean,y_sd,y_q0.05,y_q0.5,y_mode,y_modes,y_hdr0.9,y_above-1.5,y_below2,y_grid_low,y_grid_high,y_density_1,y_density_2,y_density_3,weight_1,weight_2,y_mean_1,y_mean_2,y_scale_1,y_scale_2");
    let full = ByHand::new(&["y", "z"], true);
    let parameters = Questions {
        parameters: true,
        ..Questions::default()
    };
    assert_snapshot!(said(&full, &parameters), @"row,y_mean,y_sd,z_mean,z_sd,weight_1,weight_2,y_mean_1,y_mean_2,y_scale_1,y_scale_2,z_mean_1,z_mean_2,z_scale_1,z_scale_2,y_z_cov_1,y_z_cov_2");
    let odd = ByHand::new(&["price, \"net\""], false);
    assert_snapshot!(said(&odd, &Questions::default()), @r#"row,"price, ""net""_mean","price, ""net""_sd""#);
}

#[test]
fn answers_are_the_mixtures() {
    let (a, b) = (2.0, 0.5);
    let csv = predicted(
        &ByHand::one(),
        "b,x,a\n0.5,text,2\n",
        &everything(),
        Format::Csv,
    );
    let csv = csv.expect("predictions");
    let mixture = ByHand::at(a, b);
    let y = mixture.as_univariate().expect("one target");
    let row = first_row(&csv);
    let of = |name: &str| row.iter().find(|(n, _)| *n == name).expect("a column").1;
    assert_eq!(of("row"), "1");
    close(of("y_mean"), y.mean());
    close(of("y_sd"), y.variance().sqrt());
    close(of("y_q0.05"), y.quantile(0.05).expect("a level"));
    close(of("y_mode"), y.highest_mode().at);
    let modes: Vec<&str> = of("y_modes").split(' ').collect();
    assert_eq!(modes.len(), y.modes().len());
    close(modes[1], y.modes()[1].at);
    let region = y.highest_density_region(0.9).expect("a level");
    let intervals: Vec<(&str, &str)> = of("y_hdr0.9")
        .split(' ')
        .map(|interval| interval.split_once(':').expect("low:high"))
        .collect();
    assert_eq!(intervals.len(), region.intervals.len());
    close(intervals[0].0, region.intervals[0].0);
    close(intervals[1].1, region.intervals[1].1);
    close(of("y_above-1.5"), y.survival(-1.5));
    close(of("y_below2"), y.cdf(2.0));
    // The twin: the other side of the value is something else.
    assert!((y.survival(-1.5) - y.cdf(-1.5)).abs() > 0.01);
    let (low, high) = (
        y.quantile(0.001).expect("a level"),
        y.upper_quantile(0.001).expect("a level"),
    );
    close(of("y_grid_low"), low);
    close(of("y_grid_high"), high);
    close(of("y_density_2"), y.density(0.5 * (low + high)));
    close(of("weight_1"), mixture.weights()[0]);
    close(of("y_mean_2"), a);
    close(of("y_scale_2"), 0.55);
}

/// Cells are as they are written, also of rows that have no answer.
#[test]
fn columns_are_kept_as_they_are_written() {
    let kept = |keep: Keep, format| {
        let questions = Questions {
            keep,
            ..Questions::default()
        };
        let text = "a,id,b,note\n2,007,0.5,\"a, \"\"b\"\"\"\n,x, 1e0,\n1,=1+1,0, two words\n";
        let mut out = Vec::new();
        let (model, mut reader) = (ByHand::one(), reader(text));
        predict(
            &model,
            &mut reader,
            RowPolicy::Answer,
            &questions,
            format,
            &mut out,
        )?;
        Ok::<String, PredictError>(String::from_utf8(out).expect("UTF-8"))
    };
    let columns = |names: &[&str]| Keep::Columns(names.iter().map(|n| (*n).to_owned()).collect());
    let csv = kept(columns(&["note", "id"]), Format::Csv).expect("predictions");
    let ends = |line: &str| line.rsplitn(3, ',').last().expect("cells").to_owned();
    let lines: Vec<String> = csv.lines().map(ends).collect();
    assert_snapshot!(lines.join("|"), @r#"row,note,id|1,"a, ""b""",007|2,,x|3,two words,=1+1"#);
    let answers: Vec<&str> = csv
        .lines()
        .map(|l| l.rsplit(',').next().expect("a cell"))
        .collect();
    assert!(answers[2].is_empty() && !answers[1].is_empty() && !answers[3].is_empty());
    let escaped = kept(columns(&["id"]), Format::SpreadsheetCsv).expect("predictions");
    assert!(escaped.contains("\n3,'=1+1,"), "{escaped}");
    let json = kept(Keep::All, Format::JsonLines).expect("predictions");
    let first = json.lines().next().expect("a line");
    assert!(
        first.starts_with(r#"{"row":1,"a":"2","id":"007","b":"0.5","note":"a, \"b\"","y_mean":"#),
        "{first}"
    );
    let wrong = kept(columns(&["nota"]), Format::Csv).expect_err("no such column");
    assert!(wrong.to_string().contains("note"), "{wrong}");
    // The twin: without a word nothing is kept.
    let csv = kept(Keep::None, Format::Csv).expect("predictions");
    assert!(csv.starts_with("row,y_mean,y_sd\n"));
}

#[test]
fn marginals_and_covariances_of_full_mixtures_are_theirs() {
    let full = ByHand::new(&["y", "z"], true);
    let csv = predicted(&full, "a,b\n2,0.5\n", &everything(), Format::Csv).expect("predictions");
    let joint = ByHand::joint_at(2.0, 0.5);
    let marginal = joint.marginal(&[1]).expect("a marginal");
    let z = marginal.as_univariate().expect("one target");
    let row = first_row(&csv);
    let of = |name: &str| row.iter().find(|(n, _)| *n == name).expect("a column").1;
    close(of("z_mean"), z.mean());
    close(of("z_sd"), z.variance().sqrt());
    close(of("z_q0.5"), z.quantile(0.5).expect("a level"));
    close(of("y_z_cov_1"), joint.component_covariances()[1]);
    close(of("z_scale_1"), 1.0);
    // The twin: without the covariances' off-diagonal part the scale would be 0.6.
    assert!((joint.component_covariances()[3].sqrt() - 0.6).abs() > 0.3);
}

#[test]
fn json_holds_the_same_numbers() {
    let (model, text) = (ByHand::one(), "a,b\n2,0.5\n1,-1\n");
    let csv = predicted(&model, text, &everything(), Format::Csv).expect("predictions");
    let json = predicted(&model, text, &everything(), Format::JsonLines).expect("predictions");
    assert_eq!(json.lines().count(), 2);
    let object: serde_json::Value =
        serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    for (name, cell) in first_row(&csv) {
        let value = &object[name];
        let found = match value {
            serde_json::Value::Array(items) => {
                let texts = items.iter().map(|item| match item {
                    serde_json::Value::Array(ends) => format!("{}:{}", ends[0], ends[1]),
                    number => number.to_string(),
                });
                texts.collect::<Vec<_>>().join(" ")
            }
            number => number.to_string(),
        };
        assert_eq!(found, cell, "{name}");
    }
}

/// The bytes do not depend on threads; a row's answer does not depend on the rows around it.
#[test]
fn threads_and_neighbours_change_nothing() {
    let (model, text) = (ByHand::one(), long_table(20_000));
    let questions = Questions {
        quantiles: vec![0.9],
        ..Questions::default()
    };
    let run = || predicted(&model, &text, &questions, Format::Csv).expect("predictions");
    let one = on_threads(1, run);
    assert_eq!(one.lines().count(), 1 + 20_000 - 20);
    assert!(one == on_threads(2, run) && one == on_threads(7, run));
    let lines: Vec<&str> = text.lines().collect();
    let alone = format!("{}\n{}\n", lines[0], lines[12_346]);
    let alone = predicted(&model, &alone, &questions, Format::Csv).expect("predictions");
    let (_, alone) = alone.trim_end().rsplit_once('\n').expect("two lines");
    let among = one
        .lines()
        .find(|line| line.starts_with("12346,"))
        .expect("the row");
    assert_eq!(alone.replacen("1,", "12346,", 1), among);
}

#[test]
fn rows_without_a_number_are_left_out_or_refused() {
    let text = "a,b\n1,2\n,3\n4,5\n";
    let csv = predicted(&ByHand::one(), text, &Questions::default(), Format::Csv);
    let rows: Vec<String> = csv
        .expect("predictions")
        .lines()
        .map(|line| line.split(',').next().expect("a cell").to_owned())
        .collect();
    assert_eq!(rows, ["row", "1", "3"]);
    let mut out = Vec::new();
    let refused = predict(
        &ByHand::one(),
        &mut reader(text),
        MissingPolicy::Error,
        &Questions::default(),
        Format::Csv,
        &mut out,
    );
    assert_snapshot!(refused.expect_err("a fault"), @"t.csv: 1 cell in 1 row holds no number (1 empty), first in row 2 (`a`); leave those rows out with --missing drop");
}

#[test]
fn what_cannot_be_asked() {
    let refused = |questions: &Questions, text: &str| {
        predicted(&ByHand::one(), text, questions, Format::Csv)
            .expect_err("a fault")
            .to_string()
    };
    let text = "a,b\n1,2\n";
    let quantiles = |levels: &[f64]| Questions {
        quantiles: levels.to_vec(),
        ..Questions::default()
    };
    assert_snapshot!(refused(&quantiles(&[1.0]), text), @"probability 1 is outside (0, 1)");
    assert_snapshot!(refused(&quantiles(&[f64::NAN]), text), @"probability NaN is outside (0, 1)");
    let grid = |n| Questions {
        density_grid: Some(n),
        ..Questions::default()
    };
    assert_snapshot!(refused(&grid(1), text), @"points of the density grid: 1 is out of range; allowed are 2 to 10000");
    assert_snapshot!(refused(&Questions::default(), "a,c\n1,2\n"), @"t.csv: there is no column `b`; there is `a`, `c`");
    assert_snapshot!(refused(&Questions::default(), "a,b\n"), @"t.csv: there is no row below the line of names");
    assert_snapshot!(refused(&Questions::default(), "a,b\n,1\n"), @"t.csv: 1 cell in 1 row holds no number (1 empty), first in row 1 (`a`); no row is left");
    assert_snapshot!(refused(&quantiles(&[0.5, 0.05, 0.5]), text), @"the quantile at 0.5 is asked for twice");
    let regions = Questions {
        regions: vec![0.9, 0.9],
        ..quantiles(&[0.9])
    };
    assert_snapshot!(refused(&regions, text), @"the region of probability 0.9 is asked for twice");
    // The twin: a level may be of a quantile and of a region, and neighbours in f64 are two levels.
    let different = Questions {
        regions: vec![0.9],
        ..quantiles(&[0.9, 0.9f64.next_up()])
    };
    let csv = predicted(&ByHand::one(), text, &different, Format::Csv).expect("predictions");
    assert!(
        csv.starts_with("row,y_mean,y_sd,y_q0.9,y_q0.9000000000000001,y_hdr0.9\n"),
        "{csv}"
    );
}

/// A mixture that cannot be made is told with its row, wherever it stands, and on any threads.
#[test]
fn a_row_without_a_density_is_named() {
    let mut text = long_table(20_000);
    text += "far,1,0,0,1e308\nfarther,1,0,0,1e308\n";
    text += &"later,1,0,0,1\n".repeat(5000);
    text += "ragged\n";
    for threads in [1, 2, 7] {
        let run = || predicted(&ByHand::one(), &text, &Questions::default(), Format::Csv);
        let refused = on_threads(threads, run).expect_err("a fault").to_string();
        assert_eq!(
            refused,
            "row 20001: the model gives no density: \
             scale of component 0, target 0 is inf; it must be finite; \
             is a feature far beyond those it was fitted to?"
        );
    }
    // The twin: with the two rows gone, the next fault is the ragged one.
    let text = text.replace("1e308", "NA");
    let refused = predicted(&ByHand::one(), &text, &Questions::default(), Format::Csv);
    assert_snapshot!(refused.expect_err("a fault"), @"t.csv: row 25003 has 1 cell where the line of names has 5");
}

/// Under `error` all missing cells are counted, not those of one chunk.
#[test]
fn missing_numbers_are_counted_to_the_end() {
    let refused = |text: &str| {
        let mut out = Vec::new();
        let refused = predict(
            &ByHand::one(),
            &mut reader(text),
            MissingPolicy::Error,
            &Questions::default(),
            Format::Csv,
            &mut out,
        );
        refused.expect_err("a fault").to_string()
    };
    let text = long_table(60_000);
    for threads in [1, 2, 7] {
        let said = on_threads(threads, || refused(&text));
        assert_eq!(
            said,
            "t.csv: 60 cells in 60 rows hold no number (60 empty), first in row 501 (`a`), \
             row 1501 (`a`), row 2501 (`a`), row 3501 (`a`), row 4501 (`a`); \
             leave those rows out with --missing drop"
        );
    }
    // A worse fault on the way to the end is told instead, for no choice would help.
    assert_snapshot!(refused(&format!("{text}ragged\n")), @"t.csv: row 60001 has 1 cell where the line of names has 5");
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let parameters = Questions {
        parameters: true,
        ..Questions::default()
    };
    let names = |full| {
        let model = ByHand::new(&["a", "b_c", "a_b", "c"], full);
        parameters_names(&model, &parameters)
    };
    assert_snapshot!(names(true).expect_err("a fault"), @"two columns of the result would be called `a_b_c_cov_1`; rename a target and fit again, or keep other columns");
    // The twin: independent targets have no such columns.
    assert!(names(false).is_ok());
}

/// The line of names, for which no row is asked.
fn parameters_names(model: &ByHand, questions: &Questions) -> Result<String, PredictError> {
    let mut out = Vec::new();
    match predict(
        model,
        &mut reader("a,b\n"),
        MissingPolicy::Drop,
        questions,
        Format::Csv,
        &mut out,
    ) {
        // The table has no row.
        Err(PredictError::Table(_)) => Ok(String::from_utf8(out).expect("text")),
        Err(other) => Err(other),
        Ok(streamed) => panic!("{streamed:?}"),
    }
}
