//! How one code is computed, step by step (RFC 4226 section 5.3, RFC 6238 section 4): for a person to follow by hand.

use zeroize::Zeroizing;

use super::code::{Code, STEAM_ALPHABET, code_at, hmac, truncate};
use super::otp::{OtpKind, OtpParams};
use super::secret::Secret;
use super::time::{Step, UnixTime};

/// Every value on the way from key and time to the code. It holds the key: it cannot be printed or cloned.
pub struct Explanation {
    /// What decides the code.
    pub params: OtpParams,
    /// The moment: now, or when another step than that of now begins; of no account for a counter.
    pub moment: UnixTime,
    /// How many steps after that of now, or after the stored counter; negative before it.
    pub away: i64,
    /// The bytes of the key.
    pub key: Zeroizing<Vec<u8>>,
    /// The time step, or the counter.
    pub step: Step,
    /// The same as eight bytes, the most significant first.
    pub counter: [u8; 8],
    /// The HMAC: 20, 32 or 64 bytes.
    pub hmac: Zeroizing<Vec<u8>>,
    /// The low four bits of its last byte: where the four bytes begin, 0 to 15.
    pub offset: usize,
    /// Those four bytes.
    pub four: [u8; 4],
    /// The same without the highest bit: 31 bits.
    pub number: u32,
    /// How the number becomes the code.
    pub last: Last,
    /// The code.
    pub code: Code,
}

impl std::fmt::Debug for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Explanation(…)")
    }
}

/// The last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Last {
    /// The number modulo this power of ten, with zeros at the front.
    Modulo(u64),
    /// Five times: the number modulo 26 names a letter, and the rest of the division goes on.
    Letters(Vec<LetterStep>),
}

/// One letter of Steam's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterStep {
    /// What is divided by 26.
    pub number: u32,
    /// What is left: the letter's place, 0 to 25.
    pub place: u32,
    /// The letter.
    pub letter: char,
}

/// Computes the code of `chosen`, or where that is `None` of `now` or the stored counter, and keeps what came up on the way.
#[must_use]
pub fn explain(params: &OtpParams, secret: &Secret, now: UnixTime, chosen: Option<Step>) -> Explanation {
    let current = params.step_at(now);
    let step = chosen.unwrap_or(current);
    let moment = match params.period() {
        Some(period) if step != current => UnixTime::from_secs(step.0.saturating_mul(u64::from(period.secs()))),
        _ => now,
    };
    let hmac = hmac(params.algorithm(), secret, step);
    let offset = usize::from(hmac.last().copied().unwrap_or(0) & 0x0f);
    let mut four = [0; 4];
    four.iter_mut().zip(hmac.iter().skip(offset)).for_each(|(to, from)| *to = *from);
    let number = truncate(&hmac);
    Explanation {
        params: *params,
        moment,
        away: step.distance_from(current),
        // The key is exposed to be shown to the person who asked how it is used.
        key: Zeroizing::new(secret.expose().to_vec()),
        step,
        counter: step.0.to_be_bytes(),
        hmac,
        offset,
        four,
        number,
        last: last(params, number),
        code: code_at(params, secret, step),
    }
}

