//! Colours, fonts, spacing: every colour of the window has its name here, once for light and once for dark.

#![allow(clippy::disallowed_methods, reason = "this is the one file that makes colours from numbers")]

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::style::ScrollAnimation;
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Theme, Ui, Visuals,
    vec2,
};

use crate::app::settings::{Contrast, Looks, Motion, ThemeChoice};

/// The named colours of one theme.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Behind everything. Each palette has its own, by which it is known.
    pub ground: Color32,
    /// Cards, fields, dialogs.
    pub surface: Color32,
    /// A card under the pointer.
    pub surface_hover: Color32,
    /// Lines around things.
    pub border: Color32,
    /// Text.
    pub text: Color32,
    /// Text that stands back. At least 4.5 : 1 on `surface`.
    pub weak: Color32,
    /// What can be pressed first, what is chosen. At least 4.5 : 1 on `surface`.
    pub accent: Color32,
    /// A quiet ground of the accent's hue.
    pub accent_ground: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Good news.
    pub good: Color32,
    /// Soon over; look here.
    pub warn: Color32,
    /// Bad news.
    pub bad: Color32,
}

/// The dark theme.
const DARK: Palette = Palette {
    ground: Color32::from_rgb(0x13, 0x15, 0x1a),
    surface: Color32::from_rgb(0x1d, 0x20, 0x28),
    surface_hover: Color32::from_rgb(0x26, 0x2a, 0x34),
    border: Color32::from_rgb(0x34, 0x3a, 0x46),
    text: Color32::from_rgb(0xec, 0xee, 0xf3),
    weak: Color32::from_rgb(0x9f, 0xa8, 0xb8),
    accent: Color32::from_rgb(0x8f, 0xa8, 0xff),
    accent_ground: Color32::from_rgb(0x2a, 0x31, 0x4e),
    on_accent: Color32::from_rgb(0x0e, 0x13, 0x2b),
    good: Color32::from_rgb(0x5f, 0xd0, 0x8f),
    warn: Color32::from_rgb(0xf3, 0xb0, 0x4b),
    bad: Color32::from_rgb(0xff, 0x8a, 0x80),
};

/// The light theme.
const LIGHT: Palette = Palette {
    ground: Color32::from_rgb(0xf4, 0xf5, 0xf8),
    surface: Color32::from_rgb(0xff, 0xff, 0xff),
    surface_hover: Color32::from_rgb(0xee, 0xf1, 0xfa),
    border: Color32::from_rgb(0xd3, 0xd8, 0xe2),
    text: Color32::from_rgb(0x17, 0x1b, 0x26),
    weak: Color32::from_rgb(0x57, 0x60, 0x70),
    accent: Color32::from_rgb(0x36, 0x4f, 0xc7),
    accent_ground: Color32::from_rgb(0xe3, 0xe8, 0xfc),
    on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
    good: Color32::from_rgb(0x13, 0x72, 0x3f),
    warn: Color32::from_rgb(0x9a, 0x56, 0x00),
    bad: Color32::from_rgb(0xb3, 0x26, 0x1e),
};

/// The dark theme with high contrast.
const DARK_HIGH: Palette = Palette {
    ground: Color32::from_rgb(0x00, 0x00, 0x00),
    surface: Color32::from_rgb(0x0c, 0x0d, 0x10),
    surface_hover: Color32::from_rgb(0x22, 0x26, 0x30),
    border: Color32::from_rgb(0xb4, 0xba, 0xc6),
    text: Color32::from_rgb(0xff, 0xff, 0xff),
    weak: Color32::from_rgb(0xdc, 0xe0, 0xe8),
    accent: Color32::from_rgb(0xb9, 0xc8, 0xff),
    accent_ground: Color32::from_rgb(0x1d, 0x24, 0x44),
    on_accent: Color32::from_rgb(0x00, 0x00, 0x00),
    good: Color32::from_rgb(0x8a, 0xf0, 0xb4),
    warn: Color32::from_rgb(0xff, 0xcf, 0x7a),
    bad: Color32::from_rgb(0xff, 0xb6, 0xaf),
};

/// The light theme with high contrast.
const LIGHT_HIGH: Palette = Palette {
    ground: Color32::from_rgb(0xff, 0xff, 0xff),
    surface: Color32::from_rgb(0xfd, 0xfd, 0xff),
    surface_hover: Color32::from_rgb(0xe8, 0xec, 0xf8),
    border: Color32::from_rgb(0x4d, 0x55, 0x63),
    text: Color32::from_rgb(0x00, 0x00, 0x00),
    weak: Color32::from_rgb(0x2b, 0x31, 0x3c),
    accent: Color32::from_rgb(0x1c, 0x2f, 0x96),
    accent_ground: Color32::from_rgb(0xdd, 0xe4, 0xff),
    on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
    good: Color32::from_rgb(0x07, 0x47, 0x25),
    warn: Color32::from_rgb(0x5c, 0x31, 0x00),
    bad: Color32::from_rgb(0x7d, 0x12, 0x0c),
};

