//! Words for "How this code is computed": five steps from the key to the code, for the window and as text.

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::domain::explain::{Explanation, Last};
use crate::domain::{Algorithm, OtpKind};

use super::diagnosis::hash;
use super::grouped;
use super::verdicts::{span, times};

/// One step in words; the bytes that belong to it stand beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWords {
    /// What is done.
    pub title: &'static str,
    /// How, with the numbers.
    pub said: String,
}

/// Which code it is.
#[must_use]
pub fn which(told: &Explanation) -> String {
    let away = told.away.unsigned_abs();
    match (told.params.period(), told.away) {
        (Some(_), 0) => "The code of now".to_owned(),
        (Some(period), _) => {
            let by = span(away.saturating_mul(u64::from(period.secs())));
            format!("The code of {} {} ({by})", times(away, "step"), if told.away < 0 { "ago" } else { "ahead" })
        }
        (None, 0) => "The code of the stored counter, which comes next".to_owned(),
        (None, ..0) => format!("The code of {} before the stored counter", times(away, "step")),
        (None, _) => format!("The code of {} after the stored counter", times(away, "step")),
    }
}

/// The five steps: key, counter, HMAC, number, code.
#[must_use]
pub fn steps(told: &Explanation) -> [StepWords; 5] {
    let counting = match told.params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            let (secs, period) = (told.moment.secs(), u64::from(period.secs()));
            format!(
                "{secs} s since 1970-01-01 00:00 UTC, divided by the period of {period} s, is {} (rest {} s). As eight bytes in hexadecimal:",
                told.step.0,
                secs % period
            )
        }
        OtpKind::Hotp { .. } if told.away == 0 => {
            format!("The stored counter is {}. As eight bytes in hexadecimal:", told.step.0)
        }
        OtpKind::Hotp { .. } => format!("The counter is {}. As eight bytes in hexadecimal:", told.step.0),
    };
    let hmac = format!(
        "HMAC-{} of the eight bytes with the key: {} bytes. The last one is {:02x}; its low four bits are {}, the offset",
        hash(told.params.algorithm()),
        told.hmac.len(),
        told.hmac.last().copied().unwrap_or(0),
        told.offset
    );
    let [a, b, c, d] = told.four;
    let number = format!(
        "The four bytes from byte {} on, counted from 0, are {a:02x} {b:02x} {c:02x} {d:02x}. Without the highest bit they are {:02x} {b:02x} {c:02x} {d:02x}, the number {}",
        told.offset,
        a & 0x7f,
        grouped(told.number.into())
    );
    [
        StepWords { title: "Key", said: format!("The secret in base32, read as {} bytes, here in hexadecimal", told.key.len()) },
        StepWords { title: if told.params.period().is_some() { "Time" } else { "Counter" }, said: counting },
        StepWords { title: "HMAC", said: hmac },
        StepWords { title: "31 bits", said: number },
        StepWords { title: "Code", said: last(told) },
    ]
}

fn last(told: &Explanation) -> String {
    match &told.last {
        Last::Modulo(modulus) => {
            let (number, modulus) = (grouped(told.number.into()), grouped(*modulus));
            format!("{number} modulo {modulus}, with zeros at the front, is {}", told.code.as_str())
        }
        Last::Letters(letters) => {
            let one = |step: &crate::domain::explain::LetterStep| {
                format!("{} modulo 26 is {}, letter {}", grouped(step.number.into()), step.place, step.letter)
            };
            let all: Vec<String> = letters.iter().map(one).collect();
            format!("Each rest of a division by 26 is a place in 23456789BCDFGHJKMNPQRTVWXY:\n{}", all.join("\n"))
        }
    }
}

/// What the marks in the HMAC mean.
#[must_use]
pub const fn marks() -> &'static str {
    "In brackets: the byte with the offset. Underlined: the four bytes. At the left: which byte a row begins with, from 0"
}