fn last(params: &OtpParams, mut number: u32) -> Last {
    if !matches!(params.kind(), OtpKind::Steam { .. }) {
        return Last::Modulo(10_u64.pow(u32::from(params.digits().get())));
    }
    let letter = |_| {
        let place = number % 26;
        let step = LetterStep { number, place, letter: char::from(STEAM_ALPHABET[place as usize]) };
        number /= 26;
        step
    };
    Last::Letters((0..params.digits().get()).map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::otp::{Algorithm, Digits};
    use crate::domain::time::Period;
    use data_encoding::HEXLOWER;

    fn seed(algorithm: Algorithm) -> Secret {
        Secret::new(b"1234567890".iter().copied().cycle().take(algorithm.secret_bytes()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn rfc_4226_appendix_d() {
        // Count, HMAC, number, code. The bytes taken are those of the number, but for the highest bit.
        let rows = [
            (0, "cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 1_284_755_224, "755224"),
            (1, "75a48a19d4cbe100644e8ac1397eea747a2d33ab", 1_094_287_082, "287082"),
            (2, "0bacb7fa082fef30782211938bc1c5e70416ff44", 137_359_152, "359152"),
            (3, "66c28227d03a2d5529262ff016a1e6ef76557ece", 1_726_969_429, "969429"),
            (4, "a904c900a64b35909874b33e61c5938a8e15ed1c", 1_640_338_314, "338314"),
            (5, "a37e783d7b7233c083d4f62926c7a25f238d0316", 868_254_676, "254676"),
            (6, "bc9cd28561042c83f219324d3c607256c03272ae", 1_918_287_922, "287922"),
            (7, "a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 82_162_583, "162583"),
            (8, "1b3c89f65e6c9e883012052823443f048b4332db", 673_399_871, "399871"),
            (9, "1637409809a679dc698207310c8c7fc07290d9e5", 645_520_489, "520489"),
        ];
        for (counter, hmac, number, code) in rows {
            let params = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter }).unwrap();
            let told = explain(&params, &seed(Algorithm::Sha1), UnixTime::EPOCH, None);
            assert_eq!(
                (HEXLOWER.encode(&told.hmac).as_str(), told.number, told.code.as_str()),
                (hmac, number, code),
                "{counter}"
            );
            assert_eq!(u32::from_be_bytes(told.four) & 0x7fff_ffff, number, "{counter}");
            assert_eq!(&told.hmac[told.offset..told.offset + 4], told.four, "{counter}");
            assert_eq!((told.counter[7], told.last), (counter as u8, Last::Modulo(1_000_000)), "{counter}");
        }
    }

    #[test]
    fn rfc_4226_section_5_4() {
        // The example of the text: the last byte is 0x5a, so the bytes from 10 on are taken.
        let hmac = HEXLOWER.decode(b"1f8698690e02ca16618550ef7f19da8e945b555a").unwrap();
        assert_eq!((hmac[19] & 0x0f, truncate(&hmac), truncate(&hmac) % 1_000_000), (10, 0x50ef_7f19, 872_921));
    }

    #[test]
    fn rfc_6238_appendix_b() {
        // Time, the counter in hexadecimal, hash, code.
        use Algorithm::{Sha1, Sha256, Sha512};
        let rows = [
            (59, "0000000000000001", Sha1, "94287082"),
            (59, "0000000000000001", Sha256, "46119246"),
            (59, "0000000000000001", Sha512, "90693936"),
            (1_111_111_109, "00000000023523ec", Sha1, "07081804"),
            (1_111_111_111, "00000000023523ed", Sha256, "67062674"),
            (1_234_567_890, "000000000273ef07", Sha512, "93441116"),
            (2_000_000_000, "0000000003f940aa", Sha1, "69279037"),
            (20_000_000_000, "0000000027bc86aa", Sha256, "77737706"),
        ];
        for (secs, counter, algorithm, code) in rows {
            let params = OtpParams::new(algorithm, Digits::new(8).unwrap(), OtpKind::Totp { period: Period::DEFAULT }).unwrap();
            let told = explain(&params, &seed(algorithm), UnixTime::from_secs(secs), None);
            assert_eq!((HEXLOWER.encode(&told.counter).as_str(), told.code.as_str()), (counter, code), "{secs} {algorithm:?}");
            let Last::Modulo(modulus) = told.last else { panic!("{secs}") };
            assert_eq!(format!("{:08}", u64::from(told.number) % modulus), code, "{secs} {algorithm:?}");
            assert_eq!(told.hmac.len(), algorithm.secret_bytes());
        }
    }

    #[test]
    fn another_step_than_that_of_now() {
        let params = OtpParams::new(Algorithm::Sha1, Digits::new(8).unwrap(), OtpKind::Totp { period: Period::DEFAULT }).unwrap();
        let at = |chosen| explain(&params, &seed(Algorithm::Sha1), UnixTime::from_secs(1_111_111_109), chosen);
        let told = at(Some(Step(1)));
        assert_eq!((told.code.as_str(), told.moment.secs(), told.away), ("94287082", 30, -37_037_035));
        // That of now is told by the second.
        let told = at(Some(Step(37_037_036)));
        assert_eq!((told.code.as_str(), told.moment.secs(), told.away), ("07081804", 1_111_111_109, 0));
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 7 }).unwrap();
        let told = explain(&hotp, &seed(Algorithm::Sha1), UnixTime::EPOCH, Some(Step(9)));
        assert_eq!((told.code.as_str(), told.away), ("520489", 2));
    }

    #[test]
    fn steams_letters_one_by_one() {
        let steam = OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap();
        let told = explain(&steam, &seed(Algorithm::Sha1), UnixTime::EPOCH, None);
        let Last::Letters(letters) = &told.last else { panic!("no letters") };
        let spelled: String = letters.iter().map(|step| step.letter).collect();
        assert_eq!(spelled, told.code.as_str());
        assert_eq!(letters[0], LetterStep { number: 1_284_755_224, place: 1_284_755_224 % 26, letter: letters[0].letter });
        assert_eq!(letters[1].number, 1_284_755_224 / 26);
    }
}
