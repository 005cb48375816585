//! Applying a policy to findings and gaps.

use seawall_model::finding::AppliedException;
use seawall_model::report::VerdictReason;
use seawall_model::{Date, Finding, Gap, Severity, Verdict};

use super::{Policy, Rule};

/// The judgement on an image.
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) reasons: Vec<VerdictReason>,
    pub(crate) notices: Vec<String>,
}

/// Judges; sets the verdict and the exception of each finding. `names` are the target and the
/// image's own names.
pub(crate) fn judge(
    policy: &Policy,
    findings: &mut [Finding],
    gaps: &[Gap],
    names: &[&str],
    today: Date,
) -> Judgement {
    let notices = accept(policy, findings, names, today);
    let mut reasons = Vec::new();
    for rule in &policy.rules {
        let mut count = 0;
        for finding in findings.iter_mut().filter(|finding| rule.catches(finding)) {
            count += 1;
            finding.verdict = finding.verdict.max(rule.verdict);
        }
        count += gaps.iter().filter(|gap| rule.catches_gap(gap)).count();
        if count > 0 {
            reasons.push(VerdictReason { verdict: rule.verdict, rule: rule.name.clone(), count });
        }
    }
    if !gaps.is_empty() {
        // No policy can make a gap green.
        let rule = "coverage gaps".to_owned();
        reasons.push(VerdictReason { verdict: Verdict::Yellow, rule, count: gaps.len() });
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
    let verdict = reasons.first().map_or(Verdict::Green, |reason| reason.verdict);
    Judgement { verdict, reasons, notices }
}

/// Marks accepted findings and says which exceptions have expired or accept nothing.
fn accept(policy: &Policy, findings: &mut [Finding], names: &[&str], today: Date) -> Vec<String> {
    let mut notices = Vec::new();
    for exception in policy.exceptions.iter().filter(|exception| exception.is_for_image(names)) {
        let covered: Vec<&mut Finding> =
            findings.iter_mut().filter(|finding| exception.covers(finding)).collect();
        let (id, owner, expires) = (&exception.id, &exception.owner, exception.expires);
        if covered.is_empty() {
            notices.push(format!("exception for {id} (owner {owner}) matched nothing"));
        } else if expires < today {
            notices.push(format!("exception for {id} (owner {owner}) expired on {expires}"));
        } else {
            for finding in covered {
                finding.exception = Some(AppliedException {
                    owner: exception.owner.clone(),
                    reason: exception.reason.clone(),
                    expires,
                });
            }
        }
    }
    notices
}

impl Rule {
    fn catches(&self, finding: &Finding) -> bool {
        let probability =
            finding.epss.map_or(0.0, |epss| f64::from(epss.probability_millionths) / 1_000_000.0);
        let is = |wanted: Option<bool>, fact: bool| wanted.is_none_or(|wanted| wanted == fact);
        self.gaps.is_none()
            && finding.exception.is_none()
            && finding.hidden_by.is_some() == self.hidden
            && self.severity.is_none_or(|least| finding.severity >= least)
            && is(self.unrated, finding.severity == Severity::Unknown)
            && is(self.fixable, finding.fixed_in.is_some())
            && is(self.known_exploited, finding.known_exploited.is_some())
            && self.epss.is_none_or(|least| probability >= least)
            && self.status.as_ref().is_none_or(|list| list.contains(&finding.status))
    }

    fn catches_gap(&self, gap: &Gap) -> bool {
        self.gaps.as_ref().is_some_and(|kinds| kinds.contains(&gap.kind))
    }
}
