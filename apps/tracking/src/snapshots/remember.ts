import { Controller } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { LiveStatus } from '../live/live-status.js';
import { keep, type Columns, type Snapshot } from './projection.js';

type Remembered = RequestChanged | DecisionMade | JobProgressed;

/** Remembers what intake, routing and the adapters say of a request; has no opinion of its own. */
@Controller()
export class Remember {
  constructor(private readonly liveStatus: LiveStatus) {}

  @OnEvents(RequestChanged, DecisionMade, JobProgressed)
  async handle(events: Remembered[], { manager, onCommit }: UnitOfWork): Promise<void> {
    const changed = await keep(manager, events.map(snapshotOf));
    onCommit(() => this.liveStatus.wake(changed));
  }
}

function snapshotOf(body: Remembered): Snapshot {
  const { requestId, version } = body;
  if (body instanceof JobProgressed)
    return { requestId, version, source: body.utility, attempt: body.attempt, body, columns: {} };
  const columns = body instanceof RequestChanged ? columnsOfRequest(body) : columnsOfDecision(body);
  const source = body instanceof RequestChanged ? 'request' : 'decision';
  return { requestId, version, source, attempt: 1, body, columns };
}

function columnsOfRequest({ receiptNumber, hall, queryCodeHash, registeredAt }: RequestChanged): Columns {
  return { receipt: receiptNumber, hall, codeHash: queryCodeHash, registeredAt };
}

const columnsOfDecision = ({ nextDueDate, endedAt }: DecisionMade): Columns => ({
  nextDueDate,
  ended: endedAt !== undefined,
});
