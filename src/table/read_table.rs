//! A table out of a file.

use super::assemble::{Order, Raw, assemble};
use super::cell::Cell;
use super::column_builder::ColumnBuilder;
use super::error::{TableError, TableFault};
use super::in_memory::Table;
use super::missing::MissingPolicy;
use super::reader::TableReader;
use super::roles::{Places, Roles};
use crate::numerics::environment;

/// A column that is read.
struct Reading {
    place: usize,
    builder: ColumnBuilder,
    is_number: bool,
}

impl Reading {
    fn of(place: usize, builder: ColumnBuilder) -> Self {
        Self {
            place,
            builder,
            is_number: false,
        }
    }
}

impl Table {
    /// Reads all rows.
    ///
    /// # Errors
    /// [`TableError`]: no target, a column that is not there or has two roles, a target or a weight that is no number,
    /// columns that cannot be features, with [`MissingPolicy::Error`] a feature that is missing, and no memory.
    pub fn read(
        mut reader: TableReader,
        roles: &Roles,
        policy: MissingPolicy,
    ) -> Result<Self, TableError> {
        let _environment = environment::guard();
        reader.settle_names(roles.names())?;
        let raw = read(&mut reader, roles);
        let table = raw.and_then(|raw| assemble(raw, policy));
        table.map_err(|fault| reader.error(fault))
    }
}

fn read(reader: &mut TableReader, roles: &Roles) -> Result<Raw, TableFault> {
    let places = Places::find(reader.header(), roles)?;
    let declared = reader.header().find_all(&reader.options().categorical)?;
    let number = |place: usize| Reading {
        is_number: true,
        ..Reading::of(place, ColumnBuilder::new())
    };
    let any = |place: usize| match declared.contains(&place) {
        true => Reading::of(place, ColumnBuilder::of_texts()),
        false => Reading::of(place, ColumnBuilder::new()),
    };
    let label = |place: usize| Reading::of(place, ColumnBuilder::of_texts().keep_all());
    let order_is_feature = places
        .order
        .and_then(|order| places.features.iter().position(|f| *f == order));
    let own_order = places.order.filter(|_| order_is_feature.is_none());
    let mut columns: Vec<Reading> = Vec::new();
    columns.extend(places.features.iter().map(|place| any(*place)));
    columns.extend(places.targets.iter().map(|place| number(*place)));
    columns.extend(places.weights.map(number));
    columns.extend(places.split.map(label));
    columns.extend(places.group.map(label));
    columns.extend(own_order.map(|place| Reading::of(place, ColumnBuilder::new())));
    columns.extend(
        places
            .unnamed
            .iter()
            .map(|place| Reading::of(*place, ColumnBuilder::new())),
    );
    let mut raw = Raw {
        name: reader.table().to_owned(),
        is_explicit: roles.features.is_some(),
        options: reader.options().clone(),
        needed_delimiter: reader.needed_delimiter(),
        ..Raw::default()
    };
    while reader.next_row()? {
        raw.rows.push(reader.n_rows_read());
        raw.n_rows += 1;
        for column in &mut columns {
            let cell = reader.parsed(column.place)?;
            if let (Cell::Text(text), true) = (cell, column.is_number) {
                return Err(reader.not_a_number(column.place, text));
            }
            let pushed = column.builder.push(cell);
            if pushed.is_err() {
                return Err(TableFault::Memory {
                    rows: raw.n_rows as u64,
                    mib: columns.iter().map(|c| c.builder.n_bytes()).sum::<usize>() >> 20,
                });
            }
        }
    }
    raw.last_row = reader.n_rows_read();
    raw.notes = reader.notes().to_vec();
    let header = reader.header();
    let mut columns = columns.into_iter();
    let mut next = |place: &usize| {
        let built = columns.next().map(|column| column.builder.finish());
        (
            header.name(*place),
            built.unwrap_or_else(|| ColumnBuilder::new().finish()),
        )
    };
    raw.features = places.features.iter().map(&mut next).collect();
    raw.targets = places.targets.iter().map(&mut next).collect();
    raw.weights = places.weights.as_ref().map(&mut next);
    raw.split = places.split.as_ref().map(&mut next);
    raw.group = places.group.as_ref().map(&mut next);
    raw.order = match order_is_feature {
        Some(at) => Some(Order::Feature(at)),
        None => own_order.as_ref().map(&mut next).map(Order::Own),
    };
    let unnamed = places.unnamed.iter();
    raw.unnamed = unnamed.map(|place| (place + 1, next(place).1)).collect();
    Ok(raw)
}
