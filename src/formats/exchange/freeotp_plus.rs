//! FreeOTP+: its export as JSON; read. (Its other export is a list of addresses.)
//!
//! Facts from `SavedTokens.kt` and `Token.kt` of helloworld1/FreeOTPPlus and from exported files: `tokenOrder`, and `tokens` as FreeOTP has
//! them.
//!
//! Not kept of an entry: picture and colour.

use super::freeotp::token;
use super::json::Json;
use super::{Format, FormatError, Given, Import, Key, shape};

/// See the module.
pub struct FreeOtpPlus;

impl Format for FreeOtpPlus {
    fn id(&self) -> &'static str {
        "freeotp-plus"
    }

    fn name(&self) -> &'static str {
        "FreeOTP+"
    }

    fn hint(&self) -> &'static str {
        "Menu > Export > Export JSON format"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => root.has("tokens") && root.has("tokenOrder"),
            Err(_) => given
                .text()
                .is_some_and(|text| shape::begins(text, "{\"tokenOrder\":[") || shape::begins(text, "{\"tokens\":[{\"algo\":")),
        }
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let root = given.json()?;
        if !root.has("tokens") || !root.has("tokenOrder") {
            return Err(FormatError::NotThisFormat);
        }
        let tokens = root.get("tokens").ok_or(FormatError::Damaged)?.entries()?;
        let looks = tokens.iter().any(|token| token.get("image").and_then(Json::text).is_some_and(|image| !image.is_empty()));
        let entries = tokens.iter().map(|entry| token::entry(entry, None, None)).collect();
        Ok(Import::of(entries, looks))
    }
}