/// All of them.
const PALETTES: [&Palette; 4] = [&DARK, &LIGHT, &DARK_HIGH, &LIGHT_HIGH];

/// The paper of a QR picture, in both themes: phones expect dark on light.
pub const QR_LIGHT: Color32 = Color32::WHITE;
/// The ink of a QR picture.
pub const QR_DARK: Color32 = Color32::BLACK;

/// A picture in its own colours.
pub const PICTURE: Color32 = Color32::WHITE;

/// Letters on a monogram.
pub const MONOGRAM_TEXT: Color32 = Color32::WHITE;

/// The grounds of monograms: white letters have at least 4.5 : 1 on each.
const MONOGRAMS: [Color32; 12] = [
    Color32::from_rgb(0x36, 0x4f, 0xc7),
    Color32::from_rgb(0x0b, 0x6e, 0x99),
    Color32::from_rgb(0x0f, 0x76, 0x5e),
    Color32::from_rgb(0x2f, 0x75, 0x2b),
    Color32::from_rgb(0x6b, 0x68, 0x00),
    Color32::from_rgb(0x9a, 0x56, 0x00),
    Color32::from_rgb(0xb0, 0x3f, 0x13),
    Color32::from_rgb(0xb3, 0x26, 0x4a),
    Color32::from_rgb(0x9c, 0x2f, 0x8e),
    Color32::from_rgb(0x6f, 0x42, 0xc1),
    Color32::from_rgb(0x4a, 0x5a, 0x70),
    Color32::from_rgb(0x7a, 0x4b, 0x3a),
];

/// The colours of the theme that `ui` is drawn in.
#[must_use]
pub fn palette(ui: &Ui) -> &'static Palette {
    let ground = ui.visuals().panel_fill;
    PALETTES.into_iter().find(|palette| palette.ground == ground).unwrap_or(&DARK)
}

/// The ground of a monogram, stable for ever: FNV-1a over the lower-case name.
#[must_use]
pub fn monogram_ground(name: &str) -> Color32 {
    let hash = name
        .to_lowercase()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    MONOGRAMS[usize::try_from(hash % MONOGRAMS.len() as u64).unwrap_or(0)]
}

/// Where the icon of an issuer stands: as neutral as what is behind the cards.
#[must_use]
pub const fn sign_ground(palette: &Palette) -> Color32 {
    palette.ground
}

/// The ink of an issuer's icon: the colour that it goes by, where that has 3 : 1 on its ground (WCAG 2.2, 1.4.11); else that of text.
#[must_use]
pub fn sign_ink(palette: &Palette, [red, green, blue]: [u8; 3]) -> Color32 {
    let own = Color32::from_rgb(red, green, blue);
    if contrast(own, sign_ground(palette)) >= 3.0 { own } else { palette.text }
}

/// The contrast of two colours (WCAG 2), 1 to 21.
fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2 relative luminance.
fn luminance(colour: Color32) -> f64 {
    let linear = |byte: u8| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}

/// The family of the semibold face.
#[must_use]
pub fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// A semibold font of `size` points.
#[must_use]
pub fn strong_font(size: f32) -> FontId {
    FontId::new(size, strong())
}

/// A font of `size` points with digits of one width.
#[must_use]
pub fn digits_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Sets fonts and both themes.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    // The size of everything is a setting: Ctrl with plus and minus changes that.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| {
            style.text_styles = BTreeMap::from([
                (TextStyle::Small, FontId::proportional(12.0)),
                (TextStyle::Body, FontId::proportional(14.0)),
                (TextStyle::Button, FontId::proportional(14.0)),
                (TextStyle::Heading, strong_font(19.0)),
                (TextStyle::Monospace, FontId::monospace(14.0)),
            ]);
            style.spacing.item_spacing = vec2(8.0, 8.0);
            style.spacing.button_padding = vec2(12.0, 6.0);
            style.spacing.interact_size.y = 32.0;
            style.spacing.text_edit_width = 320.0;
            style.spacing.menu_margin = Margin::same(6);
            style.spacing.window_margin = Margin::same(20);
            style.spacing.icon_width = 18.0;
            style.spacing.icon_spacing = 8.0;
            style.interaction.selectable_labels = false;
        });
    }
    choose(ctx, Looks::default());
}

