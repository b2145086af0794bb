import { Controller } from '@nestjs/common';
import { DossierChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { RoutedRequests } from './routed-requests.js';

/** Turns what applicants want into what each utility is wanted to do. */
@Controller()
export class ApplyDossiers {
  constructor(private readonly requests: RoutedRequests) {}

  @OnEvents(DossierChanged)
  async handle(dossiers: DossierChanged[], unitOfWork: UnitOfWork): Promise<void> {
    await this.requests.update(
      unitOfWork,
      (repository) => repository.loadOrCreate(dossiers.map(({ requestId }) => requestId)),
      (requests, context) => {
        for (const dossier of dossiers) requests.get(dossier.requestId)!.applyDossier(dossier, context);
      },
    );
  }
}
