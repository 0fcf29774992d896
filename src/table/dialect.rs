//! How a file is written, as far as nobody said: found out from its beginning.

use std::io::Cursor;

use super::cell::{Cell, CellFormat};
use super::delimiter::Delimiter;
use super::lines::{Line, Lines};
use super::number_format::{NumberFormat, Written};
use super::read_note::ReadNote;
use super::read_options::ReadOptions;
use super::source::Source;

/// How a file is written.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: Delimiter,
    pub(super) comment: Option<u8>,
    /// Bytes at the beginning that are neither names nor rows.
    pub(super) n_skipped: usize,
    /// The names, where a comment holds them.
    pub(super) names: Option<Vec<Vec<u8>>>,
    pub(super) header: FirstLine,
    pub(super) numbers: NumberFormat,
    /// Rows have one cell more than there are names: R's names of rows, before the first column.
    pub(super) has_row_names: bool,
    pub(super) notes: Vec<ReadNote>,
}

/// What the first line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// Names.
    Names,
    /// A row.
    Row,
    /// All its cells are numbers: names only if the columns asked for are among them.
    Unknown,
}

/// Rows of the beginning that are looked at.
const SAMPLE_ROWS: usize = 1000;

impl Dialect {
    /// Looks at the beginning of the text.
    pub(super) fn find(source: &Source, options: &ReadOptions) -> Self {
        let start = source.start.as_slice();
        let (said, after_sep) = separator_line(start);
        let mut n_skipped = start.len() - after_sep.len();
        let comment = options.comment.and_then(|mark| u8::try_from(mark).ok());
        let mut names = None;
        let given = options.delimiter.or(said.map(Delimiter::Byte));
        let mut delimiter = given.unwrap_or_else(|| find_delimiter(after_sep, comment, source));
        let mut notes = Vec::new();
        if let (None, Some(top)) = (comment, Comments::at_top(after_sep)) {
            let below = &after_sep[top.n_bytes..];
            let own = given.unwrap_or_else(|| find_delimiter(below, None, source));
            let width = |line: &[u8]| sample(line, own, None, 1).first().map_or(0, Vec::len);
            let (first, last) = (width(top.first), width(top.last_text));
            let below_width = width(below);
            let is_row = sample(below, own, None, 1)
                .first()
                .is_some_and(|row| all_numbers(row));
            let holds_names = last == below_width && is_row && below_width > 1;
            if below_width > 0 && (top.n_lines > 1 || first != below_width || holds_names) {
                // `#id,x,y` alone above the rows is a line of names.
                let is_plain_name = top.n_lines == 1 && first == below_width;
                if !is_plain_name {
                    names = holds_names
                        .then(|| sample(top.last_text, own, None, 1).pop())
                        .flatten();
                    n_skipped += top.n_bytes;
                    delimiter = own;
                    notes.push(ReadNote::Comments { n: top.n_lines });
                }
            }
        }
        let rows = sample(&start[n_skipped..], delimiter, comment, SAMPLE_ROWS);
        let rows = whole_rows(rows, source);
        let first_row = usize::from(names.is_none());
        let header = match (options.header, &names, rows.first()) {
            (Some(true), ..) | (_, Some(_), _) => FirstLine::Names,
            (Some(false), ..) => FirstLine::Row,
            (None, None, Some(first)) if all_numbers(first) => FirstLine::Unknown,
            _ => FirstLine::Names,
        };
        let below = rows.get(first_row..).unwrap_or_default();
        let n_names = names.as_ref().or(rows.first()).map_or(0, Vec::len);
        let cells = match header {
            FirstLine::Names => below,
            _ => &rows,
        };
        Self {
            numbers: find_numbers(cells, delimiter, options, &mut notes),
            has_row_names: header == FirstLine::Names && has_row_names(below, n_names),
            delimiter,
            comment,
            n_skipped,
            names,
            header,
            notes,
        }
    }
}

