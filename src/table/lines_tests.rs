//! Lines of text, however they end and however they come.

use std::io::Read;

use super::delimiter::Delimiter;
use super::header::MOST_COLUMNS;
use super::lines::{Line, LineFault, Lines};

/// Gives its text in pieces of this many bytes.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// Lines joined by `/`, cells by `|`; a blank line is `-`, a comment `#`.
fn read(text: &str, piece: usize) -> String {
    read_with(text, piece, Delimiter::Byte(b','), None)
}

fn read_with(text: &str, piece: usize, delimiter: Delimiter, comment: Option<u8>) -> String {
    let mut lines = Lines::new(Pieces(text.as_bytes(), piece), delimiter, comment);
    let mut told = Vec::new();
    loop {
        let cells = match lines.advance().unwrap() {
            Line::End => return told.join("/"),
            Line::Blank => vec!["-".to_owned()],
            Line::Comment => vec!["#".to_owned()],
            Line::Row => (0..lines.n_cells())
                .map(|at| String::from_utf8(lines.cell(at).to_vec()).unwrap())
                .collect(),
        };
        told.push(cells.join("|"));
    }
}

#[test]
fn blank_lines_are_seen_with_any_line_end() {
    for (text, expected) in [
        ("a,b\n\n1,2\n", "a|b/-/1|2"),
        ("a,b\r\n\r\n1,2\r\n", "a|b/-/1|2"),
        ("a,b\r\r1,2\r", "a|b/-/1|2"),
        // The line ends of two systems in one text.
        ("a,b\r\n1,2\n\n3,4\r\n5,6", "a|b/1|2/-/3|4/5|6"),
        ("\n\r\na\n", "-/-/a"),
        ("a\n\n\n", "a/-/-"),
        ("a\r\n\r\n", "a/-"),
        ("a", "a"),
        ("", ""),
        // Line ends within quotation marks are no lines.
        ("\"a\n\nb\",c\n\"\r\n\"\n", "a\n\nb|c/\r\n"),
        ("\"\"\n \n,\n", "/ /|"),
        ("a\"\n\nb\"\n", "a\"/-/b\""),
    ] {
        for piece in [1, 2, 3, 100] {
            assert_eq!(read(text, piece), expected, "{text:?} by {piece}");
        }
    }
}

#[test]
fn a_quotation_that_does_not_end_is_a_fault() {
    for (text, is_open) in [
        ("a,b\n1,\"x\n2,y\n", true),
        ("a,b\n1,\"", true),
        ("a,b\n\"1\"\"", true),
        ("a,b\n1,\"x\"", false),
        ("a,b\n1,\"x\"\"\"", false),
        ("a,b\n1,x\"", false),
        ("a,b\n1,", false),
    ] {
        for piece in [1, 100] {
            let mut lines = Lines::new(Pieces(text.as_bytes(), piece), Delimiter::Byte(b','), None);
            assert_eq!(lines.advance().unwrap(), Line::Row);
            let line = lines.advance();
            let is_fault = matches!(line, Err(LineFault::OpenQuote));
            assert_eq!(is_fault, is_open, "{text:?}: {line:?}");
            assert_eq!(matches!(line, Ok(Line::Row)), !is_open, "{text:?}");
        }
    }
}

#[test]
fn long_and_wide_rows_are_whole() {
    let long = "x".repeat(100_000);
    let wide = vec!["7"; 5000].join(",");
    let text = format!("{long},{long}\n{wide}\n1\n");
    let expected = format!("{long}|{long}/{}/1", wide.replace(',', "|"));
    assert_eq!(read(&text, 1000), expected);
}

#[test]
fn more_cells_than_columns_can_be_are_counted_in_bounded_memory() {
    let text = ",".repeat(3 * MOST_COLUMNS);
    let mut lines = Lines::new(text.as_bytes(), Delimiter::Byte(b','), None);
    assert_eq!(lines.advance().unwrap(), Line::Row);
    assert_eq!(lines.n_cells(), 3 * MOST_COLUMNS + 1);
    assert!(lines.n_ends() <= MOST_COLUMNS + 64);
    assert_eq!(lines.cell(2 * MOST_COLUMNS), b"");
}

#[test]
fn cells_may_be_apart_by_blanks() {
    for (text, expected) in [
        ("  a   b\n 1\t2  \n", "a|b/1|2"),
        ("a b\r\n\r\n1 2", "a|b/-/1|2"),
        ("\"a b\" c\n", "a b|c"),
        ("a\"b c\n", "a\"b|c"),
        ("   \n1 2\n", "-/1|2"),
        ("\"\" 1\n", "|1"),
    ] {
        for piece in [1, 3, 100] {
            let read = read_with(text, piece, Delimiter::Blank, None);
            assert_eq!(read, expected, "{text:?} by {piece}");
        }
    }
    let mut open = Lines::new(b"a \"b\n".as_slice(), Delimiter::Blank, None);
    assert!(matches!(open.advance(), Err(LineFault::OpenQuote)));
}

#[test]
fn comments_are_passed_over() {
    let text = "#a\n1,2\r\n# \"b\r\n3,#4\n#";
    for piece in [1, 2, 100] {
        let comma = Delimiter::Byte(b',');
        let read = read_with(text, piece, comma, Some(b'#'));
        assert_eq!(read, "#/1|2/#/3|#4/#", "by {piece}");
        // The twin: without the character they are rows.
        assert!(read_with("#a\n1,2\n", piece, comma, None).starts_with("#a/"));
    }
}
