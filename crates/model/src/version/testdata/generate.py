#!/usr/bin/env python3
"""Writes one corpus of version comparisons, answered by the scheme's own tool.

    generate.py SCHEME [REAL_VERSIONS] > SCHEME.tsv

REAL_VERSIONS is a file of versions seen in the field, one a line. Needs the tools that
README.md names. The same arguments give the same pairs.
"""
import itertools
import json
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# What goes wrong in each scheme; every pair of these is asked.
NASTY = {
    "apk": "1 1.0 1.00 1.01 1.1 1.10 1.010 1.09 01 1a 1b 1.0a 1.0b-r1 1_alpha 1_beta2 1_beta10 1_pre "
    "1_rc1 1_rc1-r1 1_rc1_p2 1_cvs 1_svn 1_git20 1_hg 1_p 1_p0 1_p1 1_p1_alpha 1~abc 1~abd 1~abc-r1 "
    "1-r0 1-r1 1-r01 1-r10 1.2.3_git20200101-r0 1.2.3 1_foo 1.a 1-1 1.0bc 1- 1. 1.0a1 1_p-r1 A 1~xyz "
    "1~ABC 1-r 1-r1-r2 1_rc1.2 1.0.0 1.0.0a_p1-r3 20200101 99999999999999999999 1.99999999999999999",
    "dpkg": "1 1.0 1.00 1.01 1.1 0:1 1:0 01:0 1:1.0-1 1.0-0 1.0- 1.0-1 1.0-1~ 1.0~ 1.0~~ 1.0~~a 1.0~rc1-1 "
    "1.0+b1 1.0.1 1.0a 1.0-a 1.0-1ubuntu1 1.0-1ubuntu1~18.04 1.0-1+deb12u1 1.0-1~deb12u1 1-2-3 1-2 a1 a "
    "~ ~1 +1 1+ 1. 1.a 1.A : 1: :1 a:1 -1:1 2147483647:1 2147483648:1 1:2:3 -1 1.0-1.1 1.0-1.01 0 00 0~ "
    "1.0_1 1.0@ 1.0, 1.0# 1.0-1_2 99999999999999999999 99999999999999999998 1.0+dfsg-1 1.0+really0.9-1",
    "rpm": "1 1.0 1.00 1.01 1.1 0:1 1:0 01:0 1.0-0 1.0-1 1.0-1.el8 1.0-1.el8_2 1.0-1.el8_10 1.0-1.el9 "
    "1.0~ 1.0~rc1 1.0~rc1-1 1.0^ 1.0^git1 1.0^git1~pre 1.0~^ 1.0^~ 1.0~~ 1.0^^ 1.0a 1.a 1.A 1a 1..0 1_0 1+0 "
    "a b A 1.0.0 1.0.a 1.0.1 010 10 9 0010 1.0-1.module_el8.3.0+913+27ec1dc1 "
    "1.0-1.module+el8.9.0+19644+d68f775d 1:1.0-1 2:0 :1 a:1 1-1-1 0 ~ ^ ~1 ^1 1.~1 1.^1 "
    "99999999999999999999 99999999999999999998 2a 2.a 2-a 1xyz 1.xyz 1.0é 1.0-1é",
    "npm": "0.0.0 0.0.0-0 0.0.1 1.0.0 1.0.0-0 1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-01 1.0.0-alpha 1.0.0-alpha.1 "
    "1.0.0-alpha.beta 1.0.0-alpha1 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0-rc.1+build "
    "1.0.0+build 1.0.0+1.2 v1.0.0 =1.0.0 1.0.0beta 1.0.0rc1 1.0.0- 1.0.0-- 1.0.0--a 1.0.0-a-b 01.0.0 "
    "1.00.0 1.0.00 1.2.3.4 a.b.c 1.0.0-é 1.0.0-a..b 1.0.0+ 1.0.0-+b 9007199254740991.0.0 "
    "9007199254740992.0.0 1.0.0-A 1.0.0-a 1.0.0-a.B 10.0.0 9.0.0 1.10.0 1.9.0 1.0.0-x.7.z.92 1.0.0-1a",
    "pep440": "1 1.0 1.0.0 1.0a1 1.0.a1 1.0-alpha.1 1.0alpha1 1.0b1 1.0beta 1.0c1 1.0rc1 1.0pre1 1.0preview1 "
    "1.0.dev0 1.0.dev1 1.0dev 1.0a1.dev1 1.0a1.post1 1.0a1.post1.dev2 1.0.post0 1.0.post1 1.0-1 1.0r1 1.0rev1 "
    "1.0.post1.dev3 1!0.1 0!1 1.0+local 1.0+local.1 1.0+1 1.0+2 1.0+10 1.0+a 1.0+ubuntu-1 1.0+ubuntu_1 v1.0 "
    "1.0.0.0 1.01 01.0 1.10 1.9 2004d 1.0-foo 1.0.x 1.0-SNAPSHOT dev 1.0+ 1.0+é 1.0a 1.0b 1.0rc 1.0.post "
    "1.0post1 1.0_post_1 1.0A1 1.0RC1 2024.1.1 99999999999999999999 1.2.3.4.5.6.7 1.0a0 1.1.dev1 *",
    "maven": "1 1.0 1.0.0 1-0 1.0-0 1-1 1.1 1.0.1 1-alpha 1-alpha-1 1-alpha1 1alpha1 1.alpha.1 1a1 1-a1 1-a 1a 1-b2 "
    "1-m3 1-milestone-3 1-rc1 1-cr1 1-rc-1 1.rc.1 1-SNAPSHOT 1-snapshot 1.0-SNAPSHOT 1-rc1-SNAPSHOT 1-ga 1.ga "
    "1-final 1.Final 1.0.Final 1.0.0.Final 1.RELEASE 1.0.0.RELEASE 1-sp 1-sp1 1-sp-1 1.0.0.SP1 1-foo 1-foo1 "
    "1-foo-1 1.foo 1-xyz 1.0-jre 31.1-jre 31.1-android 31.1 1.0.0-M1 1.0.0.M1 1.0.0-RC1 1.0.0.RC2 1.0.0.RC1 2.0 2.0.0.Beta1 "
    "1--1 1..1 1-.1 1.-1 .1 -1 1- 1. 1.x 1x 1x2 x1 x final ga 0 00 01 001.02 1-1.0.foo 1-1-foo 1.0.0-0-0-1 1-0.alpha "
    "4.1.100.Final 4.1.99.Final 2.9.10.8 2.9.10 1.2.3-20240101.120000-1 20040616 2.0-beta-9 2.0.M1 99999999999999999999 "
    "9999999999 1.0.0-alpha-beta 1-1-sp 1-sp.0 1-0-sp 1.0.0.0.0.1 1_0 1_1 1+1 1.0b 1.0b2 1.0.b2",
    "go": "v1.0.0 1.0.0 v1 v1.2 v1.2.0 v1.2.3-pre v1.2.3-pre.1 v1.2.3-0.20200101000000-abcdefabcdef "
    "v0.0.0-20200101000000-abcdefabcdef v0.0.0-20210101000000-abcdefabcdef v0.0.0 v1.2.3-pre.0.20200101000000-abcdefabcdef "
    "v2.0.0+incompatible v2.0.0 v2.0.0-rc1+incompatible v2.0.1-0.20200101000000-abcdefabcdef+incompatible v1.2.3 v1.2.3-1 "
    "v1.2.3-a v1.2.3-a.1 v1.2.3-A v1.2.3-10 v1.2.3-9 v1.2.3-09 v01.2.3 v1.02.3 v1.2.3.4 v1.2.3- v1.2.3+ v1.2.3-a..b "
    "(devel) v 1.26.0-0 1.26.0-rc.2 v1.2-pre v1+meta v99999999999999999999.0.0 v1.10.0 v1.9.0 v1.2.3-é va.b.c",
    "cargo": "0.0.0 1.0.0 1.0.0-0 1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-01 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta "
    "1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0+1 1.0.0+2 1.0.0-rc.1+5 1.0 1 01.0.0 1.0.0- 1.0.0+ "
    "1.0.0-a..b 1.0.0-- 1.0.0--a 1.0.0-A 1.0.0-a 1.0.0-a-b 1.0.0-x.7.z.92 10.0.0 9.0.0 1.10.0 1.9.0 0.0.1 0.1.0 "
    "1.0.0beta 1.0.0.0 a.b.c 1.0.0-1a 0.0.0-0 1.2.3-rc.1 1.2.3-rc.2",
}

