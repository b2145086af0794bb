import { anObservation, PHONE, RECEIPT } from '../checker/facts.mother.js';
import { RequestLog } from './request-log.js';

describe('RequestLog', () => {
  const observations = (...seen: ReturnType<typeof anObservation>[]): number => {
    const requestLog = new RequestLog();
    requestLog.recordReceipt({ key: 'key-1', phone: PHONE, receipts: [] }, RECEIPT, 0);
    const [request] = requestLog.requests;
    for (const observation of seen) requestLog.recordObservation(request!, observation);
    return requestLog.observations.length;
  };

  it('keeps an observation that shows something new: a phase, the state of a part, a stage that was passed', () => {
    const observation = anObservation('under-way', { water: 'in-progress' }, 1);
    expect(observations(observation, { ...observation, at: 2 })).toBe(1);
    expect(observations(observation, { ...observation, at: 2, phase: 'ended' })).toBe(2);
    expect(
      observations(observation, {
        ...observation,
        at: 2,
        states: { ...observation.states, water: 'completed' },
      }),
    ).toBe(2);
    expect(observations(observation, { ...observation, at: 2, reached: 1 })).toBe(2);
  });
});
