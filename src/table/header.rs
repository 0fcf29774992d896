//! The columns' names.

use std::collections::BTreeMap;

use super::error::TableFault;

/// The most columns whose names are read.
pub(super) const MOST_COLUMNS: usize = 1 << 20;

/// Names in the order of the columns, each once but for columns without a name.
#[derive(Debug, Clone)]
pub struct Header {
    names: Vec<String>,
    places: BTreeMap<String, usize>,
    /// The line of names holds numbers, so that it may be a row.
    has_numbers: bool,
}

impl Header {
    /// From the cells of the first line; blanks at both ends do not count.
    pub(super) fn new<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Result<Self, TableFault> {
        let (mut names, mut places) = (Vec::new(), BTreeMap::new());
        let mut has_numbers = false;
        for (at, cell) in cells.enumerate() {
            if at == MOST_COLUMNS {
                return Err(TableFault::TooManyColumns { most: MOST_COLUMNS });
            }
            let name = std::str::from_utf8(cell)
                .map_err(|_| TableFault::NameNotUtf8 { column: at + 1 })?
                .trim();
            names.push(name.to_owned());
            // An index column often has no name; two of those are no conflict.
            if name.is_empty() {
                continue;
            }
            has_numbers |= name.parse::<f64>().is_ok_and(f64::is_finite);
            if let Some(first) = places.insert(name.to_owned(), at) {
                return Err(TableFault::DuplicateName {
                    name: name.to_owned(),
                    first: first + 1,
                    second: at + 1,
                });
            }
        }
        Ok(Self {
            names,
            places,
            has_numbers,
        })
    }

    /// `c1`, `c2`, … of a table without a line of names.
    pub(super) fn numbered(n_columns: usize) -> Result<Self, TableFault> {
        let names: Vec<String> = (1..=n_columns).map(|place| format!("c{place}")).collect();
        Self::new(names.iter().map(String::as_bytes))
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a column: `c3` of the third where it has none.
    #[must_use]
    pub fn name(&self, place: usize) -> String {
        match self.names.get(place) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("c{}", place + 1),
        }
    }

    /// The place of the column `name`, from 0.
    ///
    /// # Errors
    /// [`TableFault::NoColumn`] with the names nearest to it, [`TableFault::WrongDelimiter`] where the one
    /// name there is looks like several.
    pub fn find(&self, name: &str) -> Result<usize, TableFault> {
        let wanted = name.trim();
        if let Some(place) = self.places.get(wanted) {
            return Ok(*place);
        }
        if let Some(place) = self.unnamed(wanted) {
            return Ok(place);
        }
        if let [only] = self.names.as_slice() {
            let separators = [
                (';', "semicolons"),
                ('\t', "tabs"),
                (',', "commas"),
                ('|', "bars"),
                (' ', "spaces"),
                (':', "colons"),
            ];
            let separator = separators.iter().find(|(mark, _)| match mark {
                // Many a name holds one of these itself.
                ' ' | ':' => only.split(*mark).any(|name| name == wanted),
                _ => only.contains(*mark),
            });
            if let Some((_, separator)) = separator {
                return Err(TableFault::WrongDelimiter {
                    name: wanted.to_owned(),
                    only: only.clone(),
                    separator,
                });
            }
        }
        Err(TableFault::NoColumn {
            name: wanted.to_owned(),
            near: self.near(wanted),
            n_columns: self.names.len(),
            may_be_row: self.has_numbers,
        })
    }

    /// The place of a column without a name that is asked for as `c3`.
    fn unnamed(&self, wanted: &str) -> Option<usize> {
        let place: usize = wanted.strip_prefix('c')?.parse().ok()?;
        let place = place.checked_sub(1)?;
        let is_unnamed = self.names.get(place)?.is_empty();
        (is_unnamed && !wanted.starts_with("c0") && !wanted.contains('+')).then_some(place)
    }

    /// The places of several columns.
    ///
    /// # Errors
    /// As [`find`](Self::find), of the first that is not there.
    pub fn find_all(&self, names: &[String]) -> Result<Vec<usize>, TableFault> {
        names.iter().map(|name| self.find(name)).collect()
    }

    /// Up to five names like `wanted`, the nearest first; all names where there are few.
    fn near(&self, wanted: &str) -> Vec<String> {
        const MOST: usize = 5;
        if self.names.len() <= MOST {
            return (0..self.names.len())
                .map(|place| self.name(place))
                .collect();
        }
        let lower = wanted.to_lowercase();
        let most_edits = 1 + wanted.chars().count() / 3;
        let mut near: Vec<(usize, &String)> = self
            .names
            .iter()
            .filter(|name| !name.is_empty())
            .filter_map(|name| {
                let other = name.to_lowercase();
                let holds = lower.len() >= 3 && other.contains(&lower);
                let edits = edits(&lower, &other, most_edits);
                // A name of which every letter changed is another name.
                let most = most_edits.min(lower.len().max(other.len()) - 1);
                (holds || edits <= most).then_some((edits, name))
            })
            .collect();
        near.sort();
        near.truncate(MOST);
        near.into_iter().map(|(_, name)| name.clone()).collect()
    }
}

/// Levenshtein's distance, or anything above `most` where it is more.
fn edits(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(line: &str) -> Result<Header, TableFault> {
        Header::new(line.split(',').map(str::as_bytes))
    }

    #[test]
    fn edits_are_levenshteins() {
        assert_eq!(edits("kitten", "sitting", 9), 3);
        assert_eq!(edits("", "abc", 9), 3);
        assert_eq!(edits("abc", "abc", 9), 0);
        assert!(edits("abc", "abcdefghij", 2) > 2);
    }

    #[test]
    fn near_names_are_near() {
        let header = header("id,length,weight,height,colour,price_per_m2,Width").unwrap();
        let near = |name: &str| header.near(name);
        assert_eq!(near("widht"), ["Width", "weight"]);
        assert_eq!(near("price"), ["price_per_m2"]);
        assert!(near("zzzzzz").is_empty());
    }

    #[test]
    fn a_name_is_there_once_but_several_columns_may_have_none() {
        assert!(matches!(
            header("a,b,a"),
            Err(TableFault::DuplicateName {
                first: 1,
                second: 3,
                ..
            })
        ));
        assert!(matches!(
            header("a, a"),
            Err(TableFault::DuplicateName { .. })
        ));
        assert_eq!(header(",,x").unwrap().find("x").unwrap(), 2);
    }

    #[test]
    fn a_column_without_a_name_has_its_place_for_one() {
        let header = header("x,,y,c4,").unwrap();
        assert_eq!(header.find("c2").unwrap(), 1);
        assert_eq!(header.find("c4").unwrap(), 3);
        assert_eq!(header.find("c5").unwrap(), 4);
        for wrong in ["c1", "c3", "c6", "c0", "c02", "c+2", "c"] {
            assert!(header.find(wrong).is_err(), "{wrong}");
        }
        assert_eq!(header.name(1), "c2");
    }
}