/// Excel's first line `sep=;`, and what follows it.
fn separator_line(start: &[u8]) -> (Option<u8>, &[u8]) {
    let end = start.iter().position(|b| matches!(b, b'\n' | b'\r'));
    let Some(end) = end else {
        return (None, start);
    };
    let line = start[..end].trim_ascii();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    let is_separator = line.len() == 5 && line[..4].eq_ignore_ascii_case(b"sep=");
    let allowed = is_separator && !matches!(line[4], b'"' | b'\n' | b'\r' | b'.' | b'+' | b'-');
    match allowed {
        true => {
            let rest = &start[end..];
            let end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
            (Some(line[4]), &rest[end..])
        }
        false => (None, start),
    }
}

/// Lines with `#` above everything else.
struct Comments<'a> {
    n_lines: usize,
    n_bytes: usize,
    first: &'a [u8],
    /// The last one without its `#`.
    last_text: &'a [u8],
}

impl<'a> Comments<'a> {
    fn at_top(text: &'a [u8]) -> Option<Self> {
        let (mut n_lines, mut n_bytes) = (0, 0);
        let (mut first, mut last_text): (&[u8], &[u8]) = (&[], &[]);
        loop {
            let rest = &text[n_bytes..];
            let line = rest.split_inclusive(|b| *b == b'\n').next()?;
            let trimmed = line.trim_ascii();
            if !trimmed.starts_with(b"#") && (n_lines == 0 || !trimmed.is_empty()) {
                break;
            }
            n_bytes += line.len();
            if trimmed.is_empty() {
                continue;
            }
            if n_lines == 0 {
                first = trimmed;
            }
            last_text = trimmed.trim_ascii_start();
            last_text = last_text.strip_prefix(b"#").unwrap_or(last_text);
            last_text = last_text.trim_ascii();
            n_lines += 1;
        }
        (n_lines > 0).then_some(Self {
            n_lines,
            n_bytes,
            first,
            last_text,
        })
    }
}

/// The first rows, without blank lines; of a text that cannot be parsed those before the fault.
fn sample(
    text: &[u8],
    delimiter: Delimiter,
    comment: Option<u8>,
    most: usize,
) -> Vec<Vec<Vec<u8>>> {
    let mut lines = Lines::new(Cursor::new(text), delimiter, comment);
    let mut rows = Vec::new();
    while rows.len() < most {
        match lines.advance() {
            Ok(Line::Row) => {
                let cells = (0..lines.n_cells()).map(|at| lines.cell(at).to_vec());
                rows.push(cells.collect());
            }
            Ok(Line::Blank | Line::Comment) => {}
            Ok(Line::End) | Err(_) => break,
        }
    }
    rows
}

/// Without the last row where the text goes on behind it.
fn whole_rows(mut rows: Vec<Vec<Vec<u8>>>, source: &Source) -> Vec<Vec<Vec<u8>>> {
    if !source.is_whole && rows.len() < SAMPLE_ROWS && rows.len() > 1 {
        rows.pop();
    }
    rows
}

/// Whether there is a number, and nothing but numbers and gaps.
fn all_numbers(row: &[Vec<u8>]) -> bool {
    let comma = CellFormat::new(
        NumberFormat {
            decimal_comma: true,
            ..NumberFormat::default()
        },
        &[],
    );
    let cells = row.iter().map(|cell| comma.parse(cell));
    let mut n_numbers = 0;
    for cell in cells {
        match cell {
            Cell::Number(_) => n_numbers += 1,
            Cell::Missing(_) => {}
            _ => return false,
        }
    }
    n_numbers > 0
}

