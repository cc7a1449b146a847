//! Other apps' files with as many accounts as are wanted, without encryption. What is not written here is made of one entry of tests/fixtures/.

use std::io::{Cursor, Write as _};

use halfminute::app::document::Document;
use halfminute::app::export::{outgoing, write};
use halfminute::formats::base32;
use halfminute::formats::exchange::{by_id, google};

use crate::{Counting, NOW};

/// How an app's file begins, one entry of it, what stands between two, and how it ends. `NAME`, `KEY` and `NUMBER` are each account's own.
struct Template {
    app: &'static str,
    begin: &'static str,
    entry: &'static str,
    between: &'static str,
    end: &'static str,
}

/// A JSON list and nothing else.
const fn list(app: &'static str, entry: &'static str) -> Template {
    Template { app, begin: "[", entry, between: ",", end: "]" }
}

const TEMPLATES: &[Template] = &[
    list(
        "andotp",
        r#"{"secret":"KEY","issuer":"GitHub","label":"NAME","digits":6,"type":"TOTP","algorithm":"SHA1","thumbnail":"Default","last_used":1700000000000,"used_frequency":7,"period":30,"tags":["work"]}"#,
    ),
    Template {
        app: "authenticator-plus",
        begin: "",
        entry: "otpauth://totp/GitHub%3ANAME?secret=KEY&issuer=GitHub",
        between: "\n",
        end: "\n",
    },
    Template {
        app: "authy",
        begin: "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <string name=\"com.authy.storage.tokens.authenticator.key\">[",
        entry: "{&quot;accountType&quot;: &quot;authenticator&quot;, &quot;createdDate&quot;: 1700000000, &quot;digits&quot;: 6, &quot;logo&quot;: &quot;&quot;, &quot;name&quot;: &quot;GitHub: NAME&quot;, &quot;originalIssuer&quot;: &quot;GitHub&quot;, &quot;originalName&quot;: &quot;GitHub:NAME&quot;, &quot;timestamp&quot;: 0, &quot;uniqueId&quot;: &quot;NUMBER&quot;, &quot;decryptedSecret&quot;: &quot;KEY&quot;}",
        between: ", ",
        end: "]</string>\n</map>\n",
    },
    list(
        "duo",
        r#"{"accountType": "OtpAccount", "name": "NAME", "pkey": "NUMBER", "logoUri": null, "otpGenerator": {"otpSecret": "KEY"}}"#,
    ),
    Template {
        app: "freeotp",
        begin: "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <string name=\"tokenOrder\">[]</string>\n",
        entry: "    <string name=\"GitHub:NAME\">{&quot;algo&quot;: &quot;SHA1&quot;, &quot;counter&quot;: 0, &quot;digits&quot;: 6, &quot;issuerExt&quot;: &quot;GitHub&quot;, &quot;issuerInt&quot;: &quot;GitHub&quot;, &quot;label&quot;: &quot;NAME&quot;, &quot;period&quot;: 30, &quot;type&quot;: &quot;TOTP&quot;, &quot;secret&quot;: [49, 50, 51, 52, 53, 54, 55, 56, 57, 48, -49, 50, 51, 52, 53, 54, 55, 56, 57, 48]}</string>\n",
        between: "",
        end: "</map>\n",
    },
    Template {
        app: "freeotp-plus",
        begin: r#"{"tokenOrder": [], "tokens": ["#,
        entry: r#"{"algo": "SHA1", "counter": 0, "digits": 6, "issuerExt": "GitHub", "issuerInt": "GitHub", "label": "NAME", "period": 30, "type": "TOTP", "secret": [49, 50, 51, 52, 53, 54, 55, 56, 57, 48, -49, 50, 51, 52, 53, 54, 55, 56, 57, 48]}"#,
        between: ", ",
        end: "]}",
    },
    Template {
        app: "lastpass",
        begin: r#"{"deviceId": "", "deviceSecret": "", "localDeviceId": "0", "deviceName": "a phone", "version": 3, "accounts": ["#,
        entry: r#"{"accountID": "NUMBER", "issuerName": "GitHub", "originalIssuerName": "GitHub", "userName": "NAME", "originalUserName": "NAME", "pushNotification": false, "secret": "KEY", "timeStep": 30, "digits": 6, "creationTimestamp": 1604000000000, "isFavorite": true, "algorithm": "SHA1", "folderData": {"folderId": 0, "position": 0}, "backupInfo": {"creationDate": "2020-10-29T19:33:20.000Z", "deviceOs": "android", "appVersion": "2.5.0"}}"#,
        between: ", ",
        end: r#"], "folders": [{"id": 0, "name": "Work", "isOpened": true}]}"#,
    },
    Template {
        app: "proton",
        begin: r#"{"version": 1, "entries": ["#,
        entry: r#"{"id": "NUMBER", "content": {"uri": "otpauth://totp/GitHub:NAME?secret=KEY&algorithm=SHA1&issuer=GitHub&period=30&digits=6", "entry_type": "Totp", "name": "NAME"}, "note": "two lines\nof a note"}"#,
        between: ", ",
        end: "]}",
    },
    list(
        "raivo",
        r#"{"issuer":"GitHub","account":"NAME","secret":"KEY","algorithm":"SHA1","digits":"6","kind":"TOTP","timer":"30","counter":"0","pinned":"true","iconType":"","iconValue":""}"#,
    ),
    Template {
        app: "steam",
        begin: r#"{"accounts": {"#,
        entry: r#""NUMBER": {"shared_secret": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "account_name": "NAME", "revocation_code": "R12345"}"#,
        between: ", ",
        end: "}}",
    },
    Template {
        app: "stratum",
        begin: r#"{"Authenticators":["#,
        entry: r#"{"Type":2,"Icon":null,"Issuer":"GitHub","Username":"NAME","Secret":"KEY","Pin":null,"Algorithm":0,"Digits":6,"Period":30,"Counter":0,"CopyCount":7,"Ranking":0}"#,
        between: ",",
        end: r#"],"Categories":[],"AuthenticatorCategories":[],"CustomIcons":[]}"#,
    },
    Template {
        app: "winauth",
        begin: "",
        entry: "otpauth://totp/GitHub%3ANAME?secret=KEY&digits=6&icon=WinAuth",
        between: "\r\n",
        end: "\r\n",
    },
];

