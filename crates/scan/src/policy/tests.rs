//! What a policy decides, on findings made by hand.

use seawall_model::{Finding, Gap, GapKind, Severity, Verdict};

use super::{Policy, judge};
use crate::Error;

const TODAY: seawall_model::Date = seawall_model::Date::constant(2026, 6, 1);

fn finding(severity: &str, fixed_in: Option<&str>, more: &str) -> Finding {
    let fixed_in = fixed_in.map_or("null".to_owned(), |version| format!("\"{version}\""));
    let text = format!(
        r#"{{"id":"CVE-2026-1","aliases":["GHSA-x"],"kind":"vulnerability","severity":"{severity}",
        "severity_source":null,"package":{{"name":"openssl","version":"1","purl":""}},
        "fixed_in":{fixed_in},"status":"affected","layer":0,"hidden_by":null,
        "locations":[{{"path":"var/lib/dpkg/status"}}],"risk":0,"verdict":"green","reasons":[],
        "ratings":[],"known_exploited":null,"epss":null,"ssvc":null,"weaknesses":[],
        "references":[],"title":null,"exception":null,"fingerprint":""{more}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn verdict(policy: &str, finding: Finding, gaps: &[Gap]) -> (Verdict, Vec<String>) {
    let policy = Policy::parse(policy).unwrap();
    let judgement = judge(&policy, &mut [finding], gaps, &["registry/shop:1"], TODAY);
    (judgement.verdict, judgement.notices)
}

#[test]
fn the_built_in_policy_reads_and_blocks_what_can_be_fixed() {
    assert!(Policy::built_in().is_ok());
    let judged = |severity, fix| verdict("", finding(severity, fix, ""), &[]).0;
    assert_eq!(judged("critical", Some("2")), Verdict::Red);
    assert_eq!(judged("critical", None), Verdict::Yellow);
    assert_eq!(judged("medium", Some("2")), Verdict::Yellow);
    assert_eq!(judged("unknown", Some("2")), Verdict::Yellow);
    assert_eq!(judged("low", Some("2")), Verdict::Green);
}

#[test]
fn a_gap_is_never_green_whatever_the_policy_says() {
    let gap = Gap {
        kind: GapKind::FeedMissing,
        layer: None,
        path: None,
        package: None,
        message: String::new(),
    };
    let lenient = "[[rules]]\nname='x'\nverdict='red'\nknown_exploited=true\n";
    assert_eq!(verdict(lenient, finding("low", None, ""), &[gap]).0, Verdict::Yellow);
}

#[test]
fn an_exception_holds_until_its_last_day_and_only_for_what_it_names() {
    let exception = |keys: &str| {
        format!("[[exceptions]]\nid='GHSA-x'\nowner='ops'\nreason='not reachable'\n{keys}")
    };
    let judged = |keys: &str| verdict(&exception(keys), finding("critical", Some("2"), ""), &[]);
    assert_eq!(judged("expires='2026-06-01'\n"), (Verdict::Green, vec![]));
    assert_eq!(judged("expires=2026-06-01\n"), (Verdict::Green, vec![]));
    let (verdict, notices) = judged("expires='2026-05-31'\n");
    assert_eq!(verdict, Verdict::Red);
    assert_eq!(notices, ["exception for GHSA-x (owner ops) expired on 2026-05-31"]);
    let (verdict, notices) = judged("expires='2027-01-01'\npackage='curl'\n");
    assert_eq!(verdict, Verdict::Red);
    assert_eq!(notices, ["exception for GHSA-x (owner ops) matched nothing"]);
    assert_eq!(judged("expires='2027-01-01'\nimage='registry/*'\n").0, Verdict::Green);
    let other_image = judged("expires='2027-01-01'\nimage='other/*'\n");
    assert_eq!(other_image, (Verdict::Red, vec![]));
}

#[test]
fn mistakes_in_a_policy_are_errors_that_name_them() {
    let check = |text: &str, expected: &str| match Policy::parse(text) {
        Err(Error::Policy(message)) => assert!(message.contains(expected), "{message}"),
        other => panic!("{other:?}"),
    };
    check("[[rules]]\nname='x'\nverdict='red'\nseverty='high'\n", "severty");
    check("[[rules]]\nname='x'\nverdict='red'\n", "no condition");
    check("[[rules]]\nname='x'\nverdict='green'\nfixable=true\n", "not green");
    check("[[rules]]\nname='x'\nverdict='red'\nepss=5.0\n", "probability");
    check("[[exceptions]]\nid='CVE-1'\nreason='r'\nexpires='2026-01-01'\n", "owner");
    check("[[exceptions]]\nid='C'\nowner='o'\nreason='r'\nexpires='soon'\n", "not a day");
    check("[[exceptions]]\nid='C'\nowner=' '\nreason='r'\nexpires='2026-01-01'\n", "is empty");
}

#[test]
fn severity_of_a_rule_means_at_least() {
    let policy = "[[rules]]\nname='x'\nverdict='red'\nseverity='high'\n";
    assert_eq!(verdict(policy, finding("critical", None, ""), &[]).0, Verdict::Red);
    assert_eq!(verdict(policy, finding("medium", None, ""), &[]).0, Verdict::Green);
    assert!(Severity::Critical > Severity::High);
}
