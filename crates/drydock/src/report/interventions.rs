//! What the driver did to operations on purpose, and how the results differ from what the volume alone would give.

use serde::{Deserialize, Serialize};

use crate::model::operation::intervention::{self, Intervention};

/// Most differences that are told.
const MOST: usize = 20;

/// Operations that the driver decided itself. No rule is broken by them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interventions {
    /// Completed in a pre-operation callback.
    pub completed: u64,
    /// Sent on with changed parameters.
    pub parameters: u64,
    /// Given another status or information in a post-operation callback.
    pub results: u64,
    /// Files made, written or changed by operations of its own.
    #[serde(default)]
    pub own_changes: u64,
    /// Results that a program got, since the first of these, and would not have got from the volume alone.
    pub differences: u64,
    /// The first of those.
    pub told: Vec<String>,
}

impl Interventions {
    /// Notes a difference.
    pub fn differ(&mut self, site: &str, detail: &str) {
        self.differences += 1;
        if self.told.len() < MOST {
            self.told.push(format!("{site}: {detail}"));
        }
    }

    /// Whether it has stepped in at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.completed + self.parameters + self.results + self.own_changes != 0
    }

    /// Takes the counts of the operations.
    pub fn complete(&mut self) {
        self.completed = intervention::counted(Intervention::Completed);
        self.parameters = intervention::counted(Intervention::Parameters);
        self.results = intervention::counted(Intervention::Result);
        self.own_changes = intervention::counted(Intervention::OwnChange);
    }
}
