import { loadCatalogue } from '@lianban/catalogue';
import { JOB_STATES, type JobState } from '@lianban/contracts';
import type { Caller } from '@lianban/service-kit';
import { aDesiredState } from '@lianban/testing';
import { Placement } from '../jobs/placement.js';
import { offeredActions } from './offered-actions.js';
import { reportRefusal } from './refusals.js';

const catalogue = loadCatalogue();
const own = catalogue.providers('heat').find(({ dialect }) => dialect === 'workbench')!.id;
const other = catalogue.providers('heat').find(({ dialect }) => dialect !== 'workbench')!.id;
const NOW = new Date('2026-11-25T02:00:00Z');
const LI: Caller = { subject: 'li', role: 'officer', provider: own };
const LEAD: Caller = { ...LI, subject: 'sun', role: 'lead-officer' };

function job(changes: Partial<Placement> = {}, provider = own): Placement {
  const desired = aDesiredState({ utility: 'heat', provider }, { matter: 'HEAT_NEW' });
  return Object.assign(Placement.start(desired, NOW), changes);
}

const offered = (placement: Placement, caller = LI, language: 'zh-CN' | 'en' = 'zh-CN') =>
  offeredActions(placement, caller, language, catalogue, NOW);
const namesOf = (placement: Placement, caller = LI): string[] =>
  offered(placement, caller).map(({ action }) => action);

describe('what an officer is offered', () => {
  it('is to claim a job that nobody has', () => {
    expect(namesOf(job())).toEqual(['claim']);
    expect(namesOf(job(), LEAD)).toEqual(['claim', 'reassign']);
  });

  it('is nothing with a job that a colleague has, but for a lead officer', () => {
    expect(namesOf(job({ claimedBy: 'wang' }))).toEqual([]);
    expect(namesOf(job({ claimedBy: 'wang' }), LEAD)).toEqual(['release', 'reassign']);
  });

  it('is nothing where the provider works in a system of its own', () => {
    expect(namesOf(job({}, other), LEAD)).toEqual([]);
  });

  it.each([
    ['placed', 'placed', ['accept', 'stage', 'correction', 'hold', 'complete', 'refuse']],
    ['accepted', 'accepted', ['stage', 'correction', 'hold', 'complete', 'refuse']],
    ['in-progress', 'in-progress', ['stage', 'correction', 'hold', 'complete', 'refuse']],
    ['waiting', 'placed', ['accept', 'stage', 'resume', 'correction', 'hold', 'complete', 'refuse']],
    ['held', 'in-progress', ['stage', 'resume', 'correction', 'hold', 'complete', 'refuse']],
  ] as [JobState, JobState, string[]][])(
    'with her own job that is %s is what its state allows',
    (state, highestState, acts) => {
      expect(namesOf(job({ claimedBy: 'li', state, highestState }))).toEqual([
        ...acts,
        'not-ours',
        'release',
      ]);
    },
  );

  it('is an answer where a withdrawal was asked for', () => {
    expect(namesOf(job({ claimedBy: 'li', withdrawal: 'asked' }))).toContain('withdrawal');
    expect(namesOf(job({ claimedBy: 'li' }))).not.toContain('withdrawal');
  });

  it('is nothing once the job has ended', () => {
    for (const state of ['completed', 'refused', 'failed', 'cancelled'] as const)
      expect(namesOf(job({ claimedBy: 'li', state, withdrawal: 'asked' }), LEAD)).toEqual([]);
  });

  it('is never what would be refused', () => {
    const tells: Record<string, object> = {
      ...{ accept: { state: 'accepted' }, stage: { state: 'in-progress' }, resume: { state: 'in-progress' } },
      ...{ correction: { state: 'waiting' }, hold: { state: 'held' }, withdrawal: { withdrawal: 'agreed' } },
      ...{ complete: { state: 'completed' }, refuse: { state: 'refused' }, 'not-ours': { state: 'held' } },
    };
    for (const state of JOB_STATES)
      for (const highestState of ['placed', 'accepted', 'in-progress'] as const) {
        const placement = job({ claimedBy: 'li', state, highestState, withdrawal: 'asked' });
        for (const action of namesOf(placement).filter((name) => name in tells))
          expect([state, action, reportRefusal(tells[action]!, placement, LI)]).toEqual([
            state,
            action,
            undefined,
          ]);
      }
  });

  it('is to give the job to another provider while it is hers and nobody wants it back', () => {
    for (const changes of [
      { claimedBy: 'wang' },
      { superseded: true },
      { withdrawal: 'asked' },
      { state: 'completed' },
    ] as const)
      expect(namesOf(job({ claimedBy: 'li', ...changes }))).not.toContain('not-ours');
    const strayed = job({ claimedBy: 'li' });
    strayed.desired.dossier.address.district = '370102';
    const { providers, reasons } = offered(strayed, LI, 'en').find(({ action }) => action === 'not-ours')!;
    expect(providers!.map(({ code }) => code).toSorted()).toEqual(
      catalogue
        .providers('heat')
        .map(({ id }) => id)
        .filter((id) => id !== own)
        .toSorted(),
    );
    expect(providers![0]).toEqual({ code: 'jinan-heat', name: 'Jinan Heat', isResponsible: true });
    expect(reasons).toContainEqual({ code: 'not-ours', name: "Not this provider's area; to be passed on" });
    expect(reasons!.map(({ code }) => code)).not.toContain('permit');
  });

  it('has the reasons, items and words that fit, in her language', () => {
    const actions = new Map(offered(job({ claimedBy: 'li' }), LI, 'en').map((each) => [each.action, each]));
    expect(actions.get('hold')!.reasons).toContainEqual(
      expect.objectContaining({ code: 'permit', holder: 'authority', dueDate: '2026-12-04' }),
    );
    expect(actions.get('hold')!.reasons!.map(({ code }) => code)).not.toContain('arrears');
    expect(actions.get('refuse')!.reasons).toContainEqual({
      code: 'illegal-building',
      name: 'The building is illegal',
    });
    expect(actions.get('correction')!.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'field', code: 'fields.heatedArea' }),
        expect.objectContaining({ kind: 'material', code: 'PROPERTY_CERT' }),
      ]),
    );
    expect(actions.get('stage')!.stages).toContainEqual({
      code: 'HEAT_LOAD_CHECK',
      name: expect.any(String),
    });
    expect(actions.get('hold')!.templates!.map(({ code }) => code)).toEqual([
      'permit-pending',
      'season-stop',
    ]);
    const reached = job({ claimedBy: 'li', stages: [{ stage: 'HEAT_LOAD_CHECK', at: NOW.toISOString() }] });
    expect(
      offered(reached)
        .find(({ action }) => action === 'stage')!
        .stages!.map(({ code }) => code),
    ).not.toContain('HEAT_LOAD_CHECK');
  });
});