/// The apps whose files are made from a document.
const WRITTEN: &[&str] = &["2fas", "aegis", "bitwarden", "ente", "keepassxc-csv", "otpauth"];

/// All apps of which there are files with many accounts and without encryption, by their ids.
pub fn apps() -> impl Iterator<Item = &'static str> {
    WRITTEN.iter().copied().chain(["google"]).chain(TEMPLATES.iter().map(|template| template.app))
}

/// The accounts of `document` as a file of the app.
pub fn file(app: &str, document: &Document) -> Option<Vec<u8>> {
    let entropy = Counting::from(1 << 40);
    let accounts = outgoing(document, None);
    if app == "google" {
        let made = google::addresses(&accounts, &mut |_| true).ok()?;
        return Some(made.addresses.iter().flat_map(|address| [address.as_bytes(), b"\n"].concat()).collect());
    }
    let Some(template) = TEMPLATES.iter().find(|template| template.app == app) else {
        return Some(write(by_id(app)?, &accounts, None, &entropy, NOW).ok()?.file.to_vec());
    };
    let mut text = template.begin.to_owned();
    for (number, account) in accounts.iter().enumerate() {
        if number > 0 {
            text += template.between;
        }
        let key = base32::encode(account.secret);
        text += &template.entry.replace("NAME", account.name).replace("KEY", &key).replace("NUMBER", &number.to_string());
    }
    text += template.end;
    if app != "authenticator-plus" {
        return Some(text.into_bytes());
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // Packed as little as it is without a password: what unpacks to more than a hundred times its size is refused.
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("Accounts.txt", stored).ok()?;
    zip.write_all(text.as_bytes()).ok()?;
    Some(zip.finish().ok()?.into_inner())
}
