import { asAdmin, ensureDatabase, startPostgres, type RunningPostgres } from '@lianban/engines';
import { prepareDatabase } from '@lianban/messaging';
import { schemaOf } from '@lianban/service-kit';
import type { House } from './settings.js';

const NAME = 'lianban';

/** The embedded PostgreSQL of a house, with every service's user and schema. */
export class HouseDatabase {
  private constructor(
    private readonly house: House,
    private readonly postgres: RunningPostgres,
  ) {}

  static async open(house: House): Promise<HouseDatabase> {
    const postgres = await startPostgres({
      folder: house.folder('postgres'),
      port: house.config.postgresPort,
      password: house.secrets.postgres,
    });
    await ensureDatabase(postgres.adminUrl, NAME);
    const database = new HouseDatabase(house, postgres);
    await asAdmin(database.adminUrl, (client) =>
      prepareDatabase(client, (service) => house.passwordOf(service)),
    );
    return database;
  }

  get adminUrl(): string {
    return this.postgres.urlOf('postgres', this.house.secrets.postgres, NAME);
  }

  urlOf(service: string): string {
    return this.postgres.urlOf(schemaOf(service), this.house.passwordOf(service), NAME);
  }

  stop(): Promise<void> {
    return this.postgres.stop();
  }
}
