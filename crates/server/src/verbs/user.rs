use annai_domain::{Actor, EmailAddress, Locale, RoleSet, UserId};
use annai_identity::{
    Invitation, NewUser, create_user, disable_user, enable_user, issue_reset, set_roles,
};
use annai_storage::{Database, WriteTx, users};

use crate::cli::User as Verb;
use crate::database::with_database;
use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;
use crate::verbs::{print_json, table};

/// Runs one of the `user` commands in the operator's name.
pub(crate) async fn run(settings: &Settings, verb: Verb) -> Result<(), Failure> {
    with_database(settings, async |database| match verb {
        Verb::Create {
            email,
            name,
            roles,
            locale,
        } => {
            let user = NewUser {
                email,
                display_name: name,
                roles: RoleSet::new(roles),
                locale,
            };
            let mut tx = database.begin(Actor::operator()).await?;
            let invitation = create_user(&mut tx, user).await?;
            tx.commit().await?;
            print_link(settings, "invite", &invitation);
            Ok(())
        }
        Verb::List { json } => list(database, json).await,
        Verb::SetRoles { email, roles } => {
            let roles = RoleSet::new(roles);
            change(database, &email, async |tx, user_id| {
                set_roles(tx, user_id, &roles).await
            })
            .await
        }
        Verb::Disable { email } => {
            change(database, &email, async |tx, user_id| {
                disable_user(tx, user_id).await
            })
            .await
        }
        Verb::Enable { email } => {
            change(database, &email, async |tx, user_id| {
                enable_user(tx, user_id).await
            })
            .await
        }
        Verb::Reset { email } => reset(settings, database, &email).await,
    })
    .await
}

async fn change(
    database: &Database,
    email: &EmailAddress,
    command: impl AsyncFnOnce(&mut WriteTx, UserId) -> Result<(), annai_identity::IdentityError>,
) -> Result<(), Failure> {
    let user = find(database, email).await?;
    let mut tx = database.begin(Actor::operator()).await?;
    command(&mut tx, user.user_id).await?;
    Ok(tx.commit().await?)
}

async fn reset(
    settings: &Settings,
    database: &Database,
    email: &EmailAddress,
) -> Result<(), Failure> {
    let user = find(database, email).await?;
    let mut tx = database.begin(Actor::operator()).await?;
    let invitation = issue_reset(&mut tx, user.user_id).await?;
    tx.commit().await?;
    let page = if user.password_hash.is_some() {
        "reset"
    } else {
        "invite"
    };
    print_link(settings, page, &invitation);
    Ok(())
}

async fn find(database: &Database, email: &EmailAddress) -> Result<users::User, Failure> {
    users::find_by_email(&database.reader(), email)
        .await?
        .ok_or_else(|| {
            Failure::message(
                Code::Data,
                format!("there is no user with the address {email}"),
            )
            .hint("`annai user list` shows all users")
        })
}

fn print_link(settings: &Settings, page: &str, invitation: &Invitation) {
    let token = invitation.token.expose();
    output::link(settings, &format!("/admin/{page}/{token}"));
    output::note(&format!(
        "The link works once, until {}.",
        invitation.expires_at
    ));
}

/// A user in the output of `--json`, without secrets.
#[derive(serde::Serialize)]
struct UserView {
    user_id: UserId,
    email: EmailAddress,
    display_name: String,
    roles: RoleSet,
    locale: Locale,
    state: &'static str,
}

impl From<users::User> for UserView {
    fn from(user: users::User) -> Self {
        let state = match (user.disabled_at, &user.password_hash) {
            (Some(_), _) => "disabled",
            (None, None) => "invited",
            (None, Some(_)) => "active",
        };
        let users::User {
            user_id,
            email,
            display_name,
            roles,
            locale,
            ..
        } = user;
        Self {
            user_id,
            email,
            display_name,
            roles,
            locale,
            state,
        }
    }
}

async fn list(database: &Database, json: bool) -> Result<(), Failure> {
    let users: Vec<UserView> = users::list(&database.reader())
        .await?
        .into_iter()
        .map(UserView::from)
        .collect();
    if json {
        return print_json(&users);
    }
    let rows: Vec<Vec<String>> = users
        .into_iter()
        .map(|user| {
            let roles: Vec<&str> = user.roles.iter().map(annai_domain::Role::as_str).collect();
            vec![
                user.email.into(),
                user.display_name,
                roles.join(","),
                user.state.to_owned(),
            ]
        })
        .collect();
    output::line(&table(&["email", "name", "roles", "state"], &rows));
    Ok(())
}
