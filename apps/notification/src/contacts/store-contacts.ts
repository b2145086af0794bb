import { Controller } from '@nestjs/common';
import { ContactChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { insertCodeTexts } from './insert-code-texts.js';

/** Stores how to reach the applicant; notices wait for their contact. A lost query code becomes a text. */
@Controller()
export class StoreContacts {
  @OnEvents(ContactChanged)
  async handle(events: ContactChanged[], { manager, now }: UnitOfWork): Promise<void> {
    await manager.query(
      `insert into contact (request_id, version, phone, language)
       select distinct on (r) r, v, p, l from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) as t(r, v, p, l)
       order by r, v desc
       on conflict (request_id) do update
         set version = excluded.version, phone = excluded.phone, language = excluded.language
         where contact.version < excluded.version`,
      [
        events.map(({ requestId }) => requestId),
        events.map(({ version }) => version),
        events.map(({ phone }) => phone),
        events.map(({ language }) => language),
      ],
    );
    await insertCodeTexts(manager, events, now);
  }
}