# Pieces a random version is put together from.
PIECES = {
    "apk": (["0", "1", "2", "10", "01", "007", "2023"], [".", ".", ".", "_alpha", "_beta", "_pre", "_rc", "_git", "_p", "-r", "a", "c_p"]),
    "dpkg": (["0", "1", "2", "10", "01", "a", "b", "rc", "dfsg", ""], [".", ".", ".", "~", "+", "-", "-", ":", "~~", "a"]),
    "rpm": (["0", "1", "2", "10", "01", "a", "b", "rc", "el8", "git"], [".", ".", ".", "~", "^", "-", "+", "_", "..", ""]),
    "npm": (["0", "1", "2", "10", "alpha", "beta", "rc1"], [".", ".", ".", ".", "-", "-", "+"]),
    "pep440": (["0", "1", "2", "10", "01"], [".", ".", ".", "a", "b", "rc", ".post", ".dev", "+", "-", "!"]),
    "maven": (["0", "1", "2", "10", "01", "alpha", "beta", "m", "rc", "SNAPSHOT", "Final", "ga", "sp", "foo", "x"], [".", ".", "-", "-", ""]),
    "go": (["0", "1", "2", "10", "rc", "pre"], [".", ".", ".", ".", "-", "+"]),
    "cargo": (["0", "1", "2", "10", "alpha", "beta", "rc1"], [".", ".", ".", ".", "-", "-", "+"]),
}


