//! A string that is borrowed from the JSON text wherever it has no escapes.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Deserialize;

/// Borrowing also inside `Option`, where serde would copy a bare [`Cow`].
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
