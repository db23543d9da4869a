//! `serve --demo`: people of every role and a guide in every state.
//!
//! They are made by the same commands that people use. Existing people and guides stay as they are.

mod guides;
mod people;

use annai_content::Schema;
use annai_storage::Database;

use crate::failure::Failure;
use people::DemoPerson;

/// The people and guides of the demonstration.
pub(super) struct Demo {
    people: Vec<DemoPerson>,
    guides: usize,
}

/// Adds the missing people and guides of the demonstration.
pub(super) async fn make(database: &Database, schema: &Schema) -> Result<Demo, Failure> {
    let mut people = people::invite(database).await?;
    let guides = guides::make(database, schema, &people).await?;
    people::give_passwords(database, &mut people).await?;
    Ok(Demo { people, guides })
}

impl Demo {
    /// Returns the table of people and passwords, for the person at the terminal.
    pub(super) fn describe(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .people
            .iter()
            .map(|person| {
                let earlier = || {
                    let email = &person.email;
                    format!("(as printed at the first start, or `annai user reset {email}`)")
                };
                let password = person.password.clone().unwrap_or_else(earlier);
                vec![
                    person.name.to_owned(),
                    person.role.as_str().to_owned(),
                    person.email.to_string(),
                    password,
                ]
            })
            .collect();
        let table = crate::verbs::table(&["name", "role", "email", "password"], &rows);
        format!(
            "\nDemonstration: {} guides added. These people can sign in:\n{table}",
            self.guides
        )
    }
}
