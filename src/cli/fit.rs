//! `mdn fit`: from a user's table to a model, a record and a page.

use std::path::{Component, Path, PathBuf};

use mixture_density::folder::{FitFolder, Page};
use mixture_density::net::Covariance;
use mixture_density::spec::{FitOptions, Spec, SpecError, TableSpec, delimiter_name};
use mixture_density::study::{Options, Tables};
use mixture_density::table::{Delimiter, ReadOptions, STDIN, Table};

use super::name_list::NameList;
use super::progress::Progress;
use super::split_args::SplitArgs;
use super::table_args::{TableArgs, not_stdin, open};
use super::terminal::complain;
use super::{machine, outcome};

#[derive(Debug, clap::Args)]
pub(super) struct FitArgs {
    #[command(flatten)]
    table: TableArgs,
    /// Columns to predict, together; a list as of --features, or more than once.
    #[arg(long = "target", value_name = "NAME,…", required = true)]
    targets: Vec<NameList>,
    /// Columns to predict from; a name with a comma stands in quotation marks, such as 'a,"b, c"' [default: all others].
    #[arg(long, value_name = "NAME,…")]
    features: Vec<NameList>,
    /// Numbers of components to try, with the recipe `tuned` where none is named; the validation rows choose [default:
    /// 1,2,5,10,20, and of the recipe `table` what suits the table].
    #[arg(long, value_name = "K,…", value_delimiter = ',')]
    components: Vec<usize>,
    /// How to train [default: table].
    #[arg(long, value_enum)]
    recipe: Option<RecipeName>,
    /// Networks of the ensemble at most, of the recipe `table` [default: as many as suit the table].
    #[arg(long, value_name = "N")]
    members: Option<usize>,
    /// Epochs without improvement after which a training stops [default: the recipe's].
    #[arg(long, value_name = "N")]
    patience: Option<usize>,
    /// Epochs at most [default: the recipe's, 300].
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// How several targets depend on each other within a component.
    #[arg(long, value_enum, default_value_t = CovarianceName::Diagonal)]
    covariance: CovarianceName,
    /// Root of every random number.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Columns whose values are categories, whatever they look like; a list as of --features.
    #[arg(long, value_name = "NAME,…")]
    categorical: Vec<NameList>,
    #[command(flatten)]
    split: SplitArgs,
    /// Spread repeated values of a target over the gaps between them.
    #[arg(long)]
    dequantise: bool,
    /// Folder for model, record and page [default: the table's name with -fit].
    #[arg(long, value_name = "DIR", value_parser = super::output::not_stdout())]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RecipeName {
    /// An ensemble whose settings are chosen for the table.
    Table,
    /// The article's training.
    Article,
    /// Standardised, with warm-up, a cosine schedule, noise and averaged weights.
    Tuned,
    /// The same with larger batches and less noise, for many rows of few features.
    TunedLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CovarianceName {
    /// Independent.
    Diagonal,
    /// A covariance matrix for each component.
    Full,
}

impl RecipeName {
    const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Article => "article",
            Self::Tuned => "tuned",
            Self::TunedLarge => "tuned-large",
        }
    }
}

impl FitArgs {
    /// What is read of the table.
    fn table_spec(&self) -> TableSpec {
        let mut spec = TableSpec::new(self.table.name(), NameList::names(&self.targets));
        spec.features = self.features();
        spec.missing = self.table.policy();
        spec.dequantise = self.dequantise;
        spec.split = self.split.spec();
        spec.read = self.read_options();
        // Whether a character must be said again is known when the table is read.
        spec.read.delimiter = spec.read.delimiter.filter(|d| *d == Delimiter::Blank);
        spec
    }

    fn options(&self) -> FitOptions {
        FitOptions {
            recipe: self.recipe.map(|recipe| recipe.name().to_owned()),
            components: self.components.clone(),
            members: self.members,
            max_epochs: self.epochs,
            patience: self.patience,
            covariance: match self.covariance {
                CovarianceName::Full => Covariance::Full,
                CovarianceName::Diagonal => Covariance::Diagonal,
            },
            seed: self.seed,
        }
    }

