//! A table out of columns in memory.

use super::assemble::{Order, Raw, assemble};
use super::column::Column;
use super::column_builder::{Built, Tally};
use super::error::{TableError, TableFault};
use super::header::Header;
use super::in_memory::Table;
use super::missing::MissingPolicy;
use super::read_options::ReadOptions;
use super::roles::{Places, Roles};
use super::row_numbers::RowNumbers;
use crate::numerics::environment;

/// Columns that are to be a table.
///
/// # Examples
///
/// ```
/// use mixture_density::table::{Column, MissingPolicy, Roles, Table};
/// let table = Table::builder()
///     .column("age", Column::numbers([23.0, 29.0, 52.0]))
///     .column("smoker", Column::texts([Some("yes"), Some("no"), Some("no")]))
///     .column("charges", Column::numbers([26532.4, 8180.9, f64::NAN]))
///     .build(&Roles::of_targets(["charges"]), MissingPolicy::Error)?;
/// // The row without a target is left out.
/// assert_eq!((table.n_rows(), table.targets()), (2, vec![26532.4, 8180.9]));
/// # Ok::<(), mixture_density::table::TableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TableBuilder {
    name: String,
    columns: Vec<(String, Column)>,
    options: ReadOptions,
}

impl Table {
    /// A table of columns in memory.
    #[must_use]
    pub fn builder() -> TableBuilder {
        TableBuilder {
            name: "the table".to_owned(),
            columns: Vec::new(),
            options: ReadOptions::default(),
        }
    }
}

impl TableBuilder {
    /// Adds a column.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, column: Column) -> Self {
        self.columns.push((name.into(), column));
        self
    }

    /// Columns whose texts are categories, whatever they look like, and however many there are.
    #[must_use]
    pub fn categorical<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.options.categorical = names.into_iter().map(Into::into).collect();
        self
    }

    /// What messages call the table.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The table, its columns used as the roles say.
    ///
    /// # Errors
    /// [`TableError`]: as [`Table::read`], and columns that are not equally long.
    pub fn build(self, roles: &Roles, policy: MissingPolicy) -> Result<Table, TableError> {
        let _environment = environment::guard();
        let name = self.name.clone();
        let table = self.raw(roles).and_then(|raw| assemble(raw, policy));
        table.map_err(|fault| TableError { table: name, fault })
    }

    fn raw(self, roles: &Roles) -> Result<Raw, TableFault> {
        let header = Header::new(self.columns.iter().map(|(name, _)| name.as_bytes()))?;
        let places = Places::find(&header, roles)?;
        let n_rows = self.columns.first().map_or(0, |(_, column)| column.len());
        let other = self
            .columns
            .iter()
            .find(|(_, column)| column.len() != n_rows);
        if let Some((name, column)) = other {
            return Err(TableFault::Length {
                column: name.clone(),
                found: column.len(),
                expected: n_rows,
            });
        }
        let order_is_feature = places
            .order
            .and_then(|order| places.features.iter().position(|place| *place == order));
        let mut columns: Vec<Option<Column>> = self
            .columns
            .into_iter()
            .map(|(_, column)| Some(column))
            .collect();
        let mut take = |place: &usize| {
            let column = columns.get_mut(*place).and_then(Option::take);
            let cells = column.unwrap_or_else(|| Column::numbers(Vec::new())).0;
            let tally = Tally::of(&cells);
            (header.name(*place), Built { cells, tally })
        };
        Ok(Raw {
            name: self.name,
            is_explicit: roles.features.is_some(),
            options: self.options,
            features: places.features.iter().map(&mut take).collect(),
            targets: places.targets.iter().map(&mut take).collect(),
            weights: places.weights.as_ref().map(&mut take),
            split: places.split.as_ref().map(&mut take),
            group: places.group.as_ref().map(&mut take),
            order: match (order_is_feature, places.order) {
                (Some(at), _) => Some(Order::Feature(at)),
                (None, place) => place.as_ref().map(&mut take).map(Order::Own),
            },
            unnamed: places
                .unnamed
                .iter()
                .map(|place| (place + 1, take(place).1))
                .collect(),
            rows: RowNumbers::counting(n_rows),
            n_rows,
            last_row: n_rows as u64,
            ..Raw::default()
        })
    }
}
