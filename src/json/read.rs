//! Typed reads of JSON values. What has another type, or is set twice, is a fault.

use std::borrow::Cow;

use podnetworking_walk::{Error, Walker};

use crate::collections::sort;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};

impl<'a> Json<'a> {
    /// The string, unescaped; a fault if it is something else.
    pub fn string(self, path: &Path<'_>, faults: &mut Faults) -> Option<Cow<'a, str>> {
        let text = self.as_str();
        if text.is_none() {
            faults.malformed(path, "a string", self);
        }
        text
    }

    /// The boolean; a fault if it is something else.
    pub fn boolean(self, path: &Path<'_>, faults: &mut Faults) -> Option<bool> {
        match self.text() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                faults.malformed(path, "a boolean", self);
                None
            }
        }
    }

    /// The elements of the list; a fault if it is something else.
    pub fn list(self, path: &Path<'_>, faults: &mut Faults) -> Vec<Json<'a>> {
        let mut elements = Vec::new();
        // The text was validated, so a list is whole.
        if self.kind() != Kind::List || self.each_element(&mut |element| elements.push(element)).is_err() {
            faults.malformed(path, "a list", self);
        }
        elements
    }

    /// The members of the object in their order, keys unescaped; a fault if it is something else or has a key twice.
    pub fn members(self, path: &Path<'_>, faults: &mut Faults) -> Vec<(Cow<'a, str>, Json<'a>)> {
        let mut members = Vec::new();
        if self.kind() == Kind::Object && self.each_member(&mut |key, value| members.push((key, value))).is_ok() {
            let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
            sort::texts(&mut keys);
            for pair in keys.windows(2) {
                if let [a, b] = pair
                    && a == b
                {
                    faults.duplicate(&path.key(a));
                }
            }
            return members;
        }
        faults.malformed(path, "an object", self);
        Vec::new()
    }

    /// The values of the named fields of the object, `None` where absent or `null`; a fault if it is not an object or
    /// has one of these fields twice.
    pub fn fields<const N: usize>(
        self,
        keys: [&'static str; N],
        path: &Path<'_>,
        faults: &mut Faults,
    ) -> [Option<Json<'a>>; N] {
        let mut found = [None; N];
        self.pick(&keys, &mut found, path, faults);
        found.map(|value| value.and_then(Json::present))
    }

    fn pick(self, keys: &[&'static str], found: &mut [Option<Json<'a>>], path: &Path<'_>, faults: &mut Faults) {
        match self.find(keys, found) {
            Ok(twice) if self.kind() == Kind::Object => {
                if let Some(key) = twice {
                    faults.duplicate(&path.field(key));
                }
            }
            _ => faults.malformed(path, "an object", self),
        }
    }

    /// The values of the named fields, and one of them that is there twice.
    fn find(self, keys: &[&'static str], found: &mut [Option<Json<'a>>]) -> Result<Option<&'static str>, Error> {
        let mut twice = None;
        let mut walker = Walker::new(self.text());
        let mut more = walker.enter()?;
        while more {
            let key = walker.key()?;
            let position = if key.is_plain() {
                keys.iter().position(|name| *name == key.written())
            } else {
                let key = walker.decode(key)?;
                keys.iter().position(|name| *name == key)
            };
            let value = Self::trusted(walker.skip_known());
            let slot = position.and_then(|position| keys.get(position).zip(found.get_mut(position)));
            if let Some((name, slot)) = slot
                && slot.replace(value).is_some()
            {
                twice = Some(*name);
            }
            more = walker.more_members()?;
        }
        Ok(twice)
    }
}
