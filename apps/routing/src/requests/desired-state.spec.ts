import { UTILITIES } from '@lianban/contracts';
import { aDossier, aPart, catalogue, RequestStory } from './routed-request.mother.js';
import { buildDesiredState } from './desired-state.js';

const agent = {
  kind: 'person' as const,
  name: '司徒试样',
  documentType: 'resident-id',
  documentNumber: '370102199003070016',
  phone: '13900139000',
};

describe('what is wanted of a job', () => {
  it.each(UTILITIES)('tells %s of the people only what the catalogue lists for it', (utility) => {
    const parts = UTILITIES.map((each) => aPart(each));
    const { desired } = new RequestStory().dossier({ parts, agent });
    const { dossier } = desired.find((each) => each.utility === utility)!;
    const part = catalogue.matter('JOINT_NEW', '2026-05-11')!.parts.find((each) => each.utility === utility)!;
    expect(Object.keys(dossier.applicant).toSorted()).toEqual(
      ['kind', ...part.personal.applicant].toSorted(),
    );
    expect(Object.keys(dossier.agent!).toSorted()).toEqual(['kind', ...part.personal.agent].toSorted());
  });

  it('keeps the number of the agent from water, and gives it to telecom, whose law asks for it', () => {
    const { desired } = new RequestStory().dossier({ parts: [aPart('water'), aPart('telecom')], agent });
    expect(desired.map(({ dossier }) => dossier.agent)).toEqual([
      { kind: 'person', name: agent.name, phone: agent.phone },
      agent,
    ]);
  });

  it('names no agent where nobody came for another', () => {
    expect(RequestStory.placed().desired[0]!.dossier).not.toHaveProperty('agent');
  });

  it('tells a utility nothing of the other parts', () => {
    const parts = [
      aPart('water', { fields: { pipeDiameter: 20 } }),
      aPart('gas', { fields: { appliances: 2 } }),
    ];
    const [water, gas] = new RequestStory().dossier({ parts }).desired;
    expect(water!.dossier.fields).toEqual({ pipeDiameter: 20 });
    expect(gas!.dossier.fields).toEqual({ appliances: 2 });
  });

  it('has the matter as it was in force on the day of registration', () => {
    const { request } = RequestStory.placed();
    const unknown = aDossier({ matter: 'NO_LONGER' });
    expect(() => buildDesiredState(unknown, request.jobs[0]!, catalogue)).toThrow(
      'no longer has the matter NO_LONGER',
    );
  });
});
