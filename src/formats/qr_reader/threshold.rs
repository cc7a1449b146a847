//! Grey to dark and light, by the brightness around each place: shadows, gradients and themes do not matter.

use rxing::common::{BitArray, BitFieldBaseType as Word, BitMatrix};

use crate::formats::picture::Grey;

/// Which differences count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Those that screens and prints show: a block that is even takes its brightness from its neighbours.
    Near,
    /// The faintest, with the noise that comes with them.
    Faint,
}

/// The side of a block, in pixels.
const BLOCK: usize = 8;
/// How many blocks on each side of a block are averaged with it.
const REACH: usize = 2;
/// The side of the smallest code, at one pixel a module.
const LEAST_SIDE: usize = 21;
const BITS: usize = Word::BITS as usize;

/// Which pixels are dark. `blocks` are those of `picture`.
pub(super) fn dark(picture: &Grey, blocks: &Blocks, cut: Cut) -> Option<BitMatrix> {
    let (width, height) = (picture.width(), picture.height());
    let borders = blocks.borders(cut);
    let mut matrix = BitMatrix::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?).ok()?;
    let mut border = vec![0_u8; width];
    let mut bits = BitArray::with_size(width);
    for (y, row) in picture.rows().enumerate() {
        if y % BLOCK == 0 {
            let begin = y / BLOCK * blocks.across;
            for (pixels, value) in border.chunks_mut(BLOCK).zip(&borders[begin..]) {
                pixels.fill(*value);
            }
        }
        for (place, (pixels, borders)) in row.chunks(BITS).zip(border.chunks(BITS)).enumerate() {
            bits.setBulk(place * BITS, word(pixels, borders));
        }
        matrix.setRow(u32::try_from(y).ok()?, &bits);
    }
    Some(matrix)
}

/// One bit for each pixel that is dark, the first one lowest.
fn word(pixels: &[u8], borders: &[u8]) -> Word {
    // bytes of 0 and 1 first, which the compiler does many at a time
    let mut bytes = [0_u8; BITS];
    for ((byte, pixel), border) in bytes.iter_mut().zip(pixels).zip(borders) {
        *byte = u8::from(pixel <= border);
    }
    bytes.as_chunks::<8>().0.iter().enumerate().fold(0, |word: Word, (place, eight)| {
        // gathers the lowest bit of each of eight bytes into one byte
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word | (gathered as Word) << (8 * place)
    })
}

/// What is in one block of pixels.
#[derive(Clone, Copy)]
struct Block {
    sum: u32,
    least: u8,
    most: u8,
}

/// The blocks of a picture, row by row of them.
pub(super) struct Blocks {
    blocks: Vec<Block>,
    across: usize,
    down: usize,
}

impl Blocks {
    /// `None` for pictures that are too small for any code. The last blocks of each side end where the picture ends.
    pub(super) fn of(picture: &Grey) -> Option<Self> {
        let (width, height) = (picture.width(), picture.height());
        if width < LEAST_SIDE || height < LEAST_SIDE {
            return None;
        }
        let (across, down) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut blocks = Vec::with_capacity(across * down);
        // the eight lines of a row of blocks as one first, column by column: the compiler does many columns at a time
        let (mut least, mut most, mut sums) = (vec![0; width], vec![0; width], vec![0; width]);
        for row in 0..down {
            least.fill(u8::MAX);
            most.fill(0);
            sums.fill(0);
            for line in picture.rows().skip((row * BLOCK).min(height - BLOCK)).take(BLOCK) {
                for (((least, most), sum), pixel) in least.iter_mut().zip(&mut most).zip(&mut sums).zip(line) {
                    *least = (*least).min(*pixel);
                    *most = (*most).max(*pixel);
                    *sum += u16::from(*pixel);
                }
            }
            for place in 0..across {
                let begin = (place * BLOCK).min(width - BLOCK);
                let columns = begin..begin + BLOCK;
                blocks.push(Block {
                    sum: sums[columns.clone()].iter().map(|sum| u32::from(*sum)).sum(),
                    least: least[columns.clone()].iter().copied().fold(u8::MAX, u8::min),
                    most: most[columns].iter().copied().fold(0, u8::max),
                });
            }
        }
        Some(Self { blocks, across, down })
    }

    /// The border between dark and light of each block.
    fn borders(&self, cut: Cut) -> Vec<u8> {
        match cut {
            Cut::Near => near(&self.blocks, self.across, self.down),
            Cut::Faint => faint(&self.blocks, self.across, self.down),
        }
    }
}

/// What ZXing does: a block with a difference has its mean for a border. An even block is light, unless its neighbours say that this
/// is as dark as their dark. Then all borders are averaged with those around them.
fn near(blocks: &[Block], across: usize, down: usize) -> Vec<u8> {
    const LEAST: u8 = 24;
    let mut own = vec![0_u8; blocks.len()];
    for (place, block) in blocks.iter().enumerate() {
        own[place] = if block.most - block.least > LEAST {
            (block.sum / (BLOCK * BLOCK) as u32) as u8
        } else if place > across && place % across > 0 {
            let around = u32::from(own[place - across]) + 2 * u32::from(own[place - 1]) + u32::from(own[place - across - 1]);
            if u32::from(block.least) < around / 4 { (around / 4) as u8 } else { block.least / 2 }
        } else {
            block.least / 2
        };
    }
    let values: Vec<(u32, u32)> = own.iter().map(|value| (u32::from(*value), 1)).collect();
    smooth(&values, across, down).into_iter().map(|(sum, count)| (sum / count.max(1)) as u8).collect()
}

/// Only blocks with a difference say where the border is, half way between their dark and their light; where there is none near, the
/// border is that of the place before.
fn faint(blocks: &[Block], across: usize, down: usize) -> Vec<u8> {
    const LEAST: u8 = 5;
    let half_way = |block: &Block| (u32::from(block.most) + u32::from(block.least)) / 2;
    let known = |block: &Block| if block.most - block.least > LEAST { (half_way(block), 1) } else { (0, 0) };
    let around = smooth(&blocks.iter().map(known).collect::<Vec<_>>(), across, down);
    let mut values: Vec<u8> = Vec::with_capacity(around.len());
    for (place, (sum, count)) in around.into_iter().enumerate() {
        let before = if place % across > 0 { values.last() } else { place.checked_sub(across).and_then(|up| values.get(up)) };
        values.push(sum.checked_div(count).map_or(before.copied().unwrap_or_default(), |mean| mean as u8));
    }
    values
}

/// For each place the sum of the values and of the counts around it.
fn smooth(values: &[(u32, u32)], across: usize, down: usize) -> Vec<(u32, u32)> {
    let window = 2 * REACH + 1;
    let first = |place: usize, side: usize| place.saturating_sub(REACH).min(side.saturating_sub(window));
    let mut smoothed = Vec::with_capacity(values.len());
    let mut columns = vec![(0, 0); across];
    for y in 0..down {
        columns.fill((0, 0));
        for row in first(y, down)..(first(y, down) + window).min(down) {
            for (column, value) in columns.iter_mut().zip(&values[row * across..(row + 1) * across]) {
                *column = (column.0 + value.0, column.1 + value.1);
            }
        }
        for x in 0..across {
            let begin = first(x, across);
            let part = &columns[begin..(begin + window).min(across)];
            smoothed.push(part.iter().fold((0, 0), |sum, value| (sum.0 + value.0, sum.1 + value.1)));
        }
    }
    smoothed
}