# Where we differ on purpose; each file's documentation says why and tests.rs how.
OUTSIDE = {
    # A number behind a letter: apk-tools 2 had it, apk-tools 3 refuses it.
    "apk": "[0-9][a-z][0-9]",
    # Fewer than three numbers; and four, which loose mode cuts at an odd place.
    "npm": r"^[v=]*\d+(\.\d+)?([-+].*|)$|^[v=]*\d+\.\d+\.\d\d+\.",
    # Numbers beyond 64 bits.
    "pep440": r"\d{20}",
    # Numbers with leading zeros.
    "go": r"(^|[.v])0\d",
    # Nothing before the release.
    "rpm": r"^(\d*:)?-",
}


def random_version(scheme, chance):
    words, joints = PIECES[scheme]
    text = chance.choice(words[:5])
    if scheme in ("npm", "go", "cargo") and chance.random() < 0.8:
        text = ".".join(chance.choice("0125") for _ in range(3))
        for _ in range(chance.randrange(3)):
            text += chance.choice("-.") + chance.choice(words)
    else:
        for _ in range(chance.randrange(1, 6)):
            text += chance.choice(joints) + chance.choice(words)
    return "v" + text if scheme == "go" else text


def pairs(scheme, real):
    chance = random.Random(20240601)
    nasty = NASTY[scheme].split()
    asked = list(itertools.combinations(nasty, 2)) + [(text, text) for text in nasty]
    chance.shuffle(asked)
    asked = asked[:1800]
    for _ in range(900):
        left = random_version(scheme, chance)
        # Half of the pairs are neighbours, where the rules differ most.
        right = random_version(scheme, chance)
        if chance.random() < 0.5:
            cut = chance.randrange(len(left) + 1)
            right = left[:cut] + right[chance.randrange(len(right)):]
        asked.append((left, right))
    for _ in range(600 if len(real) > 1 else 0):
        start = chance.randrange(len(real) - 1)
        asked.append((real[start], real[min(len(real) - 1, start + chance.randrange(1, 30))]))
    asked = [pair for pair in dict.fromkeys(asked) if all(pair)]
    outside = OUTSIDE.get(scheme)
    if outside:
        asked = [pair for pair in asked if not any(re.search(outside, text) for text in pair)]
    return asked


