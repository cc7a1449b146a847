//! Whose an address is that cannot be read, for the line that says that it is left out.

use super::{MAX_BYTES, Reader, SCHEME, addresses_in, bare, begins};
use crate::domain::name::clean;

/// Issuer and account name of an address that cannot be read, as far as its label says. Empty where it is in doubt: a key that
/// stands in the wrong place is no name.
#[must_use]
pub fn whose(text: &str) -> (String, String) {
    let label = || {
        let address = bare(text);
        let rest = address.get(SCHEME.len()..).filter(|_| begins(address, SCHEME))?;
        let sure = text.len() <= MAX_BYTES && addresses_in(text) == 1;
        let (_, label) = rest.split_once('?').filter(|_| sure)?.0.split_once('/')?;
        let doubtful = |c: char| c.is_control() || matches!(c, '=' | '&' | ';' | '#');
        let (issuer, name) = Reader { text, digits: |_| false }.label(label, &mut Vec::new()).ok()?;
        (!issuer.contains(doubtful) && !name.contains(doubtful)).then(|| (clean(&issuer).text, clean(&name).text))
    };
    label().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_from_the_label_alone() {
        let rows = [
            ("otpauth://totp/Acme:bob?issuer=Acme", ("Acme", "bob")),
            ("  <OTPAUTH://yandex/Acme%3A%20bob?secret=1>", ("Acme", "bob")),
            ("otpauth://totp/only%20a%20name?secret=0", ("", "only a name")),
            ("otpauth://totp/Acme:bob", ("", "")),
            ("otpauth://totp/Acme:bob&secret=MZXW6YTB?x", ("", "")),
            ("otpauth://totp/Acme:bob;secret%3DMZXW6YTB?x", ("", "")),
            ("otpauth-migration://offline/a?data=0", ("", "")),
        ];
        for (address, (issuer, name)) in rows {
            assert_eq!(whose(address), (issuer.into(), name.into()), "{address}");
        }
    }
}
