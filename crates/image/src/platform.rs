//! Platforms, as image indexes name them (OCI image-spec 1.1, image-index.md, "platform").

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::Error;

/// An operating system, an architecture and perhaps a variant of it: `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Platform {
    /// As Go names it: `linux`, `windows`.
    pub os: String,
    /// As Go names it: `amd64`, `arm64`.
    pub architecture: String,
    /// Such as `v7` of `arm`.
    #[serde(default)]
    pub variant: Option<String>,
}

impl Platform {
    /// Linux on the architecture that this program was built for.
    pub fn host() -> Self {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            "powerpc64" => "ppc64le",
            other => other,
        };
        Self { os: "linux".to_owned(), architecture: architecture.to_owned(), variant: None }
    }

    /// Whether an image for this platform is what `wanted` asks for: a variant counts only when it
    /// is asked for, and `arm64` is always `v8`.
    pub(crate) fn answers(&self, wanted: &Self) -> bool {
        fn variant(platform: &Platform) -> Option<&str> {
            match (platform.architecture.as_str(), platform.variant.as_deref()) {
                ("arm64", None) => Some("v8"),
                (_, variant) => variant,
            }
        }
        self.os == wanted.os
            && self.architecture == wanted.architecture
            && (wanted.variant.is_none() || variant(self) == variant(wanted))
    }

    /// Whether it is the stand-in that attestations carry.
    pub(crate) fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }
}

impl FromStr for Platform {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.split('/').collect();
        let named = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let (os, architecture, variant) = match parts.as_slice() {
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] if named(variant) => (os, architecture, Some(variant)),
            _ => return Err(Error::PlatformText(text.to_owned())),
        };
        if !named(os) || !named(architecture) {
            return Err(Error::PlatformText(text.to_owned()));
        }
        Ok(Self {
            os: (*os).to_owned(),
            architecture: (*architecture).to_owned(),
            variant: variant.map(|variant| (*variant).to_owned()),
        })
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(formatter, "/{variant}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_read_back_what_they_print() {
        for text in ["linux/amd64", "linux/arm/v7", "windows/amd64"] {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), text);
        }
        for text in ["", "linux", "linux/", "/amd64", "linux/arm/", "a/b/c/d", "linux/am d"] {
            assert!(matches!(text.parse::<Platform>(), Err(Error::PlatformText(_))), "{text}");
        }
    }

    #[test]
    fn variants_count_only_when_asked_for() {
        let platform = |text: &str| text.parse::<Platform>().unwrap();
        assert!(platform("linux/arm/v7").answers(&platform("linux/arm")));
        assert!(!platform("linux/arm/v6").answers(&platform("linux/arm/v7")));
        assert!(platform("linux/arm64").answers(&platform("linux/arm64/v8")));
        assert!(!platform("linux/amd64").answers(&platform("windows/amd64")));
    }
}
