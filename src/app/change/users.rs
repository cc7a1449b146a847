//! Changes to test users: made, edited, renamed, removed.

use crate::app::document::{Document, TestUser};
use crate::domain::{AccountId, PasswordHash, Rules};

use super::ChangeError;

/// A test user as it shall be.
#[derive(Debug)]
pub struct UserEdit {
    /// Whom it replaces; `None` makes a new one.
    pub before: Option<String>,
    /// The user name, unique.
    pub name: String,
    /// What becomes of the password.
    pub password: NewPassword,
    /// Whose codes count.
    pub accounts: Vec<AccountId>,
    /// What is asked of it.
    pub rules: Rules,
}

/// What becomes of a password.
#[derive(Debug)]
pub enum NewPassword {
    /// It stays as it is; a new user has none.
    Keep,
    /// None is asked for any more.
    None,
    /// This one from now on.
    Hash(PasswordHash),
}

impl Document {
    /// A key that no failures or recovery codes were ever kept under: not even those of a removed user of the same name.
    fn new_user(&self, name: &str) -> TestUser {
        let key = Some(format!("{}:{name}", self.generation));
        TestUser { name: name.to_owned(), password: None, accounts: Vec::new(), key, rules: Rules::default() }
    }

    /// Takes in a user from elsewhere. Two users never share failures and recovery codes: one that comes with the key of another
    /// begins anew.
    pub(in crate::app) fn push_user(&mut self, mut user: TestUser) {
        if self.users.iter().any(|other| other.key() == user.key()) {
            user.key = Some(format!("{}:{}", self.generation, user.name));
        }
        self.users.push(user);
    }

    pub(super) fn join_user(
        &mut self,
        name: &str,
        password: Option<&PasswordHash>,
        account: AccountId,
    ) -> Result<(), ChangeError> {
        self.held(account)?;
        if self.user(name).is_none() {
            self.users.push(self.new_user(name));
        }
        for user in self.users.iter_mut().filter(|user| user.name == name) {
            if !user.accounts.contains(&account) {
                user.accounts.push(account);
            }
            if let Some(password) = password {
                user.password = Some(password.clone());
            }
        }
        Ok(())
    }

    pub(super) fn put_user(&mut self, edit: &UserEdit) -> Result<(), ChangeError> {
        if edit.before.as_ref() != Some(&edit.name) && self.user(&edit.name).is_some() {
            return Err(ChangeError::SameName);
        }
        for account in &edit.accounts {
            self.held(*account)?;
        }
        let at = match &edit.before {
            Some(before) => self.users.iter().position(|user| user.name == *before).ok_or(ChangeError::NoSuchUser)?,
            None => {
                self.users.push(self.new_user(&edit.name));
                self.users.len() - 1
            }
        };
        let user = self.users.get_mut(at).ok_or(ChangeError::NoSuchUser)?;
        if user.name != edit.name {
            // What was kept under the old name stays there.
            user.key = Some(user.key().to_owned());
            self.kept.rename_user(&user.name, &edit.name);
            user.name.clone_from(&edit.name);
        }
        match &edit.password {
            NewPassword::Keep => {}
            NewPassword::None => user.password = None,
            NewPassword::Hash(hash) => user.password = Some(hash.clone()),
        }
        user.accounts.clone_from(&edit.accounts);
        user.accounts.dedup();
        user.rules = edit.rules;
        Ok(())
    }

    pub(super) fn remove_user(&mut self, name: &str) -> Result<(), ChangeError> {
        let at = self.users.iter().position(|user| user.name == *name).ok_or(ChangeError::NoSuchUser)?;
        self.users.remove(at);
        self.kept.forget_user(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::change::Change;
    use crate::domain::{Guard, Preset};

    fn edit(before: Option<&str>, name: &str) -> Change {
        let before = before.map(str::to_owned);
        let rules = Preset::Strict.rules();
        Change::PutUser(UserEdit { before, name: name.into(), password: NewPassword::Keep, accounts: vec![], rules })
    }

    #[test]
    fn a_renamed_user_keeps_its_key_and_what_this_version_does_not_know() {
        let old = r#"{"schema":1,"generation":7,"accounts":[],"users":[{"name":"alice","accounts":[],"mood":{"bright":1}}]}"#;
        let mut document = Document::from_json(old).unwrap();
        assert_eq!(document.to_json().as_str(), old, "an older document's user is written back to the letter");
        assert_eq!(document.users[0].rules, Rules::default());
        document.apply(&edit(Some("alice"), "bob")).unwrap();
        let text = document.to_json();
        let bob = r#"{"name":"bob","accounts":[],"key":"alice","window":0,"one_time":true,"guard":"strict","mood":{"bright":1}}"#;
        assert!(text.contains(bob), "{}", text.as_str());
        document.apply(&edit(Some("bob"), "carol")).unwrap();
        // The name is free again, and whoever takes it has nothing of the other's.
        document.apply(&edit(None, "alice")).unwrap();
        let keys: Vec<_> = document.users.iter().map(|user| (user.name.as_str(), user.key())).collect();
        assert_eq!(keys, [("carol", "alice"), ("alice", "7:alice")]);
        let again = Document::from_json(&document.to_json()).unwrap();
        assert_eq!(again.users.iter().map(TestUser::key).collect::<Vec<_>>(), ["alice", "7:alice"]);
        assert_eq!(again.users[1].rules.guard, Guard::Strict);
    }

    #[test]
    fn a_user_from_a_backup_does_not_share_the_failures_of_one_that_is_here() {
        let read =
            |users: &str| Document::from_json(&format!(r#"{{"schema":1,"generation":7,"accounts":[],"users":[{users}]}}"#));
        let mut here = read(r#"{"name":"bob","accounts":[],"key":"alice"},{"name":"carol","accounts":[]}"#).unwrap();
        let backup = read(r#"{"name":"alice","accounts":[]},{"name":"carol","accounts":[],"guard":"off"}"#).unwrap();
        here.merge(&backup);
        let mut keys: Vec<_> = here.users.iter().map(TestUser::key).collect();
        assert_eq!((here.users.len(), &keys[..3]), (4, &["alice", "carol", "7:alice"][..]));
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4);
        // Other rules are a difference: both stay, and the one here as it is.
        assert_eq!(here.users[1].rules.guard, Guard::Recommended);
        assert_eq!(here.users[3].rules.guard, Guard::Off);
    }

    #[test]
    fn names_are_unique_and_users_must_be_there() {
        let mut document = Document::default();
        document.apply(&edit(None, "alice")).unwrap();
        document.apply(&edit(None, "bob")).unwrap();
        for (change, error) in [
            (edit(None, "alice"), ChangeError::SameName),
            (edit(Some("alice"), "bob"), ChangeError::SameName),
            (edit(Some("dave"), "erin"), ChangeError::NoSuchUser),
            (Change::RemoveUser { name: "dave".into() }, ChangeError::NoSuchUser),
        ] {
            assert_eq!(document.apply(&change), Err(error));
        }
        document.apply(&edit(Some("alice"), "alice")).unwrap();
    }

    #[test]
    fn rules_that_are_not_understood_are_not_guessed() {
        for field in [r#""guard":"lenient""#, r#""guard":7"#, r#""window":11"#, r#""one_time":"yes""#, r#""key":7"#] {
            let text = format!(r#"{{"schema":1,"generation":1,"accounts":[],"users":[{{"name":"a","accounts":[],{field}}}]}}"#);
            let document = Document::from_json(&text).unwrap();
            assert_eq!((document.users.len(), document.odd()), (0, 1), "{field}");
            assert_eq!(document.to_json().as_str(), text);
        }
    }
}