def run(command, lines):
    text = "".join("\t".join(pair) + "\n" for pair in lines)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def ask_apk(asked):
    valid = lambda text: subprocess.run(["apk", "version", "--check", text], capture_output=True).returncode == 0
    for left, right in asked:
        if not valid(left) or not valid(right):
            yield "!"
        else:
            done = subprocess.run(["apk", "version", "--test", left, right], capture_output=True, text=True)
            yield done.stdout.strip()


def ask_dpkg(asked):
    def holds(left, operator, right):
        command = ["dpkg", "--compare-versions", left, operator, right]
        return subprocess.run(command, capture_output=True).returncode

    for left, right in asked:
        codes = [holds(left, operator, right) for operator in ("lt", "eq", "gt")]
        yield "!" if 2 in codes else "<=>"[codes.index(0)]


def ask_rpm(asked):
    import rpm

    for left, right in asked:
        # Without a release on one side rpm's own answer is that of a dependency.
        if ("-" in left) != ("-" in right):
            find = lambda text, flags: rpm.ds(("name", flags, text), rpm.RPMTAG_PROVIDENAME)
            meets = lambda flags: rpm.ds(("name", rpm.RPMSENSE_EQUAL, left), "Provides").Search(
                rpm.ds(("name", flags, right), "Requires")) >= 0
            yield next(o for o, f in (("=", rpm.RPMSENSE_EQUAL), ("<", rpm.RPMSENSE_LESS), (">", rpm.RPMSENSE_GREATER)) if meets(f))
        else:
            script = "%{lua:print(rpm.vercmp(" + json.dumps(left, ensure_ascii=False) + "," + json.dumps(right, ensure_ascii=False) + "))}"
            yield "=><"[int(rpm.expandMacro(script))]


def ask_pep440(asked):
    from packaging.version import InvalidVersion, Version

    for left, right in asked:
        try:
            left, right = Version(left), Version(right)
            yield "<" if left < right else ">" if left > right else "="
        except InvalidVersion:
            yield "!"


def ask_semver(options):
    script = (
        "const s=require('semver');for(const l of require('fs').readFileSync(0,'utf8').split('\\n').slice(0,-1))"
        "{const[a,b]=l.split('\\t').map(v=>s.parse(v,%s));console.log(a&&b?'<=>'[1+a.compare(b)]:'!')}" % options
    )
    return lambda asked: run(["node", "-e", script], asked)


def ask_maven(asked):
    command = ["java", "-cp", os.environ["MAVEN_ARTIFACT_JAR"]]
    # The class compares each argument with the one before it.
    for start in range(0, len(asked), 500):
        flat = [text for pair in asked[start : start + 500] for text in pair]
        main = "org.apache.maven.artifact.versioning.ComparableVersion"
        done = subprocess.run([*command, main, *flat], capture_output=True, text=True, check=True)
        answers = [line for line in done.stdout.splitlines() if line.startswith("   ")]
        for left_right, answer in zip(asked[start : start + 500], answers[::2]):
            left, operator, right = answer.split()
            assert (left, right) == left_right, answer
            yield "=" if operator == "==" else operator


def ask_go(asked):
    v = lambda text: text if text.startswith("v") else "v" + text
    return run(["go", "run", os.path.join(HERE, "semver.go")], [(v(left), v(right)) for left, right in asked])


ASK = {
    "apk": ask_apk,
    "dpkg": ask_dpkg,
    "rpm": ask_rpm,
    "pep440": ask_pep440,
    "npm": ask_semver("{loose:true}"),
    "maven": ask_maven,
    "go": ask_go,
    # An implementation that shares nothing with Cargo's.
    "cargo": ask_semver("{}"),
}

if __name__ == "__main__":
    scheme = sys.argv[1]
    real = open(sys.argv[2]).read().split() if len(sys.argv) > 2 else []
    asked = pairs(scheme, real)
    refused = 0
    for (left, right), operator in zip(asked, ASK[scheme](asked), strict=True):
        refused += operator == "!"
        # A few refusals say as much as a thousand.
        if operator != "!" or refused <= 200:
            print(left, operator, right, sep="\t")
