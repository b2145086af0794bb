const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes longest starts first; of those that mostly wait (for time-outs, leases), one at a time runs beside what keeps the processors busy. */
const LONGEST = [
  'tools/bench/src/smoke.flow.spec.ts',
  'tools/e2e/src/main-job.flow.spec.ts',
  'libs/messaging/src/faults.kafka.spec.ts',
  'tools/e2e/src/browser/workbench.flow.spec.ts',
  'libs/adapter-kit/src/adapter.db.spec.ts',
  'tools/e2e/src/browser/counter.flow.spec.ts',
  'tools/e2e/src/browser/operations.flow.spec.ts',
  'libs/adapter-kit/src/wanted-state.db.spec.ts',
  'tools/chaos/src/short.flow.spec.ts',
  'tools/certify/src/certify.flow.spec.ts',
  'libs/messaging/src/embedded.db.spec.ts',
  'tools/e2e/src/browser/applicant.flow.spec.ts',
  'tools/certify/src/kafka-topics.kafka.spec.ts',
  'tools/simulation/src/planted/planted.spec.ts',
  'tools/k8s/src/check-overlays.spec.ts',
  'tools/simulation/src/simulate.spec.ts',
  'tools/openapi/src/documents.spec.ts',
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
