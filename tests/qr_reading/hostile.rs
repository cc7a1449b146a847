//! Pictures that were made to harm, each in the process that is made for them: no crash of ours, no wait, no memory.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::picture_reader::{ARGUMENT, DEADLINE, PictureProcess};
use halfminute::app::picture::InLine;
use halfminute::app::ports::{Fit, Picture, PictureError, PictureReader, Unreadable};
use halfminute::formats::picture;

use crate::files::sample;
use crate::pictures::draw::Numbers;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_halfminute"))
}

fn reader() -> PictureProcess {
    PictureProcess::of(program(), DEADLINE)
}

/// A chunk of a PNG file.
fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in name.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[..], name, body, &(!crc).to_be_bytes()].concat()
}

/// A PNG file that says this of itself.
fn png(width: u32, height: u32, depth: u8, color: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunks.concat(), chunk(b"IEND", b"")].concat()
}

/// A zlib stream of `count` zeros: about a thousandth of it.
fn zeros(count: usize) -> Vec<u8> {
    // One block of fixed codes: a literal 0, then matches of 258 bytes at distance 1, and the end. The checksum is left out.
    let mut bits = Bits::default();
    bits.put(0b1, 1);
    bits.put(0b01, 2);
    bits.code(0b0011_0000, 8);
    for _ in 0..count / 258 {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    [vec![0x78, 0x01], bits.bytes].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    free: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            *self.bytes.last_mut().unwrap() |= u8::try_from(value >> bit & 1).unwrap() << (8 - self.free);
            self.free -= 1;
        }
    }

    /// Codes stand in it from their highest bit on.
    fn code(&mut self, value: u32, count: u32) {
        (0..count).rev().for_each(|bit| self.put(value >> bit & 1, 1));
    }
}

fn unreadable(why: Unreadable) -> Option<PictureError> {
    Some(PictureError::Unreadable(why))
}

