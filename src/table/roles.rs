//! Which columns are what.

use super::error::TableFault;
use super::header::Header;
use super::split_spec::SplitSpec;

/// The most features one network is fitted with.
pub const MAX_FEATURES: usize = 10_000;

/// Which columns are what, by their names.
///
/// Several targets are predicted together. Without `features` every other column that has a name is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Roles {
    /// What is predicted; at least one.
    pub targets: Vec<String>,
    /// What it is predicted from; all others that have a name where none is given.
    pub features: Option<Vec<String>>,
    /// The weight of each row in training and in scores.
    pub weights: Option<String>,
    /// The column that says of each row which [`Part`](super::Part) it belongs to.
    pub split: Option<String>,
    /// The column whose equal values stay in one part.
    pub group: Option<String>,
    /// The column whose last values are tested on; it may be a feature.
    pub order: Option<String>,
}

impl Roles {
    /// Targets, and all other columns to predict them from.
    #[must_use]
    pub fn of_targets<S: Into<String>>(targets: impl IntoIterator<Item = S>) -> Self {
        Self {
            targets: targets.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The roles with these features.
    #[must_use]
    pub fn with_features<S: Into<String>>(self, features: impl IntoIterator<Item = S>) -> Self {
        Self {
            features: Some(features.into_iter().map(Into::into).collect()),
            ..self
        }
    }

    /// The roles with the weight of each row.
    #[must_use]
    pub fn with_weights(self, weights: impl Into<String>) -> Self {
        Self {
            weights: Some(weights.into()),
            ..self
        }
    }

    /// The roles with the columns that this way to split needs.
    #[must_use]
    pub fn with_split(self, spec: &SplitSpec) -> Self {
        Self {
            split: spec.part_column().map(str::to_owned),
            group: spec.group().map(str::to_owned),
            order: spec.order().map(str::to_owned),
            ..self
        }
    }

    /// Every name that is asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        let features = self.features.iter().flatten();
        let others = [&self.weights, &self.split, &self.group, &self.order];
        let others = others.into_iter().flatten();
        self.targets.iter().chain(features).chain(others)
    }
}

/// Places of the columns by what they are for.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) features: Vec<usize>,
    pub(super) targets: Vec<usize>,
    pub(super) weights: Option<usize>,
    pub(super) split: Option<usize>,
    pub(super) group: Option<usize>,
    pub(super) order: Option<usize>,
    /// Columns without a name that have no role.
    pub(super) unnamed: Vec<usize>,
}

impl Places {
    /// Finds every column of `roles`.
    pub(super) fn find(header: &Header, roles: &Roles) -> Result<Self, TableFault> {
        if roles.targets.is_empty() {
            return Err(TableFault::NoTargets);
        }
        let targets = header.find_all(&roles.targets)?;
        let mut taken: Vec<Option<&'static str>> = vec![None; header.names().len()];
        let mut take = |place: usize, role: &'static str| match taken[place].replace(role) {
            Some(first) => Err(TableFault::TwoRoles {
                name: header.name(place),
                first,
                second: role,
            }),
            None => Ok(()),
        };
        for place in &targets {
            take(*place, "a target")?;
        }
        let mut take_named = |name: &Option<String>, role| {
            let place = name.as_ref().map(|name| header.find(name));
            let place = place.transpose()?;
            place.map_or(Ok(None), |place| take(place, role).map(|()| Some(place)))
        };
        let weights = take_named(&roles.weights, "the weights")?;
        let split = take_named(&roles.split, "the split column")?;
        let group = take_named(&roles.group, "the group column")?;
        // When a row was taken may well say something of its target: it may be a feature too.
        let order = roles.order.as_ref().map(|name| header.find(name));
        let order = order.transpose()?;
        if let Some(features) = &roles.features {
            for place in header.find_all(features)? {
                take(place, "a feature")?;
            }
        }
        if let Some((place, role)) = order.and_then(|place| Some((place, taken[place]?)))
            && role != "a feature"
        {
            return Err(TableFault::TwoRoles {
                name: header.name(place),
                first: role,
                second: "the order column",
            });
        }
        let free = |is_named: bool| {
            let of = move |place: &usize| header.names()[*place].is_empty() != is_named;
            let taken = &taken;
            (0..taken.len()).filter(move |place| taken[*place].is_none() && of(place))
        };
        let features = match &roles.features {
            Some(names) => header.find_all(names)?,
            None => free(true).collect(),
        };
        let unnamed = match &roles.features {
            Some(_) => Vec::new(),
            None => free(false).filter(|place| order != Some(*place)).collect(),
        };
        if features.len() > MAX_FEATURES {
            return Err(TableFault::TooManyFeatures {
                found: features.len(),
                most: MAX_FEATURES,
            });
        }
        if features.is_empty() {
            let reason = "the table has no other column".to_owned();
            return Err(TableFault::NoFeatures { reason });
        }
        Ok(Self {
            features,
            targets,
            weights,
            split,
            group,
            order,
            unnamed,
        })
    }
}
