import { messagesByService, type Whereabouts } from './whereabouts.js';

type Row = [place: string, what: string, since: string];

/** Everything that the services answered, a line each. */
export function tabulate({ answers, away }: Whereabouts, nameOf: (provider: string) => string): string {
  const { intake, routing, tracking, notification, ...adapters } = answers;
  const rows: Row[] = [
    ...(intake
      ? [row('intake', `version ${intake.version}, contact ${intake.contactVersion}`, intake.registeredAt)]
      : []),
    ...(routing ? [row('routing', `dossier ${routing.dossierVersion}, status ${routing.version}`)] : []),
    ...(routing?.jobs ?? []).map((job) =>
      row(
        `  ${job.utility}`,
        `${nameOf(job.provider)} attempt ${job.attempt}: ${job.state}${job.reference ? ` [${job.reference}]` : ''}, ${job.operation} ${job.delivery}, wanted ${job.desiredVersion}, progress ${job.progressVersion}`,
        job.since,
      ),
    ),
    ...Object.entries(adapters).flatMap(([service, { placements }]) =>
      placements.flatMap((placement) => [
        row(
          service,
          `${nameOf(placement.provider)} attempt ${placement.attempt}: ${placement.state}${placement.superseded ? ', superseded' : ''}, wanted ${placement.desiredVersion}, progress ${placement.progressVersion}`,
          placement.since,
        ),
        ...placement.operations.map(({ kind, status, tries, nextTryAt, lastError, since }) => {
          const facts = [
            `${kind} ${status}`,
            `${tries} tries`,
            lastError,
            nextTryAt && `next try ${nextTryAt}`,
          ];
          return row('  operation', facts.filter(Boolean).join(', '), since);
        }),
      ]),
    ),
    ...(tracking ? [row('tracking', `status ${tracking.version || 'none'}`)] : []),
    ...(notification
      ? [
          row(
            'notification',
            `status ${notification.statusVersion ?? 'none'}, contact ${notification.contactVersion ?? 'none'}`,
          ),
          ...notification.texts.map(({ kinds, state, attempts, since }) =>
            row('  text', `${kinds.join(', ')}: ${state}, ${attempts} tries`, since),
          ),
        ]
      : []),
    ...messagesByService(answers).flatMap(([service, { unsent, parked }]) => [
      ...unsent.map(({ topic, readers, since }) =>
        row(service, `unsent ${topic} for ${readers.join(', ')}`, since),
      ),
      ...parked.map(({ id, topic, reason, since }) =>
        row(service, `parked ${topic} ${reason}, message ${id}`, since),
      ),
    ]),
    ...Object.entries(away).map(([service, why]) => row(service, `no answer: ${why}`)),
  ];
  return rows.map(([place, what, since]) => `${place.padEnd(21)} ${since.padEnd(24)} ${what}`).join('\n');
}

const row = (place: string, what: string, since = ''): Row => [place, what, since];
