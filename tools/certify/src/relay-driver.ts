import { ProviderUnknown, type Accepted, type OperationBody, type UtilityDriver } from '@lianban/adapter-kit';

/** A provider that comes for its operations itself, as one that is called: what it has to say it reports. */
export class RelayDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly isRelayed = true;
  readonly place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  readonly correct = this.place;
  readonly withdraw = this.place;
  private losing = false;

  /** @param hand ends when the provider has the operation, as far as its dialect says so */
  constructor(private readonly hand: (order: OperationBody) => Promise<unknown>) {}

  /** The next operation is handed over, and nobody tells us. */
  loseNextAnswer(): void {
    this.losing = true;
  }

  private async tell(order: OperationBody): Promise<Accepted> {
    await this.hand(order);
    if (!this.losing) return {};
    this.losing = false;
    throw new ProviderUnknown('that it has it was lost on its way');
  }
}
