import type { Provider } from '@lianban/catalogue';
import type { Verdict } from './certify.js';
import type { Exchange } from './wire.js';

export interface Subject {
  provider: Provider;
  endpoint: string;
  at: Date;
}

const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);

const WORDS = { kept: 'kept', broken: 'broken', 'not-for-this-dialect': 'not for this dialect' };

/** JUnit's XML: a test case for each rule. */
export function toJUnit({ provider, at }: Subject, verdicts: readonly Verdict[]): string {
  const count = (result: Verdict['result']): string =>
    String(verdicts.filter((verdict) => verdict.result === result).length);
  const cases = verdicts.map(({ rule, result, why = '', seconds, exchanges }) => {
    const inner = {
      kept: '',
      broken: `<failure message="${escaped(why)}">${escaped(exchanges.map(toText).join('\n'))}</failure>`,
      'not-for-this-dialect': '<skipped/>',
    }[result];
    return `  <testcase classname="${provider.dialect}" name="${rule.id}: ${escaped(rule.title)}" time="${seconds.toFixed(3)}">${inner}</testcase>`;
  });
  const counts = `tests="${String(verdicts.length)}" failures="${count('broken')}" skipped="${count('not-for-this-dialect')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="${escaped(provider.id)}" ${counts} timestamp="${at.toISOString()}">
${cases.join('\n')}
</testsuite>
`;
}

/** A page of its own, for people: every rule with what was sent and what came. */
export function toHtml({ provider, endpoint, at }: Subject, verdicts: readonly Verdict[]): string {
  const kept = verdicts.filter(({ result }) => result === 'kept').length;
  const tried = verdicts.filter(({ result }) => result !== 'not-for-this-dialect').length;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(provider.id)}: ${String(kept)} of ${String(tried)} rules kept</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-left: 0.4rem solid #767676; padding: 0 1rem; margin: 1.5rem 0; }
.kept { border-color: #1a7f37; } .broken { border-color: #b42318; }
pre { background: #f4f4f4; padding: 0.8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<h1>${escaped(provider.name['zh-CN'])} (${escaped(provider.id)})</h1>
<p>Dialect <code>${escaped(provider.dialect)}</code> at <code>${escaped(endpoint)}</code>, ${at.toISOString()}:
<strong>${String(kept)} of ${String(tried)} rules kept</strong>. <code>&gt;</code> is what was sent to the provider, <code>&lt;</code> what it said;
secrets are left out. What each dialect asks for: <code>docs/dialects</code>.</p>
${verdicts.map(toSection).join('\n')}
</html>
`;
}

const toSection = ({ rule, result, why, exchanges }: Verdict): string => `<section class="${result}">
<h2>${escaped(rule.title)}: ${WORDS[result]}</h2>
<p>${escaped(rule.reason)} <small><code>${rule.id}</code></small></p>
${why === undefined ? '' : `<p><strong>${escaped(why)}</strong></p>`}
${exchanges.length === 0 ? '' : `<details${result === 'broken' ? ' open' : ''}><summary>${String(exchanges.length)} calls</summary><pre>${escaped(exchanges.map(toText).join('\n\n'))}</pre></details>`}
</section>`;

const toText = ({ by, method, path, body, status, answer }: Exchange): string => {
  const [there, back] = by === 'lianban' ? ['>', '<'] : ['<', '>'];
  return `${there} ${method} ${path}${body && `\n${body}`}\n${back} ${status === 0 ? 'no answer' : String(status)}${answer && ` ${answer}`}`;
};
