import {
  SERVICES,
  type MessagesOfRequest,
  type RequestAtAdapter,
  type RequestAtIntake,
  type RequestAtNotification,
  type RequestAtRouting,
  type RequestAtTracking,
} from '@lianban/contracts';

/** What arrives of `T` as JSON. */
export type Json<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;

export interface Answers {
  intake?: Json<RequestAtIntake>;
  routing?: Json<RequestAtRouting>;
  tracking?: Json<RequestAtTracking>;
  notification?: Json<RequestAtNotification>;
  [adapter: `adapter-${string}`]: Json<RequestAtAdapter>;
}

/** Messages that wait, by service. */
export const messagesByService = (answers: Answers): [string, Json<MessagesOfRequest>][] =>
  Object.entries(answers) as [string, Json<MessagesOfRequest>][];

/** What each service answers about a request; who gave no answer is in `away`, with the reason. */
export interface Whereabouts {
  answers: Answers;
  away: Record<string, string>;
}

/** A service's answer; undefined: it does not know the request. Throws where it gives none. */
export type Ask = (service: string, reference: string) => Promise<object | undefined>;

/** Asks every service. A receipt number is known to intake, and to tracking while intake is away. */
export async function collectWhereabouts(reference: string, ask: Ask): Promise<Whereabouts> {
  const answers: Record<string, object> = {};
  const away: Record<string, string> = {};
  const askOne = async (service: string, about: string): Promise<void> => {
    try {
      const answer = await ask(service, about);
      if (answer) answers[service] = answer;
    } catch (error) {
      away[service] = (error as Error).message;
    }
  };
  const KNOW_NUMBERS = ['intake', 'tracking'];
  await Promise.all(KNOW_NUMBERS.map((service) => askOne(service, reference)));
  const known = (answers.intake ?? answers.tracking) as { requestId: string } | undefined;
  if (known) {
    const others = SERVICES.filter((service) => !KNOW_NUMBERS.includes(service));
    await Promise.all(others.map((service) => askOne(service, known.requestId)));
  }
  return { answers: answers as Answers, away };
}
