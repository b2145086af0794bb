import type { Verdict } from '../checker/check.js';

/** A change of a built file when a process loads it: the product itself has no switch for any of this. */
export interface Rewrite {
  /** How the file's address ends. */
  file: string;
  find: string;
  put: string;
}

/** A fault put into the services, what brings it to light, and of which promises the checker must find one broken. */
export interface Planted {
  name: string;
  rewrites: Rewrite[];
  breaks: (keyof Verdict)[];
  /** `<instance> <step> <times>`: who is killed where, one after another; `once` is at once. */
  kills?: string[];
  /** What providers, or the SMS gateway, do meanwhile. */
  fixedFaults?: Record<string, object>;
}

const MESSAGING = 'libs/messaging/dist/';
const ADAPTER = 'libs/adapter-kit/dist/';
const times = (count: number, kill: string): string[] => Array.from({ length: count }, () => kill);

/** One outcome that is never written down must not hide the others: each is a fault that real systems of this kind had. */
export const PLANTED: readonly Planted[] = [
  {
    name: 'lost-outbox-row',
    breaks: ['lost'],
    rewrites: [
      {
        file: `${MESSAGING}unit-of-work.js`,
        find: 'const { messages } = pending;',
        put: 'const messages = pending.messages.slice(pending.messages.length > 1 && Math.random() < 0.05 ? 1 : 0);',
      },
    ],
  },
  {
    name: 'deleted-before-sent',
    breaks: ['lost'],
    kills: [...times(4, 'intake.1 outbox-deleted 3'), ...times(2, 'routing.1 outbox-deleted 3')],
    rewrites: [
      {
        file: `${MESSAGING}kafka/kafka-outbox.js`,
        find: 'await producer.send(messages);',
        put: 'await this.delete(batch.map(({ entry }) => entry.row.rowId)); await producer.send(messages);',
      },
    ],
  },
  {
    name: 'offsets-before-database',
    breaks: ['lost'],
    kills: [...times(3, 'routing.1 handled 3'), ...times(3, 'adapter-water.1 handled 3')],
    rewrites: [
      {
        file: `${MESSAGING}kafka/group-reader.js`,
        find: 'if (!await this.handleUntilDone(records, batch)) return;',
        put: 'batch.done(records.at(-1)); await batch.heartbeat(); await new Promise((go) => setTimeout(go, 1100)); await batch.heartbeat(); if (!await this.handleUntilDone(records, batch)) return;',
      },
    ],
  },
  {
    name: 'no-version-guard',
    // What comes last stays: an old state that nothing overtakes any more never ends.
    breaks: ['backward', 'lost'],
    rewrites: [
      {
        file: 'apps/tracking/dist/projection/upsert-snapshots.js',
        find: 'where request_view.version < excluded.version',
        put: 'where true',
      },
      // Records come again long after their time, as they may: by itself it harms nobody.
      {
        file: `${MESSAGING}kafka/kafka-outbox.js`,
        find: 'async deliver(batch, producer) {',
        put:
          'async deliver(batch, producer) { const past = (this.past ??= []); past.push(batch.map(({ message }) => message));' +
          ' if (Math.random() < 0.1) await producer.send(past[Math.floor(Math.random() * past.length)]);',
      },
    ],
  },
  {
    name: 'second-try-without-look-up',
    breaks: ['doubled'],
    fixedFaults: { 'jinan-gas': { loseAnswers: 40 } },
    rewrites: [
      {
        file: `${ADAPTER}delivery/call-provider.js`,
        find: "leased.outcomeUnknown && driver.retrySafety === 'status-query'",
        put: 'false',
      },
    ],
  },
  {
    name: 'no-state-guard',
    breaks: ['backward'],
    fixedFaults: Object.fromEntries(
      ['jinan-water', 'jinan-electricity', 'jinan-gas', 'jinan-heat', 'jinan-unicom'].map((provider) => [
        provider,
        { reports: 'out-of-order' },
      ]),
    ),
    rewrites: [
      {
        file: `${ADAPTER}jobs/placement.js`,
        find: 'const isLate = isOlder(this, whole, context);',
        put: 'const isLate = false;',
      },
      {
        file: `${ADAPTER}jobs/placement.js`,
        find: "if (isTerminal(this.state) && withdrawal !== 'refused') return isLate ? 'older' : 'ended';",
        put: '',
      },
      {
        file: `${ADAPTER}jobs/placement.js`,
        find: "if (!this.isAllowed(state, withdrawal)) return isLate ? 'older' : 'not-allowed';",
        put: '',
      },
      {
        file: `${ADAPTER}jobs/placement.js`,
        find: 'if (state && !isTerminal(this.state)) this.enter',
        put: 'if (state) this.enter',
      },
    ],
  },
  {
    name: 'version-not-counted',
    breaks: ['lost'],
    rewrites: [
      { file: `${ADAPTER}jobs/progress-event.js`, find: 'job.version += 1', put: 'job.version ||= 1' },
    ],
  },
  {
    name: 'answered-before-commit',
    breaks: ['lost'],
    kills: times(6, 'intake.1 once 1'),
    rewrites: [
      {
        file: `${MESSAGING}unit-of-work.js`,
        find: 'async run(act) {',
        put:
          "run(act) { return this.service !== 'intake' ? this.whole(act) : new Promise((answer, refuse) => this.whole(async (work) => {" +
          ' const value = await act(work); answer(value); await new Promise((go) => setTimeout(go, 400)); return value; }).catch(refuse)); }\n' +
          '    async whole(act) {',
      },
    ],
  },
  {
    name: 'notice-without-its-key',
    breaks: ['noticesDoubled'],
    fixedFaults: { sms: { loseAnswers: 60 } },
    rewrites: [
      {
        file: 'apps/notification/dist/delivery/sms-gateway.js',
        find: 'JSON.stringify(message)',
        put: 'JSON.stringify({ ...message, id: crypto.randomUUID() })',
      },
    ],
  },
  {
    name: 'receipts-not-idempotent',
    breaks: ['receipts'],
    rewrites: [
      {
        file: 'apps/intake/dist/requests/register-request.js',
        find: 'hall: caller.hall,\n            key,',
        put: 'hall: caller.hall, key: crypto.randomUUID(),',
      },
    ],
  },
  {
    name: 'answers-from-a-stale-cache',
    breaks: ['backward'],
    rewrites: [
      {
        file: 'apps/tracking/dist/status/track.controller.js',
        find: 'return this.renderStatus.execute(await this.authenticate(request, receipt), audience);',
        put:
          'this.cache ??= new Map(); const old = this.cache.get(receipt); if (old && Math.random() < 0.2) return old;' +
          ' const fresh = await this.renderStatus.execute(await this.authenticate(request, receipt), audience);' +
          ' if (!old || Math.random() < 0.3) this.cache.set(receipt, fresh); return fresh;',
      },
    ],
  },
];

/** The built text with the fault in it. @throws where the text has changed: a fault that is not there would be "not found" for ever */
export function plantedIn(text: string, { file, find, put }: Rewrite): string {
  const sought = new RegExp(find.trim().split(/\s+/).map(literal).join('\\s+'));
  if (!sought.test(text)) throw new Error(`the planted fault does not fit ${file}: there is no "${find}"`);
  return text.replace(sought, () => put);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
