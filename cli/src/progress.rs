//! A progress bar for long work, if stderr is a terminal.

#[cfg(not(target_family = "wasm"))]
mod bar {
    use std::time::Duration;

    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

    /// A progress bar or a spinner.
    #[derive(Debug)]
    pub struct Progress(ProgressBar);

    impl Progress {
        /// A bar for this many objects. indicatif draws on terminals only.
        pub fn new(objects: usize) -> Self {
            // Drawing takes long compared to a decision, and a short job needs no bar.
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

        /// A spinner for work of unknown length.
        pub fn spinner(message: &'static str) -> Self {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_message(message);
            bar.enable_steady_tick(Duration::from_millis(200));
            Self(bar)
        }

        /// Counts one more object as done.
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
    /// Shows nothing: a WASI module has no terminal.
    #[derive(Debug)]
    pub struct Progress;

    impl Progress {
        /// Shows nothing.
        pub fn new(_: usize) -> Self {
            Self
        }

        /// Shows nothing.
        pub fn spinner(_: &'static str) -> Self {
            Self
        }

        /// Shows nothing.
        pub fn step(&self) {}
    }
}

pub use bar::Progress;
