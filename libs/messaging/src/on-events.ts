import { Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { eventMetadata, type EventClass } from '@lianban/contracts';
import { throwError, type Observable } from 'rxjs';

/** Nest hides what a handler threw; delivery must see it to tell a busy database from a guilty message. */
@Catch()
class Rethrow implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Handles a batch of events of these classes, in the order in which they came: `handle(events: E[], work: UnitOfWork)`. It runs
 * inside one transaction, may be called again with the same events at any time, and must not wait for anything but the database.
 */
export function OnEvents(...events: EventClass[]): MethodDecorator {
  const pattern = EventPattern(events.map((event) => eventMetadata(event).type)) as MethodDecorator;
  const filter = UseFilters(new Rethrow());
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    pattern(target, key, descriptor);
    filter(target, key, descriptor);
  };
}
