//! Files that are not text with columns: what they are, and how to make CSV of them.

/// A file of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OtherKind {
    /// What it is, with its article.
    pub(super) what: &'static str,
    /// The command that makes CSV of it, with `FILE` for the file's name and `CSV` for the new one's.
    pub(super) command: &'static str,
}

const XZ: &str = "xz -dc FILE > CSV";
const ZSTD: &str = "zstd -dc FILE > CSV";
const ZIP: &str = "unzip -p FILE > CSV";
const EXCEL: &str = "python3 -c 'import sys, pandas; pandas.read_excel(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const PARQUET: &str = "python3 -c 'import sys, pandas; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const FEATHER: &str = "python3 -c 'import sys, pandas; pandas.read_feather(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const STREAM: &str = "python3 -c 'import sys, pyarrow.ipc as a; a.open_stream(sys.argv[1]).read_pandas().to_csv(sys.argv[2], index=False)' FILE CSV";
const HDF: &str = "python3 -c 'import sys, pandas; pandas.read_hdf(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const STATA: &str = "python3 -c 'import sys, pandas; pandas.read_stata(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const SPSS: &str = "python3 -c 'import sys, pandas; pandas.read_spss(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const SAS: &str = "python3 -c 'import sys, pandas; pandas.read_sas(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const LINES: &str = "python3 -c 'import sys, pandas; pandas.read_json(sys.argv[1], lines=True).to_csv(sys.argv[2], index=False)' FILE CSV";
const JSON: &str = "python3 -c 'import sys, pandas; pandas.read_json(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const ARFF: &str = "python3 -c 'import sys, pandas; from scipy.io import arff; pandas.DataFrame(arff.loadarff(sys.argv[1])[0]).to_csv(sys.argv[2], index=False)' FILE CSV";
const NPY: &str = "python3 -c 'import sys, numpy, pandas; pandas.DataFrame(numpy.load(sys.argv[1])).add_prefix(\"c\").to_csv(sys.argv[2], index=False)' FILE CSV";
const PICKLE: &str = "python3 -c 'import sys, pandas; pandas.read_pickle(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV";
const RDS: &str = "Rscript -e 'a <- commandArgs(TRUE); write.csv(readRDS(a[1]), a[2], row.names = FALSE)' FILE CSV";
const RDATA: &str = "Rscript -e 'a <- commandArgs(TRUE); write.csv(get(load(a[1])[1]), a[2], row.names = FALSE)' FILE CSV";
const SQLITE: &str = "sqlite3 -header -csv FILE 'SELECT * FROM the_table' > CSV";
const HTML: &str = "python3 -c 'import sys, pandas; pandas.read_html(sys.argv[1])[0].to_csv(sys.argv[2], index=False)' FILE CSV";
const PDF: &str = "pdftotext -layout FILE CSV";
const OCTAVE: &str = "python3 -c 'import sys, pandas; from scipy.io import loadmat; d = loadmat(sys.argv[1]); k = [n for n in d if n[0] != \"_\"][0]; pandas.DataFrame(d[k]).add_prefix(\"c\").to_csv(sys.argv[2], index=False)' FILE CSV";

/// By their first bytes.
const BY_START: [(&[u8], &str, &str); 22] = [
    (b"\xfd7zXZ\0", "an xz archive", XZ),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", ZSTD),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z x -so FILE > CSV"),
    (b"Rar!", "a RAR archive", "unrar p -inul FILE > CSV"),
    (b"\x04\x22\x4d\x18", "an lz4 archive", "lz4 -dc FILE > CSV"),
    (
        b"\x1f\x9d",
        "a compress archive",
        "uncompress -c FILE > CSV",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "a spreadsheet of the old kind (xls)",
        EXCEL,
    ),
    (b"PAR1", "a Parquet file", PARQUET),
    (b"ARROW1", "an Arrow (Feather) file", FEATHER),
    (b"FEA1", "a Feather file", FEATHER),
    (b"\xff\xff\xff\xff", "an Arrow stream", STREAM),
    (b"\x89HDF", "an HDF5 file", HDF),
    (b"\x93NUMPY", "a NumPy array (npy)", NPY),
    (b"SQLite format 3\0", "an SQLite database", SQLITE),
    (b"<stata_dta>", "a Stata file", STATA),
    (b"$FL2", "an SPSS file", SPSS),
    (b"$FL3", "an SPSS file", SPSS),
    (
        b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60",
        "a SAS file",
        SAS,
    ),
    (b"RDX", "an R data file", RDATA),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file", OCTAVE),
    (b"%PDF-", "a PDF document", PDF),
    (b"\x80\x04\x95", "a Python pickle", PICKLE),
];

impl OtherKind {
    /// What the first bytes of a file say.
    pub(super) fn of(start: &[u8]) -> Option<Self> {
        let by_start = BY_START.iter().find(|(first, ..)| start.starts_with(first));
        if let Some((_, what, command)) = by_start {
            return Some(Self { what, command });
        }
        let (what, command) =
            if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
                let holds = |part: &[u8]| start.windows(part.len()).any(|bytes| bytes == part);
                if holds(b"xl/workbook") || holds(b"[Content_Types]") {
                    ("a spreadsheet (xlsx)", EXCEL)
                } else if holds(b"opendocument.spreadsheet") {
                    ("a spreadsheet (ods)", EXCEL)
                } else if holds(b".npy") {
                    ("a NumPy archive (npz)", NPY)
                } else {
                    ("a zip archive", ZIP)
                }
            } else if is_rds(start) {
                ("an R object (rds)", RDS)
            } else {
                text_kind(start)?
            };
        Some(Self { what, command })
    }
}