/// The most frequent of comma, semicolon and tab in the first line, quotations left out. Where there is none: a bar, or
/// blanks where they part all lines into as many cells; else a comma.
fn find_delimiter(start: &[u8], comment: Option<u8>, source: &Source) -> Delimiter {
    let mut counts = [(b',', 0usize), (b'\t', 0), (b';', 0), (b'|', 0)];
    let mut is_quoted = false;
    let mut line = Vec::new();
    let is_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
    let text = match comment {
        Some(mark) => without_comments(start, mark),
        None => start,
    };
    for byte in text.iter().skip_while(is_end) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(mark, _)| mark == byte)
                .for_each(|(_, n)| *n += 1),
        }
        line.push(*byte);
    }
    let [.., semicolons, bars] = counts;
    // A first row of numbers with decimal commas has more commas than semicolons.
    if semicolons.1 > 0 && counts[0].1 > 0 {
        let cells: Vec<Vec<u8>> = line.split(|b| *b == b';').map(<[u8]>::to_vec).collect();
        if all_numbers(&cells) {
            return Delimiter::Byte(b';');
        }
    }
    let mut best = counts[0];
    for count in &counts[..3] {
        best = if count.1 > best.1 { *count } else { best };
    }
    if best.1 > 0 {
        return Delimiter::Byte(best.0);
    }
    let parts_all = |delimiter| {
        let rows = whole_rows(sample(text, delimiter, comment, SAMPLE_ROWS), source);
        let width = rows.first().map_or(0, Vec::len);
        width > 1 && rows.len() > 1 && rows.iter().skip(1).all(|row| row.len() == width)
    };
    if bars.1 > 0 && parts_all(Delimiter::Byte(b'|')) {
        Delimiter::Byte(b'|')
    } else if parts_all(Delimiter::Blank) {
        Delimiter::Blank
    } else {
        Delimiter::Byte(b',')
    }
}

/// The text from its first line on that is no comment.
fn without_comments(text: &[u8], mark: u8) -> &[u8] {
    let mut rest = text;
    while rest.first() == Some(&mark) {
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = end.map_or(&[][..], |end| &rest[end + 1..]);
    }
    rest
}

/// R writes names of rows without a name for their column: every row has one cell more, and no two begin alike.
fn has_row_names(rows: &[Vec<Vec<u8>>], n_names: usize) -> bool {
    if rows.len() < 2 || rows.iter().any(|row| row.len() != n_names + 1) {
        return false;
    }
    // A delimiter at the end of each row is another thing.
    if rows
        .iter()
        .all(|row| row.last().is_some_and(|cell| cell.trim_ascii().is_empty()))
    {
        return false;
    }
    let mut first: Vec<&[u8]> = rows.iter().map(|row| row[0].as_slice()).collect();
    first.sort_unstable();
    first.windows(2).all(|pair| pair[0] != pair[1]) && !first[0].trim_ascii().is_empty()
}

/// What was said of numbers, else what their marks say.
fn find_numbers(
    rows: &[Vec<Vec<u8>>],
    delimiter: Delimiter,
    options: &ReadOptions,
    notes: &mut Vec<ReadNote>,
) -> NumberFormat {
    let is_comma = options
        .decimal
        .map_or(options.thousands == Some('.'), |mark| mark == ',');
    let mut format = NumberFormat {
        decimal_comma: is_comma,
        thousands: options.thousands,
        is_strict: is_comma,
    };
    if options.decimal.is_some() || options.thousands.is_some() {
        return format;
    }
    let mut counts = [0usize; 6];
    for cell in rows.iter().flatten() {
        let text = std::str::from_utf8(cell.trim_ascii()).unwrap_or_default();
        counts[Written::of(text) as usize] += 1;
    }
    let n = |written: Written| counts[written as usize];
    let (points, commas) = (n(Written::Point), n(Written::Comma));
    let (english, german) = (n(Written::CommaThousands), n(Written::PointThousands));
    if english > 0 && german == 0 && commas == 0 {
        format.thousands = Some(',');
        notes.push(ReadNote::Thousands { mark: ',' });
    } else if german > 0 && english == 0 {
        format.decimal_comma = true;
        format.thousands = Some('.');
        format.is_strict = true;
        notes.push(ReadNote::DecimalComma);
        notes.push(ReadNote::Thousands { mark: '.' });
    } else if commas > 0 && points == 0 && english == 0 && delimiter != Delimiter::Byte(b',') {
        format.decimal_comma = true;
        notes.push(ReadNote::DecimalComma);
    }
    format
}
