//! What an X11 server shows: one picture for each of its screens.

use std::thread::sleep;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder, Screen, Visualtype, Window};
use x11rb::rust_connection::RustConnection;

use crate::app::ports::{ScreenError, ScreenPlace, Shot};

use super::away::Away;
use super::pixels::Format;

/// How long what lies under our window may take to be drawn; two pictures that are alike say that it has been.
const DRAWN: Duration = Duration::from_millis(100);
/// How many pictures are made at most until two are alike: on some screens something always moves.
const PICTURES: usize = 8;

/// Something that the server has refused, or it has gone.
pub(super) struct Gone;

impl<E: Into<x11rb::errors::ReplyError>> From<E> for Gone {
    fn from(_: E) -> Self {
        Self
    }
}

/// Where a screen lies within all that the server shows, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    x: i16,
    y: i16,
    width: u16,
    height: u16,
}

/// Pictures of the screens of the server that `DISPLAY` names.
pub(super) fn grab(given_up: &dyn Fn() -> bool) -> Result<Vec<Shot>, ScreenError> {
    let (connection, number) = RustConnection::connect(None).map_err(|_| ScreenError::NoDisplay)?;
    let screen = connection.setup().roots.get(number).ok_or(ScreenError::NoDisplay)?.clone();
    let look = || -> Result<Vec<Shot>, Gone> {
        let format = format(&connection, &screen).ok_or(Gone)?;
        let places = places(&connection, &screen)?;
        let away = Away::send(&connection, screen.root, given_up)?;
        let picture =
            || places.iter().map(|place| shot(&connection, screen.root, *place, &format)).collect::<Result<Vec<_>, _>>();
        let mut shots = picture()?;
        if away.is_anything() {
            for _ in 1..PICTURES {
                sleep(DRAWN);
                let newer = picture()?;
                let alike = newer.iter().zip(&shots).all(|(newer, older)| newer.rgba == older.rgba);
                shots = newer;
                if alike || given_up() {
                    break;
                }
            }
        }
        Ok(shots)
    };
    let shots = look().map_err(|Gone| ScreenError::Failed)?;
    if given_up() { Err(ScreenError::GivenUp) } else { Ok(shots) }
}

/// Where the screens of the server that `DISPLAY` names lie, the first one first; none without a server.
pub(super) fn screens() -> Vec<ScreenPlace> {
    let Ok((connection, number)) = RustConnection::connect(None) else { return Vec::new() };
    let Some(screen) = connection.setup().roots.get(number).cloned() else { return Vec::new() };
    let place = |at: Place| ScreenPlace { x: at.x.into(), y: at.y.into(), width: at.width.into(), height: at.height.into() };
    places(&connection, &screen).map(|places| places.into_iter().map(place).collect()).unwrap_or_default()
}

/// How the server's pictures lie in memory; `None` with a palette, which no screen of today has.
fn format(connection: &RustConnection, screen: &Screen) -> Option<Format> {
    let setup = connection.setup();
    let pixels = setup.pixmap_formats.iter().find(|format| format.depth == screen.root_depth)?;
    let mut visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let visual: &Visualtype = visuals.find(|visual| visual.visual_id == screen.root_visual)?;
    Some(Format {
        bits: pixels.bits_per_pixel,
        pad: pixels.scanline_pad,
        most_first: setup.image_byte_order == ImageOrder::MSB_FIRST,
        masks: [visual.red_mask, visual.green_mask, visual.blue_mask],
    })
}

/// Where the screens lie, each once; all of it as one where the server does not say.
fn places(connection: &RustConnection, screen: &Screen) -> Result<Vec<Place>, Gone> {
    let all = connection.get_geometry(screen.root)?.reply()?;
    let all = Place { x: 0, y: 0, width: all.width, height: all.height };
    let monitors = || -> Result<Vec<Place>, Gone> {
        connection.randr_query_version(1, 5)?.reply()?;
        let told = connection.randr_get_monitors(screen.root, true)?.reply()?.monitors;
        Ok(told.iter().map(|one| Place { x: one.x, y: one.y, width: one.width, height: one.height }).collect())
    };
    Ok(within(all, &monitors().unwrap_or_default()))
}

/// The parts of `all` that `told` names, each once; `all` if it names none.
fn within(all: Place, told: &[Place]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for place in told {
        let span = |begin: i16, length: u16, most: u16| {
            let end = (i32::from(begin) + i32::from(length)).clamp(0, i32::from(most));
            let begin = i32::from(begin).clamp(0, end);
            (i16::try_from(begin).unwrap_or(i16::MAX), u16::try_from(end - begin).unwrap_or(0))
        };
        let ((x, width), (y, height)) = (span(place.x, place.width, all.width), span(place.y, place.height, all.height));
        let place = Place { x, y, width, height };
        if width > 0 && height > 0 && !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() { vec![all] } else { places }
}

fn shot(connection: &RustConnection, root: Window, place: Place, format: &Format) -> Result<Shot, Gone> {
    let Place { x, y, width, height } = place;
    let reply = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, u32::MAX)?.reply()?;
    let data = zeroize::Zeroizing::new(reply.data);
    let (width, height) = (usize::from(width), usize::from(height));
    Ok(Shot { width, height, rgba: format.rgba(width, height, &data).ok_or(Gone)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_lie_within_what_the_server_shows() {
        let place = |x, y, width, height| Place { x, y, width, height };
        let all = place(0, 0, 3000, 1000);
        let (left, right) = (place(0, 0, 1920, 1000), place(1920, 0, 1080, 1000));
        let rows: [(&[Place], &[Place]); 5] = [
            (&[], &[all]),
            (&[left, right], &[left, right]),
            // two that show the same
            (&[left, left], &[left]),
            // one that is partly, and one that is wholly outside
            (&[place(1920, -50, 9000, 1080)], &[place(1920, 0, 1080, 1000)]),
            (&[place(4000, 0, 100, 100), place(5, 5, 0, 10)], &[all]),
        ];
        for (told, expected) in rows {
            assert_eq!(within(all, told), expected);
        }
    }
}
