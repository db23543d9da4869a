//! `serve --demo`: people of every role and a guide in every state, made by the same commands
//! that people use. What is there already is left as it is.

mod guides;
mod people;

use annai_content::Schema;
use annai_storage::Database;

use crate::failure::Failure;
use people::DemoPerson;

/// What the demonstration added.
pub(super) struct Demo {
    people: Vec<DemoPerson>,
    guides: usize,
}

/// Adds what is missing of the demonstration.
pub(super) async fn make(database: &Database, schema: &Schema) -> Result<Demo, Failure> {
    let people = people::make(database).await?;
    let guides = guides::make(database, schema, &people).await?;
    Ok(Demo { people, guides })
}

impl Demo {
    /// The table of people and passwords, for the person at the terminal.
    pub(super) fn describe(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .people
            .iter()
            .map(|person| {
                let password = person
                    .password
                    .clone()
                    .unwrap_or_else(|| "(as printed at the first start)".to_owned());
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
            "\nDemonstration: {} guides added. These people can sign in (`annai user reset EMAIL` gives a new password):\n{table}",
            self.guides
        )
    }
}
