//! Size and place of the window, as they are kept from one start to the next. Nothing secret: losing it costs a drag.

use serde::{Deserialize, Serialize};

use super::ports::ScreenPlace;

/// The least width, in points.
pub const LEAST_WIDTH: f32 = 420.0;
/// The least height, in points.
pub const LEAST_HEIGHT: f32 = 480.0;
/// More than any screen has.
const MOST: f32 = 16_384.0;
/// So much of the window's upper edge, in pixels, must be on a screen: it is dragged by it.
const GRIP: (i32, i32) = (120, 40);

/// Size and place of the window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowPlace {
    /// The width of what is inside the frame, in points of the usual text size.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// Where the frame's upper left corner is, in the same points; none where the desktop does not tell.
    pub corner: Option<(f32, f32)>,
    /// How many pixels a point has.
    pub scale: f32,
    /// It fills the screen.
    pub maximised: bool,
}

impl Default for WindowPlace {
    fn default() -> Self {
        Self { width: 960.0, height: 640.0, corner: None, scale: 1.0, maximised: false }
    }
}

impl WindowPlace {
    /// Reads what [`to_json`](Self::to_json) has written. What is damaged, or no window can be, is the default.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Self {
        serde_json::from_slice::<Self>(bytes).ok().filter(|place| place.is_sane()).unwrap_or_default()
    }

    /// As JSON, for people to read as well.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Numbers and a flag: serde_json has nothing to refuse in them.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_else(|error| unreachable!("plain numbers: {error}"));
        json.push(b'\n');
        json
    }

    fn is_sane(&self) -> bool {
        let corner = self.corner.is_none_or(|(x, y)| x.abs() <= MOST && y.abs() <= MOST);
        let size = |side: f32| (1.0..=MOST).contains(&side);
        corner && size(self.width) && size(self.height) && (0.25..=16.0).contains(&self.scale)
    }

    /// The same on the screens that are there: not smaller than a window can be, not larger than the screen it is on, and where nobody
    /// could take hold of it, the desktop chooses the place. Without screens nothing is known but the size.
    #[must_use]
    pub fn on(self, screens: &[ScreenPlace]) -> Self {
        let corner = self.corner.filter(|corner| screens.iter().any(|screen| self.can_be_held(*corner, screen)));
        let most = |side: fn(&ScreenPlace) -> u32| screens.iter().map(side).max().map_or(MOST, |most| most as f32 / self.scale);
        Self {
            width: self.width.min(most(|screen| screen.width)).max(LEAST_WIDTH),
            height: self.height.min(most(|screen| screen.height)).max(LEAST_HEIGHT),
            corner,
            ..self
        }
    }

    /// Whether enough of the upper edge is on `screen`.
    fn can_be_held(&self, (x, y): (f32, f32), screen: &ScreenPlace) -> bool {
        let pixels = |points: f32| (points * self.scale).round() as i32;
        let (left, top, right) = (pixels(x), pixels(y), pixels(x + self.width));
        let screen_right = screen.x.saturating_add_unsigned(screen.width);
        let screen_bottom = screen.y.saturating_add_unsigned(screen.height);
        let wide = right.min(screen_right).saturating_sub(left.max(screen.x));
        wide >= GRIP.0 && top >= screen.y && top.saturating_add(GRIP.1) <= screen_bottom
    }
}

