// Runs a checkout of the public suite of tests for HTTP caches through a forward proxy and prints its score.
// Called by conformance.sh. What is of the suite stays in its checkout; here is only what a forward proxy
// needs: a client whose every request has the absolute form (Node's own ways to use a proxy open a tunnel).
import http from 'node:http'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [checkout, proxy, originPort, only = '', resultsFile = ''] = process.argv.slice(2)
const suiteModule = name => import(pathToFileURL(path.resolve(checkout, name)))
// The suite for CDNs (RFC 9213), which a cache on the user's side need not obey.
const excludedSuites = new Set(['cdn-cache-control'])

// The suite's own client as it is, except that it speaks to the proxy.
const undici = createRequire(path.resolve(checkout, 'package.json'))('undici')
const dispatch = undici.Agent.prototype.dispatch
const absolute = ({ origin, path: target, headers, ...rest }) => ({
  ...rest,
  origin: `http://${proxy}`,
  path: `${origin}${target}`,
  headers: Array.isArray(headers)
    ? [...headers, 'host', new URL(origin).host]
    : { ...headers, host: new URL(origin).host }
})
undici.Agent.prototype.dispatch = function (options, handler) {
  return dispatch.call(this, absolute(options), handler)
}
undici.setGlobalDispatcher(new undici.Agent())
const seen = { responses: 0, withoutCacheStatus: 0 }
globalThis.fetch = async (...request) => {
  const response = await undici.fetch(...request)
  seen.responses++
  if (!response.headers.has('cache-status')) seen.withoutCacheStatus++
  return response
}

// The suite's origin, on loopback alone; what it says goes to standard error.
const say = console.log
console.log = console.error
const listen = http.Server.prototype.listen
http.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest)
}
process.env.npm_config_protocol = 'http'
process.env.npm_config_port = originPort
process.env.npm_config_pidfile = '/dev/null'
await suiteModule('test-engine/server/server.mjs')

const { runTests, getResults } = await suiteModule('test-engine/client/runner.mjs')
const { determineTestResult, resultTypes } = await suiteModule('test-engine/lib/results.mjs')
const everything = (await suiteModule('tests/index.mjs')).default
const suites = everything.filter(suite => !excludedSuites.has(suite.id))
const selected = suites
  .map(suite => ({ ...suite, tests: suite.tests.filter(test => only === '' || test.id === only) }))
  .filter(suite => suite.tests.length > 0)
if (only !== '') selected.forEach(suite => suite.tests.forEach(test => { test.dump = true }))
await runTests(selected, false, `http://127.0.0.1:${originPort}`)
const results = getResults()
if (resultsFile !== '') fs.writeFileSync(resultsFile, JSON.stringify(results, null, 2))

const typeName = type => Object.keys(resultTypes).find(name => resultTypes[name] === type)
const score = {}
const missed = []
for (const suite of selected) {
  for (const test of suite.tests) {
    if (!(test.id in results)) continue
    const kind = test.kind ?? 'required'
    const outcome = typeName(determineTestResult(suites, test.id, results, only === ''))
    score[kind] ??= { passed: 0, of: 0 }
    score[kind].of++
    if (outcome === 'pass' || outcome === 'yes') score[kind].passed++
    else if (kind !== 'check') missed.push([kind, suite.id, test.id, outcome, String(results[test.id][1] ?? '')])
  }
}
say('kind     | passed | of')
for (const kind of ['required', 'optimal', 'check']) {
  const { passed, of } = score[kind] ?? { passed: 0, of: 0 }
  say(`${kind.padEnd(8)} | ${String(passed).padStart(6)} | ${String(of).padStart(3)}`)
}
missed.sort((a, b) => b[0].localeCompare(a[0]))
for (const row of missed) say(row.join(' | '))
say(`${seen.responses} responses, ${seen.withoutCacheStatus} of them without Cache-Status`)
process.exit(0)