    /// The study of one table whose chosen network is kept.
    fn spec(&self, out: &Path, table: TableSpec) -> anyhow::Result<Spec> {
        // What is wrong with a value is wrong with what was asked for.
        let spec = self.options().spec(&study_name(out), table);
        spec.map_err(of_options)
    }

    fn features(&self) -> Option<Vec<String>> {
        (!self.features.is_empty()).then(|| NameList::names(&self.features))
    }

    fn read_options(&self) -> ReadOptions {
        let mut options = self.table.read_options();
        options.categorical = NameList::names(&self.categorical);
        options
    }

    fn out(&self) -> anyhow::Result<PathBuf> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        anyhow::ensure!(
            !self.table.is_stdin(),
            "--out is needed where the table comes from stdin"
        );
        let path = self.table.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.trim_end_matches(".gz");
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        Ok(path.with_file_name(format!("{stem}-fit")))
    }
}

/// What is wrong with a spec that was made of options, said of them.
fn of_options(error: SpecError) -> anyhow::Error {
    match error {
        SpecError::Value {
            key,
            found,
            allowed,
            ..
        } => {
            let option = match key.rsplit('.').next() {
                Some("components") => "--components",
                Some("max_epochs") => "--epochs",
                Some("members") => "--members",
                Some("patience") => "--patience",
                _ => &key,
            };
            anyhow::anyhow!("`{option}` is {found}, but must be {allowed}")
        }
        SpecError::Split { source, .. } => source.into(),
        other => other.into(),
    }
}

/// The folder's name in the letters that a study's name may have.
fn study_name(out: &Path) -> String {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let plain = |c: char| match c.is_ascii_alphanumeric() || c == '-' || c == '_' {
        true => c,
        false => '-',
    };
    let name: String = name.chars().map(plain).collect();
    if name.is_empty() {
        "fit".to_owned()
    } else {
        name
    }
}

/// `file` as named from `folder` on, where there is such a way; else as it is.
fn named_from(folder: &Path, file: &str) -> String {
    let way = || {
        let (from, to) = (
            folder.canonicalize().ok()?,
            Path::new(file).canonicalize().ok()?,
        );
        let shared = from.components().zip(to.components());
        let shared = shared.take_while(|(a, b)| a == b).count();
        let up = from.components().skip(shared).map(|_| Component::ParentDir);
        let down = to.components().skip(shared);
        let way: PathBuf = up.chain(down).collect();
        way.to_str().map(|way| not_stdin(way.to_owned()))
    };
    match file {
        STDIN => file.to_owned(),
        _ => way().unwrap_or_else(|| file.to_owned()),
    }
}

pub(super) fn fit(args: &FitArgs) -> anyhow::Result<u8> {
    let out = args.out()?;
    let asked = args.table_spec();
    // Refused before the table is read, which may take long.
    args.spec(&out, asked.clone())?;
    let folder = FitFolder::open(&out)?;
    machine::start_threads(args.table.jobs);
    let started = machine::seconds();
    if args.covariance == CovarianceName::Full && asked.targets.len() == 1 {
        complain(&format!(
            "`{}` is the only target: its covariance is diagonal",
            asked.targets[0]
        ));
    }
    let table = Table::read(
        open(args.table.path(), args.read_options())?,
        &asked.roles(),
        asked.missing,
    )?;
    let mut of_table = asked;
    of_table.file = named_from(&out, &of_table.file);
    // A column that is added later is no feature of this fit.
    of_table.features = Some(table.feature_names().to_vec());
    of_table.delimiter = table.needed_delimiter().map(delimiter_name);
    of_table.blake3 = Some(table.blake3());
    let spec = args.spec(&out, of_table)?;
    let tables = Tables::beside(&out).given(table);
    let progress = Progress::new();
    let done = folder.complete(
        &spec,
        &tables,
        &Options::default(),
        Page::SinceLast,
        &progress,
    );
    progress.finish();
    Ok(outcome::report(&out, &done?, machine::seconds() - started))
}