#[test]
fn each_has_its_outcome() {
    const BOMB: usize = 1 << 30;
    const WHOLE: usize = 128 * 128 * 4;
    let grey = |width, height, body: Vec<u8>| png(width, height, 8, 0, &[chunk(b"IDAT", &body)]);
    let with = |name: &[u8; 4], before: &[u8]| {
        let text = chunk(name, &[before, &zeros(BOMB / 4)].concat());
        png(64, 64, 8, 0, &[text, chunk(b"IDAT", &zeros(66 * 66))])
    };
    let svg = |body: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'>{body}</svg>").into_bytes();
    let laughs = {
        let more: String = (1..10).map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10))).collect();
        format!(
            "<!DOCTYPE svg [<!ENTITY a0 'ha'>{more}]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><g id='&a9;'/></svg>"
        )
    };
    let many = |width, height| unreadable(Unreadable::TooManyPixels { width, height });
    let gif_frames = {
        let gif = sample("animated.gif");
        let frame = &gif[..gif.len() - 1];
        [frame, &frame[13..].repeat(5000), b";"].concat()
    };
    // (name, file, the only outcome; none: nothing but that it ends in time with some outcome)
    let rows: Vec<(&str, Vec<u8>, Option<PictureError>)> = vec![
        ("50 000 × 50 000 in one bit", png(50_000, 50_000, 1, 0, &[chunk(b"IDAT", &zeros(BOMB / 4))]), many(50_000, 50_000)),
        ("the largest that a header can say", png(0x7fff_ffff, 0x7fff_ffff, 8, 6, &[]), unreadable(Unreadable::TooMuchMemory)),
        ("no pixels", png(0, 0, 8, 0, &[]), unreadable(Unreadable::Broken)),
        ("one pixel", grey(1, 1, zeros(2 * 258)), None),
        ("one row", grey(4096, 1, zeros(5000)), None),
        ("one column", grey(1, 4096, zeros(10_000)), None),
        ("more behind the last pixel than a computer holds", grey(64, 64, zeros(BOMB)), None),
        ("sixteen bits of four colours, the most pixels", png(4096, 4096, 16, 6, &[chunk(b"IDAT", &zeros(BOMB / 8))]), unreadable(Unreadable::TooMuchMemory)),
        ("a compressed text", with(b"zTXt", b"a\0\0"), None),
        ("an international text", with(b"iTXt", b"a\0\x01\0\0\0"), None),
        ("a colour profile", with(b"iCCP", b"a\0\0"), None),
        ("five thousand pictures in one", gif_frames, None),
        ("a billion laughs", laughs.into_bytes(), unreadable(Unreadable::Broken)),
        ("an entity of another file", b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>&a;</svg>".to_vec(), None),
        ("deep groups", svg(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000))), None),
        ("itself, again and again", svg("<defs><g id='a'><use href='#b'/><use href='#b'/></g><g id='b'><use href='#a'/></g></defs><use href='#a'/>"), None),
        ("uses of uses", svg(&format!("<defs><g id='a0'><rect width='1' height='1'/></g>{}</defs><use href='#a29'/>", (1..30).map(|n| format!("<g id='a{n}'>{}</g>", format!("<use href='#a{}'/>", n - 1).repeat(10))).collect::<String>())), None),
        ("a filter of a million", svg("<filter id='f' x='-9e9' y='-9e9' width='9e9' height='9e9'><feGaussianBlur stdDeviation='1e6'/><feTurbulence baseFrequency='9' numOctaves='99999999'/></filter><rect filter='url(#f)' width='9' height='9'/>"), None),
        ("a size without bounds", b"<svg xmlns='http://www.w3.org/2000/svg' width='1e30' height='1e-30'><rect width='9' height='9'/></svg>".to_vec(), None),
    ];
    for (name, file, expected) in rows {
        let begun = Instant::now();
        let outcome = reader().read(Picture::File(&file)).map(|found| found.len());
        let took = begun.elapsed();
        println!("{name}: {outcome:?} in {} ms, {} bytes", took.as_millis(), file.len());
        assert!(took < DEADLINE + Duration::from_secs(2), "{name} took {took:?}");
        if let Some(expected) = expected {
            assert_eq!(outcome, Err(expected), "{name}");
        } else {
            assert!(!matches!(outcome, Err(PictureError::NotStarted)) && outcome != Ok(2), "{name}: {outcome:?}");
        }
        // The same as the picture of an account, or the icon of a pack.
        let begun = Instant::now();
        let square = reader().square(&file, 128, Fit::Whole).map(|square| square.len());
        let took = begun.elapsed();
        println!("{name} as a square: {square:?} in {} ms", took.as_millis());
        assert!(took < DEADLINE + Duration::from_secs(2), "{name} took {took:?}");
        if let Some(expected) = expected {
            assert_eq!(square, Err(expected), "{name}");
        } else {
            assert!(!matches!(square, Err(PictureError::NotStarted)) && square.unwrap_or(WHOLE) == WHOLE, "{name}: {square:?}");
        }
    }
}

/// Finder patterns wherever they fit, some skewed, some torn: 4096 × 4096 of them, and smaller ones from many seeds.
fn patterns(side: usize, module: usize, numbers: &mut Numbers) -> Vec<u8> {
    let mut pixels = vec![255; side * side];
    let step = module * (7 + numbers.below(3) as usize);
    for top in (0..side.saturating_sub(7 * module)).step_by(step) {
        for left in (0..side.saturating_sub(7 * module)).step_by(step) {
            let torn = numbers.below(20) == 0;
            for y in 0..7 * module {
                for x in 0..7 * module {
                    let ring = (x / module).abs_diff(3).max((y / module).abs_diff(3));
                    if ring != 2 && !(torn && numbers.below(9) == 0) {
                        pixels[(top + y) * side + left + x] = 0;
                    }
                }
            }
        }
    }
    pixels
}

fn rgba(grey: &[u8]) -> Vec<u8> {
    grey.iter().flat_map(|value| [*value, *value, *value, 255]).collect()
}

#[test]
fn pictures_full_of_patterns_end_in_time() {
    for module in [1, 2, 4] {
        let rgba = rgba(&patterns(4096, module, &mut Numbers(module as u64)));
        let begun = Instant::now();
        let outcome = reader().read(Picture::Pixels { width: 4096, height: 4096, rgba: &rgba }).map(|found| found.len());
        println!("modules of {module}: {outcome:?} in {} ms", begun.elapsed().as_millis());
        assert!(begun.elapsed() < DEADLINE + Duration::from_secs(2));
        assert!(matches!(outcome, Err(PictureError::NothingFound | PictureError::TooLong)), "{outcome:?}");
    }
}