/// The upper left corner, in pixels, of something `size` pixels large in the middle of the screen that `around` lies on; of the first one
/// if it lies on none. `None` without screens.
#[must_use]
pub fn middle(screens: &[ScreenPlace], around: Option<(i32, i32)>, (width, height): (i32, i32)) -> Option<(i32, i32)> {
    let holds = |screen: &&ScreenPlace| {
        around.is_some_and(|(x, y)| {
            let within = |at: i32, from: i32, long: u32| at >= from && at < from.saturating_add_unsigned(long);
            within(x, screen.x, screen.width) && within(y, screen.y, screen.height)
        })
    };
    let screen = screens.iter().find(holds).or(screens.first())?;
    let inset = |long: u32, wanted: i32| (i32::try_from(long).unwrap_or(i32::MAX).saturating_sub(wanted) / 2).max(0);
    Some((screen.x.saturating_add(inset(screen.width, width)), screen.y.saturating_add(inset(screen.height, height))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: ScreenPlace = ScreenPlace { x: 0, y: 0, width: 1920, height: 1080 };
    const RIGHT: ScreenPlace = ScreenPlace { x: 1920, y: 200, width: 1280, height: 800 };

    fn place(width: f32, height: f32, corner: Option<(f32, f32)>) -> WindowPlace {
        WindowPlace { width, height, corner, ..WindowPlace::default() }
    }

    #[test]
    fn what_was_written_is_read_and_what_is_damaged_is_the_default() {
        let kept = WindowPlace { maximised: true, scale: 1.5, ..place(700.0, 500.5, Some((-30.0, 12.0))) };
        assert_eq!(WindowPlace::from_json(&kept.to_json()), kept);
        assert_eq!(WindowPlace::from_json(br#"{"width":700.0,"newer":[1]}"#), place(700.0, 640.0, None));
        let damaged: &[&[u8]] = &[
            b"",
            b"{",
            b"[]",
            b"null",
            b"7",
            br#"{"width":"wide"}"#,
            br#"{"width":-1}"#,
            br#"{"width":1e9}"#,
            br#"{"width":1e400}"#,
            br#"{"width":null}"#,
            br#"{"scale":0}"#,
            br#"{"corner":[1e30,0]}"#,
            br#"{"corner":[1]}"#,
            b"\xff\xfe",
            &[b'['; 100_000],
        ];
        for bytes in damaged {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(30)]);
            assert_eq!(WindowPlace::from_json(bytes), WindowPlace::default(), "{start}");
        }
    }

    #[test]
    fn it_is_put_where_it_can_be_held() {
        let rows = [
            // where it was
            (place(960.0, 640.0, Some((100.0, 80.0))), &[LEFT][..], place(960.0, 640.0, Some((100.0, 80.0)))),
            (place(960.0, 640.0, Some((2000.0, 220.0))), &[LEFT, RIGHT], place(960.0, 640.0, Some((2000.0, 220.0)))),
            // partly outside
            (place(960.0, 640.0, Some((-800.0, 0.0))), &[LEFT], place(960.0, 640.0, Some((-800.0, 0.0)))),
            // nothing to take hold of
            (place(960.0, 640.0, Some((-900.0, 0.0))), &[LEFT], place(960.0, 640.0, None)),
            (place(960.0, 640.0, Some((100.0, -5.0))), &[LEFT], place(960.0, 640.0, None)),
            (place(960.0, 640.0, Some((100.0, 1060.0))), &[LEFT], place(960.0, 640.0, None)),
            // its screen has gone
            (place(960.0, 640.0, Some((2000.0, 220.0))), &[LEFT], place(960.0, 640.0, None)),
            // larger than what there is, smaller than it can be
            (place(3000.0, 2000.0, Some((10.0, 10.0))), &[LEFT], place(1920.0, 1080.0, Some((10.0, 10.0)))),
            (place(10.0, 10.0, None), &[LEFT], place(420.0, 480.0, None)),
            // nobody tells of screens
            (place(3000.0, 10.0, Some((10.0, 10.0))), &[], place(3000.0, 480.0, None)),
        ];
        for (kept, screens, expected) in rows {
            assert_eq!(kept.on(screens), expected, "{kept:?}");
        }
        let dense = WindowPlace { scale: 2.0, ..place(900.0, 900.0, Some((500.0, 10.0))) };
        assert_eq!(dense.on(&[LEFT]).height, 540.0, "a screen has half as many points as pixels");
    }

    #[test]
    fn the_middle_of_the_screen_that_is_looked_at() {
        let rows = [
            (&[][..], None, None),
            (&[LEFT], None, Some((720, 360))),
            (&[LEFT, RIGHT], Some((2000, 300)), Some((2320, 420))),
            (&[LEFT, RIGHT], Some((1920, 0)), Some((720, 360))),
            (&[ScreenPlace { width: 100, ..LEFT }], None, Some((0, 360))),
        ];
        for (screens, around, expected) in rows {
            assert_eq!(middle(screens, around, (480, 360)), expected, "{around:?}");
        }
    }
}
