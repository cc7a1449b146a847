//! One token of FreeOTP and FreeOTP+: the same JSON object in all their files.
//!
//! `issuerAlt` and `labelAlt` are what a person changed the names to; `issuerExt` is the issuer in the label, `issuerInt` the parameter.
//! `secret` is a list of bytes with a sign, as Java has them. Codes of five for the issuer `Steam` are Steam's.
//!
//! Not kept: picture and colour.

use zeroize::Zeroizing;

use super::super::draft::{Kind, Numbers, ReadKey, bytes_key, number_of, params, text_of};
use super::super::json::Json;
use super::super::{Draft, Entry, LeftOut, OddKind};

/// The entry of `token`, whose key is `key`, or its own `secret`. `hash` is what the key itself says of its hash.
pub(in super::super) fn entry(token: &Json, key: Option<ReadKey>, hash: Option<&str>) -> Entry {
    let mut draft = Draft::default();
    if let Err(why) = names(token, &mut draft) {
        return draft.left_out(why);
    }
    let read = read(token, hash, &mut draft);
    draft.entry(key.unwrap_or_else(|| secret(token)), read)
}

fn names(token: &Json, draft: &mut Draft) -> Result<(), LeftOut> {
    if token.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    let first = |names: &[&str]| {
        let mut found = Ok("");
        for name in names {
            match text_of(token, name) {
                Ok("") => {}
                text => {
                    found = text;
                    break;
                }
            }
        }
        found.map(str::to_owned)
    };
    let (issuer, label) = (first(&["issuerAlt", "issuerExt", "issuerInt"]), first(&["labelAlt", "label"]));
    draft.issuer = issuer.clone().unwrap_or_default();
    draft.name = label.clone().unwrap_or_default();
    issuer.and(label).map(|_| ())
}

fn read(token: &Json, hash: Option<&str>, draft: &mut Draft) -> Result<crate::domain::OtpParams, LeftOut> {
    let algorithm = match (text_of(token, "algo").map_err(|_| LeftOut::Algorithm)?, hash) {
        ("", hash) => hash,
        (algorithm, _) => Some(algorithm),
    };
    let digits = number_of(token, "digits", LeftOut::Digits)?;
    let period = number_of(token, "period", LeftOut::Period)?;
    let kind = text_of(token, "type").map_err(|_| LeftOut::Kind(OddKind::Other))?;
    let steam = ["issuerExt", "issuerInt"].iter().any(|name| token.get(name).and_then(Json::text) == Some("Steam"));
    let kind = match kind.to_ascii_uppercase().as_str() {
        "TOTP" if steam && matches!(digits, None | Some(5)) => Kind::Steam,
        "TOTP" => Kind::Totp,
        "HOTP" => Kind::Hotp,
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    let counter = if kind == Kind::Hotp { number_of(token, "counter", LeftOut::Counter)? } else { None };
    params(kind, Numbers { algorithm, digits, period, counter }, draft)
}

fn secret(token: &Json) -> ReadKey {
    match token.get("secret") {
        None => Err(LeftOut::NoKey),
        Some(list) => bytes_key(bytes(list).ok_or(LeftOut::KeyForm)?),
    }
}

/// A list of bytes with a sign, −128 to 127; `None` if it is none.
pub(in super::super) fn bytes(list: &Json) -> Option<Zeroizing<Vec<u8>>> {
    let list = list.list()?;
    // The buffer never grows, so no copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(list.len()));
    for value in list {
        let Json::Whole(value) = value else { return None };
        bytes.push(i8::try_from(*value).ok()?.to_ne_bytes()[0]);
    }
    Some(bytes)
}
