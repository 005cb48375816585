//! The members of an image archive by path, links included: `docker save` used to store a layer
//! once and link to it from other images.

use std::collections::HashMap;

use crate::tar::{Member, Names};
use crate::{EntryKind, Error, Limits, path};

/// Links followed before giving up on a circle.
const LINKS: usize = 8;

/// Members by normalised path; a later member of the same path replaces an earlier one.
#[derive(Debug)]
pub(crate) struct Index<T> {
    items: HashMap<String, Item<T>>,
    bytes: u64,
}

#[derive(Debug)]
enum Item<T> {
    Stored(T),
    Link(String),
}

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self { items: HashMap::new(), bytes: 0 }
    }
}

impl<T> Index<T> {
    /// Adds a regular file.
    pub(crate) fn store(
        &mut self,
        path: &str,
        stored: T,
        archive: &str,
        limits: &Limits,
    ) -> Result<(), Error> {
        self.insert(path, Item::Stored(stored), 0, archive, limits)
    }

    /// Adds a link; members that are neither files nor links are ignored.
    pub(crate) fn link(
        &mut self,
        member: &Member,
        names: &Names,
        archive: &str,
        limits: &Limits,
    ) -> Result<(), Error> {
        let target = match member.kind {
            EntryKind::Hardlink => names.link.clone(),
            EntryKind::Symlink => {
                let directory = names.path.rsplit_once('/').map_or("", |(directory, _)| directory);
                let mut target = String::new();
                let text = if names.link.starts_with('/') {
                    names.link.clone()
                } else {
                    format!("{directory}/{}", names.link)
                };
                path::normalise(text.as_bytes(), &mut target);
                target
            }
            _ => return Ok(()),
        };
        let length = target.len();
        self.insert(&names.path, Item::Link(target), length, archive, limits)
    }

    /// What is stored at the path, links followed.
    pub(crate) fn find(&self, path: &str) -> Option<&T> {
        let mut normal = String::new();
        path::normalise(path.as_bytes(), &mut normal);
        let mut path = normal.as_str();
        for _ in 0..LINKS {
            match self.items.get(path)? {
                Item::Stored(stored) => return Some(stored),
                Item::Link(target) => path = target,
            }
        }
        None
    }

    /// What a member of exactly this path stores.
    pub(crate) fn stored_mut(&mut self, path: &str) -> Option<&mut T> {
        match self.items.get_mut(path) {
            Some(Item::Stored(stored)) => Some(stored),
            _ => None,
        }
    }

    fn insert(
        &mut self,
        path: &str,
        item: Item<T>,
        extra: usize,
        archive: &str,
        limits: &Limits,
    ) -> Result<(), Error> {
        let size = path.len() + extra + size_of::<(String, Item<T>)>();
        self.bytes = self.bytes.saturating_add(size as u64);
        if self.bytes > limits.metadata_bytes {
            return Err(Error::MetadataBytes {
                layer: archive.to_owned(),
                what: "the list of its members".to_owned(),
                limit: limits.metadata_bytes,
            });
        }
        self.items.insert(path.to_owned(), item);
        Ok(())
    }
}
