//! Opacity, colours, and the limits, in pixels.

use super::*;

#[test]
fn what_shines_through_is_on_white() {
    for (rgba, expected) in [
        ([0, 0, 0, 255], 0),
        ([0, 0, 0, 0], 255),
        ([255, 255, 255, 0], 255),
        ([0, 0, 0, 128], 127),
        ([255, 255, 255, 255], 255),
        ([255, 0, 0, 255], 77),
        ([0, 255, 0, 255], 149),
        ([0, 0, 255, 255], 29),
    ] {
        assert_eq!(Grey::from_rgba(1, 1, &rgba).unwrap().pixels(), [expected], "{rgba:?}");
    }
}

#[test]
fn the_number_of_pixels_must_fit() {
    assert!(Grey::new(0, 0, Vec::new()).is_none());
    assert!(Grey::new(2, 2, vec![0; 3]).is_none());
    assert!(Grey::new(usize::MAX, 2, vec![0; 4]).is_none());
    assert!(Grey::from_rgba(1, 1, &[0; 3]).is_none());
    assert!(Grey::from_rgba(1, 2, &[0; 4]).is_none());
    let picture = Grey::new(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap();
    assert_eq!(picture.part(1, 0, 2, 2).unwrap().pixels(), [2, 3, 5, 6]);
    assert!(picture.part(2, 0, 2, 2).is_none());
    assert!(picture.part(0, 1, 3, 2).is_none());
    assert!(picture.part(usize::MAX, 0, 2, 2).is_none());
}

#[test]
fn how_many_pixels_are_read() {
    for (width, height, fits_in) in [
        (4096, 4096, true),
        (16_384, 1024, true),
        (5120, 2880, true),
        (4097, 4096, false),
        (16_385, 1, false),
        (1, 16_385, false),
        (u32::MAX, u32::MAX, false),
    ] {
        let expected = if fits_in { Ok(()) } else { Err(Unreadable::TooManyPixels { width, height }) };
        assert_eq!(fits(width, height), expected);
    }
    assert_eq!(fits(0, 1), Err(Unreadable::Broken));
}
