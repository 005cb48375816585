//! Reports under `testdata/` beside what each format makes of them. `SEAWALL_REGENERATE=1 cargo
//! test -p seawall-report` writes the expected files anew; read the difference before keeping it.

use std::fs;
use std::path::{Path, PathBuf};

use seawall_model::{Finding, Report};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::*;

const SAMPLES: [&str; 4] = ["storefront", "clean", "gap", "empty"];

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn sample(name: &str) -> Report {
    let text = fs::read_to_string(testdata().join(name).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn rendered(report: &Report, id: &str, style: &Style) -> String {
    let mut out = Vec::new();
    format(id).unwrap().render(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with the file `testdata/<expected>`, or writes it when asked to.
fn check(report: &Report, id: &str, style: &Style, expected: &str) {
    let actual = rendered(report, id, style);
    let path = testdata().join(expected);
    if std::env::var_os("SEAWALL_REGENERATE").is_some() {
        fs::write(&path, &actual).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == actual, "{expected} differs from:\n{actual}");
}

/// Many packages with several findings each, as an old and large image has them.
fn large(packages: usize) -> Report {
    let mut report = sample("storefront");
    let templates = report.findings.clone();
    report.findings = (0..packages)
        .flat_map(|number| {
            let several = templates.iter().cycle().skip(number).take(1 + number % 9);
            several.enumerate().map(move |(position, template)| Finding {
                id: format!("CVE-{}-{:04}", 2010 + position, 1000 + number),
                package: seawall_model::PackageReference {
                    name: format!("library-{number}"),
                    version: format!("1.{number}.0"),
                    purl: format!("pkg:deb/debian/library-{number}@1.{number}.0"),
                },
                fixed_in: template.fixed_in.as_ref().map(|_| format!("1.{number}.1")),
                layer: 0,
                hidden_by: None,
                exception: None,
                ..template.clone()
            })
        })
        .collect();
    report
}

/// Names that try to act on a terminal, a browser, a viewer or a parser.
fn hostile() -> Report {
    let mut report = sample("storefront");
    let texts = [
        "\x1b]0;title\x07\x1b[2J\x1b[31mred\r\n\x08\u{9b}1m",
        "line\nbreak\u{2028}and\u{85}more\ttabs",
        "\u{202e}gpj.exe\u{2066}\u{200b}\u{feff}",
        "[click](https://evil.example) {0} `<script>alert(1)</script>` \\",
        "海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤海堤",
        "👩‍👩‍👧‍👦❤️🇭🇰e\u{301}\u{301}\u{301}ﷺ",
        "",
        "../../../etc/passwd",
    ];
    let long = "name-".repeat(2_000);
    let texts: Vec<&str> = texts.into_iter().chain([long.as_str()]).collect();
    let mut next = texts.iter().cycle().map(|text| (*text).to_owned());
    let mut text = || next.next().unwrap();
    report.target = text();
    report.image.names = vec![text(), text()];
    report.notices = vec![text(), text(), text()];
    for gap in &mut report.gaps {
        (gap.path, gap.package, gap.message) = (Some(text()), Some(text()), text());
    }
    for layer in &mut report.image.layers {
        layer.created_by = Some(text());
    }
    if let Some(os) = &mut report.image.os {
        (os.family, os.version, os.name) = (text(), text(), Some(text()));
    }
    for package in &mut report.packages {
        (package.name, package.version, package.purl) = (text(), text(), text());
        package.licences = vec![text(), text()];
    }
    for finding in &mut report.findings {
        (finding.package.name, finding.package.version) = (text(), text());
        (finding.package.purl, finding.fixed_in) = (text(), Some(text()));
        (finding.id, finding.title) = (text(), Some(text()));
        (finding.references, finding.aliases) = (vec![text(), text()], vec![text()]);
        (finding.layer, finding.hidden_by) = (finding.layer + 3, finding.hidden_by.map(|_| 9_999));
        for location in &mut finding.locations {
            (location.path, location.inner) = (text(), Some(text()));
        }
        for rating in &mut finding.ratings {
            (rating.source, rating.vector) = (text(), Some(text()));
        }
        if let Some(exception) = &mut finding.exception {
            (exception.owner, exception.reason) = (text(), text());
        }
    }
    report
}

#[test]
fn samples_render_as_expected() {
    for name in SAMPLES {
        let report = sample(name);
        let style = Style::default();
        check(&report, "table", &style, &format!("{name}.table.txt"));
        check(&report, "json", &style, &format!("{name}.json"));
        check(&report, "sarif", &style, &format!("{name}.sarif.json"));
        check(&report, "cyclonedx", &style, &format!("{name}.cyclonedx.json"));
    }
}

#[test]
fn the_table_uses_color_width_and_length_when_it_may() {
    let report = sample("storefront");
    let plain = Style::default();
    check(&report, "table", &Style { width: 132, ..plain }, "storefront.wide.table.txt");
    check(&report, "table", &Style { color: true, ..plain }, "storefront.color.table.txt");
    check(&large(70), "table", &plain, "large.table.txt");
    let full = rendered(&large(70), "table", &Style { full: true, ..plain });
    for finding in large(70).findings {
        assert!(full.contains(&finding.id), "{} is missing from the full table", finding.id);
    }
}

#[test]
fn no_table_line_is_wider_than_asked() {
    let reports = SAMPLES.map(sample).into_iter().chain([large(80), hostile()]);
    for report in reports {
        for width in [0, 60, 72, 80, 100, 120, 160, 5000] {
            let full = width == 100;
            let table = rendered(&report, "table", &Style { width, color: false, full });
            for line in table.lines() {
                assert!(line.width() <= width.clamp(60, 160), "{width}: {line}");
                assert_eq!(line, line.trim_end(), "a line ends with spaces");
            }
        }
    }
}

#[test]
fn nothing_from_an_image_acts_on_a_terminal() {
    let acts = |character: &char| {
        (character.is_control() && *character != '\n')
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let report = hostile();
    let table = rendered(&report, "table", &Style::default());
    assert_eq!(table.chars().find(acts), None, "{table}");
    let colored = rendered(&report, "table", &Style { color: true, ..Style::default() });
    let sequences = colored.split('\x1b').skip(1);
    for sequence in sequences {
        let (codes, _) = sequence.split_once('m').expect("only colours are set");
        assert!(codes.strip_prefix('[').is_some_and(|codes| {
            codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
        }));
    }
}

/// Schemas that other schemas refer to, by file name.
struct LocalSchemas;

impl jsonschema::Retrieve for LocalSchemas {
    fn retrieve(
        &self,
        uri: &jsonschema::Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.path().as_str().rsplit('/').next().unwrap_or_default();
        Ok(serde_json::from_str(&fs::read_to_string(testdata().join("schemas").join(name))?)?)
    }
}

fn validator(schema: &Value) -> jsonschema::Validator {
    let options = jsonschema::options();
    options.with_retriever(LocalSchemas).should_validate_formats(true).build(schema).unwrap()
}

fn read_schema(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn assert_valid(id: &str, schema: &Value) {
    let validator = validator(schema);
    let reports = SAMPLES.map(sample).into_iter().chain([large(40), hostile()]);
    for report in reports {
        let document = serde_json::from_str(&rendered(&report, id, &Style::default())).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&document)
            .map(|error| error.instance_path().to_string() + &error.to_string())
            .map(|error| error.chars().take(300).collect::<String>())
            .collect();
        assert!(errors.is_empty(), "{id} of {}: {errors:#?}", report.target);
    }
}

#[test]
fn sarif_obeys_the_schema_of_oasis() {
    let mut schema = read_schema(&testdata().join("schemas/sarif-schema-2.1.0.json"));
    // Its pattern for `language`, which we don't write, has a bracket that no strict reader of
    // regular expressions accepts.
    for object in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][object]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    assert_valid("sarif", &schema);
}

#[test]
fn cyclonedx_obeys_the_schema_of_the_standard() {
    assert_valid("cyclonedx", &read_schema(&testdata().join("schemas/bom-1.6.schema.json")));
}

#[test]
fn references_inside_a_bill_of_materials_hold() {
    for report in SAMPLES.map(sample).into_iter().chain([hostile()]) {
        let text = rendered(&report, "cyclonedx", &Style::default());
        let bom: Value = serde_json::from_str(&text).unwrap();
        let mut references = vec![bom["metadata"]["component"]["bom-ref"].as_str().unwrap()];
        for component in bom["components"].as_array().unwrap() {
            references.push(component["bom-ref"].as_str().unwrap());
        }
        let count = references.len();
        references.sort_unstable();
        references.dedup();
        assert_eq!(references.len(), count, "a reference is used twice");
        for vulnerability in bom["vulnerabilities"].as_array().unwrap() {
            for affected in vulnerability["affects"].as_array().unwrap() {
                assert!(references.contains(&affected["ref"].as_str().unwrap()));
            }
        }
    }
}

#[test]
fn our_json_obeys_its_published_schema_which_knows_every_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/report.schema.json");
    let mut schema = read_schema(&path);
    assert_valid("json", &schema);
    close(&mut schema);
    assert_valid("json", &schema);
}

/// Forbids fields that a schema does not describe, wherever it describes some.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object)
                && members.get("type").is_some()
            {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn formats_have_distinct_names_and_titles() {
    for (place, one) in ALL.iter().enumerate() {
        assert!(format(one.id()).is_some_and(|found| found.title() == one.title()));
        assert!(!one.title().is_empty() && one.media_type().contains('/'));
        assert!(ALL.iter().skip(place + 1).all(|other| other.id() != one.id()));
    }
    assert!(format("yaml").is_none());
}

#[test]
fn a_closed_output_is_an_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for one in ALL {
        assert!(one.render(&sample("clean"), &Style::default(), &mut Closed).is_err());
    }
}
