//! The allocator of the module, for its one thread and its short calls.
//!
//! A call allocates some hundred small blocks and frees all of them. So a block is taken from the end of what is used, or from
//! the freed blocks of its size. When nothing is allocated any more, at the end of a call, everything is free again. Blocks
//! have eight sizes in each power of two, so that freed ones fit again.

#![expect(unsafe_code, reason = "an allocator hands out memory")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

use core::arch::wasm32::{memory_grow, memory_size};

unsafe extern "C" {
    /// The linker's: what is after it, is free.
    static __heap_base: u8;
}

/// The unit of sizes and addresses, in bytes. It is a power of two, and no alignment that occurs is larger.
const UNIT: usize = 16;
/// The bits of the number of sizes in each power of two.
const STEPS: u32 = 3;
/// Up to so many units, each number of units is a size.
const LINEAR: usize = 1 << (STEPS + 1);
/// The number of sizes.
const SIZES: usize = ((usize::BITS - UNIT.ilog2() - STEPS) << STEPS) as usize;
/// What a WebAssembly memory grows by, in bytes.
const PAGE: usize = 1 << 16;

/// The allocator.
pub(crate) struct Allocator(UnsafeCell<State>);

struct State {
    /// The end of what was handed out. 0 before the first block.
    top: usize,
    /// How many blocks are in use.
    used: usize,
    /// The first freed block of each size, or 0. Each has the address of the next in its first word.
    freed: [usize; SIZES],
}

// SAFETY: the module has one thread.
unsafe impl Sync for Allocator {}

impl Allocator {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(State { top: 0, used: 0, freed: [0; SIZES] }))
    }
}

/// The place of the size that has room for so many bytes, and the size itself.
#[inline(always)]
fn size_for(bytes: usize) -> (usize, usize) {
    let units = bytes.div_ceil(UNIT).max(1);
    if units <= LINEAR {
        return (units - 1, units * UNIT);
    }
    let shift = (units - 1).ilog2() - STEPS;
    let steps = ((units - 1) >> shift) + 1;
    (((shift as usize) << STEPS) + steps - 1, (steps << shift).saturating_mul(UNIT))
}

impl State {
    /// Hands out the end of what is used, from `start` on.
    #[inline(always)]
    fn extend(&mut self, start: usize, size: usize) -> *mut u8 {
        let Some(top) = start.checked_add(size) else { return null_mut() };
        if top > memory_size::<0>() << PAGE.ilog2() && !grow(top) {
            return null_mut();
        }
        self.top = top;
        start as *mut u8
    }
}

/// Makes the memory as large as this, and a little larger, so that it does not grow often.
#[cold]
#[inline(never)]
fn grow(to: usize) -> bool {
    let pages = memory_size::<0>();
    let missing = to.div_ceil(PAGE).saturating_sub(pages);
    memory_grow::<0>(missing.max(pages / 16)) != usize::MAX || memory_grow::<0>(missing) != usize::MAX
}

// SAFETY: a block is handed out to one owner at a time, has the size and the alignment that were asked for, and is in the
// memory after everything that the linker placed.
unsafe impl GlobalAlloc for Allocator {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is one thread, and nothing in here calls the allocator.
        let state = unsafe { &mut *self.0.get() };
        let (place, size) = size_for(layout.size());
        if layout.align() > UNIT {
            return null_mut();
        }
        if state.used == 0 {
            state.top = (&raw const __heap_base as usize).next_multiple_of(UNIT);
            state.freed = [0; SIZES];
        }
        let block = match state.freed.get_mut(place) {
            Some(first) if *first != 0 => {
                let block = *first as *mut usize;
                // SAFETY: a freed block has the address of the next one in its first word.
                *first = unsafe { *block };
                block.cast()
            }
            _ => state.extend(state.top, size),
        };
        state.used += usize::from(!block.is_null());
        block
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.0.get() };
        let (place, size) = size_for(layout.size());
        state.used -= 1;
        if block as usize + size == state.top {
            state.top = block as usize;
        } else if let Some(first) = state.freed.get_mut(place) {
            // SAFETY: the block has at least the size of a unit, and nobody uses it any more.
            unsafe { *block.cast() = *first };
            *first = block as usize;
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.0.get() };
        let ((place, size), (new_place, new_size)) = (size_for(layout.size()), size_for(bytes));
        if place == new_place {
            return block;
        }
        if block as usize + size == state.top {
            return state.extend(block as usize, new_size);
        }
        // SAFETY: the caller keeps the promises of `alloc` and `dealloc`, and both blocks have this many bytes.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(bytes, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, layout.size().min(bytes));
                self.dealloc(block, layout);
            }
            new
        }
    }
}
