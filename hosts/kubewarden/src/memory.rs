//! The comparison of bytes that the compiler calls, eight bytes at a time. That of the standard library compares one at a
//! time, and was a tenth of a decision.

#![expect(unsafe_code, reason = "the compiler calls it with pointers")]

/// Compares the bytes at two addresses, as `memcmp` of C.
///
/// # Safety
/// There are `len` bytes at both addresses.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    // SAFETY: each read ends at or before `len`.
    unsafe {
        let mut at = 0;
        if len >= 8 {
            loop {
                let order = order(a.add(at).cast::<u64>().read_unaligned(), b.add(at).cast::<u64>().read_unaligned());
                if order != 0 || at + 8 == len {
                    return order;
                }
                // The last word may begin in the one before.
                at = (at + 8).min(len - 8);
            }
        }
        while at < len {
            let order = i32::from(*a.add(at)) - i32::from(*b.add(at));
            if order != 0 {
                return order;
            }
            at += 1;
        }
    }
    0
}

/// The order of the first bytes in which two words differ.
#[inline(always)]
fn order(a: u64, b: u64) -> i32 {
    let a_xor_b = a ^ b;
    if a_xor_b == 0 {
        return 0;
    }
    let shift = a_xor_b.trailing_zeros() & !7;
    let byte = |word: u64| (word >> shift & 0xff) as i32;
    byte(a) - byte(b)
}