#[test]
fn torn_codes_and_patterns_from_many_seeds() {
    let code = picture::read(&sample("one_bit.png")).unwrap();
    let mut outcomes = [0; 2];
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let mut pixels =
            if seed % 2 == 0 { patterns(135, 1 + numbers.below(4) as usize, &mut numbers) } else { code.pixels().to_vec() };
        for _ in 0..numbers.below(2500) {
            let (place, length) = (numbers.below(135 * 135) as usize, 1 + numbers.below(12) as usize);
            let value = numbers.below(2) as u8 * 255;
            pixels.iter_mut().skip(place).take(length).for_each(|pixel| *pixel = value);
        }
        let outcome = InLine.read(Picture::Pixels { width: 135, height: 135, rgba: &rgba(&pixels) });
        outcomes[usize::from(outcome.is_ok())] += 1;
    }
    println!("{outcomes:?}");
    assert!(outcomes[0] > 150 && outcomes[1] > 0, "{outcomes:?}");
}

/// Cut off at every byte, a file is damaged or still shows its code, whole or not; it is never something else.
#[test]
fn cut_off_at_every_byte() {
    for name in ["interlaced.png", "lossy.webp", "animated.gif", "rle.bmp", "progressive.jpg"] {
        let whole = sample(name);
        for length in 0..whole.len() {
            match picture::read(&whole[..length]) {
                Ok(grey) => assert_eq!((grey.width(), grey.height()), (135, 135), "{name} to {length}"),
                Err(error) => {
                    assert!(matches!(error, Unreadable::Broken | Unreadable::NotAPicture), "{name} to {length}: {error}")
                }
            }
        }
    }
}

#[test]
fn flipped_bits() {
    let mut numbers = Numbers(7);
    let mut read = 0;
    let names = [
        "interlaced.png",
        "lossy.webp",
        "animated.gif",
        "rle.bmp",
        "progressive.jpg",
        "cmyk.jpg",
        "rects.svg",
        "exif_turned.jpg",
    ];
    let rounds = if cfg!(debug_assertions) { 60 } else { 600 };
    for name in names {
        for _ in 0..rounds {
            let mut file = sample(name);
            for _ in 0..1 + numbers.below(6) {
                let place = numbers.below(file.len() as u64) as usize;
                file[place] ^= 1 << numbers.below(8);
            }
            // a panic in here is caught in the process, too
            read += usize::from(std::panic::catch_unwind(|| picture::read(&file)).is_ok_and(|picture| picture.is_ok()));
        }
    }
    println!("{read} of {} still decode", names.len() * rounds);
    assert!(read > 0);
}

#[test]
fn the_process_answers_and_says_why_not() {
    let code = sample("one_bit.png");
    let begun = Instant::now();
    let found = reader().read(Picture::File(&code)).unwrap();
    println!("one code: {} ms", begun.elapsed().as_millis());
    assert_eq!(found.len(), 1);
    let begun = Instant::now();
    let square = reader().square(&code, 40, Fit::Middle).unwrap();
    println!("one square: {} ms", begun.elapsed().as_millis());
    assert_eq!(square, InLine.square(&code, 40, Fit::Middle).unwrap());
    assert_eq!(reader().square(b"hello", 40, Fit::Whole), Err(PictureError::Unreadable(Unreadable::NotAPicture)));
    let missing = PictureProcess::of(PathBuf::from("/nowhere/halfminute"), DEADLINE);
    assert_eq!(missing.read(Picture::File(&code)).unwrap_err(), PictureError::NotStarted);
    let large = vec![0; (20 << 20) + 1];
    assert_eq!(reader().read(Picture::File(&large)).unwrap_err(), PictureError::Unreadable(Unreadable::TooManyBytes));
    let hurried = PictureProcess::of(program(), Duration::ZERO);
    assert_eq!(hurried.read(Picture::File(&code)).unwrap_err(), PictureError::TooLong);
    #[cfg(unix)]
    {
        // programs that are not ours: one that says something else, one that crashes
        let echo = PictureProcess::of(PathBuf::from("/bin/echo"), DEADLINE);
        assert_eq!(echo.read(Picture::File(&code)).unwrap_err(), PictureError::Failed);
        let silent = PictureProcess::of(PathBuf::from("/bin/true"), DEADLINE);
        assert_eq!(silent.read(Picture::File(&code)).unwrap_err(), PictureError::Failed);
    }
    // half a question has no answer
    let mut child = Command::new(program()).arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\x02\0\0").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}
