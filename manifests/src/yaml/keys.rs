//! Keys without `?`, which one knows by the `:` that comes later in their line.

use super::cursor::Mark;
use crate::event::SyntaxError;

/// A key may have so many characters before its `:`.
const MAX_LENGTH: usize = 1024;

/// The places where a key may have begun, one for each open `[` or `{` and one for what is around them.
pub(crate) struct Keys {
    places: Vec<Place>,
}

#[derive(Clone, Copy, Default)]
struct Place {
    is_possible: bool,
    /// Nothing but a key may be here.
    is_required: bool,
    token: usize,
    mark: Mark,
}

impl Keys {
    pub fn new() -> Self {
        Self { places: vec![Place::default()] }
    }

    /// Whether a `[` or `{` is open.
    pub fn in_flow(&self) -> bool {
        self.places.len() > 1
    }

    /// A `[` or `{` opens; it is the token with the number.
    pub fn open(&mut self, token: usize) {
        self.places.push(Place { token, ..Place::default() });
    }

    /// A `]` or `}` closes.
    pub fn close(&mut self) {
        if self.in_flow() {
            self.places.pop();
        }
    }

    /// A key may begin with the token that comes.
    pub fn begin(&mut self, is_required: bool, token: usize, mark: Mark) -> Result<(), SyntaxError> {
        self.end()?;
        if let Some(place) = self.places.last_mut() {
            *place = Place { is_possible: true, is_required, token, mark };
        }
        Ok(())
    }

    /// What may have been a key is none.
    pub fn end(&mut self) -> Result<(), SyntaxError> {
        self.places.last_mut().map_or(Ok(()), Place::end)
    }

    /// A `:` is here: the token of its key and where that is, if it can have one.
    pub fn take(&mut self, here: Mark) -> Result<Option<(usize, Mark)>, SyntaxError> {
        let Some(place) = self.places.last_mut() else { return Ok(None) };
        let is_key = place.is_open(here)?;
        place.is_possible = false;
        Ok(is_key.then_some((place.token, place.mark)))
    }

    /// Whether the token may turn out to be a key, so that one has to look further.
    pub fn is_open(&mut self, token: usize, here: Mark) -> Result<bool, SyntaxError> {
        // The tokens of the places rise.
        let first = self.places.partition_point(|place| place.token < token);
        match self.places.get_mut(first) {
            Some(place) if place.token == token => place.is_open(here),
            _ => Ok(false),
        }
    }
}

impl Place {
    fn is_open(&mut self, here: Mark) -> Result<bool, SyntaxError> {
        if self.is_possible && (self.mark.line < here.line || self.mark.column + MAX_LENGTH < here.column) {
            self.end()?;
        }
        Ok(self.is_possible)
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        if self.is_possible && self.is_required {
            let message = "a key with `:` is expected here; check the indentation of this line";
            return Err(SyntaxError::new(self.mark.offset, message));
        }
        self.is_possible = false;
        Ok(())
    }
}
