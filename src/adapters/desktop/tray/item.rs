//! The sign itself, `org.kde.StatusNotifierItem`: its picture, its name, and what a click does.

use std::sync::LazyLock;
use std::sync::mpsc::Sender;

use image::imageops::{FilterType, resize};
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use crate::app::ports::{DesktopEvent, Wish};

/// The sizes of the picture, in pixels: those of panels, and twice that.
const SIZES: [u32; 4] = [22, 24, 44, 48];

/// Width, height, and the pixels: opacity, red, green, blue.
type Pixmap = (i32, i32, Vec<u8>);

static PICTURES: LazyLock<Vec<Pixmap>> = LazyLock::new(pictures);

fn pictures() -> Vec<Pixmap> {
    let png = include_bytes!("../../../../assets/icon.png");
    let Ok(picture) = image::load_from_memory_with_format(png, image::ImageFormat::Png) else { return Vec::new() };
    let picture = picture.into_rgba8();
    let sized = |size: u32| {
        let small = resize(&picture, size, size, FilterType::Lanczos3);
        let side = i32::try_from(size).unwrap_or(0);
        (side, side, small.pixels().flat_map(|pixel| [pixel[3], pixel[0], pixel[1], pixel[2]]).collect())
    };
    SIZES.into_iter().map(sized).collect()
}

/// The sign.
pub(super) struct Item(pub Sender<DesktopEvent>);

#[zbus::interface(name = "org.kde.StatusNotifierItem")]
impl Item {
    #[zbus(property)]
    fn category(&self) -> &'static str {
        "ApplicationStatus"
    }

    #[zbus(property)]
    fn id(&self) -> &'static str {
        "io.github.halfminute.Halfminute"
    }

    #[zbus(property)]
    fn title(&self) -> &'static str {
        "Halfminute"
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "Active"
    }

    #[zbus(property)]
    fn window_id(&self) -> i32 {
        0
    }

    /// None: the picture is always there, an icon theme may not have ours.
    #[zbus(property)]
    fn icon_name(&self) -> &'static str {
        ""
    }

    #[zbus(property)]
    fn icon_pixmap(&self) -> Vec<Pixmap> {
        PICTURES.clone()
    }

    #[zbus(property)]
    fn tool_tip(&self) -> (&'static str, Vec<Pixmap>, &'static str, &'static str) {
        ("", Vec::new(), "Halfminute", "")
    }

    #[zbus(property)]
    fn item_is_menu(&self) -> bool {
        false
    }

    #[zbus(property)]
    fn menu(&self) -> OwnedObjectPath {
        ObjectPath::from_static_str_unchecked(super::MENU_PATH).into()
    }

    fn activate(&self, _x: i32, _y: i32) {
        let _told = self.0.send(DesktopEvent::Wish(Wish::Show));
    }

    fn secondary_activate(&self, _x: i32, _y: i32) {
        let _told = self.0.send(DesktopEvent::Wish(Wish::Quick));
    }

    fn context_menu(&self, _x: i32, _y: i32) {}

    fn scroll(&self, _delta: i32, _orientation: &str) {}
}
