import { UTILITIES } from '@lianban/contracts';
import { aDossier, aPart, catalogue, FileStory } from './file.mother.js';
import { wishOf } from './wish-of.js';

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
    const { wishes } = new FileStory().dossier({ parts, agent });
    const { dossier } = wishes.find((wish) => wish.utility === utility)!;
    const part = catalogue.matter('JOINT_NEW', '2026-05-11')!.parts.find((each) => each.utility === utility)!;
    expect(Object.keys(dossier.applicant).toSorted()).toEqual(
      ['kind', ...part.personal.applicant].toSorted(),
    );
    expect(Object.keys(dossier.agent!).toSorted()).toEqual(['kind', ...part.personal.agent].toSorted());
  });

  it('keeps the number of the agent from water, and gives it to telecom, whose law asks for it', () => {
    const { wishes } = new FileStory().dossier({ parts: [aPart('water'), aPart('telecom')], agent });
    expect(wishes.map(({ dossier }) => dossier.agent)).toEqual([
      { kind: 'person', name: agent.name, phone: agent.phone },
      agent,
    ]);
  });

  it('names no agent where nobody came for another', () => {
    expect(FileStory.placed().wishes[0]!.dossier).not.toHaveProperty('agent');
  });

  it('tells a utility nothing of the other parts', () => {
    const parts = [
      aPart('water', { fields: { pipeDiameter: 20 } }),
      aPart('gas', { fields: { appliances: 2 } }),
    ];
    const [water, gas] = new FileStory().dossier({ parts }).wishes;
    expect(water!.dossier.fields).toEqual({ pipeDiameter: 20 });
    expect(gas!.dossier.fields).toEqual({ appliances: 2 });
  });

  it('has the matter as it was in force on the day of registration', () => {
    const { file } = FileStory.placed();
    const unknown = aDossier({ matter: 'NO_LONGER' });
    expect(() => wishOf(unknown, file.jobs[0]!, catalogue)).toThrow('no longer has the matter NO_LONGER');
  });
});
