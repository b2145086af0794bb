import { isTerminal, UTILITIES, type Utility } from '@lianban/contracts';
import { isLeaseOver } from '@lianban/adapter-kit/domain';
import { hasArrived, isLate } from '../system/calls.js';
import type { StepKind } from '../steps.js';
import type { World } from '../world.js';
import { callsOf, dueOf } from './machine-steps.js';
import { parkedOf } from './people-steps.js';
import { ordersOf } from './perform-step.js';

export interface Choice {
  weight: number;
  does: StepKind;
  at?: string;
}

/** What the machines of the system have to do for a request now. */
export function machineWork(world: World, requestId: string): Choice[] {
  const choices: Choice[] = [];
  for (const [service, { store }] of Object.entries(world.services)) {
    if (store.outbox.get(requestId)?.length) choices.push({ weight: 6, does: 'relay', at: service });
    if (world.transport.waiting(service, requestId).length > 0)
      choices.push({ weight: 6, does: 'deliver', at: service });
  }
  for (const utility of UTILITIES) choices.push(...adapterWork(world, requestId, utility));
  const check = world.routing.checks.get(requestId);
  if (world.intake.hasOverdue(requestId)) choices.push({ weight: 3, does: 'close' });
  if (check && check <= world.today) choices.push({ weight: 3, does: 'check-deadlines' });
  return choices;
}

function adapterWork(world: World, requestId: string, utility: Utility): Choice[] {
  const { now } = world;
  const openOperations = world.adapters[utility].openOperations.get(requestId) ?? [];
  const calls = callsOf(world, requestId, utility);
  const choices: Choice[] = [
    { weight: dueOf(world, requestId, utility).length > 0 ? 8 : 0, does: 'lease', at: utility },
    {
      weight: openOperations.some((operation) => isLeaseOver(operation, now)) ? 4 : 0,
      does: 'expire',
      at: utility,
    },
    { weight: calls.some((call) => hasArrived(call, now)) ? 8 : 0, does: 'arrive', at: utility },
    { weight: calls.some((call) => isLate(call, now)) ? 12 : 0, does: 'time-out', at: utility },
    {
      weight: calls.some(({ isAwaited, outcome }) => isAwaited && outcome) ? 8 : 0,
      does: 'record-outcome',
      at: utility,
    },
    { weight: world.pendingReportsOf(requestId, utility).length > 0 ? 6 : 0, does: 'report', at: utility },
  ];
  return choices.filter(({ weight }) => weight > 0);
}

/** What people and providers may take it into their heads to do about a request now; each weight is of 100. */
export function freeChoices(world: World, requestId: string): Choice[] {
  const choices: Choice[] = [
    { weight: 12, does: 'register' },
    { weight: 12, does: 'amend' },
    { weight: 6, does: 'withdraw' },
    { weight: 8, does: 'reroute' },
  ];
  if (world.intake.jobStatesOf(requestId).jobs.some(({ correction }) => correction))
    choices.push({ weight: 60, does: 'answer' });
  for (const utility of UTILITIES) {
    if (parkedOf(world, requestId, utility).length > 0)
      choices.push({ weight: 40, does: 'retry', at: utility }, { weight: 6, does: 'give-up', at: utility });
    for (const { order } of ordersOf(world, requestId, utility))
      choices.push({ weight: isTerminal(order.state) ? 4 : 80, does: 'work', at: utility });
  }
  return choices;
}
