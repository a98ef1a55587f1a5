//! Reads the body of a request within its bounds.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;

use crate::serve::limits::{BODY_MAX, Budget, Held};

/// Why a body was not read.
#[derive(Debug)]
pub enum Unread {
    /// It has more than [`BODY_MAX`] bytes.
    TooLarge,
    /// Too many bytes are worked on already.
    Overloaded,
    /// The client stopped.
    Broken(String),
}

/// The most bytes of a body that are read to throw them away.
const THROWN_AWAY_MAX: usize = 64 << 20;

/// Reads a whole body. The bytes count as in use until what is returned with them is dropped. What is announced and not sent
/// does not count.
///
/// # Errors
/// [`Unread`]. The rest of the body was read then too, as far as it is not endless: a client that still sends would not see
/// the answer.
pub async fn read<B>(mut body: B, budget: &Arc<Budget>) -> Result<(Bytes, Held), Unread>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Display,
{
    let result = keep(&mut body, budget).await;
    let mut thrown_away = 0;
    while result.is_err() && thrown_away < THROWN_AWAY_MAX {
        let Some(Ok(frame)) = body.frame().await else { break };
        thrown_away += frame.data_ref().map_or(0, Bytes::len);
    }
    result
}

async fn keep<B>(body: &mut B, budget: &Arc<Budget>) -> Result<(Bytes, Held), Unread>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Display,
{
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > BODY_MAX {
        return Err(Unread::TooLarge);
    }
    let mut held = budget.take(0).ok_or(Unread::Overloaded)?;
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Unread::Broken(error.to_string()))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > BODY_MAX {
            return Err(Unread::TooLarge);
        }
        if !held.more(data.len()) {
            return Err(Unread::Overloaded);
        }
        if bytes.is_empty() {
            bytes.reserve(announced.min(1 << 20));
        }
        bytes.extend_from_slice(&data);
    }
    Ok((bytes.freeze(), held))
}
