//! Draws what egui gives to a graphics card, without one: the same picture on every machine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use egui::epaint::{ImageData, Primitive, Vertex};
use egui::{Color32, ColorImage, Rect, TextureFilter, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;

use crate::picture::Picture;
use crate::world::Window;

/// Red, green, blue and opacity, 0 to 1, the colours multiplied by the opacity, in gamma space, in which egui blends.
type Ink = [f32; 4];

/// Keeps the textures of one window: letters and pictures.
#[derive(Clone, Default)]
pub struct Brush(Arc<Mutex<HashMap<TextureId, Texture>>>);

struct Texture {
    image: ColorImage,
    filter: TextureFilter,
}

impl TestRenderer for Brush {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, images) in delta.set.drain() {
            for part in images {
                let ImageData::Color(image) = &part.image;
                match part.pos {
                    None => {
                        let filter = part.options.magnification;
                        textures.insert(id, Texture { image: ColorImage::clone(image), filter });
                    }
                    Some([left, top]) => {
                        let whole = &mut textures.get_mut(&id).expect("a part of a texture that is there").image;
                        let width = whole.size[0];
                        for (y, row) in image.pixels.chunks(image.size[0].max(1)).enumerate() {
                            let start = (top + y) * width + left;
                            whole.pixels[start..start + row.len()].copy_from_slice(row);
                        }
                    }
                }
            }
        }
        for id in delta.free.drain() {
            textures.remove(&id);
        }
    }
}

impl Brush {
    /// What stands in the window now.
    pub fn draw(&self, window: &Window) -> Picture {
        let scale = window.ctx.pixels_per_point();
        let size = window.ctx.content_rect().size() * scale;
        let mut canvas = Canvas::new(size.x.round() as usize, size.y.round() as usize);
        let textures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in window.ctx.tessellate(window.output().shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = part.primitive else { panic!("a window that draws by itself") };
            let texture = textures.get(&mesh.texture_id).expect("the texture of what is drawn");
            let clip = canvas.pixels_of(part.clip_rect, scale);
            for corners in mesh.triangles() {
                canvas.triangle(corners.map(|index| mesh.vertices[index as usize]), scale, &clip, texture);
            }
        }
        canvas.picture
    }
}

impl Texture {
    fn texel(&self, x: f32, y: f32) -> Ink {
        let [width, height] = self.image.size;
        let at = |value: f32, most: usize| (value.max(0.0) as usize).min(most - 1);
        ink(self.image.pixels[at(y, height) * width + at(x, width)])
    }

    /// The colour at a place, 0 to 1 in both directions.
    fn sample(&self, u: f32, v: f32) -> Ink {
        let (x, y) = (u * self.image.size[0] as f32, v * self.image.size[1] as f32);
        if self.filter == TextureFilter::Nearest {
            return self.texel(x, y);
        }
        let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
        let (right_part, lower_part) = (x - 0.5 - left, y - 0.5 - top);
        let upper = mix(self.texel(left, top), self.texel(left + 1.0, top), right_part);
        mix(upper, mix(self.texel(left, top + 1.0), self.texel(left + 1.0, top + 1.0), right_part), lower_part)
    }
}

fn ink(colour: Color32) -> Ink {
    colour.to_array().map(|byte| f32::from(byte) / 255.0)
}

fn mix(a: Ink, b: Ink, part: f32) -> Ink {
    std::array::from_fn(|n| a[n] + (b[n] - a[n]) * part)
}

/// The pixels of a rectangle: columns and rows, from and up to.
struct Pixels {
    columns: [usize; 2],
    rows: [usize; 2],
}

