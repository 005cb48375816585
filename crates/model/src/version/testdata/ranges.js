// Answers npm ranges with node-semver, asked the way `npm audit` asks:
//   node ranges.js [RANGES] > npm_range.tsv
// RANGES is a file of ranges seen in the field, one a line.
const semver = require('semver')
const options = { includePrerelease: true, loose: true }
const partials = ['*', 'x', '0', '1', '1.x', '0.0', '0.1', '1.2', '1.2.x', '1.2.*', '0.0.0', '0.0.3', '0.1.2',
  '1.2.3', '1.2.3-beta.2', '0.0.3-rc', '0.1.0-0', 'v1.2.3', '1.2.3+build', '10.0.0']
const operators = ['', '=', '<', '<=', '>', '>=', '^', '~', '~>', '>= ', '< ', '^ ', '~ ']
const versions = ['0.0.0', '0.0.0-0', '0.0.2', '0.0.3', '0.0.3-rc', '0.0.4-0', '0.0.4', '0.1.0', '0.1.0-0', '0.1.2',
  '0.1.9', '0.2.0-alpha', '0.2.0', '1.0.0-rc.1', '1.0.0', '1.2.0-0', '1.2.0', '1.2.2', '1.2.3-beta.1', '1.2.3-beta.2',
  '1.2.3-beta.2.0', '1.2.3-rc', '1.2.3', '1.2.3+other', '1.2.4-0', '1.2.4', '1.3.0-0', '1.3.0', '2.0.0-0',
  '2.0.0-rc.1', '2.0.0', '9.9.9', '10.0.0', '10.0.1', '11.0.0-0', 'v1.2.3']
let seed = 20240601
const random = (limit) => ((seed = (seed * 48271) % 2147483647) >> 8) % limit
const ranges = ['', '||', ' || 1.2.3']
for (const operator of operators) for (const partial of partials) ranges.push(operator + partial)
for (const from of partials) for (const to of partials) if (random(4) === 0) ranges.push(`${from} - ${to}`)
const any = () => operators[random(operators.length)] + partials[random(partials.length)]
for (let i = 0; i < 150; i++) ranges.push(`${any()} ${any()}`, `${any()} || ${any()}`, `${any()}||${any()} ${any()}`)
if (process.argv[2]) ranges.push(...require('fs').readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean))
for (const range of new Set(ranges)) {
  const asked = versions.concat((range.match(/\d+\.\d+\.\d+/g) || []).slice(0, 6))
  const inside = [...new Set(asked)].filter((version) => semver.satisfies(version, range, options))
  const outside = [...new Set(asked)].filter((version) => !semver.satisfies(version, range, options))
  // Enough of both sides to tell apart every bound, little enough to keep.
  const some = (list) => list.filter((_, i) => i < 1 || i >= list.length - 1 || random(5) === 0).join(' ')
  console.log([range, some(inside), some(outside)].join('\t'))
}
