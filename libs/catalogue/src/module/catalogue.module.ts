import { Module, type DynamicModule } from '@nestjs/common';
import { provideConfig } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue.js';
import { loadCatalogue } from '../load-catalogue.js';
import { CreateCalendarNotice1790000005000 } from './1790000005000-create-calendar-notice.js';
import { CalendarConfig, CatalogueConfig } from './calendar.config.js';
import { calendarController } from './calendar.controller.js';
import { CalendarNotices, findNotices, WARNS_BEFORE_END } from './calendar-notices.js';

export { CalendarNotices } from './calendar-notices.js';
export const catalogueMigrations = [CreateCalendarNotice1790000005000];

/** The catalogue of a service, with notices imported at run time; its migrations are `catalogueMigrations`. */
@Module({})
export class CatalogueModule {
  /** `warns`: logs that the next year's notice is needed; one service per installation is enough. */
  static for(service: string, { warns = false } = {}): DynamicModule {
    return {
      module: CatalogueModule,
      global: true,
      controllers: [calendarController(service)],
      providers: [
        {
          provide: Catalogue,
          inject: [CatalogueConfig, DataSource],
          useFactory: async ({ catalogueFolder }: CatalogueConfig, dataSource: DataSource) => {
            const catalogue = loadCatalogue(catalogueFolder);
            catalogue.announce(await findNotices(dataSource));
            return catalogue;
          },
        },
        provideConfig(CatalogueConfig),
        provideConfig(CalendarConfig),
        { provide: WARNS_BEFORE_END, useValue: warns },
        CalendarNotices,
      ],
      exports: [Catalogue, CalendarNotices],
    };
  }
}
