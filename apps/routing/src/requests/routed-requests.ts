import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { UnitOfWork } from '@lianban/messaging';
import type { RoutedRequestRepository } from './routed-request.repository.js';
import type { Context, RoutedRequest } from './routed-request.js';
import { toStatusEvent } from './status-event.js';

/** Opens the repository of a unit of work. */
export const REQUEST_REPOSITORY = Symbol('request repository');
export type OpenRequestRepository = (work: Pick<UnitOfWork, 'manager'>) => RoutedRequestRepository;

/** Loads requests, lets a decision change them, stores and publishes them: the frame of every use case here. */
@Injectable()
export class RoutedRequests {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(REQUEST_REPOSITORY) private readonly openRepository: OpenRequestRepository,
  ) {}

  /** Answers how many requests were loaded; of each that changed one status is published. */
  async update(
    unitOfWork: UnitOfWork,
    load: (repository: RoutedRequestRepository) => Promise<Map<string, RoutedRequest>>,
    decide: (requests: Map<string, RoutedRequest>, context: Context) => void,
  ): Promise<number> {
    const { publish, now } = unitOfWork;
    const repository = this.openRepository(unitOfWork);
    const requests = await load(repository);
    const { catalogue } = this;
    decide(requests, { now, catalogue });
    const changed = [...requests.values()].filter(({ isChanged }) => isChanged);
    for (const request of changed) {
      request.version += 1;
      publish([...request.desired, toStatusEvent(request, now, catalogue.calendar)]);
    }
    await repository.save(changed, catalogue.calendar);
    return requests.size;
  }
}
