use super::ANALYZER;
use crate::check::check_damage;

fn check(path: &str, content: &[u8], expected: &str) {
    crate::check::check(&ANALYZER, path, content, expected);
}

const DIST_INFO: &str = "usr/lib/python3/dist-packages/a-1.0.dist-info/METADATA";

#[test]
fn installed_metadata_gives_name_version_and_licences() {
    // Headers that pip 23.2 installed for Flask 2.0.1 and zope.interface 5.4.0, shortened.
    let flask = "Metadata-Version: 2.1\nName: Flask\nVersion: 2.0.1\n\
        Summary: A simple framework.\nLicense: BSD-3-Clause\n\
        Classifier: Framework :: Flask\n\
        Classifier: License :: OSI Approved :: BSD License\n\
        Requires-Dist: Werkzeug (>=2.0)\n\nFlask\n=====\nName: other\n";
    let expected = r#"Flask 2.0.1 licence "BSD-3-Clause" licence "BSD License""#;
    check(DIST_INFO, flask.as_bytes(), expected);
    check(DIST_INFO, flask.replace('\n', "\r\n").as_bytes(), expected);
    let zope = "Metadata-Version: 1.2\nName: zope.interface\nVersion: 5.4.0\nLicense: ZPL 2.1\n\
        Description: ====\n         Text\n        \n        Name: wrong\n\
        Classifier: License :: OSI Approved :: Zope Public License\n";
    let expected = r#"zope.interface 5.4.0 licence "ZPL 2.1" licence "Zope Public License""#;
    check("srv/zope.interface.egg-info/PKG-INFO", zope.as_bytes(), expected);
    check("srv/zope.interface-5.4.0-py3.egg/EGG-INFO/PKG-INFO", zope.as_bytes(), expected);
    check("usr/lib/zope.interface-5.4.0.egg-info", zope.as_bytes(), expected);
}

#[test]
fn a_licence_expression_replaces_the_older_fields() {
    let text = "Name: a\nVersion: 1\nLicense: old\nLicense-Expression: MIT OR Apache-2.0\n\
        Classifier: License :: OSI Approved :: MIT License\n";
    check(DIST_INFO, text.as_bytes(), r#"a 1 licence "MIT OR Apache-2.0""#);
}

#[test]
fn a_whole_licence_text_is_not_a_licence_name() {
    let text = "Name: a\nVersion: 1\nLicense: Copyright somebody\n        All rights\n\
        Classifier: License :: OSI Approved\n";
    check(DIST_INFO, text.as_bytes(), "a 1");
    check(DIST_INFO, b"Name: a\nVersion: 1\nLicense: UNKNOWN\n", "a 1");
}

#[test]
fn metadata_outside_an_installed_distribution_is_passed_over() {
    check("src/a/PKG-INFO", b"Name: a\nVersion: 1\n", "");
    check("METADATA", b"Name: a\nVersion: 1\n", "");
}

#[test]
fn metadata_without_name_or_version_is_a_problem() {
    let problem = "problem: python metadata without a name and a version";
    check(DIST_INFO, b"", problem);
    check(DIST_INFO, b"Name: a\n\nVersion: 1\n", problem);
    check(DIST_INFO, b"\xff\xfe\0\0\n:\n::\n \n", problem);
}

#[test]
fn a_header_without_end_is_read_up_to_its_limit() {
    let mut text = b"Name: a\nVersion: 1\nDescription: ".to_vec();
    text.resize(3 << 20, b'x');
    text.extend_from_slice(b"\nLicense: late\n");
    check(DIST_INFO, &text, "a 1");
}

#[test]
fn only_exact_pins_of_a_requirements_file_are_packages() {
    let text = b"\
# comment\n\
-r base.txt\n\
--index-url https://example.org/simple\n\
Flask==2.0.1\n\
requests[security,socks] == 2.25.1 ; python_version >= '3.6'  # note\n\
zope.interface===5.4.0\n\
urllib3==1.26.20 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n\
PyYAML (==6.0.3)\n\
ranged>=1.0\n\
several==1.0,!=1.1\n\
wild==1.*\n\
unpinned\n\
direct @ https://example.org/direct-1.0.zip\n\
-e git+https://example.org/a.git#egg=a==1\n\
./local==1\n\
variable==${VERSION}\n\
epoch==1!2.0+local.1 --hash=sha256:22\n";
    let expected = "Flask 2.0.1 line 4\nrequests 2.25.1 line 5\nzope.interface 5.4.0 line 6\n\
        urllib3 1.26.20 line 7\nPyYAML 6.0.3 line 10\nepoch 1!2.0+local.1 line 19";
    check("app/requirements.txt", text, expected);
}

#[test]
fn empty_and_hostile_requirements_give_nothing() {
    check("usr/lib/python3/dist-packages/x/requirements.txt", b"django==2.2\n", "");
    check("requirements.txt", b"", "");
    check("requirements.txt", b"==\n===\n[==1\n\\\n\\", "");
    check("requirements.txt", &b"\\\n".repeat(100_000), "");
    check("requirements.txt", &b"a==1\0\n".repeat(10), "");
}

#[test]
fn a_poetry_lock_gives_its_packages_by_line() {
    // Written by Poetry 2.5.1; the address of its package source is made up.
    let expected = include_str!("testdata/poetry.expected");
    check("app/poetry.lock", include_bytes!("testdata/poetry.lock"), expected);
}

#[test]
fn an_empty_poetry_lock_has_no_packages() {
    check("poetry.lock", b"package = []\n\n[metadata]\nlock-version = \"2.0\"\n", "");
    check("poetry.lock", b"", "");
}

#[test]
fn a_broken_poetry_table_costs_only_itself() {
    let text = "[[package]]\nname = \"a\"\nversion = \"1\"\n\n[[package]]\nname = \n\n\
        [[package]]\nname = \"c\"\n\n[[package]]\nname = \"d\"\nversion = \"4\"\n\n\
        [metadata]\nbroken\n";
    let expected = "a 1 line 1\nd 4 line 11\n\
        problem: package table at line 5: string values must be quoted, expected literal string\n\
        problem: package table at line 8: missing field `version`";
    check("poetry.lock", text.as_bytes(), expected);
}

#[test]
fn a_poetry_lock_that_is_not_toml_is_a_problem() {
    check("poetry.lock", b"\0\0", "problem: not toml: key with no value, expected `=`");
}

#[test]
fn damage_never_panics() {
    check_damage(&ANALYZER, "poetry.lock", include_bytes!("testdata/poetry.lock"));
    check_damage(&ANALYZER, DIST_INFO, b"Name: a\nVersion: 1\nLicense:\n b\n\nText: text\n");
    check_damage(&ANALYZER, "requirements.txt", b"a[b] == 1 ; c # d\ne==2 \\\n --hash=f\n");
}
