//! The columns of a table, told from the SQL that made it.

use super::MAX_COLUMNS;

/// The longest SQL that is looked at, in bytes.
const MAX_SQL: usize = 64 << 10;

/// A piece of SQL.
#[derive(PartialEq, Eq)]
enum Token {
    /// A word, in lower case: a name, a number, a keyword.
    Word(String),
    /// A name or a text in quotes, without them, in lower case.
    Quoted(String),
    Sign(char),
}

/// The names of the columns in lower case, in the order of their values in a row; `None` if they cannot be told: no `CREATE TABLE`,
/// computed columns, which have no value in a row, or a table without row numbers.
pub(super) fn of(sql: &str) -> Option<Vec<String>> {
    let mut tokens = tokens(Some(sql).filter(|sql| sql.len() <= MAX_SQL)?)?.into_iter();
    let word = |token: Option<Token>, wanted: &str| matches!(token, Some(Token::Word(word)) if word == wanted);
    if !word(tokens.next(), "create") || !word(tokens.next(), "table") {
        return None;
    }
    // The name, perhaps after "if not exists", up to the list.
    tokens.by_ref().find(|token| *token == Token::Sign('('))?;
    let (mut columns, mut depth, mut begins, mut constraints) = (Vec::new(), 1, true, false);
    for token in tokens.by_ref() {
        match token {
            Token::Sign(_) if begins => return None,
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth -= 1,
            Token::Sign(',') if depth == 1 => {
                begins = true;
                continue;
            }
            Token::Word(word) if begins && ["constraint", "primary", "unique", "check", "foreign"].contains(&word.as_str()) => {
                constraints = true;
            }
            // Constraints stand behind all columns.
            Token::Word(name) | Token::Quoted(name) if begins && !constraints && !columns.contains(&name) => {
                if columns.len() >= MAX_COLUMNS {
                    return None;
                }
                columns.push(name);
            }
            Token::Word(word) if !begins && depth == 1 && !constraints && ["generated", "as"].contains(&word.as_str()) => {
                return None;
            }
            _ if begins => return None,
            _ => {}
        }
        begins = false;
        if depth == 0 {
            break;
        }
    }
    let without = tokens.any(|token| matches!(token, Token::Word(word) if word == "without"));
    (depth == 0 && !without && !columns.is_empty()).then_some(columns)
}

/// `sql` in pieces, without white space and comments; `None` where a quote has no end.
fn tokens(sql: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..)?;
        let in_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii();
        rest = if rest.starts_with("--") {
            rest.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, rest)| rest)
        } else if let '\'' | '"' | '`' | '[' = first {
            let close = if first == '[' { ']' } else { first };
            let mut name = String::new();
            let mut inside = after;
            loop {
                let (part, behind) = inside.split_once(close)?;
                name.push_str(part);
                // Twice is once, and no end.
                match behind.strip_prefix(close).filter(|_| close != ']') {
                    Some(behind) => inside = behind,
                    None => break inside = behind,
                }
                name.push(close);
            }
            tokens.push(Token::Quoted(name.to_lowercase()));
            inside
        } else if in_word(first) {
            let end = rest.find(|letter| !in_word(letter)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..end)?.to_lowercase()));
            rest.get(end..)?
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            after
        };
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_or_not() {
        let long = format!("CREATE TABLE t ({})", (0..2001).map(|n| format!("c{n}")).collect::<Vec<_>>().join(","));
        let rows: &[(&str, Option<&[&str]>)] = &[
            ("CREATE TABLE t (a, b)", Some(&["a", "b"])),
            (
                "create table \"t\"(A INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `b c` TEXT DEFAULT ',)', [d] VARCHAR(3, 4))",
                Some(&["a", "b c", "d"]),
            ),
            ("CREATE TABLE t (a /* , x */, -- y,\n b DEFAULT (1 + (2, 3)) CHECK (b > 0))", Some(&["a", "b"])),
            (
                "CREATE TABLE t (a, b, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES u(as), CHECK (a > 0), UNIQUE (b))",
                Some(&["a", "b"]),
            ),
            ("CREATE TABLE t (a CONSTRAINT x UNIQUE, 'primary' TEXT, CONSTRAINT y CHECK (a))", Some(&["a", "primary"])),
            ("CREATE TABLE t (\"a\"\"b\", größe TEXT) STRICT", Some(&["a\"b", "größe"])),
            ("CREATE TABLE t (a, b AS (a + 1), c)", None),
            ("CREATE TABLE t (a, b INT GENERATED ALWAYS AS (a) VIRTUAL, c)", None),
            ("CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID", None),
            ("CREATE TABLE t (a, a)", None),
            ("CREATE TABLE t (a, A)", None),
            ("CREATE TABLE t (a,, b)", None),
            ("CREATE TABLE t (a, b", None),
            ("CREATE TABLE t (a, 'b)", None),
            ("CREATE TABLE t ((a), b)", None),
            ("CREATE TABLE t (a, PRIMARY KEY (a), b)", None),
            ("CREATE TABLE t ()", None),
            ("CREATE TABLE t", None),
            ("CREATE VIRTUAL TABLE t USING fts5(a, b)", None),
            ("CREATE VIEW t AS SELECT 1 AS a", None),
            ("", None),
            (&long, None),
        ];
        for (sql, expected) in rows {
            let told = of(sql);
            let told = told.as_ref().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(told.as_deref(), *expected, "{}", sql.chars().take(80).collect::<String>());
        }
    }
}
