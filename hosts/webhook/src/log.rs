//! Log lines on stdout, as text or JSON. They are written by a thread of their own: nobody waits for a slow reader.

use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;

use crate::options::{LogFormat, Options};

/// The log, until it is dropped.
#[derive(Debug)]
pub struct Log {
    _worker: WorkerGuard,
    dropped: ErrorCounter,
}

impl Log {
    /// Starts the log of this program. Without effect where it has one already.
    #[must_use]
    pub fn start(options: &Options) -> Self {
        let (writer, worker) = NonBlockingBuilder::default().lossy(true).finish(std::io::stdout());
        let dropped = writer.error_counter();
        let level: LevelFilter = options.log_level.parse().unwrap_or(LevelFilter::INFO);
        // Libraries report what is logged here in the words of this program.
        let libraries = if level >= LevelFilter::DEBUG { LevelFilter::WARN } else { LevelFilter::OFF };
        let filter = Targets::new().with_target("podnetworking_webhook", level).with_default(libraries);
        let lines = fmt().with_writer(writer).with_max_level(level).with_target(false);
        let _ = match options.log_format {
            LogFormat::Text => set_global_default(lines.with_ansi(false).finish().with(filter)),
            LogFormat::Json => {
                set_global_default(lines.json().flatten_event(true).with_current_span(false).finish().with(filter))
            }
        };
        Self { _worker: worker, dropped }
    }

    /// Counts the lines that were not written.
    #[must_use]
    pub fn dropped(&self) -> ErrorCounter {
        self.dropped.clone()
    }
}