struct Canvas {
    picture: Picture,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self { picture: Picture { width, height, pixels: vec![[0; 3]; width * height] } }
    }

    fn pixels_of(&self, rect: Rect, scale: f32) -> Pixels {
        let span = |from: f32, to: f32, most: usize| [from, to].map(|edge| ((edge * scale).round().max(0.0) as usize).min(most));
        Pixels {
            columns: span(rect.left(), rect.right(), self.picture.width),
            rows: span(rect.top(), rect.bottom(), self.picture.height),
        }
    }

    /// Every pixel whose centre lies in the triangle. One that lies on the edge of two belongs to one of them.
    fn triangle(&mut self, corners: [Vertex; 3], scale: f32, clip: &Pixels, texture: &Texture) {
        let places = corners.map(|corner| [corner.pos.x * scale, corner.pos.y * scale]);
        let [a, b, c] = places;
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        if area == 0.0 {
            return;
        }
        let plain = corners.iter().all(|corner| corner.color == corners[0].color && corner.uv == corners[0].uv);
        let inks = corners.map(|corner| ink(corner.color));
        let solid = plain.then(|| tinted(inks[0], texture.sample(corners[0].uv.x, corners[0].uv.y)));
        let first = |edge: f32| (edge - 0.5).ceil().max(0.0) as usize;
        let top = places.iter().map(|place| place[1]).fold(f32::INFINITY, f32::min);
        let bottom = places.iter().map(|place| place[1]).fold(f32::NEG_INFINITY, f32::max);
        for y in first(top).max(clip.rows[0])..first(bottom).min(clip.rows[1]) {
            let middle = y as f32 + 0.5;
            let [left, right] = crossings(&places, middle);
            for x in first(left).max(clip.columns[0])..first(right).min(clip.columns[1]) {
                let source = solid.unwrap_or_else(|| {
                    let at = [x as f32 + 0.5, middle];
                    let of_b = ((at[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (at[1] - a[1])) / area;
                    let of_c = ((b[0] - a[0]) * (at[1] - a[1]) - (at[0] - a[0]) * (b[1] - a[1])) / area;
                    let weigh = |values: [f32; 3]| values[0] + (values[1] - values[0]) * of_b + (values[2] - values[0]) * of_c;
                    let colour = std::array::from_fn(|n| weigh(inks.map(|ink| ink[n])).clamp(0.0, 1.0));
                    let uv = [weigh(corners.map(|corner| corner.uv.x)), weigh(corners.map(|corner| corner.uv.y))];
                    tinted(colour, texture.sample(uv[0], uv[1]))
                });
                self.put(y * self.picture.width + x, source);
            }
        }
    }

    fn put(&mut self, index: usize, source: Ink) {
        if source == [0.0; 4] {
            return;
        }
        let under = self.picture.pixels[index];
        self.picture.pixels[index] = std::array::from_fn(|n| {
            let value = source[n] + f32::from(under[n]) / 255.0 * (1.0 - source[3]);
            (value * 255.0).round().clamp(0.0, 255.0) as u8
        });
    }
}

fn tinted(colour: Ink, texel: Ink) -> Ink {
    std::array::from_fn(|n| colour[n] * texel[n])
}

/// Where the edges of a triangle cross a row, from left to right.
fn crossings(places: &[[f32; 2]; 3], y: f32) -> [f32; 2] {
    let (mut left, mut right) = (f32::INFINITY, f32::NEG_INFINITY);
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        // From above, so that two triangles with one edge between them agree to the last bit.
        let (mut upper, mut lower) = (places[from], places[to]);
        if (upper[1], upper[0]) > (lower[1], lower[0]) {
            std::mem::swap(&mut upper, &mut lower);
        }
        if upper[1] <= y && y < lower[1] {
            let x = upper[0] + (lower[0] - upper[0]) * ((y - upper[1]) / (lower[1] - upper[1]));
            left = left.min(x);
            right = right.max(x);
        }
    }
    [left, right]
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "colours of a test, not of the window")]
mod tests {
    use super::*;
    use egui::{Pos2, pos2};

    fn corner(x: f32, y: f32, color: Color32) -> Vertex {
        Vertex { pos: pos2(x, y), uv: Pos2::ZERO, color }
    }

    fn white() -> Texture {
        Texture { image: ColorImage::filled([1, 1], Color32::WHITE), filter: TextureFilter::Linear }
    }

    #[test]
    fn two_triangles_fill_a_square_once_and_nothing_beside_it() {
        let mut canvas = Canvas::new(6, 5);
        let clip = canvas.pixels_of(Rect::EVERYTHING, 1.0);
        // Half opaque: a pixel that is drawn twice is brighter.
        let half = Color32::from_rgba_premultiplied(128, 128, 128, 128);
        let square = [corner(1.0, 1.0, half), corner(5.0, 1.0, half), corner(5.0, 4.0, half), corner(1.0, 4.0, half)];
        for corners in [[0, 1, 2], [0, 2, 3]] {
            canvas.triangle(corners.map(|n| square[n]), 1.0, &clip, &white());
        }
        for y in 0..5 {
            for x in 0..6 {
                let expected = if (1..5).contains(&x) && (1..4).contains(&y) { [128; 3] } else { [0; 3] };
                assert_eq!(canvas.picture.pixels[y * 6 + x], expected, "{x}, {y}");
            }
        }
    }

    #[test]
    fn what_is_clipped_is_not_drawn_and_colours_run_into_each_other() {
        let mut canvas = Canvas::new(4, 1);
        let clip = canvas.pixels_of(Rect::from_min_max(pos2(0.0, 0.0), pos2(3.0, 1.0)), 1.0);
        let (black, white_ink) = (Color32::BLACK, Color32::WHITE);
        let square = [corner(0.0, 0.0, black), corner(4.0, 0.0, white_ink), corner(4.0, 1.0, white_ink), corner(0.0, 1.0, black)];
        for corners in [[0, 1, 2], [0, 2, 3]] {
            canvas.triangle(corners.map(|n| square[n]), 1.0, &clip, &white());
        }
        assert_eq!(canvas.picture.pixels, [[32; 3], [96; 3], [159; 3], [0; 3]]);
    }
}
