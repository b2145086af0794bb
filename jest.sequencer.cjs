const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes longest. Started first, it leaves no worker alone with it at the end. */
const LONGEST = [
  'tools/bench/src/smoke.flow.spec.ts',
  'tools/e2e/src/thousand.flow.spec.ts',
  'libs/messaging/src/faults.kafka.spec.ts',
  'tools/chaos/src/short.flow.spec.ts',
  'tools/e2e/src/kill-each.flow.spec.ts',
  'libs/adapter-kit/src/wanted-state.db.spec.ts',
  'libs/adapter-kit/src/adapter.db.spec.ts',
  'tools/simulation/src/simulate.spec.ts',
  'tools/simulation/src/planted/planted.spec.ts',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONGEST.findIndex((file) => path.endsWith(file));
      return place === -1 ? LONGEST.length : place;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