/// All of it as text for a mail or a lesson: the key is left out, its length stands in its place.
#[must_use]
pub fn text(told: &Explanation) -> Zeroizing<String> {
    let spaced = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let [key, counting, hmac, number, code] = steps(told);
    let bytes = [
        format!("({} bytes, not shown)", told.key.len()),
        spaced(&told.counter),
        spaced(&told.hmac),
        spaced(&told.four),
        told.code.as_str().to_owned(),
    ];
    let mut text = Zeroizing::new(String::with_capacity(2_048));
    text.push_str(&format!("{}\n", which(told)));
    for (place, (step, bytes)) in [key, counting, hmac, number, code].into_iter().zip(bytes).enumerate() {
        text.push_str(&format!("{}. {}: {}\n   {bytes}\n", place + 1, step.title, step.said.replace('\n', "\n   ")));
    }
    let name = match told.params.algorithm() {
        Algorithm::Sha1 => "sha1",
        Algorithm::Sha256 => "sha256",
        Algorithm::Sha512 => "sha512",
    };
    let counter = HEXLOWER.encode(&told.counter);
    if let Last::Modulo(modulus) = told.last {
        text.push_str(&format!("To follow step 5 elsewhere:\n   echo $(({} % {modulus}))\n", told.number));
    }
    text.push_str(&format!(
        "To follow step 3 elsewhere, with the key in hexadecimal in place of KEY:\n   \
         echo {counter} | xxd -r -p | openssl dgst -{name} -mac HMAC -macopt hexkey:KEY\n"
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::explain::explain;
    use crate::domain::{Digits, OtpParams, Period, Secret, Step, UnixTime};

    fn seed() -> Secret {
        Secret::new(b"12345678901234567890".to_vec()).unwrap_or_else(|_| unreachable!("twenty bytes are a key"))
    }

    #[test]
    fn rfc_6238_by_hand_and_without_the_key() {
        let params =
            OtpParams::new(Algorithm::Sha1, Digits::new(8).unwrap_or_default(), OtpKind::Totp { period: Period::DEFAULT });
        let told = explain(&params.unwrap_or_default(), &seed(), UnixTime::from_secs(59), None);
        let text = text(&told);
        let expected = "\
The code of now
1. Key: The secret in base32, read as 20 bytes, here in hexadecimal
   (20 bytes, not shown)
2. Time: 59 s since 1970-01-01 00:00 UTC, divided by the period of 30 s, is 1 (rest 29 s). As eight bytes in hexadecimal:
   00 00 00 00 00 00 00 01
3. HMAC: HMAC-SHA-1 of the eight bytes with the key: 20 bytes. The last one is ab; its low four bits are 11, the offset
   75 a4 8a 19 d4 cb e1 00 64 4e 8a c1 39 7e ea 74 7a 2d 33 ab
4. 31 bits: The four bytes from byte 11 on, counted from 0, are c1 39 7e ea. Without the highest bit they are 41 39 7e ea, the number 1 094 287 082
   c1 39 7e ea
5. Code: 1 094 287 082 modulo 100 000 000, with zeros at the front, is 94287082
   94287082
To follow step 5 elsewhere:
   echo $((1094287082 % 100000000))
To follow step 3 elsewhere, with the key in hexadecimal in place of KEY:
   echo 0000000000000001 | xxd -r -p | openssl dgst -sha1 -mac HMAC -macopt hexkey:KEY
";
        assert_eq!(text.replace('\u{a0}', " "), expected);
        for key in ["12345678901234567890", "3132333435363738", "31 32 33 34", "GEZDGNBVGY3TQOJQ"] {
            assert!(!text.contains(key), "{key}");
        }
    }

    #[test]
    fn counters_and_letters_have_their_own_words() {
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 9 }).unwrap_or_default();
        assert_eq!(
            steps(&explain(&hotp, &seed(), UnixTime::EPOCH, None))[1].said,
            "The stored counter is 9. As eight bytes in hexadecimal:"
        );
        let steam =
            OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap_or_default();
        let said = steps(&explain(&steam, &seed(), UnixTime::EPOCH, None))[4].said.replace('\u{a0}', " ");
        assert!(said.contains("1 284 755 224 modulo 26 is 12, letter G\n49 413 662 modulo 26 is"), "{said}");
    }

    #[test]
    fn which_code_it_is() {
        let totp = OtpParams::default();
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 9 }).unwrap_or_default();
        let rows = [
            (totp, None, "The code of now"),
            (totp, Some(40), "The code of now"),
            (totp, Some(39), "The code of 1 step ago (30 s)"),
            (totp, Some(45), "The code of 5 steps ahead (2 min 30 s)"),
            (hotp, None, "The code of the stored counter, which comes next"),
            (hotp, Some(8), "The code of 1 step before the stored counter"),
            (hotp, Some(12), "The code of 3 steps after the stored counter"),
        ];
        for (params, chosen, said) in rows {
            assert_eq!(which(&explain(&params, &seed(), UnixTime::from_secs(1_200), chosen.map(Step))), said);
        }
    }
}