/// R's serialization in its binary form, version 2 or 3.
fn is_rds(start: &[u8]) -> bool {
    start.starts_with(b"X\n\0\0\0\x02") || start.starts_with(b"X\n\0\0\0\x03")
}

/// Text in another form than rows of cells.
fn text_kind(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = text.trim_ascii_start();
    let starts =
        |with: &[u8]| text.len() >= with.len() && text[..with.len()].eq_ignore_ascii_case(with);
    let rest = || text[1..].trim_ascii_start();
    match text.first()? {
        b'{' if matches!(rest().first(), Some(b'"' | b'}')) => {
            let line = text.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
            Some(match line.ends_with(b"}") && line.len() > 1 {
                true => ("JSON lines", LINES),
                false => ("JSON", JSON),
            })
        }
        b'[' if matches!(rest().first(), Some(b'{' | b'[')) => Some(("JSON", JSON)),
        b'<' if starts(b"<!doctype html") || starts(b"<html") => Some(("an HTML page", HTML)),
        b'<' if starts(b"<?xml") => Some((
            "XML",
            "python3 -c 'import sys, pandas; pandas.read_xml(sys.argv[1]).to_csv(sys.argv[2], index=False)' FILE CSV",
        )),
        b'@' if starts(b"@relation") => Some(("an ARFF file", ARFF)),
        b'%' => {
            let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
            let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"%"))?;
            let is_arff = first.len() >= 9 && first[..9].eq_ignore_ascii_case(b"@relation");
            is_arff.then_some(("an ARFF file", ARFF))
        }
        _ => None,
    }
}

/// The command that makes CSV of the file called `table`.
pub(super) fn command(kind: OtherKind, table: &str) -> String {
    let quoted = |name: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "./_-".contains(c);
        match name.chars().all(is_plain) && !name.starts_with('-') {
            true => name.to_owned(),
            false => format!("'{}'", name.replace('\'', "'\\''")),
        }
    };
    let (folder, file) = table
        .rsplit_once('/')
        .map_or(("", table), |(folder, file)| {
            (&table[..=folder.len()], file)
        });
    let stem = file.split('.').next().filter(|stem| !stem.is_empty());
    let new = format!("{folder}{}.csv", stem.unwrap_or("table"));
    let new = if new == table {
        format!("{new}.csv")
    } else {
        new
    };
    // The new name first: the old one may hold the word.
    let words = kind.command.split(' ').map(|word| match word {
        "FILE" => quoted(table),
        "CSV" => quoted(&new),
        other => other.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
