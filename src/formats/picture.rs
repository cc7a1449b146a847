//! stub
use zeroize::Zeroizing;
pub struct Grey { width: usize, height: usize, pixels: Zeroizing<Vec<u8>> }
impl Grey {
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> { let pixels=Zeroizing::new(pixels); (width.checked_mul(height)? == pixels.len() && !pixels.is_empty()).then_some(Self { width, height, pixels }) }
    pub const fn width(&self) -> usize { self.width }
    pub const fn height(&self) -> usize { self.height }
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> { self.pixels.chunks_exact(self.width) }
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Option<Self> { let mut p=Vec::with_capacity(width*height); for r in self.rows().skip(top).take(height) { p.extend_from_slice(r.get(left..left+width)?) } Self::new(width,height,p) }
}