/// Follows the person's choice.
pub fn choose(ctx: &egui::Context, looks: Looks) {
    let (dark, light) = match looks.contrast {
        Contrast::Usual => (&DARK, &LIGHT),
        Contrast::High => (&DARK_HIGH, &LIGHT_HIGH),
    };
    for (theme, palette, visuals) in [(Theme::Dark, dark, Visuals::dark()), (Theme::Light, light, Visuals::light())] {
        ctx.style_mut_of(theme, |style| {
            style.visuals = colours(visuals, palette);
            let still = looks.motion == Motion::Reduced;
            style.animation_time = if still { 0.0 } else { 0.08 };
            style.scroll_animation = if still { ScrollAnimation::none() } else { ScrollAnimation::default() };
        });
    }
    ctx.set_theme(match looks.theme {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
    let size = looks.text_size.factor();
    if (ctx.zoom_factor() - size).abs() > f32::EPSILON {
        ctx.set_zoom_factor(size);
        // As wide as the narrowest layout, and no higher than what an ordinary screen has.
        let least = vec2(420.0, (720.0 / size).min(480.0));
        ctx.send_viewport_cmd(egui::ViewportCommand::MinInnerSize(least));
    }
}

fn colours(mut visuals: Visuals, palette: &Palette) -> Visuals {
    let radius = CornerRadius::same(8);
    let line = Stroke::new(1.0, palette.border);
    visuals.panel_fill = palette.ground;
    visuals.window_fill = palette.surface;
    visuals.window_stroke = line;
    visuals.window_corner_radius = CornerRadius::same(14);
    visuals.menu_corner_radius = CornerRadius::same(10);
    visuals.extreme_bg_color = palette.surface;
    visuals.faint_bg_color = palette.surface_hover;
    visuals.text_edit_bg_color = Some(palette.surface);
    visuals.code_bg_color = palette.surface_hover;
    visuals.weak_text_color = Some(palette.weak);
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.bad;
    visuals.selection.bg_fill = palette.accent_ground;
    visuals.selection.stroke = Stroke::new(1.5, palette.accent);
    let soft = Shadow { offset: [0, 6], blur: 24, spread: 0, color: Color32::from_black_alpha(60) };
    visuals.window_shadow = soft;
    visuals.popup_shadow = soft;
    for (widget, fill, edge, text) in [
        (&mut visuals.widgets.noninteractive, palette.surface, line, palette.text),
        (&mut visuals.widgets.inactive, palette.surface, line, palette.text),
        (&mut visuals.widgets.hovered, palette.surface_hover, Stroke::new(1.0, palette.weak), palette.text),
        (&mut visuals.widgets.active, palette.accent_ground, Stroke::new(1.5, palette.accent), palette.text),
        (&mut visuals.widgets.open, palette.surface_hover, line, palette.text),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = edge;
        widget.fg_stroke = Stroke::new(1.5, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    visuals
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [
        ("Inter", include_bytes!("../../assets/fonts/Inter-Regular.otf").as_slice()),
        ("Inter SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf").as_slice()),
        ("JetBrains Mono", include_bytes!("../../assets/fonts/JetBrainsMono-Medium.ttf").as_slice()),
    ] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, list(&["Inter", "JetBrains Mono"]));
    fonts.families.insert(FontFamily::Monospace, list(&["JetBrains Mono", "Inter"]));
    fonts.families.insert(strong(), list(&["Inter SemiBold", "JetBrains Mono"]));
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_every_ground() {
        for palette in PALETTES {
            // With high contrast WCAG's AAA for text, and its 3 : 1 for what is no text.
            let high = palette.ground == DARK_HIGH.ground || palette.ground == LIGHT_HIGH.ground;
            let least = if high { 7.0 } else { 4.5 };
            for ground in [palette.ground, palette.surface, palette.surface_hover] {
                for ink in [palette.text, palette.weak, palette.accent, palette.good, palette.warn, palette.bad] {
                    assert!(contrast(ink, ground) >= least, "{ink:?} on {ground:?}: {:.2}", contrast(ink, ground));
                }
            }
            assert!(contrast(palette.on_accent, palette.accent) >= least);
            assert!(contrast(palette.text, palette.accent_ground) >= least);
            assert!(contrast(palette.accent, palette.accent_ground) >= least);
            assert!(!high || contrast(palette.border, palette.surface) >= 3.0);
            assert_eq!(PALETTES.iter().filter(|other| other.ground == palette.ground).count(), 1, "each is known by its ground");
        }
        for ground in MONOGRAMS {
            assert!(contrast(MONOGRAM_TEXT, ground) >= 4.5, "{ground:?}: {:.2}", contrast(MONOGRAM_TEXT, ground));
        }
    }

    #[test]
    fn icons_are_seen_in_every_theme() {
        let services = crate::formats::icons::services::Services::read();
        for palette in PALETTES {
            let ground = sign_ground(palette);
            let mut own = 0;
            for service in services.all() {
                let ink = sign_ink(palette, service.colour);
                assert!(contrast(ink, ground) >= 3.0, "{} on {ground:?}: {:.2}", service.slug, contrast(ink, ground));
                own += usize::from(ink != palette.text);
            }
            // most of them in the colour that people know
            assert!(2 * own > services.all().len(), "{own} on {ground:?}");
        }
    }

    #[test]
    fn monogram_colours_never_change() {
        assert_eq!(monogram_ground("GitHub"), monogram_ground("github"));
        assert_eq!(MONOGRAMS.iter().position(|&c| c == monogram_ground("GitHub")), Some(6));
    }
}
