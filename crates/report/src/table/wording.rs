//! Words and numbers as the table writes them.

use seawall_model::report::Image;
use seawall_model::{Epss, Finding, LayerIndex, Location, Severity, Status, Verdict};

/// `1 finding`, `3 findings`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `2 critical, 9 high` for the severities that occur.
pub(super) fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> String {
    let parts = Severity::DESCENDING.into_iter().filter_map(|severity| {
        let count = findings.clone().filter(|finding| finding.severity == severity).count();
        (count > 0).then(|| format!("{count} {severity}"))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// The sign in front of a finding or a rule that fired.
pub(super) const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Green => " ",
        Verdict::Yellow => "!",
        Verdict::Red => "✗",
    }
}

/// The vendor's word where there is no fixed version.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Fixed => "fixed",
        Status::Affected => "no fix yet",
        Status::UnderInvestigation => "under investigation",
        Status::WillNotFix => "will not be fixed",
        Status::Deferred => "fix put off",
        Status::EndOfLife => "end of life",
        Status::NotAffected => "not affected",
    }
}

/// Probability in per cent: `97.5%`, `<0.1%`.
pub(super) fn probability(epss: Epss) -> String {
    match epss.probability_millionths {
        0..1000 => "<0.1%".to_owned(),
        millionths => {
            let tenths = (u64::from(millionths) + 500) / 1000;
            format!("{}.{}%", tenths / 10, tenths % 10)
        }
    }
}

/// `srv/app/package-lock.json:120`, `opt/app.jar!BOOT-INF/lib/a.jar`. Inside archives the archive
/// is the place; which of its metadata files was read is left to the other formats.
pub(super) fn place(location: &Location) -> String {
    let mut text = location.path.clone();
    for part in location.inner.iter().flat_map(|inner| inner.split('!')) {
        if !part.starts_with("META-INF/") {
            text.push('!');
            text.push_str(part);
        }
    }
    if let Some(line) = location.line {
        text.push_str(&format!(":{line}"));
    }
    text
}

/// `layer #2 COPY app/ /srv/app/`; the instruction is left out where the history has none.
pub(super) fn layer(image: &Image, index: LayerIndex) -> String {
    let instruction = image.layers.get(index).and_then(|layer| layer.created_by.as_deref());
    match instruction.map(instruction_of) {
        Some(instruction) if !instruction.is_empty() => format!("layer #{index} {instruction}"),
        _ => format!("layer #{index}"),
    }
}

/// A history entry as its Dockerfile line: the shells and remarks that builders add are taken
/// off. Classic builders write `/bin/sh -c #(nop) COPY …`, BuildKit `RUN /bin/sh -c … # buildkit`.
fn instruction_of(created_by: &str) -> String {
    let text = created_by.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.strip_suffix("# buildkit").unwrap_or(&text).trim();
    if let Some(rest) = text.strip_prefix("/bin/sh -c #(nop)") {
        return rest.trim().to_owned();
    }
    let shell = text.strip_prefix("RUN ").unwrap_or(text);
    let shell = match shell.strip_prefix('|') {
        Some(arguments) => arguments.find("/bin/sh -c").map_or(shell, |at| &arguments[at..]),
        None => shell,
    };
    match shell.strip_prefix("/bin/sh -c") {
        Some(command) => format!("RUN {}", command.trim()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_reads_as_a_dockerfile() {
        let cases = [
            ("/bin/sh -c #(nop) ADD file:4b8 in / ", "ADD file:4b8 in /"),
            ("/bin/sh -c apt-get update   && true", "RUN apt-get update && true"),
            ("RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"),
            ("RUN |1 VERSION=2 /bin/sh -c make # buildkit", "RUN make"),
            ("|0 /bin/sh -c make", "RUN make"),
            ("COPY . /app # buildkit", "COPY . /app"),
            ("debuerreotype 0.15", "debuerreotype 0.15"),
            ("", ""),
        ];
        for (created_by, instruction) in cases {
            assert_eq!(instruction_of(created_by), instruction);
        }
    }

    #[test]
    fn probabilities_keep_one_decimal() {
        let date = seawall_model::Date::constant(2026, 8, 1);
        let cases = [(0, "<0.1%"), (999, "<0.1%"), (1_000, "0.1%"), (975_340, "97.5%")];
        for (probability_millionths, text) in cases {
            let epss = Epss { probability_millionths, percentile_millionths: 0, date };
            assert_eq!(probability(epss), text);
        }
        let certain = Epss { probability_millionths: 1_000_000, percentile_millionths: 0, date };
        assert_eq!(probability(certain), "100.0%");
    }
}
