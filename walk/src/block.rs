//! Sixteen bytes at once, where the target has vectors of that size and no `unsafe` is needed for them: WebAssembly with
//! `simd128`. Elsewhere the callers take eight bytes at a time.

use core::arch::wasm32::{i64x2, u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128, v128_any_true, v128_or};

/// Sixteen bytes of a text.
#[derive(Clone, Copy)]
pub(crate) struct Block(v128);

impl Block {
    /// The bytes from `at` on, if there are sixteen.
    #[inline(always)]
    pub(crate) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        bytes.get(at..)?.first_chunk().map(Self::of)
    }

    /// These bytes. The compiler makes it one load.
    #[inline(always)]
    pub(crate) fn of(bytes: &[u8; 16]) -> Self {
        let number = u128::from_le_bytes(*bytes);
        Self(i64x2(number as i64, (number >> 64) as i64))
    }

    /// A bit for each byte that is a control character, a quotation mark or a backslash.
    #[inline(always)]
    pub(crate) fn stops(self) -> u32 {
        let quotes = u8x16_eq(self.0, u8x16_splat(b'"'));
        let backslashes = u8x16_eq(self.0, u8x16_splat(b'\\'));
        let controls = u8x16_lt(self.0, u8x16_splat(b' '));
        u32::from(u8x16_bitmask(v128_or(v128_or(quotes, backslashes), controls)))
    }

    /// A bit for each byte that the other has too, at the same place.
    #[inline(always)]
    pub(crate) fn same(self, other: Self) -> u32 {
        u32::from(u8x16_bitmask(u8x16_eq(self.0, other.0)))
    }

    /// Whether a byte is a backslash.
    #[inline(always)]
    pub(crate) fn has_backslash(self) -> bool {
        v128_any_true(u8x16_eq(self.0, u8x16_splat(b'\\')))
    }

    /// A bit for each quotation mark, each opening bracket and each closing bracket.
    #[inline(always)]
    pub(crate) fn structure(self) -> [u32; 3] {
        // This bit is all that `[` differs in from `{`, and `]` from `}`.
        let folded = v128_or(self.0, u8x16_splat(0x20));
        [(self.0, b'"'), (folded, b'{'), (folded, b'}')]
            .map(|(block, byte)| u32::from(u8x16_bitmask(u8x16_eq(block, u8x16_splat(byte)))))
    }
}
