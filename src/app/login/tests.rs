//! The same work is done whatever is wrong, counted in a state that keeps nothing.

use zeroize::Zeroizing;

use super::*;
use crate::app::document::Record;
use crate::app::history::{Filter, Index};
use crate::app::ports::{Attempt, DriftPoint};
use crate::app::uses::Uses;
use crate::domain::{Account, AccountId, Counters, Guard, Rules, code_at};

/// Counts calls, and keeps what was written last.
#[derive(Default)]
struct Counting {
    begun: usize,
    written: Vec<String>,
    locked: bool,
}

impl State for Counting {
    fn last_used(&mut self, _: &Sequence) -> Result<Option<Step>, StateError> {
        Ok(None)
    }
    fn used_since(&mut self, _: &Sequence, _: Step) -> Result<Vec<Step>, StateError> {
        Ok(vec![])
    }
    fn burn(&mut self, _: &Sequence, _: Step, _: UnixTime) -> Result<bool, StateError> {
        Ok(true)
    }
    fn begin(&mut self, attempt: &Try<'_>) -> Result<Begun, StateError> {
        if self.locked {
            return Ok(Begun::Locked(crate::domain::Lock::Disabled));
        }
        self.begun += 1;
        self.written.push(attempt.line.reason.clone());
        Ok(Begun::Open(Ticket { line: 1, mark: None }))
    }
    fn fail(&mut self, _: &Ticket, line: &Attempt) -> Result<(), StateError> {
        self.written.push(line.reason.clone());
        Ok(())
    }
    fn succeed(&mut self, _: &Ticket, _: &Spent, line: &Attempt) -> Result<bool, StateError> {
        self.written.push(line.reason.clone());
        Ok(true)
    }
    fn look(&mut self, _: &Moment) -> Result<(), StateError> {
        Ok(())
    }
    fn counters(&mut self, _: &UserKey) -> Result<Counters, StateError> {
        Ok(Counters::default())
    }
    fn reset_counters(&mut self, _: &UserKey, _: &Attempt) -> Result<(), StateError> {
        Ok(())
    }
    fn forget_used(&mut self, _: &[Sequence], _: &Attempt) -> Result<(), StateError> {
        Ok(())
    }
    fn drift(&mut self, _: &Sequence) -> Result<i64, StateError> {
        Ok(0)
    }
    fn store_drift(&mut self, _: &Sequence, _: i64, _: &Attempt) -> Result<(), StateError> {
        Ok(())
    }
    fn recovery(&mut self, _: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError> {
        Ok(vec![])
    }
    fn make_recovery(&mut self, _: &UserKey, _: &[RecoveryHash], _: &Attempt) -> Result<(), StateError> {
        Ok(())
    }
    fn forget_user(&mut self, _: &UserKey) -> Result<(), StateError> {
        Ok(())
    }
    fn record(&mut self, line: &Attempt) -> Result<(), StateError> {
        self.written.push(line.reason.clone());
        Ok(())
    }
    fn find(&mut self, _: &Filter) -> Result<Index, StateError> {
        Ok(Index::default())
    }
    fn lines(&mut self, _: &[i64]) -> Result<Vec<Attempt>, StateError> {
        Ok(vec![])
    }
    fn drifts(&mut self, _: AccountId, _: usize) -> Result<Vec<DriftPoint>, StateError> {
        Ok(vec![])
    }
    fn clear_history(&mut self) -> Result<(), StateError> {
        Ok(())
    }

    fn count_use(&mut self, _: AccountId, _: UnixTime) -> Result<(), StateError> {
        Ok(())
    }

    fn uses(&mut self) -> Result<Uses, StateError> {
        Ok(Uses::default())
    }

    fn forget_uses(&mut self, _: &[AccountId]) -> Result<(), StateError> {
        Ok(())
    }
}

fn document(password: Option<&str>) -> Document {
    let account = Account {
        id: AccountId::from_bytes([1; 16]),
        issuer: "Example".into(),
        name: "alice".into(),
        params: OtpParams::default(),
        tags: vec![],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: UnixTime::EPOCH,
    };
    let user = |name: &str, accounts| TestUser {
        name: name.into(),
        password: password.map(|password| PasswordHash::new(&Password::new(password).unwrap(), [1; 16])),
        accounts,
        key: None,
        rules: Rules { guard: Guard::Recommended, ..Rules::default() },
    };
    let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
    Document {
        accounts: vec![Record { account, secret, trashed: None }],
        users: vec![user("alice", vec![AccountId::from_bytes([1; 16])]), user("nobody", vec![])],
        ..Document::default()
    }
}

fn form(user: &str, password: &str, code: &str) -> LoginForm {
    LoginForm { user: user.into(), password: Password::new(password).ok(), code: Zeroizing::new(code.to_owned()) }
}

const NOW: Moment = Moment::of_wall(UnixTime::from_secs(1_111_111_109));

/// How many passwords were hashed and how many codes were looked up by one login, and what was written.
fn work(document: &Document, form: LoginForm, locked: bool) -> ((u32, u32), Vec<String>, Verdict) {
    let mut state = Counting { locked, ..Counting::default() };
    let before = crate::domain::password::hashes_made();
    let codes = crate::domain::verify::searches_made();
    let verdict = log_in(document, form, &NOW, &mut state).unwrap().verdict;
    let made = (crate::domain::password::hashes_made() - before, crate::domain::verify::searches_made() - codes);
    (made, state.written, verdict)
}

#[test]
fn the_same_work_is_done_whatever_is_wrong() {
    let params = OtpParams::default();
    let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
    let right = code_at(&params, &secret, params.step_at(NOW.wall));
    let right = right.as_str();
    for password in [Some("correct horse"), None] {
        let document = document(password);
        let rows = [
            ("alice", "correct horse", "000000", false, "wrong-code"),
            ("alice", "correct horse", right, false, "accepted"),
            ("alice", "correct horse", "AAAA-AAAA-AAAA-AAAA", false, "wrong-recovery-code"),
            ("alice", "correct horse", "12", false, "not-a-code"),
            ("alice", "correct horse", right, true, "disabled"),
            ("bob", "correct horse", right, false, "unknown-user"),
            ("bob", "", right, false, "unknown-user"),
            ("nobody", "correct horse", right, false, "no-account"),
        ];
        for (user, typed, code, locked, reason) in rows {
            let (made, written, verdict) = work(&document, form(user, typed, code), locked);
            assert_eq!((made, key(&verdict)), ((1, 1), reason), "{user} {password:?}");
            assert_eq!(written.last().map(String::as_str), Some(reason));
            let counted = ["wrong-code", "accepted", "wrong-recovery-code"].contains(&reason);
            assert_eq!(written.len(), if counted { 2 } else { 1 }, "{reason}: what is no try is not begun");
        }
    }
    for typed in ["wrong", ""] {
        let (made, written, verdict) = work(&document(Some("correct horse")), form("alice", typed, right), false);
        assert_eq!((made, key(&verdict)), ((1, 1), "wrong-password"));
        assert_eq!(written, ["interrupted", "wrong-password"]);
    }
}
