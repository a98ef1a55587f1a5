//! Tells how far long work has come, where stderr is a terminal.

#[cfg(not(target_family = "wasm"))]
mod bar {
    use std::time::Duration;

    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

    /// A bar that is there only once the work has taken a while.
    #[derive(Debug)]
    pub struct Progress(ProgressBar);

    impl Progress {
        /// Nothing is done yet. indicatif draws on a terminal only.
        pub fn new(objects: usize) -> Self {
            // Drawing is costly next to a decision, and a short job needs none.
            if objects < 500 {
                return Self(ProgressBar::hidden());
            }
            let length = u64::try_from(objects).unwrap_or(u64::MAX);
            let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} checking {bar:30} {pos}/{len} objects, {eta} left")
            {
                bar.set_style(style);
            }
            Self(bar)
        }

        /// Something without a known length.
        pub fn spinner(message: &'static str) -> Self {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_message(message);
            bar.enable_steady_tick(Duration::from_millis(200));
            Self(bar)
        }

        /// One more is done.
        pub fn step(&self) {
            self.0.inc(1);
        }
    }

    impl Drop for Progress {
        fn drop(&mut self) {
            self.0.finish_and_clear();
        }
    }
}

#[cfg(target_family = "wasm")]
mod bar {
    /// WASI hosts show nothing.
    #[derive(Debug)]
    pub struct Progress;

    impl Progress {
        /// Nothing.
        pub fn new(_: usize) -> Self {
            Self
        }

        /// Nothing.
        pub fn spinner(_: &'static str) -> Self {
            Self
        }

        /// Nothing.
        pub fn step(&self) {}
    }
}

pub use bar::Progress;
