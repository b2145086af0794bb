import { Controller } from '@nestjs/common';
import { DossierChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { followDossier } from './follow-dossier.js';
import { Requests } from './requests.js';

/** Turns what applicants want into what each utility is wanted to do. */
@Controller()
export class PlaceJobs {
  constructor(private readonly requests: Requests) {}

  @OnEvents(DossierChanged)
  async handle(dossiers: DossierChanged[], work: UnitOfWork): Promise<void> {
    let news = new Map<string, DossierChanged>();
    await this.requests.change(
      work,
      async (book) => book.openOrMake((news = await book.receive(dossiers)).keys()),
      (files, context) => files.forEach((file, id) => followDossier(file, news.get(id)!, context)),
    );
  }
}
